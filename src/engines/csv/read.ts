/** Rows of a file as wire batches, one stream a file or a part of it. Lines that are no rows of the table are rejects. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Batch, CellReject, ReadOptions, RowSource, SourceOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type Key, type KeyRange, listedKeys } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import { skipRow } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { isDirect } from './bytes.ts'
import { flatFile, indexFile, type KeyIndex, rowsInRange } from './key-index.ts'
import { type KeyOrder, keyOrder } from './key-order.ts'
import { folderTable } from './origin.ts'
import type { RecordFile } from './record-file.ts'
import { type Reader, readerOf, writeRecord } from './record-row.ts'
import { readDescription } from './sidecar.ts'
import { openTableFile, type Place, type TableFile } from './table-file.ts'

/** The rows of a table. Throws UNSUPPORTED for expressions and predicates: a file takes no SQL. */
export function openSource(place: Place, table: Table, columns: readonly WireColumn[], o: SourceOptions): RowSource {
  const sql = o.where ?? columns.find((c) => c.expression !== undefined)?.expression
  if (sql !== undefined) {
    throw new NaruError('UNSUPPORTED', 'a CSV folder takes no SQL', {
      why: `asked for ${sql}`,
      hint: 'Leave --where and policies out, or copy the folder into SQLite first.',
    })
  }
  const open = () => openTableFile(place, folderTable(readDescription(place.folder), table.name))
  return {
    async split({ rows }) {
      const file = await open()
      return file === null ? [{ kind: 'all' }] : splitFile(file, rows)
    },
    async *read(range, options) {
      const file = await open()
      if (file === null) return
      const reader = readerOf(place, file, columns)
      const keys = listedKeys(range)
      if (keys !== null) yield* readListed(reader, keyOrder(columns, o.key ?? []), keys, options)
      else if (range.kind === 'key' && o.key !== null)
        yield* readOrdered(reader, keyOrder(columns, o.key), range, options)
      else yield* readRange(reader, range, options)
    },
    async count() {
      const file = await open()
      return file === null ? 0n : countRecords(file)
    },
  }
}

async function countRecords(file: TableFile): Promise<bigint> {
  await using records = await file.records()
  let n = 0
  for (;;) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) return BigInt(n)
    n++
  }
}

/** A place in a file, as physical ranges name it: byte offset and line. */
function parsePlace(text: string | null): { offset: number; line: number } | undefined {
  if (text === null || text === '') return undefined
  const [offset, line] = text.split(':').map(Number)
  return { offset, line }
}

/** Cuts the file where a record ends, every so many records; one that is packed or of another character set has no places to go to. */
async function splitFile(file: TableFile, rows: number): Promise<KeyRange[]> {
  if (!isDirect({ ...file.place, encoding: file.header.encoding })) return [{ kind: 'all' }]
  await using records = await file.records()
  const { scanner } = records
  const cuts: string[] = []
  for (let n = 1; ; n++) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) break
    if (n % rows === 0 && scanner.end < file.length) cuts.push(`${scanner.end}:${scanner.line + scanner.lines}`)
  }
  if (cuts.length === 0) return [{ kind: 'all' }]
  const ends = ['', ...cuts]
  return ends.map((from, i): KeyRange => ({ kind: 'physical', from, to: ends[i + 1] ?? null }))
}

/** Buffers of batches that were released. */
function bufferPool(size: number): { take(): ByteWriter; give(w: ByteWriter): void } {
  const start = Math.min(size, 64 * 1024 * 1024) + 65_536
  const free: ByteWriter[] = []
  return {
    take: () => free.pop() ?? new ByteWriter(start),
    give(w) {
      if (free.length < 3 && w.bytes.length <= 2 * start && !free.includes(w)) free.push(w)
    },
  }
}

async function* readRange(reader: Reader, range: KeyRange, o: ReadOptions): AsyncGenerator<Batch> {
  const ends = range.kind === 'physical' ? range : { from: '', to: null }
  await using records = await reader.file.records(parsePlace(ends.from), parsePlace(ends.to)?.offset)
  const pool = bufferPool(o.bytes)
  for (let more = true; more && !o.signal?.aborted; ) {
    const w = pool.take()
    const filled = await fill(reader, records, w, o)
    more = filled.more
    if (filled.read === 0) return
    yield batchOf(filled, w, null, () => pool.give(w))
    await turn()
  }
}

/** A key as a text that is the same for numbers and for their digits. */
function keyText(key: Key): string {
  return JSON.stringify(key.map((v) => (v instanceof Uint8Array ? Buffer.from(v).toString('hex') : String(v))))
}

/** Rows of these keys, as they lie. Lines that are no rows of the table have no key. */
async function* readListed(
  reader: Reader,
  order: KeyOrder,
  keys: readonly Key[],
  o: ReadOptions,
): AsyncGenerator<Batch> {
  const wanted = new Set(keys.map(keyText))
  for await (const batch of readRange(reader, { kind: 'all' }, o)) {
    const { bytes } = batch
    let rows = 0
    let kept = 0
    for (let at = 0; at < bytes.length; ) {
      const end = skipRow(bytes, at)
      if (wanted.has(keyText(order.read(bytes, at)))) {
        bytes.copyWithin(kept, at, end)
        kept += end - at
        rows++
      }
      at = end
    }
    if (rows === 0) batch.release()
    else yield { bytes: bytes.subarray(0, kept), rows, last: null, rejects: [], release: () => batch.release() }
  }
}

interface Filled {
  readonly read: number
  readonly rejects: readonly CellReject[]
  readonly more: boolean
}

function batchOf(filled: Omit<Filled, 'more'>, w: ByteWriter, last: Key | null, release: () => void): Batch {
  const { rejects, read } = filled
  return { bytes: w.bytes.subarray(0, w.at), rows: read - rejects.length, last, rejects, release }
}

async function fill(reader: Reader, records: RecordFile, w: ByteWriter, o: ReadOptions): Promise<Filled> {
  const rejects: CellReject[] = []
  let read = 0
  w.at = 0
  while (read < o.rows && w.at < o.bytes) {
    const found = records.next()
    if (!(typeof found === 'boolean' ? found : await found)) return { read, rejects, more: false }
    const reject = writeRecord(reader, records.scanner, w)
    if (reject !== null) rejects.push(reject)
    read++
  }
  return { read, rejects, more: true }
}

/** A key range: lines that are no rows come with the range that has no beginning. */
async function* readOrdered(
  reader: Reader,
  order: KeyOrder,
  range: Extract<KeyRange, { kind: 'key' }>,
  o: ReadOptions,
): AsyncGenerator<Batch> {
  const index: KeyIndex = await indexFile(reader.file, (s, w) => writeRecord(reader, s, w), order)
  const pool = bufferPool(o.bytes)
  let rejects = range.after === null ? index.rejects : []
  await using flat = await flatFile(reader.file)
  const rows = rowsInRange({ ...reader.file, flat: flat.path }, index, order, range)
  try {
    for (let more = true; more && !o.signal?.aborted; ) {
      const w = pool.take()
      w.at = 0
      let read = rejects.length
      let last: Key | null = null
      while (read < o.rows && w.at < o.bytes) {
        const row = rows.next()
        more = !row.done
        if (row.done) break
        writeRecord(reader, row.value.scanner, w)
        last = row.value.key
        read++
      }
      if (read === 0) return
      yield batchOf({ read, rejects }, w, last, () => pool.give(w))
      rejects = []
      await turn()
    }
  } finally {
    rows.return?.(undefined)
  }
}
