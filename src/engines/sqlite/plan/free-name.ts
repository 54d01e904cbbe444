/** Names for what stands aside for a moment. */
import type { Schema } from '../../../core/schema.ts'

/** Tables and other objects share their names with indexes and views. */
export function freeName(wanted: string, schemas: readonly Schema[]): string {
  const taken = new Set(
    schemas
      .flatMap((s) => [
        ...s.tables.flatMap((t) => [t.name.name, ...t.indexes.map((i) => i.name)]),
        ...s.others.map((o) => o.name.name),
      ])
      .map((n) => n.toLowerCase()),
  )
  let name = wanted
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${wanted}_${n}`
  return name
}
