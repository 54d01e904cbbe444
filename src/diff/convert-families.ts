/** Columns that foreign keys tie together must have one type: they are decided as one family. */
import { displayName, type Table } from '../core/schema.ts'
import { columnKey } from './convert-context.ts'

/** For each column key the keys of its whole family, itself included; columns without ties are missing. */
export function columnFamilies(tables: readonly Table[]): ReadonlyMap<string, readonly string[]> {
  const parent = new Map<string, string>()
  const root = (key: string): string => {
    let at = key
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const present = new Set(tables.map((t) => displayName(t.name)))
  for (const table of tables) {
    for (const fk of table.foreignKeys) {
      if (!present.has(displayName(fk.references))) continue
      fk.columns.forEach((column, i) => {
        const child = columnKey(table.name, column)
        const referenced = columnKey(fk.references, fk.referencedColumns[i] ?? '')
        for (const key of [child, referenced]) if (!parent.has(key)) parent.set(key, key)
        parent.set(root(child), root(referenced))
      })
    }
  }
  const members = new Map<string, string[]>()
  for (const key of parent.keys()) members.set(root(key), [...(members.get(root(key)) ?? []), key])
  return new Map([...parent.keys()].map((key) => [key, members.get(root(key)) ?? []]))
}
