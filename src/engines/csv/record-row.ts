/** A record of a file as a tuple, or why it is none. */
import { CellError } from '../../core/encode.ts'
import type { CellReject, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { type FieldWriter, fieldWriter } from './field.ts'
import { jsonText, unwrapped } from './json-text.ts'
import { fieldText } from './record-file.ts'
import { unescaped } from './records.ts'
import { BARE, ESCAPED, JSON_ESCAPED, type Scanner } from './scanner.ts'
import type { Place, TableFile } from './table-file.ts'

/** What reading a table needs to know of its columns. */
export interface Reader {
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

/** Kinds whose values stand in a line of NDJSON as JSON. */
const JSON_KINDS: ReadonlySet<string> = new Set(['json', 'array'])

/** Throws COLUMN_MISSING for a column that the file has not. */
export function readerOf(place: Place, file: TableFile, columns: readonly WireColumn[]): Reader {
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
    writers: columns.map((c) => fieldWriter(c.wire, (held(c.name) ?? c.column).type, form.spelling)),
    at,
    nullText: form.null === undefined || ndjson ? null : Buffer.from(form.null, 'utf8'),
    json: columns.map((c) => ndjson && JSON_KINDS.has((held(c.name) ?? c.column).type.logical.kind)),
  }
}

/** Writes one record as a tuple, or takes it back and says why it is none. */
export function writeRecord(reader: Reader, s: Scanner, w: ByteWriter): CellReject | null {
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
