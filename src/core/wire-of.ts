/** The wire type of a meaning, for engines that hold values as text or loosely: what such a value is read as. */
import type { LogicalType } from './schema.ts'
import type { WireType } from './wire.ts'

/** `own`: where an engine wants another wire type than the usual one; also asked for elements of arrays. */
export function wireOf(t: LogicalType, own: (t: LogicalType) => WireType | null): WireType {
  const special = own(t)
  if (special !== null) return special
  switch (t.kind) {
    case 'int':
      return intWire(t.bits, t.unsigned === true)
    case 'float':
      return { kind: t.bits === 32 ? 'float4' : 'float8' }
    case 'decimal':
      return t.scale === undefined ? { kind: 'numeric' } : { kind: 'numeric', scale: t.scale }
    case 'text':
      return t.fixed ? { kind: 'text', fixed: true } : { kind: 'text' }
    case 'bytes':
    case 'geometry':
      return { kind: 'bytea' }
    case 'bits':
      return t.length === undefined || t.varying ? { kind: 'bit' } : { kind: 'bit', length: t.length }
    case 'json':
      return { kind: t.binary ? 'jsonb' : 'json' }
    case 'timestamp':
      return { kind: t.zone ? 'timestamptz' : 'timestamp' }
    case 'time':
      return t.zone ? { kind: 'timetz' } : { kind: 'time', beyond: true }
    case 'array':
      return { kind: 'array', of: wireOf(t.of, own) }
    case 'enum':
    case 'set':
    case 'opaque':
      return { kind: 'text' }
    default:
      return { kind: t.kind }
  }
}

function intWire(bits: 8 | 16 | 24 | 32 | 64, unsigned: boolean): WireType {
  if (bits === 8 || (bits === 16 && !unsigned)) return { kind: 'int2' }
  if (bits < 32 || (bits === 32 && !unsigned)) return { kind: 'int4' }
  return bits === 64 && unsigned ? { kind: 'numeric', scale: 0 } : { kind: 'int8' }
}
