/** Renames the other way round. */
import type { Rename } from '../../src/diff/rename-map.ts'

/** What leads back from where these led. */
export function renamesBack(renames: readonly Rename[]): Rename[] {
  const tables = new Map(renames.flatMap((r) => (r.column === undefined ? [[r.table.name, r.to] as const] : [])))
  return renames.map((r) => {
    const table = { name: tables.get(r.table.name) ?? r.table.name }
    return r.column === undefined ? { table, to: r.table.name } : { table, column: r.to, to: r.column }
  })
}
