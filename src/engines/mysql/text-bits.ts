/** Wire fields → the bytes of a BIT column. */
import { asciiWriter } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import type { WireType } from '../../core/wire.ts'
import type { ByteWriter } from '../../core/writer.ts'
import { type Appender, int32 } from './text-moment.ts'

/** bit, left-aligned behind its count, → MySQL's right-aligned bytes. */
const appendBits: Appender = (w, b, start, end) => {
  const count = int32(b, start)
  let value = 0n
  for (let i = start + 4; i < end; i++) value = (value << 8n) | BigInt(b[i])
  value >>= BigInt((end - start - 4) * 8 - count)
  bitBytes(w, value, Math.max(1, (count + 7) >> 3))
}

function bitBytes(w: ByteWriter, value: bigint, size: number): void {
  w.ensure(size)
  for (let i = size - 1; i >= 0; i--) w.bytes[w.at++] = Number((value >> BigInt(i * 8)) & 255n)
}

const boolBits: Appender = (w, b, start) => bitBytes(w, BigInt(b[start]), 1)

/** Numbers into BIT: as bytes, for the server takes digits there for characters. */
function numberBits(wire: WireType): Appender {
  const text = asciiWriter(wire)
  return (w, b, start, end) => {
    const began = w.at
    text(w, b, start, end)
    const digits = w.bytes.toString('latin1', began, w.at)
    w.at = began
    if (!/^\d{1,20}$/.test(digits)) throw new CellError(`'${digits}' is no bit string`)
    bitBytes(w, BigInt(digits), 8)
  }
}

/** '0101' into BIT. */
const textBits: Appender = (w, b, start, end) => {
  const digits = Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('latin1')
  if (!/^[01]{1,64}$/.test(digits)) throw new CellError(`'${digits.slice(0, 48)}' is no bit string`)
  bitBytes(w, BigInt(`0b${digits}`), (digits.length + 7) >> 3)
}

/** How a column of BITs is written. */
export function bitsAppender(wire: WireType): Appender {
  if (wire.kind === 'bit') return appendBits
  if (wire.kind === 'bool') return boolBits
  if (wire.kind === 'text') return textBits
  return wire.kind === 'bytea' ? asciiWriter(wire) : numberBits(wire)
}
