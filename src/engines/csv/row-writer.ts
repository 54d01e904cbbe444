/** Wire tuples → lines, byte by byte. In CSV NULL is an empty field, an empty text is `""`, bytes are `\x` and hexadecimal digits. */
import { asciiWriter } from '../../core/decode.ts'
import type { WireType } from '../../core/wire.ts'
import { ByteWriter } from '../../core/writer.ts'
import { literalFromArray, mapArray } from './array-literal.ts'
import type { Form } from './form.ts'
import { appendGuarded, appendShown, isLongNumber } from './guard.ts'
import { toElement } from './postgres-text.ts'
import { type Append, appendHex, byte, FALSE, LF, type RowWriter, SAFE, spans, TRUE } from './tuples.ts'

const CR = 0x0d
const [BACKSLASH, POINT] = [0x5c, 0x2e]
const CRLF = Buffer.from('\r\n')

/** What the writers of fields need to know of a file's form. */
interface Marks {
  readonly delimiter: number
  readonly quote: number
  /** What stands for NULL, so that the same text goes in quotes; empty where nothing does. */
  readonly nullText: Uint8Array
  readonly spelling: Form['spelling']
}

function marksOf(form: Form): Marks {
  return {
    delimiter: form.delimiter.charCodeAt(0),
    quote: form.quote.charCodeAt(0),
    nullText: Buffer.from(form.null ?? '', 'utf8'),
    spelling: form.spelling,
  }
}

/** A writer of tuples of these wires; `order` names for each column of the file the tuple's field, −1 = none. */
export function rowWriter(wires: readonly WireType[], order: readonly number[], form: Form): RowWriter {
  const marks = marksOf(form)
  const append = wires.map((wire) => appender(wire, marks))
  const starts = new Int32Array(wires.length)
  const ends = new Int32Array(wires.length)
  const windows = form.spelling === 'excel'
  return {
    rows(w, bytes, rows) {
      let at = 0
      for (let n = 0; n < rows; n++) {
        at = spans(bytes, at, starts, ends)
        for (let i = 0; i < order.length; i++) {
          const field = order[i]
          if (i > 0) byte(w, marks.delimiter)
          if (field >= 0 && ends[field] >= 0) append[field](w, bytes, starts[field], ends[field])
          else if (marks.nullText.length > 0) w.raw(marks.nullText)
        }
        if (windows) w.raw(CRLF)
        else byte(w, LF)
      }
    },
  }
}

/** The line of column names, with a byte order mark where spreadsheets want one; nothing of the names where the form has no header. */
export function headerLine(columns: readonly string[], form: Form): Buffer {
  const marks = marksOf(form)
  const w = new ByteWriter(256)
  if (form.spelling === 'excel') w.raw(Buffer.from('\ufeff', 'utf8'))
  if (form.header) {
    columns.forEach((name, i) => {
      if (i > 0) byte(w, marks.delimiter)
      const bytes = Buffer.from(name, 'utf8')
      appendText(w, bytes, 0, bytes.length, marks)
    })
    w.raw(form.spelling === 'excel' ? CRLF : Buffer.from('\n'))
  }
  return Buffer.from(w.bytes.subarray(0, w.at))
}

function appender(wire: WireType, m: Marks): Append {
  if (wire.kind === 'bool') return (w, bytes, start) => w.raw(bytes[start] === 0 ? FALSE : TRUE)
  if (wire.kind === 'bytea') return safely(appendHex, m)
  if (wire.kind === 'text')
    return m.spelling === 'excel' ? guarded(m) : (w, b, start, end) => appendText(w, b, start, end, m)
  if (wire.kind === 'json') return (w, bytes, start, end) => appendText(w, bytes, start, end, m)
  const write = asciiWriter(wire)
  if (wire.kind === 'array' && m.spelling === 'postgres') return checked(asLiteral(write, toElement(wire)), m)
  if (m.spelling === 'excel' && LONG.has(wire.kind)) return checked(shown(write), m)
  return SAFE.has(wire.kind) ? safely(write, m) : checked(write, m)
}

/** Numbers that a spreadsheet may round. */
const LONG: ReadonlySet<string> = new Set(['int8', 'numeric'])

/** Writes what never needs quotes, unless somebody chose a delimiter that such values hold. */
function safely(write: Append, m: Marks): Append {
  const usual = /^[,;|\t\x01-\x1f]$/.test(String.fromCharCode(m.delimiter)) && m.quote === 0x22
  return usual && m.nullText.length === 0 ? write : checked(write, m)
}

/** Writes a text, and once more in quotes where it needs them. */
function checked(write: Append, m: Marks): Append {
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    const text = w.bytes.subarray(from, w.at)
    if (plain(text, 0, text.length, m)) return
    const copy = Buffer.from(text)
    w.at = from
    appendText(w, copy, 0, copy.length, m)
  }
}

const guarded = (m: Marks): Append => checked(appendGuarded, m)

/** A long number, shown digit for digit. */
function shown(write: Append): Append {
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    if (!isLongNumber(w.bytes, from, w.at)) return
    const text = Buffer.from(w.bytes.subarray(from, w.at))
    w.at = from
    appendShown(w, text, 0, text.length)
  }
}

function asLiteral(write: Append, element: ((text: string) => string) | null): Append {
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    const json = Buffer.from(w.bytes.subarray(from, w.at)).toString('utf8')
    w.at = from
    w.raw(Buffer.from(literalFromArray(element === null ? json : mapArray(json, element)), 'utf8'))
  }
}

/**
 * Whether a text needs no quotes: not empty, no delimiter, quote or line end, not what stands for NULL, not the `\.` that ends PostgreSQL's
 * COPY, and no byte order mark that would be taken for the file's.
 */
function plain(bytes: Uint8Array, start: number, end: number, m: Marks): boolean {
  if (start === end || (bytes[start] === 0xef && bytes[start + 1] === 0xbb)) return false
  if (bytes[start] === BACKSLASH && end - start === 2 && bytes[start + 1] === POINT) return false
  const { delimiter, quote } = m
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c === delimiter || c === quote || c === LF || c === CR) return false
  }
  return m.nullText.length === 0 || Buffer.compare(bytes.subarray(start, end), m.nullText) !== 0
}

/** A text, in quotes where it needs them. */
function appendText(w: ByteWriter, bytes: Uint8Array, start: number, end: number, m: Marks): void {
  if (plain(bytes, start, end, m)) {
    w.raw(bytes, start, end)
    return
  }
  w.ensure(2 * (end - start) + 2)
  const { quote } = m
  const out = w.bytes
  let o = w.at
  out[o++] = quote
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c === quote) out[o++] = quote
    out[o++] = c
  }
  out[o++] = quote
  w.at = o
}
