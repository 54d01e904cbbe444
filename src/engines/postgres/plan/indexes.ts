/** Indexes: made and dropped. */
import type { Step } from '../../../core/change.ts'
import type { Index, Table } from '../../../core/schema.ts'
import { builtTail, indexExtras } from '../ddl-index.ts'
import { isPartitioned } from '../ddl-text.ts'
import { qualified, quote } from '../names.ts'
import { OUTSIDE, type PartContext, partLabel } from './part-context.ts'
import { blocks, duplicates, fails } from './part-hazards.ts'
import { step } from './reference.ts'

/** CREATE INDEX. */
export function addIndex(c: PartContext, index: Index, renames: ReadonlyMap<string, string>): Step[] {
  const { table } = c
  const name = { ...table.name, name: index.name }
  const online = c.online && c.before !== null && !isPartitioned(table)
  const sql = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${online ? 'CONCURRENTLY ' : ''}${quote(index.name)} ON ${qualified(table.name)} ${builtTail(index)}`
  const columns = index.parts.flatMap((p) => (p.column === undefined ? [] : [p.column]))
  const countable = index.unique && columns.length === index.parts.length && index.where === undefined
  const count = countable ? duplicates(c, columns, renames, index.nullsNotDistinct === true) : null
  const unique = index.unique
    ? fails(c, `${table.name.name} (${columns.join(', ')}) becomes unique`, 'rows too many', count)
    : []
  const object = partLabel('index', table.name, index.name)
  const hazards = [...unique, ...(online ? [] : blocks(c, `nobody writes ${table.name.name} while the index is built`))]
  const validIndex = `SELECT 1 AS there FROM pg_index WHERE indisvalid AND indexrelid = to_regclass('${qualified(name).replaceAll("'", "''")}')`
  return [
    step(sql, 'an index', object, { hazards, ...(online && { ...OUTSIDE, done: validIndex }) }),
    ...indexExtras(name, index).map((extra) => step(extra, 'with it', object)),
  ]
}

/** DROP INDEX. */
export function dropIndex(table: Table, index: Index, online: boolean, why: string): Step {
  const name = { ...table.name, name: index.name }
  const apart = online && !isPartitioned(table)
  return step(
    `DROP INDEX ${apart ? 'CONCURRENTLY ' : ''}${apart ? 'IF EXISTS ' : ''}${qualified(name)}`,
    why,
    partLabel('index', table.name, index.name),
    apart ? OUTSIDE : {},
  )
}
