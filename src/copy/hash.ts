/** The hash by which a resumed copy knows its source and its casts again. */
import { createHash } from 'node:crypto'
import type { CopyOptions } from '../core/options.ts'
import type { Table } from '../core/schema.ts'
import { canonical } from '../diff/canonical.ts'

/**
 * SHA-256 of the structure of the source tables (not of rows, sizes or counters, nor of whose they are, who may read them and what is said
 * about them) and of what the user chose for names and types. The same before and after rows have moved.
 */
export function planHash(tables: readonly Table[], options: CopyOptions): string {
  const structures = tables.map(structure).sort((a, b) => (a < b ? -1 : 1))
  const choices = canonical({
    casts: options.casts ?? [],
    rename: options.rename ?? {},
    caseInsensitive: options.caseInsensitive,
  })
  return createHash('sha256')
    .update(JSON.stringify([structures, choices]))
    .digest('hex')
}

/** What neither the rows nor the target's tables depend on. A GRANT in the source is no reason to begin a copy of days anew. */
const BESIDE: ReadonlySet<string> = new Set(['comment', 'owner', 'grants', 'uses'])

/** Without what stands beside the structure, at every depth; `options` have names of the engine's own and are kept whole. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !BESIDE.has(name))
  return Object.fromEntries(kept.map(([name, part]) => [name, name === 'options' ? part : bare(part)]))
}

/** Two tables have the same where they are built alike. */
export function structure(table: Table): string {
  const { rows: _rows, bytes: _bytes, counter: _counter, options, ...rest } = table
  const steady = Object.entries(options).filter(([name]) => !/auto_?increment|rows|size|time/i.test(name))
  return canonical(bare({ ...rest, options: Object.fromEntries(steady) }))
}
