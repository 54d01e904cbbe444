/**
 * The rows of a file in the order of a key, for whoever asks for a key range. A file has no order of its own, so keys and places of
 * all rows are held in memory: copies and verification never ask for this, they read a file as it lies.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CellReject } from '../../core/engine.ts'
import type { Key, KeyRange } from '../../core/key.ts'
import { ByteWriter } from '../../core/writer.ts'
import { temporaryFolder } from '../../disk/temporary-folder.ts'
import { isDirect, openBytes } from './bytes.ts'
import type { KeyOrder } from './key-order.ts'
import { scannerFor } from './record-file.ts'
import type { Scanner } from './scanner.ts'
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

/** The file's bytes as a scanner sees them, on disk: the file itself, or a temporary one where it is packed or of another character set. */
export async function flatFile(file: TableFile): Promise<AsyncDisposable & { readonly path: string }> {
  const o = { ...file.place, encoding: file.header.encoding, from: 0 }
  if (isDirect(o)) return { path: file.path, async [Symbol.asyncDispose]() {} }
  const folder = await temporaryFolder('flat')
  const path = join(folder, 'rows')
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await using source = await openBytes(o)
    await using out = await open(path, 'w')
    const room = Buffer.allocUnsafe(1024 * 1024)
    for (let n = await source.read(room); n > 0; n = await source.read(room)) await out.write(room, 0, n)
    return { path, [Symbol.asyncDispose]: remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** The rows of a range, in order; each is a scanner that stands on its record. */
export function* rowsInRange(
  file: Pick<TableFile, 'header' | 'place'> & { readonly flat: string },
  index: KeyIndex,
  order: KeyOrder,
  range: Extract<KeyRange, { kind: 'key' }>,
): Generator<{ readonly scanner: Scanner; readonly key: Key }> {
  const fd = openSync(file.flat, 'r')
  try {
    for (const { key, offset, length } of index.rows) {
      if (range.after !== null && order.compare(key, range.after) <= 0) continue
      if (range.upto !== null && order.compare(key, range.upto) > 0) return
      const scanner = scannerFor(file.place, file.header, { offset, line: 0 })
      readSync(fd, scanner.room(length), 0, length, offset)
      scanner.fed(length, true)
      scanner.next()
      yield { scanner, key }
    }
  } finally {
    closeSync(fd)
  }
}
