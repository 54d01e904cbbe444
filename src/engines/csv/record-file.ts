/** A data file as records: opened, its delimiter and header found, read in large pieces. */
import { NaruError } from '../../core/error.ts'
import { type BytesOptions, markedEncoding, openBytes } from './bytes.ts'
import { learnKeys, openJsonScanner } from './json-lines.ts'
import { jsonText } from './json-text.ts'
import { openScanner, unescaped } from './records.ts'
import { BARE, ESCAPED, JSON_ESCAPED, type Scanner } from './scanner.ts'
import { sniffDelimiter } from './sniff.ts'

const PIECE = 1024 * 1024
const BOM = Buffer.from([0xef, 0xbb, 0xbf])
const QUOTE = 0x22

/** Where a file is, and which of its bytes count. */
export interface FilePlace extends Omit<BytesOptions, 'from'> {
  readonly format: 'csv' | 'ndjson'
}

/** What is known of the header before the file is opened. */
export interface HeaderHints {
  /** Byte between fields; undefined: the first lines tell. */
  readonly delimiter?: number
  readonly quote?: number
  /** False: the first line is a row. */
  readonly header?: boolean
  /** Names of the columns, where a description has them. */
  readonly columns?: readonly string[]
}

export interface Header {
  /** NDJSON that naru wrote: each line has all keys. */
  readonly strict?: boolean
  readonly delimiter: number
  readonly quote: number
  /** Column names: empty ones are `column_3`, second ones `name_2`. */
  readonly columns: readonly string[]
  /** Where the rows begin: byte offset and physical line. */
  readonly offset: number
  readonly line: number
  /** The character set that was found or asked for; undefined: UTF-8. */
  readonly encoding?: string
}

export interface RecordFile extends AsyncDisposable {
  readonly scanner: Scanner
  /** The next record into the scanner. A blank line between records of several columns is skipped. */
  next(): boolean | Promise<boolean>
}

/** Reads the header; null for a file without one. Throws FILE_UNREADABLE. */
export async function readHeader(place: FilePlace, hints: HeaderHints): Promise<Header | null> {
  const encoding = place.encoding ?? (await foundEncoding(place))
  const file = encoding === undefined ? place : { ...place, encoding }
  const head = await headOf(file)
  const offset = head.bytes.subarray(0, 3).equals(BOM) ? 3 : 0
  const found = { offset, line: 1, ...(encoding !== undefined && { encoding }) }
  if (place.format === 'ndjson') {
    const columns = hints.columns ?? (await keysOf(file, offset))
    if (columns.length === 0) return null
    return { ...found, delimiter: 0, quote: QUOTE, columns, strict: hints.columns !== undefined }
  }
  const quote = hints.quote ?? QUOTE
  const delimiter = hints.delimiter ?? sniffDelimiter(head.bytes.subarray(offset), head.whole, quote)
  return csvHeader(file, hints, { ...found, delimiter, quote })
}

async function csvHeader(file: FilePlace, hints: HeaderHints, found: Omit<Header, 'columns'>): Promise<Header | null> {
  await using records = await openRecords(file, { ...found, columns: [''] })
  if (!(await records.next()))
    return hints.header === false && hints.columns ? { ...found, columns: hints.columns } : null
  const { scanner } = records
  if (scanner.trouble !== null)
    throw new NaruError('FILE_UNREADABLE', `the first line of ${file.path} is no header`, { why: scanner.trouble })
  if (hints.header === false) {
    const known = hints.columns?.length === scanner.count ? hints.columns : undefined
    return { ...found, columns: known ?? distinct(Array.from({ length: scanner.count }, () => '')) }
  }
  const names = Array.from({ length: scanner.count }, (_, i) => fieldText(scanner, i) ?? '')
  return { ...found, columns: distinct(names), offset: scanner.end, line: scanner.line + scanner.lines }
}

/** UTF-16 says so in its first two bytes. */
async function foundEncoding(place: FilePlace): Promise<string | undefined> {
  await using source = await openBytes({ ...place, from: 0 })
  const head = Buffer.alloc(2)
  const n = await source.read(head)
  return markedEncoding(head.subarray(0, n))
}

async function headOf(place: FilePlace): Promise<{ readonly bytes: Buffer; readonly whole: boolean }> {
  await using source = await openBytes({ ...place, from: 0 })
  const bytes = Buffer.alloc(PIECE)
  let got = 0
  while (got < bytes.length) {
    const n = await source.read(bytes.subarray(got))
    if (n === 0) return { bytes: bytes.subarray(0, got), whole: true }
    got += n
  }
  return { bytes, whole: false }
}

/** The keys of all lines, in the order in which they come first. */
async function keysOf(place: FilePlace, offset: number): Promise<string[]> {
  const keys: string[] = []
  const scanner = learnKeys(keys, offset)
  await using records = await recordsOf(place, scanner, { offset, columns: 2 })
  while (await records.next()) {
    // each line adds the keys that it has
  }
  return keys
}

function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((given, i) => {
    const name = given === '' ? `column_${i + 1}` : given
    let unique = name
    for (let n = 2; taken.has(unique); n++) unique = `${name}_${n}`
    taken.add(unique)
    return unique
  })
}

/** One field as text; null for one that is empty and not in quotes. */
export function fieldText(s: Scanner, i: number): string | null {
  const [start, end, form] = [s.starts[i], s.ends[i], s.forms[i]]
  if (form === BARE && start === end) return null
  if (form === JSON_ESCAPED) return (jsonText(s.bytes, start, end) ?? s.bytes.subarray(start, end)).toString('utf8')
  return form === ESCAPED
    ? unescaped(s.bytes, start, end, s.quote).toString('utf8')
    : s.bytes.toString('utf8', start, end)
}

/** A scanner for the records of a file from a place on. */
export function scannerFor(
  { format }: Pick<FilePlace, 'format'>,
  header: Header,
  from: { readonly offset: number; readonly line: number },
): Scanner {
  return format === 'ndjson'
    ? openJsonScanner(header.columns, header.strict === true, from)
    : openScanner(header.delimiter, from, header.quote)
}

/** Opens the records of a file from where the header says on. */
export async function openRecords(
  place: FilePlace,
  header: Header,
  from: { readonly offset: number; readonly line: number } = header,
): Promise<RecordFile> {
  const file = header.encoding === undefined ? place : { ...place, encoding: header.encoding }
  const scanner = scannerFor(place, header, from)
  return recordsOf(file, scanner, { offset: from.offset, columns: header.columns.length })
}

async function recordsOf(
  place: FilePlace,
  scanner: Scanner,
  o: { readonly offset: number; readonly columns: number },
): Promise<RecordFile> {
  const source = await openBytes({ ...place, from: o.offset })
  let ended = false
  const blank = () =>
    o.columns > 1 &&
    scanner.count === 1 &&
    scanner.trouble === null &&
    scanner.forms[0] === BARE &&
    scanner.starts[0] === scanner.ends[0]
  const search = async (): Promise<boolean> => {
    for (;;) {
      while (scanner.next()) if (!blank()) return true
      if (ended) return false
      const n = await source.read(scanner.room(Math.max(PIECE, scanner.waiting())))
      ended = n === 0
      scanner.fed(n, ended)
    }
  }
  return {
    scanner,
    next() {
      while (scanner.next()) if (!blank()) return true
      return search()
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  }
}
