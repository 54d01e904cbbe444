/** Tables that refer to each other in a circle: TypeScript cannot infer their types from each other. */
import { displayName, type ObjectName, type Table } from '../core/schema.ts'

/** Number of the strongly connected component of each table (Tarjan). */
function components(tables: readonly Table[]): Map<string, number> {
  const byName = new Map(tables.map((t) => [displayName(t.name), t]))
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const stack: string[] = []
  const component = new Map<string, number>()
  const visit = (name: string): number => {
    const own = index.size
    index.set(name, own)
    low.set(name, own)
    stack.push(name)
    for (const to of byName.get(name)?.foreignKeys.map((f) => displayName(f.references)) ?? []) {
      if (!byName.has(to) || component.has(to)) continue
      const reached = index.has(to) ? (index.get(to) ?? own) : visit(to)
      low.set(name, Math.min(low.get(name) ?? own, reached))
    }
    if (low.get(name) === own) {
      for (let at = stack.pop(); at !== undefined; at = at === name ? undefined : stack.pop()) component.set(at, own)
    }
    return low.get(name) ?? own
  }
  for (const name of byName.keys()) if (!index.has(name)) visit(name)
  return component
}

/** Whether a foreign key from one table to the other closes a circle (also that of a table to itself). */
export function cyclesOf(tables: readonly Table[]): (from: ObjectName, to: ObjectName) => boolean {
  const component = components(tables)
  return (from, to) => component.get(displayName(from)) === component.get(displayName(to))
}
