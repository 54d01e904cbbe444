/**
 * The digest of rows that a database can compute by itself. A row's text is its fields' texts with U+001F between them, NULL as U+001E;
 * free text has its length in UTF-8 bytes and a colon in front, so that no two rows share a text. The row's hash is the first 60 bits
 * of the text's SHA-256: sums of it fit every engine's exact numbers. Fields' texts are canonical (core/decode.ts) but for floats.
 */
import { hash } from 'node:crypto'
import { decoder, type FieldText, valueDecoder } from './decode.ts'
import { rowFields, type WireType } from './wire.ts'

/** Stands between two fields. */
const FIELD_SEPARATOR = '\u001f'
/** Stands for NULL. */
const NULL_FIELD = '\u001e'
/** Hexadecimal digits of a row's hash: 60 bits. */
export const HASH_DIGITS = 15

/** Whether a field's text may hold anything, and so is preceded by its length. */
export function isFreeText(wire: WireType): boolean {
  return wire.kind === 'text'
}

/**
 * A float as its shortest digits, spelled as servers can: plain for 1e-15 ≤ |x| < 1e15, otherwise with a signed exponent of at least
 * two digits (`1.5e+19`). A 32-bit float is spelled as the double that it is.
 */
export function floatDigestText(value: number): string {
  const size = Math.abs(value)
  if (value === 0 || !Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (size >= 1e15 || size < 1e-15) return value.toExponential()
  if (size >= 1e-6) return String(value)
  const [mantissa, exponent] = size.toExponential().split('e-')
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - 1)}${mantissa.replace('.', '')}`
}

/** Field → digest text, without the length of free text. */
export function digestText(wire: WireType): FieldText {
  if (wire.kind === 'float4' || wire.kind === 'float8') {
    const value = valueDecoder(wire)
    return (bytes, start, end) => floatDigestText(value(bytes, start, end) as number)
  }
  const text = decoder(wire)
  return wire.kind === 'text' && wire.fixed ? (b, start, end) => text(b, start, end).replace(/ +$/, '') : text
}

/** The hash of the row at an offset, over the fields at these positions. */
export function rowHasher(
  wires: readonly WireType[],
  fields: readonly number[],
): (bytes: Uint8Array, offset: number) => bigint {
  const texts = wires.map(digestText)
  const free = wires.map(isFreeText)
  return (bytes, offset) => {
    const row = rowFields(bytes, offset)
    const parts = fields.map((i) => {
      const field = row[i]
      if (field === null) return NULL_FIELD
      const text = texts[i](field, 0, field.length)
      return free[i] ? `${Buffer.byteLength(text)}:${text}` : text
    })
    return BigInt(`0x${hash('sha256', parts.join(FIELD_SEPARATOR), 'hex').slice(0, HASH_DIGITS)}`)
  }
}
