/** How columns travel: the wire form that holds every value of a type, and the wire forms that a type can be read as. */
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import type { WireKind, WireType } from '../../core/wire.ts'

/** The smallest signed form that holds all of an integer type; beyond 63 bits numeric. */
function integerWire(bits: number, unsigned: boolean): WireType {
  const need = unsigned ? bits + 1 : bits
  if (need <= 16) return { kind: 'int2' }
  if (need <= 32) return { kind: 'int4' }
  return need <= 64 ? { kind: 'int8' } : { kind: 'numeric', scale: 0 }
}

/** The wire form of a column. */
export function wire(type: ColumnType): WireType {
  const l = type.logical
  switch (l.kind) {
    case 'bool':
      return { kind: 'bool' }
    case 'int':
      return integerWire(l.bits, l.unsigned ?? false)
    case 'decimal':
      return l.scale === undefined ? { kind: 'numeric' } : { kind: 'numeric', scale: l.scale }
    case 'float':
      return { kind: l.bits === 32 ? 'float4' : 'float8' }
    case 'bits':
      return l.length === undefined ? { kind: 'bit' } : { kind: 'bit', length: l.length }
    case 'bytes':
    case 'geometry':
      return { kind: 'bytea' }
    case 'date':
      return { kind: 'date' }
    case 'time':
      return { kind: l.zone ? 'timetz' : 'time' }
    case 'timestamp':
      return { kind: l.zone ? 'timestamptz' : 'timestamp' }
    case 'json':
    case 'uuid':
    case 'inet':
    case 'interval':
      return { kind: l.kind }
    case 'text':
      return l.fixed ? { kind: 'text', fixed: true } : { kind: 'text' }
    default:
      return { kind: 'text' }
  }
}

/** Between two databases of this engine also zero dates, partial dates and times outside of a day come along. */
export function exactWire(type: ColumnType): WireType {
  const plain = wire(type)
  switch (plain.kind) {
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return { ...plain, beyond: true }
    default:
      return plain
  }
}

const NUMBERS: readonly WireKind[] = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'bool', 'text']
const MOMENTS: readonly WireKind[] = ['date', 'timestamp', 'timestamptz', 'text']

/** Texts may hold anything that has a text form; each value is read strictly or its row rejected. */
const FROM_TEXT: readonly WireKind[] = [
  ...NUMBERS,
  ...MOMENTS,
  'time',
  'timetz',
  'interval',
  'uuid',
  'inet',
  'cidr',
  'json',
  'jsonb',
  'bytea',
  'bit',
  'array',
]

const READABLE: Readonly<Record<LogicalType['kind'], readonly WireKind[]>> = {
  bool: NUMBERS,
  int: NUMBERS,
  decimal: NUMBERS,
  float: NUMBERS,
  bits: ['bit', 'bool', 'int2', 'int4', 'int8', 'numeric', 'bytea', 'text'],
  text: FROM_TEXT,
  enum: FROM_TEXT,
  set: ['text', 'array'],
  bytes: ['bytea', 'text', 'uuid', 'json', 'jsonb'],
  geometry: ['bytea'],
  date: ['date', 'timestamp', 'timestamptz', 'text'],
  time: ['time', 'interval', 'text'],
  timestamp: [...MOMENTS, 'time'],
  json: ['json', 'jsonb', 'text', 'array'],
  uuid: ['uuid', 'text', 'bytea'],
  inet: ['inet', 'cidr', 'text'],
  interval: ['interval', 'text'],
  array: ['array', 'json', 'jsonb', 'text'],
  opaque: ['text', 'bytea'],
}

/** Whether a column of the type can be sent in that form, value by value. */
export function canRead(type: ColumnType, to: WireType): boolean {
  if (!READABLE[type.logical.kind].includes(to.kind)) return false
  // Only a binary(16) or varbinary(16) is a uuid.
  if (type.logical.kind === 'bytes' && to.kind === 'uuid') return type.logical.max === 16
  return to.kind !== 'array' || (to.of.kind !== 'array' && to.of.kind !== 'raw')
}
