/** A pair of schemas of the corpus. */
import type { Rename } from '../../src/diff/rename-map.ts'

export interface Pair {
  readonly name: string
  readonly from: string
  readonly to: string
  /** Old name → new name: a table, or `table.column`, or `type=value`. */
  readonly renames?: Readonly<Record<string, string>>
}

/** A pair whose two sides begin alike. */
export function pair(name: string, base: string, from: string, to: string, renames?: Pair['renames']): Pair {
  return { name, from: `${base};\n${from}`, to: `${base};\n${to}`, ...(renames !== undefined && { renames }) }
}

/** The renames in the words of a comparison of one schema. */
export function renamesOf(p: Pair, schema: string): Rename[] {
  return Object.entries(p.renames ?? {}).map(([old, to]) => {
    const [name, value] = old.split('=')
    const [table, column] = name.split('.')
    return {
      table: { schema, name: table },
      to,
      ...(column !== undefined && { column }),
      ...(value !== undefined && { value }),
    }
  })
}

/** The same, the other way round. */
export function wayBack(p: Pair): Pair {
  const tables = new Map(Object.entries(p.renames ?? {}).filter(([old]) => !/[.=]/.test(old)))
  const renames = Object.entries(p.renames ?? {}).map(([old, to]) => {
    const [name, value] = old.split('=')
    const [table, column] = name.split('.')
    const home = tables.get(table) ?? table
    if (value !== undefined) return [`${home}=${to}`, value]
    return column === undefined ? [to, table] : [`${home}.${to}`, column]
  })
  return { name: p.name, from: p.to, to: p.from, renames: Object.fromEntries(renames) }
}
