/** Two schemas of PostgreSQL under different names, compared as if they had one. */
import { NaruError } from '../core/error.ts'
import type { Schema } from '../core/schema.ts'
import { renameQualifier } from './rename-words.ts'

/** Fields that hold SQL, whose names may be qualified. */
const SQL = new Set(['definition', 'expression', 'where', 'sql', 'native', 'opclass', 'collation'])

/** A part of the model under the new name of its home; `field`: what it is called there. */
function moved(value: unknown, field: string, from: string, to: string): unknown {
  if (typeof value === 'string') return SQL.has(field) ? renameQualifier(value, from, to) : value
  if (value === null || typeof value !== 'object') return value
  // A list's items are what the list is; the entries of options are the engine's own words.
  if (Array.isArray(value)) return value.map((item) => moved(item, field, from, to))
  const entries = Object.entries(value).map(([key, v]) => [key, moved(v, field === 'options' ? 'sql' : key, from, to)])
  const made = Object.fromEntries(entries)
  return made.schema === from && typeof made.name === 'string' ? { ...made, schema: to } : made
}

/** The schema as if its home were called `home`: names, and texts that are qualified by it. */
export function rehomed(schema: Schema, home: string): Schema {
  if (schema.name === home) return schema
  if (![...schema.tables, ...schema.others].some((o) => o.name.schema === schema.name)) return schema
  return { ...(moved(schema, '', schema.name, home) as Schema), name: home }
}

/** Throws USAGE where of one side one schema was read and of the other several: neither can be told in the other's names. */
export function refuseUneven(sides: readonly Schema[]): void {
  const several = sides.filter((s) => s.schemas !== undefined)
  if (several.length === 0 || several.length === sides.length) return
  throw new NaruError('USAGE', 'one side is a single schema, the other several', {
    why: `of one ${sides.find((s) => s.schemas === undefined)?.name} was read, of the other ${several[0].schemas?.join(', ')}`,
    hint: 'Name the same ones on both sides: ?schema=NAME, ?schema=a,b or ?schema=*, or --schema for both.',
    state: 'nothing was changed',
  })
}
