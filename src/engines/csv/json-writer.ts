/**
 * Wire tuples → lines of NDJSON. Numbers that every reader of JSON keeps (up to 32 bits, floats) are numbers; int8 and decimals are
 * strings, for most readers would round them; so is all else but booleans, JSON itself and arrays.
 */
import { asciiWriter } from '../../core/decode.ts'
import type { WireType } from '../../core/wire.ts'
import { appendJson, appendJsonText } from './json-text.ts'
import { type Append, byte, FALSE, LF, type RowWriter, spans, TRUE } from './tuples.ts'

const [QUOTE, CLOSE, ZERO, NINE] = [...Buffer.from('"}09')]
const NULL = Buffer.from('null')

/** A writer of tuples of these wires under these keys; `order` names for each key the tuple's field, −1 = none. */
export function jsonRowWriter(
  wires: readonly WireType[],
  order: readonly number[],
  keys: readonly string[],
): RowWriter {
  const append = wires.map(appender)
  const heads = keys.map((key, i) => Buffer.from(`${i === 0 ? '{' : ','}${JSON.stringify(key)}:`, 'utf8'))
  const starts = new Int32Array(wires.length)
  const ends = new Int32Array(wires.length)
  return {
    rows(w, bytes, rows) {
      let at = 0
      for (let n = 0; n < rows; n++) {
        at = spans(bytes, at, starts, ends)
        for (let i = 0; i < order.length; i++) {
          const field = order[i]
          w.raw(heads[i])
          if (field >= 0 && ends[field] >= 0) append[field](w, bytes, starts[field], ends[field])
          else w.raw(NULL)
        }
        byte(w, CLOSE)
        byte(w, LF)
      }
    },
  }
}

function appender(wire: WireType): Append {
  switch (wire.kind) {
    case 'bool':
      return (w, bytes, start) => w.raw(bytes[start] === 0 ? FALSE : TRUE)
    case 'text':
      return appendJsonText
    case 'int2':
    case 'int4':
      return asciiWriter(wire)
    case 'float4':
    case 'float8':
      return asNumber(asciiWriter(wire))
    case 'bytea':
      return appendEscapedHex
    case 'json':
    case 'jsonb':
    case 'array':
      return rewritten(asciiWriter(wire), appendJson)
    default:
      return rewritten(asciiWriter(wire), appendJsonText)
  }
}

/** `"\\x00ff"`. */
const appendEscapedHex: Append = (w, bytes, start, end) => {
  w.raw(Buffer.from('"\\\\x'))
  w.raw(Buffer.from(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex'), 'latin1'))
  byte(w, QUOTE)
}

/** NaN and the infinities are no numbers of JSON. */
function asNumber(write: Append): Append {
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    const last = w.bytes[w.at - 1]
    if (last >= ZERO && last <= NINE) return
    const text = Buffer.from(w.bytes.subarray(from, w.at))
    w.at = from
    appendJsonText(w, text, 0, text.length)
  }
}

function rewritten(write: Append, again: Append): Append {
  return (w, bytes, start, end) => {
    const from = w.at
    write(w, bytes, start, end)
    const text = Buffer.from(w.bytes.subarray(from, w.at))
    w.at = from
    again(w, text, 0, text.length)
  }
}
