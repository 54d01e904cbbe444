/**
 * What keeps spreadsheets from taking a text for something else, and can be taken off again: `'` before what they would run as a formula,
 * `="…"` around digits that they would round or shorten.
 */
import type { ByteWriter } from '../../core/writer.ts'

const [EQUALS, PLUS, MINUS, AT, APOSTROPHE, QUOTE, ZERO, NINE, POINT] = [...Buffer.from('=+-@\'"09.')]
const TAB = 9
const CR = 13
/** Digits that a double of a spreadsheet keeps. */
const MOST_DIGITS = 15

/** Whether a text would be run, or looks like one that was guarded against that. */
function isFormula(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start
  while (i < end && bytes[i] === APOSTROPHE) i++
  const c = bytes[i]
  return i < end && (c === EQUALS || c === PLUS || c === MINUS || c === AT || c === TAB || c === CR)
}

/** Digits, perhaps with a point, that would not be shown as they are: too many of them, or zeros in front. */
function isFragile(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false
  let digits = 0
  for (let i = start; i < end; i++) {
    const c = bytes[i]
    if (c >= ZERO && c <= NINE) digits++
    else if (c !== POINT) return false
  }
  const padded = bytes[start] === ZERO && end - start > 1 && bytes[start + 1] !== POINT
  return digits > MOST_DIGITS || (padded && digits > 0)
}

/** The number is longer than a double: `-` may stand in front. */
export function isLongNumber(bytes: Uint8Array, start: number, end: number): boolean {
  return isFragile(bytes, bytes[start] === MINUS ? start + 1 : start, end)
}

/** Appends a text as it is to be shown; nothing of it is quoted yet. */
export function appendGuarded(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  if (isFormula(bytes, start, end)) w.raw(Buffer.from("'"))
  if (isFragile(bytes, start, end)) appendShown(w, bytes, start, end)
  else w.raw(bytes, start, end)
}

/** `="…"`: shown digit for digit. */
export function appendShown(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  w.raw(Buffer.from('="'))
  w.raw(bytes, start, end)
  w.raw(Buffer.from('"'))
}

/** The span of the text itself. */
export function withoutGuard(bytes: Buffer, start: number, end: number): readonly [number, number] {
  if (bytes[start] === APOSTROPHE && isFormula(bytes, start, end)) return [start + 1, end]
  const shown = end - start > 2 && bytes[start] === EQUALS && bytes[start + 1] === QUOTE && bytes[end - 1] === QUOTE
  return shown ? [start + 2, end - 1] : [start, end]
}
