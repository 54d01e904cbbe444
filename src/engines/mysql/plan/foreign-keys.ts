/** Foreign keys: those in the way go before tables change, and come when all tables are what they shall be. */
import type { Hazard, Step } from '../../../core/change.ts'
import { displayName, type ForeignKey, type Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { orphanCount, orphanSql } from '../orphans.ts'
import { tableSql } from '../table-name.ts'
import { type Planning, type Sorted, step, type TableChange } from './names.ts'

export interface KeyMoves {
  /** By the table's name in `from`. */
  readonly drops: ReadonlyMap<string, readonly ForeignKey[]>
  /** By the table's name in `to`. */
  readonly adds: ReadonlyMap<string, readonly ForeignKey[]>
}

/**
 * Columns whose type or character set changes, or that are made anew, by table of `to`: keys over them cannot stay meanwhile. Nor can
 * they on MySQL where a column begins or ceases to number its rows (error 1833).
 */
function retyped(p: Planning, altered: readonly TableChange[]): ReadonlyMap<string, ReadonlySet<string>> {
  const telling = new Set(['type', 'charset', 'collation', 'generated', ...(p.features.mariadb ? [] : ['identity'])])
  return new Map(
    altered.map(({ to, edits }) => {
      const columns = edits.flatMap((e) =>
        e.part === 'column' && e.from && e.to && e.aspects.some((a) => telling.has(a.name)) ? [e.to.name] : [],
      )
      return [displayName(to.name), new Set(columns)]
    }),
  )
}

/** Which keys go and come: those that differ, and those over columns that are retyped. */
export function keyMoves(p: Planning, sorted: Sorted): KeyMoves {
  const types = retyped(p, sorted.altered)
  const touched = (table: Table, fk: ForeignKey) =>
    fk.columns.some((c) => types.get(displayName(table.name))?.has(c)) ||
    fk.referencedColumns.some((c) => types.get(displayName(fk.references))?.has(c))
  const drops = new Map<string, ForeignKey[]>()
  const adds = new Map<string, ForeignKey[]>()
  const add = (map: Map<string, ForeignKey[]>, name: string, fk: ForeignKey | null) =>
    fk !== null && map.set(name, [...(map.get(name) ?? []), fk])
  for (const { from, to, edits } of sorted.altered) {
    for (const e of edits) {
      if (e.part !== 'foreign key') continue
      add(drops, displayName(from.name), e.from)
      add(adds, displayName(to.name), e.to)
    }
  }
  const renames = new Map(sorted.altered.map((c) => [displayName(c.to.name), c.from]))
  const created = new Set(sorted.created.map((t) => displayName(t.name)))
  for (const table of p.to.tables) {
    const name = displayName(table.name)
    if (created.has(name)) for (const fk of table.foreignKeys) add(adds, name, fk)
    else {
      const before = renames.get(name) ?? p.from.tables.find((t) => displayName(t.name) === name)
      const known = new Set((adds.get(name) ?? []).map((fk) => fk.name))
      for (const fk of table.foreignKeys.filter((k) => !known.has(k.name) && touched(table, k))) {
        add(drops, displayName(before?.name ?? table.name), fk)
        add(adds, name, fk)
      }
    }
  }
  return { drops, adds }
}

/** One statement a table. */
export function dropKeySteps(p: Planning, moves: KeyMoves): Step[] {
  return [...moves.drops].flatMap(([name, keys]) => {
    const table = p.from.tables.find((t) => displayName(t.name) === name)
    if (table === undefined) return []
    const clauses = keys.map((fk) => `DROP FOREIGN KEY ${quote(fk.name)}`)
    const names = keys.map((fk) => fk.name).join(', ')
    return [
      step(
        `ALTER TABLE ${tableSql(table.name)} ${clauses.join(', ')}`,
        `foreign keys that change, or stand in the way: ${names}`,
        `foreign keys of ${name}`,
        {
          algorithm: algorithm(p, table),
        },
      ),
    ]
  })
}

/** How the server goes about a foreign key that it does not check. */
export function algorithm(p: Planning, table: Table): string | undefined {
  if (!/^innodb$/i.test(table.options.engine ?? 'InnoDB')) return undefined
  return p.features.mariadb ? 'INSTANT' : 'INPLACE'
}

/** Foreign keys that come. New tables are empty; else rows that refer to none are looked for first, so that the statement ends at once. */
export function addKeySteps(p: Planning, sorted: Sorted, moves: KeyMoves): Step[] {
  const created = new Set(sorted.created.map((t) => displayName(t.name)))
  return [...moves.adds].flatMap(([name, keys]) =>
    keys.map((fk) => {
      const table = p.to.tables.find((t) => displayName(t.name) === name)
      const own = table?.name ?? { name }
      const sql = `ALTER TABLE ${tableSql(own)} ADD ${foreignKeySql(fk)}`
      const object = `foreign key ${name}.${fk.name}`
      if (created.has(name)) return step(sql, 'the tables are there', object)
      const refused: Hazard = {
        kind: 'may-fail',
        what: `foreign key ${fk.name} of ${name} refuses rows that refer to none in ${displayName(fk.references)}`,
        table: own,
        ...countBefore(p, sorted, name, fk),
        counted: 'rows that refer to none',
      }
      const look = orphanSql(own, fk)
      if (!p.online)
        return step(`${look};\n${sql}`, 'after a look for rows that refer to none', object, {
          algorithm: 'COPY',
          hazards: [refused, ...copied(p, sorted, name)],
        })
      return step(
        [look, 'SET SESSION foreign_key_checks = 0', sql, 'SET SESSION foreign_key_checks = 1', look].join(';\n'),
        'written down without a copy, with a look for rows that refer to none before and after',
        object,
        { algorithm: table && algorithm(p, table), hazards: [refused] },
      )
    }),
  )
}

/** With foreign_key_checks on, as in the session that changes a database in use, the server copies the table to check its rows. */
function copied(p: Planning, sorted: Sorted, name: string): Hazard[] {
  const change = sorted.altered.find((c) => displayName(c.to.name) === name)
  const table = change?.from ?? p.from.tables.find((t) => displayName(t.name) === name)
  if (table === undefined) return []
  const size = { table: table.name, rows: table.rows, bytes: table.bytes }
  return [
    { kind: 'rewrite', what: `table ${name} is copied, so that the server checks its rows`, ...size },
    { kind: 'blocking', what: `nobody writes ${name} meanwhile`, ...size },
  ]
}

/** Asked before anything has changed, so in the names of `from`; not where a column or the other table is not there yet. */
function countBefore(p: Planning, sorted: Sorted, name: string, fk: ForeignKey): { readonly count?: string } {
  const old = (toName: string): TableChange | Table | undefined =>
    sorted.altered.find((c) => displayName(c.to.name) === toName) ??
    p.from.tables.find((t) => displayName(t.name) === toName)
  const [child, parent] = [old(name), old(displayName(fk.references))]
  if (child === undefined || parent === undefined) return {}
  const columns = fk.columns.map((c) => oldColumn(child, c))
  const referenced = fk.referencedColumns.map((c) => oldColumn(parent, c))
  const all = [...columns, ...referenced]
  if (all.some((c) => c === undefined)) return {}
  const before = {
    ...fk,
    columns: columns as string[],
    references: tableOf(parent).name,
    referencedColumns: referenced as string[],
  }
  return { count: orphanCount(tableOf(child).name, before) }
}

const tableOf = (t: TableChange | Table): Table => ('from' in t ? t.from : t)

function oldColumn(t: TableChange | Table, name: string): string | undefined {
  if (!('from' in t)) return name
  const edit = t.edits.find((e) => e.part === 'column' && e.to?.name === name)
  if (edit !== undefined && edit.part === 'column') return edit.from?.name
  return t.from.columns.find((c) => c.name === name)?.name
}

/** `CONSTRAINT name FOREIGN KEY …`; RESTRICT and NO ACTION are what is not said. */
function foreignKeySql(fk: ForeignKey): string {
  const list = (names: readonly string[]) => `(${names.map(quote).join(', ')})`
  const rule = (event: string, action: string) =>
    action === 'no action' || action === 'restrict' ? '' : ` ON ${event} ${action.toUpperCase()}`
  return `CONSTRAINT ${quote(fk.name)} FOREIGN KEY ${list(fk.columns)} REFERENCES ${tableSql(fk.references)} ${list(fk.referencedColumns)}${rule('DELETE', fk.onDelete)}${rule('UPDATE', fk.onUpdate)}`
}
