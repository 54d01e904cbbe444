/** Key values: read from packets, written as literals that compare as the column does. */
import type { KeyValue } from '../../core/key.ts'
import type { Column } from '../../core/schema.ts'
import type { Field } from './driver.ts'
import { bytesLiteral, quote, textLiteral } from './literal.ts'
import { nativeName } from './native.ts'
import { dataAt, lengthAt, type Skip, skipper, smallInt, valueText } from './packet.ts'
import { fieldKind, fixedSize, TYPE, UNSIGNED } from './protocol.ts'

/** One value of a key. */
export type KeyReader = (b: Buffer, at: number) => KeyValue

/** How a key column's values are read: integers and bits as bigint, floats as number, binary as bytes, all others as text. */
function keyReader(field: Field): KeyReader {
  const unsigned = (field.flags & UNSIGNED) !== 0
  switch (fieldKind(field)) {
    case 'int': {
      const size = fixedSize(field.columnType)
      if (size === 8) return (b, at) => (unsigned ? b.readBigUInt64LE(at) : b.readBigInt64LE(at))
      return (b, at) => BigInt(smallInt(b, at, size, unsigned))
    }
    case 'float':
      return field.columnType === TYPE.float ? (b, at) => b.readFloatLE(at) : (b, at) => b.readDoubleLE(at)
    case 'bits':
    case 'bytes':
      return bytesReader(fieldKind(field) === 'bits')
    default: {
      const text = valueText(field)
      return (b, at) => text(b, at).replace(/\+00$/, (zone) => (field.columnType === TYPE.timestamp ? '' : zone))
    }
  }
}

function bytesReader(bits: boolean): KeyReader {
  return (b, at) => {
    const length = lengthAt(b, at)
    const bytes = b.subarray(dataAt, dataAt + length)
    return bits ? bytes.reduce((v, byte) => (v << 8n) | BigInt(byte), 0n) : new Uint8Array(bytes)
  }
}

/** The key of a row whose values begin at `at`; `nulls`: offset of the NULL bitmap, whose first two bits are not used. */
export function rowKeyReader(fields: readonly Field[], positions: readonly number[]) {
  const skips: Skip[] = fields.map(skipper)
  const readers = positions.map((p) => keyReader(fields[p]))
  const last = Math.max(...positions)
  const bitmap = (fields.length + 9) >> 3
  return (b: Buffer, start: number): KeyValue[] => {
    const key: KeyValue[] = new Array(positions.length).fill(null)
    let at = start + 1 + bitmap
    for (let i = 0; i <= last; i++) {
      if ((b[start + 1 + ((i + 2) >> 3)] & (1 << ((i + 2) & 7))) !== 0) continue
      const place = positions.indexOf(i)
      if (place >= 0) key[place] = readers[place](b, at)
      at = skips[i](b, at)
    }
    return key
  }
}

const WHOLE = /^[-+]?\d+$/

/** A value of a text key under the column's own collation, so that its index is used. */
function textKey(column: Column, value: string): string {
  const quoted = textLiteral(value)
  const { charset, collation } = column
  if (charset === undefined || collation === undefined || charset === 'utf8mb4') return quoted
  return `CONVERT(${quoted} USING ${charset}) COLLATE ${collation}`
}

/**
 * ENUM and SET sort by number: 1 for the first label, one bit a label. Keys carry the number, for a refused value (0) reads '' as a
 * label of its own may; keys that were taken out of wire rows carry the labels.
 */
export function labelNumber(column: Column, value: bigint | string): bigint {
  const l = column.type.logical
  if (typeof value === 'bigint') return value
  if (l.kind === 'enum') return BigInt(l.values.indexOf(value) + 1)
  if (l.kind !== 'set' || value === '') return 0n
  return value.split(',').reduce((sum, label) => sum | (1n << BigInt(l.values.indexOf(label))), 0n)
}

/** Whether a column sorts by the number of its label. */
function isLabelled(column: Column): boolean {
  const { kind } = column.type.logical
  return kind === 'enum' || kind === 'set'
}

/** A key column as it is read into keys. */
export function keyColumnSql(column: Column): string {
  return isLabelled(column) ? `CAST(${quote(column.name)} AS UNSIGNED)` : quote(column.name)
}

/** A float as a double: without an exponent it would be read as a decimal. */
function floatLiteral(value: number): string {
  return value === 0 ? '0e0' : value.toExponential()
}

/** A key value as a literal that compares exactly with the column. */
export function keyLiteral(column: Column, value: KeyValue): string {
  if (value === null) return 'NULL'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return floatLiteral(value)
  if (value instanceof Uint8Array) return bytesLiteral(value)
  const { kind } = column.type.logical
  if (isLabelled(column)) return String(labelNumber(column, value))
  if (kind === 'bits') return String(BigInt(`0b${value}`))
  if (kind === 'int' || kind === 'bool') return WHOLE.test(value) ? value : textLiteral(value)
  if (kind === 'decimal') return /^-?\d+(\.\d+)?$/.test(value) ? value : textLiteral(value)
  if (kind === 'timestamp') return textLiteral(value.replace(/\+00$/, ''))
  if (kind === 'float') return floatLiteral(Number(value))
  if (kind === 'bytes') return `x'${value}'`
  return kind === 'text' && nativeName(column.type.native) !== 'json' ? textKey(column, value) : textLiteral(value)
}
