/**
 * Types of SQLite → builders of drizzle-orm/sqlite-core. Drizzle has one builder a storage class; the declared type, which SQLite keeps as
 * text only, comes from the sidecar.
 */
import type { Column } from '../core/schema.ts'
import { built, type DrizzleType, sizes } from './drizzle-type.ts'

type Built = Omit<DrizzleType, 'native'>

/** https://www.sqlite.org/datatype3.html, "Determination Of Column Affinity". */
function affinity(native: string): Built {
  if (/int/i.test(native)) return built('integer', 'number')
  if (/char|clob|text/i.test(native)) {
    const [length] = /char/i.test(native) ? sizes(native) : []
    return built('text', 'string', [['length', length]])
  }
  if (native === '' || /blob/i.test(native)) return built('blob', 'other')
  if (/real|floa|doub/i.test(native)) return built('real', 'number')
  // Dates are text in practice, whatever the affinity of their declaration.
  if (/date|time/i.test(native)) return built('text', 'string')
  return built('numeric', 'string')
}

/** The builder for a column of SQLite. */
export function sqliteType(column: Column): DrizzleType {
  return { ...affinity(column.type.native), native: column.type.native }
}
