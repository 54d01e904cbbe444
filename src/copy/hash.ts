/** The hash by which a resumed copy knows its source and its casts again. */
import { createHash } from 'node:crypto'
import type { CopyOptions } from '../core/options.ts'
import type { Table } from '../core/schema.ts'
import { canonical } from '../diff/canonical.ts'

/**
 * SHA-256 of the structure of the source tables (not of rows, sizes or counters) and of what the user chose for names and types. The
 * same before and after rows have moved.
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

function structure(table: Table): string {
  const { rows: _rows, bytes: _bytes, counter: _counter, options, ...rest } = table
  const steady = Object.entries(options).filter(([name]) => !/auto_?increment|rows|size|time/i.test(name))
  return canonical({ ...rest, options: Object.fromEntries(steady) })
}
