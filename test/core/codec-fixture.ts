/** For the codec's tests: one field there and back. */
import { asciiWriter, decoder } from '../../src/core/decode.ts'
import { encoder } from '../../src/core/encode.ts'
import type { WireType } from '../../src/core/wire.ts'
import { ByteWriter } from '../../src/core/writer.ts'

/** The bytes that `write` puts into a field, without its length, which is checked. */
export function fieldOf(write: (w: ByteWriter) => void): Buffer {
  const w = new ByteWriter(1)
  w.raw(Uint8Array.of(7, 7, 7))
  write(w)
  if (w.bytes.readInt32BE(3) !== w.at - 7) throw new Error(`length ${w.bytes.readInt32BE(3)} of ${w.at - 7} bytes`)
  return w.bytes.subarray(7, w.at)
}

/** Text → field bytes. */
export function bytesOf(wire: WireType, text: string): Buffer {
  return fieldOf((w) => encoder(wire)(w, text))
}

/** Field bytes → text, read from the middle of a buffer by both decoders, which must agree. */
export function textOf(wire: WireType, field: Uint8Array): string {
  const bytes = new Uint8Array(field.length + 9).fill(0x5a)
  bytes.set(field, 4)
  const text = decoder(wire)(bytes, 4, 4 + field.length)
  const w = new ByteWriter(1)
  asciiWriter(wire)(w, bytes, 4, 4 + field.length)
  const ascii = w.bytes.toString(wire.kind === 'bytea' ? 'hex' : 'utf8', 0, w.at)
  if (ascii !== text) throw new Error(`asciiWriter says ${ascii}, decoder ${text}`)
  return text
}
