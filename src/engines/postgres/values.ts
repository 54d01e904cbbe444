/** Values of query results, parameters and literals. */
import type { Value } from '../../core/engine.ts'

/** A text literal; relies on standard_conforming_strings, which every session pins. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function numberLiteral(value: number): string {
  return Number.isFinite(value) ? String(value) : `'${value}'::double precision`
}

/** A literal for a value. Texts get no type, so that they take that of what they are compared with. */
export function literal(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return numberLiteral(value)
  if (typeof value === 'string') return textLiteral(value)
  return `'\\x${hex(value)}'::bytea`
}

/** Lower-case hex of bytes. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** A parameter in text format. */
export function parameterText(value: Value): string | null {
  if (value === null) return null
  if (value instanceof Uint8Array) return `\\x${hex(value)}`
  return String(value)
}

const OID = { bool: 16, bytea: 17, int8: 20, int2: 21, int4: 23, oid: 26, float4: 700, float8: 701 } as const

/** Text of a result column of a type → value: int8 bigint, smaller integers and floats number, bytea bytes, the rest text. */
export function resultReader(oid: number): (text: string) => Value {
  switch (oid) {
    case OID.bool:
      return (text) => text === 't'
    case OID.int8:
      return BigInt
    case OID.int2:
    case OID.int4:
    case OID.oid:
      return Number
    case OID.float4:
    case OID.float8:
      return (text) => Number(text)
    case OID.bytea:
      return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
    default:
      return (text) => text
  }
}
