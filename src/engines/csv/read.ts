/** Rows of a file as wire batches, one stream a file or a part of it. Lines that are no rows of the table are rejects. */
import { setImmediate as turn } from 'node:timers/promises'
import { CellError } from '../../core/encode.ts'
import type { Batch, CellReject, ReadOptions, RowSource, SourceOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Key, KeyRange } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import { isDirect } from './bytes.ts'
import { type FieldWriter, fieldWriter } from './field.ts'
import { jsonText, unwrapped } from './json-text.ts'
import { flatFile, indexFile, type KeyIndex, rowsInRange } from './key-index.ts'
import { type KeyOrder, keyOrder } from './key-order.ts'
import { folderTable } from './origin.ts'
import { fieldText, type RecordFile } from './record-file.ts'
import { unescaped } from './records.ts'
import { BARE, ESCAPED, JSON_ESCAPED, type Scanner } from './scanner.ts'
import { readDescription } from './sidecar.ts'
import { openTableFile, type Place, type TableFile } from './table-file.ts'

interface Reader {
  readonly file: TableFile
  readonly columns: readonly WireColumn[]
  readonly writers: readonly FieldWriter[]
  /** Where each column is in the file. */
  readonly at: readonly number[]
  /** What stands for NULL beside an empty field. */
  readonly nullText: Buffer | null
  /** NDJSON: columns whose values are JSON themselves. */
  readonly json: readonly boolean[]
}

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
      if (range.kind === 'key' && o.key !== null) yield* readOrdered(reader, keyOrder(columns, o.key), range, options)
      else yield* readRange(reader, range, options)
    },
    async count() {
      const file = await open()
      return file === null ? 0n : countRecords(file)
    },
  }
}

/** Kinds whose values stand in a line of NDJSON as JSON. */
const JSON_KINDS: ReadonlySet<string> = new Set(['json', 'array'])

function readerOf(place: Place, file: TableFile, columns: readonly WireColumn[]): Reader {
  const at = columns.map((c) => file.header.columns.indexOf(c.name))
  const missing = columns[at.indexOf(-1)]
  if (missing !== undefined) {
    throw new NaruError('COLUMN_MISSING', `${file.path} has no column ${missing.name}`, {
      why: `its header is ${file.header.columns.join(', ')}`,
    })
  }
  const { form } = file
  const ndjson = place.asked.format === 'ndjson'
  const held = (name: string) => file.described?.columns.find((c) => c.name === name)
  return {
    file,
    columns,
    writers: columns.map((c) => fieldWriter(c.wire, (held(c.name) ?? c.column).type.logical, form.spelling)),
    at,
    nullText: form.null === undefined || ndjson ? null : Buffer.from(form.null, 'utf8'),
    json: columns.map((c) => ndjson && JSON_KINDS.has((held(c.name) ?? c.column).type.logical.kind)),
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

/** Writes one record as a tuple, or takes it back and says why it is none. */
function writeRecord(reader: Reader, s: Scanner, w: ByteWriter): CellReject | null {
  const { writers, file } = reader
  if (s.trouble !== null) return broken(reader, s, s.trouble)
  if (s.count !== file.header.columns.length) {
    return broken(
      reader,
      s,
      `${s.count} ${s.count === 1 ? 'field' : 'fields'} instead of ${file.header.columns.length}`,
    )
  }
  const start = w.at
  let i = 0
  try {
    w.int16(writers.length)
    for (; i < writers.length; i++) writeField(reader, s, i, w)
    return null
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    w.at = start
    return { key: [BigInt(s.line)], column: reader.columns[i].name, reason: error.message, row: texts(reader, s) }
  }
}

function writeField(reader: Reader, s: Scanner, i: number, w: ByteWriter): void {
  const at = reader.at[i]
  const write = reader.writers[i]
  const start = s.starts[at]
  const end = s.ends[at]
  const form = s.forms[at]
  if (form === BARE && (start === end || isNull(reader, s, start, end))) w.null()
  else if (reader.json[i]) writeJson(s, at, write, w)
  else if (form === ESCAPED) {
    const plain = unescaped(s.bytes, start, end, s.quote)
    write(w, plain, 0, plain.length)
  } else if (form === JSON_ESCAPED) {
    const plain = jsonText(s.bytes, start, end)
    if (plain === null) throw new CellError('a string that is no text')
    write(w, plain, 0, plain.length)
  } else write(w, s.bytes, start, end)
}

/** A JSON value in a line of JSON: its own text, or the text that is wrapped because it cannot stand there. */
function writeJson(s: Scanner, at: number, write: FieldWriter, w: ByteWriter): void {
  const inString = s.forms[at] === BARE ? 0 : 1
  const start = s.starts[at] - inString
  const end = s.ends[at] + inString
  const wrapped = unwrapped(s.bytes, start, end)
  if (wrapped === null) write(w, s.bytes, start, end)
  else write(w, wrapped, 0, wrapped.length)
}

function isNull(reader: Reader, s: Scanner, start: number, end: number): boolean {
  const { nullText } = reader
  return (
    nullText !== null &&
    end - start === nullText.length &&
    s.bytes.compare(nullText, 0, nullText.length, start, end) === 0
  )
}

/** A line that is no record of the table; one that is no record at all stands in place of its first column. */
function broken(reader: Reader, s: Scanner, why: string): CellReject {
  const { columns } = reader
  const line = s.bytes.toString('utf8', s.from, s.to).replace(/\r?\n$/, '')
  const row =
    s.trouble === null ? texts(reader, s) : Object.fromEntries(columns.map((c, i) => [c.name, i === 0 ? line : null]))
  return { key: [BigInt(s.line)], column: columns[0]?.name ?? '', reason: `line ${s.line}: ${why}`, row }
}

function texts(reader: Reader, s: Scanner): Record<string, string | null> {
  return Object.fromEntries(
    reader.columns.map((c, i) => [c.name, reader.at[i] < s.count ? fieldText(s, reader.at[i]) : null]),
  )
}
