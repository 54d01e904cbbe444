/** Keys and indexes of an altered table. */
import type { Index, KeyConstraint, Table } from '../../../core/schema.ts'
import { indexesOf, indexOfKey, indexSql, partsSql } from '../ddl-index.ts'
import { quote, textLiteral } from '../literal.ts'
import type { ColumnChange } from './columns.ts'
import type { Planning, TableChange } from './names.ts'

export type IndexChange =
  | { readonly kind: 'add'; readonly to: Index }
  | { readonly kind: 'drop'; readonly from: Index }
  | { readonly kind: 'rename'; readonly from: Index; readonly to: Index }
  | { readonly kind: 'hide'; readonly from: Index; readonly to: Index }

/** The primary key's change: what it was and what it is to be; null: none. */
export interface KeyChange {
  readonly from: KeyConstraint | null
  readonly to: KeyConstraint | null
}

/** `PRIMARY KEY (…)` */
export function primaryKeySql(key: KeyConstraint): string {
  const parts = key.parts ?? key.columns.map((column) => ({ column }))
  return `PRIMARY KEY ${partsSql(parts)}${key.comment ? ` COMMENT ${textLiteral(key.comment)}` : ''}`
}

/** Unique keys and indexes are one thing to the server; what is the same under another heading does not change. */
export function indexChanges(p: Planning, change: TableChange, columns: readonly ColumnChange[]): IndexChange[] {
  const pairs = change.edits.flatMap((e): { from: Index | null; to: Index | null }[] => {
    if (e.part === 'unique') return [{ from: e.from && indexOfKey(e.from), to: e.to && indexOfKey(e.to) }]
    return e.part === 'index' ? [{ from: e.from, to: e.to }] : []
  })
  const dropped = new Map(pairs.flatMap((c) => (c.to === null && c.from !== null ? [[c.from.name, c.from]] : [])))
  const added = new Map(pairs.flatMap((c) => (c.from === null && c.to !== null ? [[c.to.name, c.to]] : [])))
  const unmoved = new Set(
    [...added.keys()].filter((name) => {
      const before = dropped.get(name)
      const after = added.get(name)
      return before && after && indexSql(before, change.from) === indexSql(after, change.to)
    }),
  )
  const edited = pairs.flatMap(({ from, to }): IndexChange[] => {
    if (from === null) return to === null || unmoved.has(to.name) ? [] : [{ kind: 'add', to }]
    if (to === null) return unmoved.has(from.name) ? [] : [{ kind: 'drop', from }]
    return altered(p, change, from, to)
  })
  return rebuilt(change, columns, edited)
}

function altered(p: Planning, change: TableChange, from: Index, to: Index): IndexChange[] {
  const same = (a: Index, b: Index) => indexSql(renamedParts(a, change), change.to) === indexSql(b, change.to)
  if (same(from, to)) return []
  if (p.features.renameIndex && same({ ...from, name: to.name }, to)) return [{ kind: 'rename', from, to }]
  if (p.features.hideIndex && from.name === to.name && same({ ...from, invisible: to.invisible }, to))
    return [{ kind: 'hide', from, to }]
  return [
    { kind: 'drop', from },
    { kind: 'add', to },
  ]
}

/** The index as it is called after its columns were renamed. */
function renamedParts(index: Index, { edits }: TableChange): Index {
  const names = new Map(
    edits.flatMap((e) => (e.part === 'column' && e.from && e.to ? [[e.from.name, e.to.name] as const] : [])),
  )
  return {
    ...index,
    parts: index.parts.map((k) => ({ ...k, ...(k.column && { column: names.get(k.column) ?? k.column }) })),
  }
}

/** The changes, where a column that is dropped and added again takes its indexes with it: none over it can keep its entries. */
function rebuilt(change: TableChange, columns: readonly ColumnChange[], edited: readonly IndexChange[]): IndexChange[] {
  const anew = new Set(columns.flatMap((c) => (c.anew && c.to ? [c.to.name] : [])))
  const over = (i: Index) => i.parts.some((k) => k.column !== undefined && anew.has(k.column))
  const again = (from: Index, to: Index): IndexChange[] => [
    { kind: 'drop', from },
    { kind: 'add', to },
  ]
  const known = new Set(edited.map((e) => (e.kind === 'drop' ? e.from.name : e.to.name)))
  const others = indexesOf(change.to).filter((i) => !known.has(i.name) && over(i))
  return [
    ...edited.flatMap((e) => ((e.kind === 'rename' || e.kind === 'hide') && over(e.to) ? again(e.from, e.to) : [e])),
    ...others.flatMap((i) => again(i, i)),
  ]
}

/** The clause of ALTER TABLE. */
export function indexClause(p: Planning, table: Table, c: IndexChange): string {
  switch (c.kind) {
    case 'add':
      return `ADD ${indexSql(c.to, table)}`
    case 'drop':
      return `DROP KEY ${quote(c.from.name)}`
    case 'rename':
      return `RENAME INDEX ${quote(c.from.name)} TO ${quote(c.to.name)}`
    case 'hide':
      return `ALTER INDEX ${quote(c.to.name)} ${hiddenWord(p.features.mariadb, c.to.invisible === true)}`
  }
}

function hiddenWord(mariadb: boolean, hidden: boolean): string {
  if (mariadb) return hidden ? 'IGNORED' : 'NOT IGNORED'
  return hidden ? 'INVISIBLE' : 'VISIBLE'
}
