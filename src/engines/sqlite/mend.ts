/** Changing single rows of tables in use. */
import type { DatabaseSync } from 'node:sqlite'
import type { NaruError } from '../../core/error.ts'
import type { KeyValue } from '../../core/key.ts'
import type { MendSql, Referrer, Refusal, Stage, Surroundings } from '../../core/mend.ts'
import type { Column, Schema, Table } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { rowidName } from './selection.ts'
import { triggersAside } from './triggers-aside.ts'

function stage(table: Table, columns: readonly Column[], n: number): Stage {
  const name = { name: `naru_change_${n}` }
  const list = columns.map((c) => quote(c.name)).join(', ')
  return {
    table: { ...table, name, columns },
    create: `CREATE TEMPORARY TABLE ${quote(name.name)} AS SELECT ${list} FROM main.${quote(table.name.name)} WHERE 0`,
    empty: `DELETE FROM temp.${quote(name.name)}`,
    drop: `DROP TABLE IF EXISTS temp.${quote(name.name)}`,
  }
}

const FOREIGN_KEY = 787
const UNIQUE = new Set([1555, 2067, 2579])

function refusal({ code, details }: NaruError): Refusal | null {
  const result = Number(details.errcode ?? 0)
  if (UNIQUE.has(result)) return 'unique'
  if (result === FOREIGN_KEY) return 'reference'
  return code === 'ROW_REFUSED' ? 'row' : null
}

/** Blanks that fill up a char(n) are not stored. */
function trimmed(column: Column, value: KeyValue): KeyValue {
  const { logical } = column.type
  return logical.kind === 'text' && logical.fixed && typeof value === 'string' ? value.replace(/ +$/, '') : value
}

/** Kinds of values that SQLite keeps as it was given them. */
const AS_GIVEN: ReadonlySet<string> = new Set(['date', 'timestamp', 'time', 'decimal', 'uuid', 'bool', 'interval'])

/** How SQLite changes rows. A transaction keeps all other writers out. */
export const mend: MendSql = {
  session: ['PRAGMA foreign_keys = ON', 'PRAGMA cache_spill = OFF'],
  begin: 'BEGIN IMMEDIATE',
  deferral: { begin: 'PRAGMA defer_foreign_keys = ON', waits: () => true },
  keys(_, columns, keys) {
    const names = columns.map((c) => quote(c.name))
    const rows = keys.map((key) => columns.map((c, i) => literal(trimmed(c, key[i] ?? null))))
    if (columns.length === 1) return `${names[0]} IN (${rows.map(([v]) => v).join(', ')})`
    return `(${names.join(', ')}) IN (VALUES ${rows.map((r) => `(${r.join(', ')})`).join(', ')})`
  },
  spelled: ({ name }, texts) => `${quote(name)} COLLATE BINARY IN (${texts.map(literal).join(', ')})`,
  loose: ({ type: { logical } }) => AS_GIVEN.has(logical.kind) || (logical.kind === 'text' && logical.fixed === true),
  stage,
  update(table, { table: from }, { key, set, value = (_, __, fresh) => fresh }) {
    const own = quote(table.name.name)
    const sets = set.map((c) => `${quote(c)} = ${value(c, `${own}.${quote(c)}`, `naru_s.${quote(c)}`)}`).join(', ')
    const on = key.map((c) => `${own}.${quote(c)} = naru_s.${quote(c)}`).join(' AND ')
    return `UPDATE OR ABORT main.${own} SET ${sets} FROM temp.${quote(from.name.name)} AS naru_s WHERE ${on}`
  },
  insert: (table, columns) => `INSERT OR ABORT INTO main.${quote(table.name.name)} (${columns.map(quote).join(', ')})`,
  remove: (table, predicate) => `DELETE FROM main.${quote(table.name.name)} WHERE ${predicate}`,
  set: (table, assignments, predicate) =>
    `UPDATE OR ABORT main.${quote(table.name.name)} SET ${assignments} WHERE ${predicate}`,
  same: (left, right) => `${left} IS ${right}`,
  refusal,
  place(table) {
    const name = rowidName(table)
    if (name === undefined) return null
    return {
      expression: `CAST(${name} AS TEXT)`,
      shared: false,
      among: (places) => `${name} IN (${places.join(', ')})`,
    }
  },
}

/** What refers to a table, and its triggers. */
export function surroundings(db: DatabaseSync, schema: Schema, table: Table): Surroundings {
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  const referrers = schema.tables.flatMap((t) =>
    t.foreignKeys
      .filter((fk) => same(fk.references.name, table.name.name))
      .map(
        (fk): Referrer => ({
          name: t.name,
          label: t.name.name,
          table: quote(t.name.name),
          columns: fk.columns,
          referencedColumns: fk.referencedColumns,
          onDelete: fk.onDelete,
          onUpdate: fk.onUpdate,
        }),
      ),
  )
  const names = db
    .prepare(
      "SELECT name FROM main.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE ORDER BY rowid",
    )
    .all(table.name.name)
    .map((t) => String(t.name))
  const aside = triggersAside(db, table.name)
  return {
    referrers,
    triggers: names,
    aside: { triggers: names, drop: aside?.drop ?? '', restore: aside?.create ?? '' },
    transactional: true,
  }
}
