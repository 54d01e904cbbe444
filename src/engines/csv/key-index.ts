/**
 * The rows of a file in the order of a key, for whoever asks for a key range. A file has no order of its own, so keys and places of
 * all rows are held in memory: copies and verification never ask for this, they read a file as it lies.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import type { CellReject } from '../../core/engine.ts'
import type { Key, KeyRange } from '../../core/key.ts'
import { ByteWriter } from '../../core/writer.ts'
import type { KeyOrder } from './key-order.ts'
import { openScanner, type Scanner } from './records.ts'
import type { TableFile } from './table-file.ts'

interface Place {
  readonly key: Key
  readonly offset: number
  readonly length: number
}

export interface KeyIndex {
  readonly rows: readonly Place[]
  /** Lines that are no rows of the table; they have no key. */
  readonly rejects: readonly CellReject[]
}

/** Writes the record of a scanner as a tuple, or says why it is none. */
export type RecordWriter = (s: Scanner, w: ByteWriter) => CellReject | null

/** Reads all keys of a file. */
export async function indexFile(file: TableFile, write: RecordWriter, order: KeyOrder): Promise<KeyIndex> {
  await using records = await file.records()
  const { scanner } = records
  const rows: Place[] = []
  const rejects: CellReject[] = []
  const w = new ByteWriter(4096)
  for (;;) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) break
    w.at = 0
    const reject = write(scanner, w)
    if (reject !== null) rejects.push(reject)
    else rows.push({ key: order.read(w.bytes, 0), offset: scanner.start, length: scanner.end - scanner.start })
  }
  rows.sort((a, b) => order.compare(a.key, b.key) || a.offset - b.offset)
  return { rows, rejects }
}

/** The rows of a range, in order; each is a scanner that stands on its record. */
export function* rowsInRange(
  file: TableFile,
  index: KeyIndex,
  order: KeyOrder,
  range: Extract<KeyRange, { kind: 'key' }>,
): Generator<{ readonly scanner: Scanner; readonly key: Key }> {
  const fd = openSync(file.path, 'r')
  try {
    for (const { key, offset, length } of index.rows) {
      if (range.after !== null && order.compare(key, range.after) <= 0) continue
      if (range.upto !== null && order.compare(key, range.upto) > 0) return
      const scanner = openScanner(file.header.delimiter, { offset, line: 0 })
      readSync(fd, scanner.room(length), 0, length, offset)
      scanner.fed(length, true)
      scanner.next()
      yield { scanner, key }
    }
  } finally {
    closeSync(fd)
  }
}
