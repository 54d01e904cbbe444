/**
 * How columns travel: the wire type of a column type, whether the server's own binary form is that wire form, and the SQL that turns
 * a column into a wire form which is not its own.
 */
import type { ColumnType } from '../../core/schema.ts'
import { ELEMENT_OID, type WireKind, type WireType } from '../../core/wire.ts'
import { parseType } from './types.ts'

/** Opaque types whose binary form is the same in every database: no object ids, no version of an extension in it. */
const STABLE = new Set(
  `"char" box cid circle cube daterange datemultirange halfvec hstore int4multirange int4range int8multirange int8range jsonpath
  line lquery lseg ltree ltxtquery macaddr macaddr8 nummultirange numrange oid path pg_lsn pg_snapshot point polygon seg sparsevec
  tid tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot vector xid xid8`.split(/\s+/),
)

/** Of these the types that extensions bring: their ids, which arrays carry, differ from database to database. */
const BROUGHT = new Set(['halfvec', 'hstore', 'lquery', 'ltree', 'ltxtquery', 'sparsevec', 'vector', 'cube', 'seg'])

function localName(native: string): string {
  return native.replace(/^[a-z_][a-z0-9_]*\./, '').replace(/\(.*\)$/, '')
}

function elementOf(type: ColumnType): ColumnType | null {
  if (type.logical.kind !== 'array') return null
  const native = /\[\]$/.test(type.native) ? type.native.slice(0, -2) : ''
  return { native, logical: type.logical.of }
}

/** Arrays carry the object id of their elements' type: that of a built-in type is the same everywhere. */
function arrayWire(type: ColumnType, element: ColumnType): WireType {
  const of = wireOf(element)
  if (of.kind === 'raw') {
    return BROUGHT.has(localName(element.native))
      ? { kind: 'array', of: { kind: 'text' } }
      : { kind: 'raw', native: type.native }
  }
  // varchar[], char(n)[], name[] and bit(n)[] have other ids than text[] and varbit[], just as stable.
  if (/^(character|name|bpchar|bit\(|bit$)/.test(element.native)) return { kind: 'raw', native: type.native }
  return ELEMENT_OID[of.kind] === undefined ? { kind: 'text' } : { kind: 'array', of }
}

/** The wire type of a column type of PostgreSQL. */
export function wireOf(type: ColumnType): WireType {
  const { logical, native } = type
  switch (logical.kind) {
    case 'bool':
    case 'date':
    case 'uuid':
    case 'interval':
      return { kind: logical.kind }
    case 'inet':
      return { kind: native === 'cidr' ? 'cidr' : 'inet' }
    case 'geometry':
    case 'bytes':
      return { kind: 'bytea' }
    case 'json':
      return { kind: logical.binary ? 'jsonb' : 'json' }
    case 'int':
      return { kind: logical.bits <= 16 ? 'int2' : logical.bits <= 32 ? 'int4' : 'int8' }
    case 'decimal':
      if (native === 'money') return { kind: 'raw', native }
      return logical.scale === undefined ? { kind: 'numeric' } : { kind: 'numeric', scale: logical.scale }
    case 'float':
      return { kind: logical.bits === 32 ? 'float4' : 'float8' }
    case 'bits':
      return logical.varying || logical.length === undefined ? { kind: 'bit' } : { kind: 'bit', length: logical.length }
    case 'text':
      return logical.fixed ? { kind: 'text', fixed: true } : { kind: 'text' }
    case 'enum':
      return { kind: 'text' }
    case 'set':
      return { kind: 'array', of: { kind: 'text' } }
    case 'time':
      return { kind: logical.zone ? 'timetz' : 'time' }
    case 'timestamp':
      return { kind: logical.zone ? 'timestamptz' : 'timestamp' }
    case 'array':
      return arrayWire(type, elementOf(type)!)
    case 'opaque':
      return STABLE.has(localName(logical.native)) ? { kind: 'raw', native: logical.native } : { kind: 'text' }
  }
}

/** Whether the server's binary form of the type is the wire form `wireOf` names, so that it needs no cast in either direction. */
export function speaksWire(type: ColumnType): boolean {
  const { logical } = type
  const wire = wireOf(type)
  if (wire.kind === 'text') return logical.kind === 'text' || logical.kind === 'enum'
  if (wire.kind !== 'array') return true
  if (logical.kind === 'set') return true
  const element = elementOf(type)!
  return localName(element.native) !== 'citext' && element.logical.kind !== 'enum' && speaksElement(element)
}

/** A domain's name hides what it is made of, as does an enum's; built-in names say it. */
function speaksElement(element: ColumnType): boolean {
  const known = parseType(element.native)
  return known.logical.kind === element.logical.kind && speaksWire(element)
}

/** The type of PostgreSQL whose binary form a wire type is. */
export function typeOfWire(wire: WireType): string {
  switch (wire.kind) {
    case 'bit':
      return 'varbit'
    case 'array':
      return `${typeOfWire(wire.of)}[]`
    case 'raw':
      return wire.native
    default:
      return wire.kind
  }
}

function sameForm(a: WireType, b: WireType): boolean {
  if (a.kind === 'array' && b.kind === 'array') return sameForm(a.of, b.of)
  if (a.kind === 'raw' && b.kind === 'raw') return a.native === b.native
  if (a.kind === 'numeric' && b.kind === 'numeric') return b.scale === undefined || a.scale === b.scale
  if (a.kind === 'text' && b.kind === 'text') return !a.fixed || b.fixed === true
  return a.kind === b.kind
}

const NUMBERS = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'])
/** Forms of dates and times that can be cast to another. */
const MOMENTS: Readonly<Partial<Record<WireKind, readonly WireKind[]>>> = {
  date: ['date', 'timestamp', 'timestamptz'],
  timestamp: ['date', 'timestamp', 'timestamptz'],
  timestamptz: ['date', 'timestamp', 'timestamptz'],
  time: ['time', 'timetz', 'timestamp', 'timestamptz', 'interval'],
  timetz: ['time', 'timetz', 'timestamptz'],
  interval: ['interval', 'time'],
}
const TEXTS = new Set(['text', 'json', 'jsonb'])

/** Whether PostgreSQL has a cast from one form to another that keeps the meaning. */
function castable(type: ColumnType, from: WireType, to: WireType): boolean {
  if (to.kind === 'text') return true
  // Enums, xml and composites travel as text, but are none.
  if (from.kind === 'text' && (type.logical.kind !== 'text' || type.native === 'xml')) return false
  if (to.kind === 'json' || to.kind === 'jsonb') return type.logical.kind === 'array' || TEXTS.has(from.kind)
  if (to.kind === 'array') return type.logical.kind === 'array' && to.of.kind !== 'raw'
  if (type.native === 'oid' || type.native === 'money') return NUMBERS.has(to.kind) && !/^int[24]$/.test(to.kind)
  if (to.kind === 'raw') return false
  if (to.kind === 'bool') return NUMBERS.has(from.kind)
  if (NUMBERS.has(to.kind)) return NUMBERS.has(from.kind) || from.kind === 'bool' || from.kind === 'text'
  if (to.kind === 'bytea') return from.kind === 'text' || from.kind === 'uuid'
  if (to.kind === 'uuid') return from.kind === 'text' || from.kind === 'bytea'
  if (to.kind === 'inet' || to.kind === 'cidr')
    return from.kind === 'text' || from.kind === 'inet' || from.kind === 'cidr'
  if (to.kind === 'bit') return from.kind === 'bit'
  return from.kind === 'text' || (MOMENTS[to.kind]?.includes(from.kind) ?? false)
}

/** Whether a column of a type can be read as a wire type. */
export function canReadAs(type: ColumnType, wire: WireType): boolean {
  const own = wireOf(type)
  return sameForm(own, wire) || castable(type, own, wire)
}

function textOf(type: ColumnType, from: WireType, sql: string): string {
  // The cast of inet to text adds a /32 that the value's own text does not have.
  if (from.kind === 'inet') return `abbrev(${sql})`
  if (type.logical.kind === 'array') return `to_json(${sql})::text`
  if (from.kind === 'bytea') return `encode(${sql}, 'hex')`
  return `(${sql})::text`
}

/** Zeros after the point are added or left out, other digits never: a value that has more is sent as it is, and seen as different. */
function scaled(type: ColumnType, scale: number, sql: string): string {
  const own = type.logical.kind === 'decimal' ? type.logical.scale : type.logical.kind === 'int' ? 0 : undefined
  const value = type.logical.kind === 'decimal' ? sql : `(${sql})::numeric`
  if (own !== undefined && own <= scale) return `round(${value}, ${scale})`
  const rounded = `round(${value}, ${scale})`
  return `CASE WHEN ${value} = ${rounded} THEN ${rounded} ELSE ${value} END`
}

/** Types that PostgreSQL casts to numbers only by way of another. */
function asNumber(type: ColumnType, from: WireType, wire: WireType, sql: string): string {
  if (!NUMBERS.has(wire.kind)) return sql
  if (from.kind === 'bool') return `(${sql})::int4`
  if (type.native === 'oid') return `(${sql})::int8`
  return type.native === 'money' ? `(${sql})::numeric` : sql
}

function castTo(type: ColumnType, from: WireType, wire: WireType, given: string): string {
  const sql = asNumber(type, from, wire, given)
  switch (wire.kind) {
    case 'text':
      return textOf(type, from, sql)
    case 'json':
    case 'jsonb':
      return type.logical.kind === 'array' ? `to_${wire.kind}(${sql})` : `(${sql})::${wire.kind}`
    case 'numeric':
      return wire.scale === undefined ? `(${sql})::numeric` : scaled(type, wire.scale, sql)
    case 'bool':
      return `(${sql}) <> 0`
    case 'bytea':
      return from.kind === 'uuid' ? `uuid_send(${sql})` : `convert_to(${sql}, 'UTF8')`
    case 'uuid':
      return from.kind === 'bytea' ? `encode(${sql}, 'hex')::uuid` : `(${sql})::uuid`
    default:
      return `(${sql})::${typeOfWire(wire)}`
  }
}

/**
 * The select expression that gives a column in a wire form. `replaced` is true when `sql` is not the plain column: its type is then
 * not known for sure, and is cast in any case.
 */
export function readExpression(type: ColumnType, wire: WireType, sql: string, replaced: boolean): string {
  const own = wireOf(type)
  if (!replaced && sameForm(own, wire)) {
    if (speaksWire(type)) return sql
    if (wire.kind === 'array') return `(${sql})::${typeOfWire(wire)}`
    return wire.kind === 'text' ? `(${sql})::text` : sql
  }
  if (replaced && sameForm(own, wire) && wire.kind !== 'numeric') {
    return wire.kind === 'raw' ? sql : `(${sql})::${wire.kind === 'text' && wire.fixed ? 'bpchar' : typeOfWire(wire)}`
  }
  return castTo(type, own, wire, replaced && wire.kind === 'numeric' ? `(${sql})::numeric` : sql)
}
