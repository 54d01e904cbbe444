/** Chooses, once a column, how its values become wire fields. */
import { encoder } from '../../core/encode.ts'
import type { WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { WireType } from '../../core/wire.ts'
import type { Field } from './driver.ts'
import { momentWriter, timeWriter } from './encode-moment.ts'
import { bitsToNumber, decimalWriter, type FieldWriter, floatWriter, intWriter } from './encode-plain.ts'
import { bitsWriter, bytesWriter, geometryWriter, textWriter } from './encode-text.ts'
import { skipper, valueText } from './packet.ts'
import { fieldKind } from './protocol.ts'

const nothing: FieldWriter = (w, _, at) => {
  w.null()
  return at
}

function quickWriter(field: Field, column: WireColumn): FieldWriter | null {
  const { wire } = column
  const plain = column.expression === undefined ? column.column.type.logical.kind : undefined
  switch (fieldKind(field)) {
    case 'int':
      return intWriter(field, wire)
    case 'float':
      return floatWriter(field, wire)
    case 'decimal':
      return decimalWriter(wire)
    case 'moment':
      return momentWriter(wire)
    case 'time':
      return timeWriter(wire)
    case 'bits':
      return bitsWriter(wire, field.columnLength) ?? bitsToNumber(wire)
    case 'geometry':
      return geometryWriter(wire)
    case 'bytes':
      return bytesWriter(wire)
    case 'text':
      return textWriter(wire, { json: plain === 'json', set: column.column.type.logical.kind === 'set' })
    case 'null':
      return nothing
  }
}

/** Decimals and floats with a fraction of zeros are whole numbers. */
function asWhole(text: string): string {
  return /^-?\d+\.0*$/.test(text) ? text.slice(0, text.indexOf('.')) : text
}

/** Any value through its canonical text. */
function slowWriter(field: Field, wire: WireType): FieldWriter {
  const skip = skipper(field)
  const text = valueText(field)
  const encode = encoder(wire)
  const whole = wire.kind === 'int2' || wire.kind === 'int4' || wire.kind === 'int8' || wire.kind === 'bool'
  return (w, b, at) => {
    const value = text(b, at)
    encode(w, whole ? asWhole(value) : value)
    return skip(b, at)
  }
}

/** The writer of a column. Throws UNSUPPORTED where values of this kind have no such form. */
export function fieldWriter(field: Field, column: WireColumn): FieldWriter {
  const quick = quickWriter(field, column)
  if (quick !== null) return quick
  const kind = fieldKind(field)
  if (kind === 'bytes' || kind === 'geometry') {
    throw new NaruError('UNSUPPORTED', `column ${column.name} cannot be read as ${column.wire.kind}`)
  }
  return slowWriter(field, column.wire)
}
