/** A CSV file as records: opened, its delimiter and header found, read in large pieces. */
import { type FileHandle, open } from 'node:fs/promises'
import { NaruError } from '../../core/error.ts'
import { fileError } from './files.ts'
import { BARE, ESCAPED, openScanner, type Scanner, unescaped } from './records.ts'
import { sniffDelimiter } from './sniff.ts'

const PIECE = 1024 * 1024
const BOM = Buffer.from([0xef, 0xbb, 0xbf])

export interface Header {
  readonly delimiter: number
  /** Column names: empty ones are `column_3`, second ones `name_2`. */
  readonly columns: readonly string[]
  /** Where the rows begin: byte offset and physical line. */
  readonly offset: number
  readonly line: number
}

export interface RecordFile extends AsyncDisposable {
  readonly scanner: Scanner
  /** The next record into the scanner. A blank line between records of several columns is skipped. */
  next(): boolean | Promise<boolean>
}

interface FileOptions {
  /** Bytes of the file that count; the rest is an unfinished chunk. */
  readonly length: number
  readonly from: { readonly offset: number; readonly line: number }
  readonly delimiter: number
  readonly columns: number
}

/** Opens a file for reading. Throws FILE_UNREADABLE. */
async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw fileError(error, `cannot read ${path}`)
  }
}

/** Reads the header, as far as `length`; null for a file without one. Throws UNSUPPORTED for UTF-16. */
export async function readHeader(path: string, length: number, given?: number): Promise<Header | null> {
  await using file = await opened(path)
  const head = Buffer.alloc(Math.min(length, PIECE))
  const { bytesRead } = await file.read(head, 0, head.length, 0)
  const bytes = head.subarray(0, bytesRead)
  if (bytes[0] + bytes[1] === 0x1fd && (bytes[0] === 0xff || bytes[0] === 0xfe)) {
    throw new NaruError('UNSUPPORTED', `${path} is UTF-16`, {
      why: 'CSV folders are read as UTF-8',
      hint: 'Convert it: iconv -f UTF-16 -t UTF-8.',
    })
  }
  const offset = bytes.subarray(0, 3).equals(BOM) ? 3 : 0
  const delimiter = given ?? sniffDelimiter(bytes.subarray(offset), bytesRead >= length)
  await using records = await openRecords(path, { length, from: { offset, line: 1 }, delimiter, columns: 1 })
  if (!(await records.next())) return null
  const { scanner } = records
  if (scanner.trouble !== null)
    throw new NaruError('FILE_UNREADABLE', `the first line of ${path} is no header`, { why: scanner.trouble })
  const names = fieldTexts(scanner).map((name) => name ?? '')
  return { delimiter, columns: distinct(names), offset: scanner.end, line: scanner.line + scanner.lines }
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

/** The fields of a record as texts; null for one that is empty and not in quotes. */
function fieldTexts(s: Scanner): (string | null)[] {
  return Array.from({ length: s.count }, (_, i) => fieldText(s, i))
}

/** One field as text. */
export function fieldText(s: Scanner, i: number): string | null {
  const [start, end, form] = [s.starts[i], s.ends[i], s.forms[i]]
  if (form === BARE && start === end) return null
  return form === ESCAPED ? unescaped(s.bytes, start, end).toString('utf8') : s.bytes.toString('utf8', start, end)
}

/** Opens the records of a file from an offset on. */
export async function openRecords(path: string, o: FileOptions): Promise<RecordFile> {
  const file = await opened(path)
  const scanner = openScanner(o.delimiter, o.from)
  let position = o.from.offset
  const fill = async (): Promise<void> => {
    const size = Math.min(o.length - position, Math.max(PIECE, scanner.waiting()))
    const room = scanner.room(size)
    let got = 0
    while (got < size) {
      const { bytesRead } = await file.read(room, got, size - got, position + got)
      if (bytesRead === 0) throw new NaruError('FILE_UNREADABLE', `${path} became shorter while it was read`)
      got += bytesRead
    }
    position += got
    scanner.fed(got, position >= o.length)
  }
  const blank = () =>
    o.columns > 1 &&
    scanner.count === 1 &&
    scanner.trouble === null &&
    scanner.forms[0] === BARE &&
    scanner.starts[0] === scanner.ends[0]
  const search = async (): Promise<boolean> => {
    for (;;) {
      while (scanner.next()) if (!blank()) return true
      if (position >= o.length && !needsEnd) return false
      needsEnd = false
      await fill()
    }
  }
  // An empty rest still has to be told to the scanner once.
  let needsEnd = true
  return {
    scanner,
    next() {
      while (scanner.next()) if (!blank()) return true
      return search()
    },
    [Symbol.asyncDispose]: () => file.close(),
  }
}
