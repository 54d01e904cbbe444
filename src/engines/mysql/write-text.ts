/** Wire tuples → the text of LOAD DATA or of a multi-row INSERT, in one pass over the bytes. */
import { CellError } from '../../core/encode.ts'
import { ByteWriter } from '../../core/writer.ts'
import { refused } from './errors.ts'
import type { TextField } from './text-field.ts'

const BACKSLASH = 92
const QUOTE = 39
const TAB = 9
const NEWLINE = 10

/** 1 for bytes that get a backslash in front. */
function escapes(...bytes: number[]): Uint8Array {
  const table = new Uint8Array(256)
  for (const b of bytes) table[b] = 1
  return table
}

const IN_LOAD = escapes(BACKSLASH, TAB, NEWLINE)
const IN_SQL = escapes(BACKSLASH, QUOTE)
const HEX = Buffer.from('0123456789abcdef', 'latin1')

/** From here on it is counted first how much escaping adds, so that a large value does not need twice its room. */
const LARGE = 1 << 16

function copyEscaped(w: ByteWriter, b: Uint8Array, start: number, end: number, table: Uint8Array): void {
  let more = end - start
  if (more > LARGE) for (let i = start; i < end; i++) more += table[b[i]]
  else more *= 2
  w.ensure(more)
  const out = w.bytes
  let o = w.at
  for (let i = start; i < end; i++) {
    const c = b[i]
    if (table[c] === 1) out[o++] = BACKSLASH
    out[o++] = c
  }
  w.at = o
}

const scratch = new ByteWriter(4096)

function appendField(w: ByteWriter, f: TextField, b: Uint8Array, start: number, end: number, table: Uint8Array): void {
  if (f.kind === 'copied') copyEscaped(w, b, start + f.skip, end, table)
  else if (f.kind === 'safe') f.append(w, b, start, end)
  else {
    scratch.at = 0
    f.append(scratch, b, start, end)
    copyEscaped(w, scratch.bytes, 0, scratch.at, table)
  }
}

/** Names the column in the reason that its value was refused for. */
function explain(error: unknown, field: TextField): unknown {
  return error instanceof CellError ? refused(`column ${field.name}: ${error.message}`, error) : error
}

function refuseNull(field: TextField): never {
  throw refused(`column ${field.name} cannot be NULL`)
}

function checkCount(bytes: Uint8Array, at: number, fields: readonly TextField[]): void {
  const count = (bytes[at] << 8) | bytes[at + 1]
  if (count !== fields.length) throw refused(`a row has ${count} fields where ${fields.length} are expected`)
}

/** Lines of tab-separated fields, `\N` for NULL. Throws ROW_REFUSED. */
export function loadText(w: ByteWriter, fields: readonly TextField[], bytes: Uint8Array, rows: number): void {
  let at = 0
  for (let r = 0; r < rows; r++) {
    checkCount(bytes, at, fields)
    at += 2
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]
      const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
      at += 4
      w.ensure(3)
      if (i > 0) w.bytes[w.at++] = TAB
      if (length < 0) {
        if (field.refusesNull) refuseNull(field)
        w.bytes[w.at++] = BACKSLASH
        w.bytes[w.at++] = 78
        continue
      }
      try {
        appendField(w, field, bytes, at, at + length, IN_LOAD)
      } catch (error) {
        throw explain(error, field)
      }
      at += length
    }
    w.ensure(1)
    w.bytes[w.at++] = NEWLINE
  }
}

function hexLiteral(w: ByteWriter, field: TextField, b: Uint8Array, start: number, end: number): void {
  scratch.at = 0
  field.append(scratch, b, start, end)
  const { at: length } = scratch
  w.ensure(length * 2 + 3)
  const out = w.bytes
  out[w.at++] = 120
  out[w.at++] = QUOTE
  for (let i = 0; i < length; i++) {
    out[w.at++] = HEX[scratch.bytes[i] >> 4]
    out[w.at++] = HEX[scratch.bytes[i] & 15]
  }
  out[w.at++] = QUOTE
}

function literalField(w: ByteWriter, field: TextField, b: Uint8Array, start: number, end: number): void {
  if (field.binary) {
    hexLiteral(w, field, b, start, end)
    return
  }
  w.ensure(1)
  w.bytes[w.at++] = QUOTE
  appendField(w, field, b, start, end, IN_SQL)
  w.ensure(1)
  w.bytes[w.at++] = QUOTE
}

/** Appends `(…, …)` of the row at `at`; the offset after it. Throws ROW_REFUSED. */
export function rowLiteral(w: ByteWriter, fields: readonly TextField[], bytes: Uint8Array, start: number): number {
  checkCount(bytes, start, fields)
  let at = start + 2
  w.raw(Buffer.from('('))
  fields.forEach((field, i) => {
    const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
    at += 4
    if (i > 0) w.raw(Buffer.from(','))
    if (length < 0) {
      if (field.refusesNull) refuseNull(field)
      w.raw(Buffer.from('NULL'))
      return
    }
    try {
      literalField(w, field, bytes, at, at + length)
    } catch (error) {
      throw explain(error, field)
    }
    at += length
  })
  w.raw(Buffer.from(')'))
  return at
}
