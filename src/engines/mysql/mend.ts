/** Changing single rows of tables in use. */
import type { NaruError } from '../../core/error.ts'
import type { MendSql, Refusal, Stage, Surroundings } from '../../core/mend.ts'
import { type Column, dataColumns, type ReferentialAction, type Table } from '../../core/schema.ts'
import { isAboutRows } from './errors.ts'
import { equal } from './keyset.ts'
import { literal, quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { lower } from './show-create.ts'
import { tableSql } from './table-name.ts'
import { isTransactional } from './write.ts'

function stage(table: Table, columns: readonly Column[], n: number): Stage {
  const name = { name: `naru_change_${n}` }
  const list = columns.map((c) => quote(c.name)).join(', ')
  return {
    table: { ...table, name, columns },
    create: `CREATE TEMPORARY TABLE ${tableSql(name)} ENGINE=InnoDB AS SELECT ${list} FROM ${tableSql(table.name)} WHERE false`,
    // TRUNCATE would end the transaction.
    empty: `DELETE FROM ${tableSql(name)}`,
    drop: `DROP TEMPORARY TABLE IF EXISTS ${tableSql(name)}`,
  }
}

const UNIQUE = new Set([1062, 1586, 1761, 1762])
const REFERENCE = new Set([1216, 1217, 1451, 1452])

/** LOAD DATA tells by warnings, which come as text alone. */
function refusal({ code, details, cause, message }: NaruError): Refusal | null {
  const errno = Number(details.errno ?? (cause as { errno?: number } | undefined)?.errno ?? 0)
  if (UNIQUE.has(errno) || (errno === 0 && /^Duplicate entry /.test(message))) return 'unique'
  if (REFERENCE.has(errno) || (errno === 0 && /foreign key constraint fails/.test(message))) return 'reference'
  const state = details.sqlState === undefined ? undefined : String(details.sqlState)
  return code === 'ROW_REFUSED' || isAboutRows(errno, state) ? 'row' : null
}

/** How MySQL and MariaDB change rows. */
export const mend: MendSql = {
  session: [],
  // The session reads what others have committed, or (where the binlog holds statements) what was there at the first plain read: after the locks.
  begin: 'START TRANSACTION',
  // Neither server uses an index for a list of tuples in every version; alternatives of equalities are served by all.
  keys: (_, columns, keys) =>
    `(${keys.map((key) => `(${columns.map((c, i) => equal(c, key[i] ?? null)).join(' AND ')})`).join(' OR ')})`,
  spelled: ({ name }, texts) =>
    `CAST(CONVERT(${quote(name)} USING utf8mb4) AS BINARY) IN (${texts.map((t) => `CAST(${literal(t)} AS BINARY)`).join(', ')})`,
  stage,
  // The stage first: whatever the optimizer thinks of a temporary table, no other row is looked at, or locked.
  update(table, { table: from }, { key, set, keep, value = (_, __, fresh) => fresh }) {
    const on = key.map((c) => `naru_t.${quote(c)} = naru_s.${quote(c)}`).join(' AND ')
    const sets = [
      ...set.map((c) => `naru_t.${quote(c)} = ${value(c, `naru_t.${quote(c)}`, `naru_s.${quote(c)}`)}`),
      ...keep.map((c) => `naru_t.${quote(c)} = naru_t.${quote(c)}`),
    ]
    return `UPDATE ${tableSql(from.name)} AS naru_s STRAIGHT_JOIN ${tableSql(table.name)} AS naru_t ON ${on} SET ${sets.join(', ')}`
  },
  insert: (table, columns) => `INSERT INTO ${tableSql(table.name)} (${columns.map(quote).join(', ')})`,
  remove: (table, predicate, most) =>
    `DELETE FROM ${tableSql(table.name)} WHERE ${predicate}${most === undefined ? '' : ` LIMIT ${most}`}`,
  set: (table, assignments, predicate) => `UPDATE ${tableSql(table.name)} SET ${assignments} WHERE ${predicate}`,
  same: (left, right) => `${left} <=> ${right}`,
  refusal,
  place(table) {
    const expression = imprint(table)
    return { expression, shared: true, among: (places) => `${expression} IN (${places.map(literal).join(', ')})` }
  },
}

/** SHA-256 of all that a row holds, to the byte: rows that share it are the same whatever collations, floats or JSON make of equality. */
function imprint(table: Table): string {
  const values = dataColumns(table).map((c) => `IFNULL(${exactText(c)}, 'NULL')`)
  return `SHA2(CONCAT_WS(',', ${values.join(', ')}), 256)`
}

/** A text without commas that no two values of a column have in common. */
function exactText({ name, type: { logical } }: Column): string {
  switch (logical.kind) {
    case 'int':
    case 'decimal':
    case 'bool':
    case 'date':
    case 'time':
    case 'timestamp':
      return `CONCAT(${quote(name)})`
    // As a double: the text of a FLOAT has too few digits.
    case 'float':
      return `CONCAT(${quote(name)} + 0e0)`
    default:
      return `SHA2(${quote(name)}, 256)`
  }
}

interface KeyColumn {
  readonly id: string
  readonly schema: string
  /** It is in the database of the table that it refers to. */
  readonly near: boolean
  readonly table: string
  readonly column: string
  readonly referenced: string
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
}

/** What refers to a table, from any database of the server, and its triggers, which cannot be set aside. */
export async function surroundings(q: Statements, table: Table): Promise<Surroundings> {
  const schema = table.name.schema === undefined ? 'database()' : literal(table.name.schema)
  const rows = await q.query(
    `SELECT k.constraint_schema AS s, k.constraint_name AS id, k.table_schema AS own_schema, k.table_schema = ${schema} AS near, k.table_name AS own_table, k.column_name AS own, k.referenced_column_name AS referenced, r.delete_rule AS del, r.update_rule AS upd
      FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
      WHERE k.referenced_table_schema = ${schema} AND k.referenced_table_name = ${literal(table.name.name)} ORDER BY 1, 2, k.ordinal_position`,
  )
  const found = await q.query(
    `SELECT trigger_name AS name FROM information_schema.triggers WHERE event_object_schema = ${schema} AND event_object_table = ${literal(table.name.name)} ORDER BY 1`,
  )
  return {
    referrers: byKey(rows.map(lower).map(keyColumn), table.name.schema === undefined),
    triggers: found.map(lower).map((r) => asText(r.name) ?? ''),
    transactional: await isTransactional(q, table.name),
  }
}

function keyColumn(r: ReturnType<typeof lower>): KeyColumn {
  const text = (name: string) => asText(r[name]) ?? ''
  const action = (name: string) => text(name).toLowerCase() as ReferentialAction
  return {
    id: `${text('s')}.${text('own_table')}.${text('id')}`,
    schema: text('own_schema'),
    near: text('near') === '1',
    table: text('own_table'),
    column: text('own'),
    referenced: text('referenced'),
    onDelete: action('del'),
    onUpdate: action('upd'),
  }
}

function byKey(columns: readonly KeyColumn[], bare: boolean): Surroundings['referrers'] {
  return [...Map.groupBy(columns, (c) => c.id).values()].map((of) => ({
    name: of[0].near && bare ? { name: of[0].table } : { schema: of[0].schema, name: of[0].table },
    label: of[0].table,
    table: tableSql({ schema: of[0].schema, name: of[0].table }),
    columns: of.map((c) => c.column),
    referencedColumns: of.map((c) => c.referenced),
    onDelete: of[0].onDelete,
    onUpdate: of[0].onUpdate,
  }))
}
