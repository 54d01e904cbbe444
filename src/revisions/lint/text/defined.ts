/** What a statement defines, wherever it does: columns, keys and names. */
import type { ObjectName } from '../../../core/schema.ts'
import type { ColumnText } from './column.ts'
import type { Placed, PlacedName } from './cursor.ts'
import type { PlacedKey } from './key.ts'
import type { ReadStatement } from './statement.ts'

/** The table that CREATE TABLE or ALTER TABLE is about; null: another statement. */
export function definedTable({ act }: ReadStatement): ObjectName | null {
  return act.kind === 'create-table' || act.kind === 'alter-table' ? act.table.name : null
}

/** Columns that CREATE TABLE or ALTER TABLE defines, new or anew. */
export function definedColumns({ act }: ReadStatement): readonly ColumnText[] {
  if (act.kind === 'create-table') return act.columns
  if (act.kind !== 'alter-table') return []
  return act.clauses.flatMap((c) => ('column' in c && 'tokens' in c.column ? [c.column] : []))
}

/** Keys that CREATE TABLE, ALTER TABLE or CREATE INDEX defines beside the columns. */
export function definedKeys({ act }: ReadStatement): readonly PlacedKey[] {
  if (act.kind === 'create-table') return act.keys
  if (act.kind === 'create-index') return [{ key: act.key, from: act.table.from, to: act.table.to }]
  if (act.kind !== 'alter-table') return []
  return act.clauses.flatMap((c) => (c.kind === 'add-key' ? [{ key: c.key, ...c.place }] : []))
}

/** Names that the statement gives to something new, or anew. */
export function givenNames(statement: ReadStatement): readonly PlacedName[] {
  const { act } = statement
  const own = (name: { readonly name: ObjectName } & Placed): PlacedName => ({
    name: name.name.name,
    from: name.from,
    to: name.to,
  })
  const keys = definedKeys(statement).flatMap(({ key }) => key.name ?? [])
  const columns = definedColumns(statement).map((c) => ({ name: c.name, from: c.nameAt.from, to: c.nameAt.to }))
  const names = [...columns, ...keys]
  if (act.kind === 'create-table') return [own(act.table), ...names]
  if (act.kind === 'create-object') return act.name === null ? names : [own(act.name), ...names]
  if (act.kind === 'rename-table') return act.pairs.map((p) => own(p.to))
  if (act.kind !== 'alter-table') return names
  const renamed = act.clauses.flatMap((c) =>
    c.kind === 'rename-table' ? [own(c.to)] : c.kind === 'rename-column' ? [c.to] : [],
  )
  return [...names, ...renamed]
}
