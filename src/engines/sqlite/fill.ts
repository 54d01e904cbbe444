/** Rows → the tuples of a batch, rejects beside them. */
import { CellError } from '../../core/encode.ts'
import type { CellReject, WireColumn } from '../../core/engine.ts'
import type { Key } from '../../core/key.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { type Cell, InvalidText } from './cell.ts'
import { shown } from './encode.ts'

export interface Limits {
  readonly bytes: number
  readonly rows: number
}

/** What a batch was filled with. */
export interface Filled {
  /** Rows read, rejected ones included. */
  readonly read: number
  readonly rows: number
  readonly rejects: readonly CellReject[]
  /** Key or rowid of the last row; null without an order. */
  readonly last: Key | null
}

/** Where the rows of a range come from, one batch after the other. */
export interface Feed {
  /** Begins `w` anew and writes rows to it until it is full or they end (`read` 0). */
  fill(w: ByteWriter, limits: Limits): Filled
  close(): void
}

/**
 * Writes rows while `next` goes to another one. `field` writes column i of it and may throw CellError: the row is then taken back, and
 * `reject` says which it was.
 */
export function fillWith(
  w: ByteWriter,
  limits: Limits,
  o: {
    readonly width: number
    next(): boolean
    field(i: number): void
    reject(column: number, reason: string): CellReject
    last(): Key | null
  },
): Filled {
  const rejects: CellReject[] = []
  w.at = 0
  let read = 0
  while (read < limits.rows && w.at < limits.bytes) {
    if (!o.next()) break
    read++
    const start = w.at
    let i = 0
    try {
      w.int16(o.width)
      for (; i < o.width; i++) o.field(i)
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      w.at = start
      rejects.push(o.reject(i, error.message))
    }
  }
  return { read, rows: read - rejects.length, rejects, last: read === 0 ? null : o.last() }
}

/** A row that cannot be sent, for people. */
export function rejectOf(
  columns: readonly WireColumn[],
  row: readonly Cell[],
  o: { readonly key: Key | null; readonly column: number; readonly reason: string },
): CellReject {
  const cells = columns.map((c, i) => [c.name, cellText(row[i])])
  return { key: o.key, column: columns[o.column].name, reason: o.reason, row: Object.fromEntries(cells) }
}

function cellText(value: Cell): string | null {
  if (value === null || typeof value === 'string') return value
  if (value instanceof InvalidText) return shown(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)
}
