/**
 * Declared types of SQLite: their affinity (https://www.sqlite.org/datatype3.html §3.1), what they mean, and how they travel.
 * SQLite holds nobody to a declared type; the logical type says what the author meant, values are checked one by one.
 */
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { wireOf } from '../../core/wire-of.ts'

/** How SQLite converts what is stored in a column. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

/** The affinity of a declared type. `ANY` (a STRICT table's) converts nothing. */
export function affinity(declared: string): Affinity {
  const type = declared.toUpperCase()
  if (type === '' || type === 'ANY') return 'blob'
  if (type.includes('INT')) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text'
  if (type.includes('BLOB')) return 'blob'
  if (/REAL|FLOA|DOUB/.test(type)) return 'real'
  return 'numeric'
}

interface Declared {
  readonly name: string
  readonly args: readonly number[]
}

function readDeclared(native: string): Declared {
  const match = /^([^(]*)(?:\(([^)]*)\))?(.*)$/s.exec(native)
  const words = `${match?.[1] ?? ''} ${match?.[3] ?? ''}`.toUpperCase()
  const args = (match?.[2] ?? '').split(',').flatMap((a) => (/^\s*\d+\s*$/.test(a) ? [Number(a)] : []))
  return { name: words.trim().replace(/\s+/g, ' '), args }
}

type Reading = (args: readonly number[]) => LogicalType

const int =
  (bits: 8 | 16 | 24 | 32 | 64, unsigned?: true): Reading =>
  () => ({ kind: 'int', bits, ...(unsigned && { unsigned }) })
const text: Reading = ([max]) => (max === undefined || max === 0 ? { kind: 'text' } : { kind: 'text', max })
const bytes: Reading = ([max]) => (max === undefined || max === 0 ? { kind: 'bytes' } : { kind: 'bytes', max })
const plain =
  (type: LogicalType): Reading =>
  () =>
    type
const moment =
  (zone: boolean): Reading =>
  ([fraction]) => ({ kind: 'timestamp', fraction: Math.min(fraction ?? 6, 6), zone })
const clock =
  (zone: boolean): Reading =>
  ([fraction]) => ({ kind: 'time', fraction: Math.min(fraction ?? 6, 6), zone })
const decimal: Reading = ([precision, scale]) =>
  precision === undefined ? { kind: 'decimal' } : { kind: 'decimal', precision, scale: scale ?? 0 }
const opaque = (native: string): Reading => plain({ kind: 'opaque', native })

function table(entries: readonly (readonly [string, Reading])[]): ReadonlyMap<string, Reading> {
  return new Map(entries.flatMap(([names, reading]) => names.split('|').map((name) => [name, reading] as const)))
}

/** Names with a meaning of their own; all others follow their affinity. */
const READINGS = table([
  ['', text],
  ['ANY', text],
  ['BOOLEAN|BOOL', plain({ kind: 'bool' })],
  ['BIT', ([length]) => (length === undefined || length === 1 ? { kind: 'bool' } : { kind: 'int', bits: 64 })],
  ['TINYINT', ([width]) => (width === 1 ? { kind: 'bool' } : { kind: 'int', bits: 8 })],
  ['INT1', int(8)],
  ['SMALLINT|INT2|YEAR', int(16)],
  ['MEDIUMINT|INT3', int(24)],
  ['INT4', int(32)],
  ['TINYINT UNSIGNED|UNSIGNED TINYINT', int(8, true)],
  ['SMALLINT UNSIGNED|UNSIGNED SMALLINT', int(16, true)],
  ['MEDIUMINT UNSIGNED|UNSIGNED MEDIUMINT', int(24, true)],
  ['DECIMAL|NUMERIC|DEC|NUMBER|MONEY|SMALLMONEY|DECIMAL_TEXT', decimal],
  ['DATE', plain({ kind: 'date' })],
  ['DATETIME|DATETIME2|SMALLDATETIME|TIMESTAMP|TIMESTAMP WITHOUT TIME ZONE', moment(false)],
  ['TIMESTAMPTZ|TIMESTAMP WITH TIME ZONE|DATETIMEOFFSET', moment(true)],
  ['TIME|TIME WITHOUT TIME ZONE', clock(false)],
  ['TIMETZ|TIME WITH TIME ZONE', clock(true)],
  ['INTERVAL', plain({ kind: 'interval' })],
  ['JSON|JSON_TEXT|JSONB', plain({ kind: 'json' })],
  ['UUID|GUID|UNIQUEIDENTIFIER', plain({ kind: 'uuid' })],
  ['INET|CIDR', plain({ kind: 'inet' })],
  ['BIT_TEXT', ([length]) => (length === undefined ? { kind: 'bits' } : { kind: 'bits', length })],
  ['VARBIT_TEXT', ([length]) => ({ kind: 'bits', varying: true, ...(length !== undefined && { length }) })],
  ['BINARY|VARBINARY|BYTEA|IMAGE|RAW', bytes],
  ['STRING', text],
  [
    'GEOMETRY|POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION',
    plain({ kind: 'geometry' }),
  ],
  ['VECTOR', opaque('VECTOR')],
])

const BY_AFFINITY: Readonly<Record<Affinity, Reading>> = {
  integer: int(64),
  text,
  blob: bytes,
  real: plain({ kind: 'float', bits: 64 }),
  numeric: decimal,
}

/** What a declared type means; `native` is kept as it was written. */
export function parseType(native: string): ColumnType {
  const { name, args } = readDeclared(native)
  const reading = READINGS.get(name) ?? BY_AFFINITY[affinity(name)]
  return { logical: reading(args), native }
}

/** How a column travels: by its meaning, which for arrays, enums and bit strings is more than its declared type tells. */
export function wire(type: ColumnType): WireType {
  return wireOf(type.logical, ownWire)
}

/** SQLite's integers have 64 bits with a sign, its reals are doubles, its JSON is text. */
function ownWire(t: LogicalType): WireType | null {
  if (t.kind === 'int' && t.bits === 64) return { kind: 'int8' }
  if (t.kind === 'json') return { kind: 'json' }
  return t.kind === 'float' ? { kind: 'float8' } : null
}

/** The wire type in which values keep their storage class: between two SQLite files nothing needs to fit a declared type. */
export const EXACT: WireType = { kind: 'raw', native: 'sqlite' }

const NUMBERS: ReadonlySet<string> = new Set(['bool', 'int', 'decimal', 'float'])
const NUMBER_WIRES: ReadonlySet<string> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'float4',
  'float8',
  'numeric',
  'text',
  'json',
  'jsonb',
])
const BYTE_WIRES: ReadonlySet<string> = new Set(['bytea', 'uuid'])

/**
 * Whether values of a column can be sent in a wire type. Numbers are never read as dates or uuids by themselves (seconds or
 * milliseconds? since when?): that takes an expression. Texts are read as whatever they say.
 */
export function canRead(type: ColumnType, wanted: WireType): boolean {
  if (wanted.kind === 'raw') return wanted.native === 'sqlite'
  const { kind } = type.logical
  if (NUMBERS.has(kind)) return NUMBER_WIRES.has(wanted.kind)
  if (kind === 'bytes' || kind === 'geometry') return BYTE_WIRES.has(wanted.kind)
  if (kind === 'date' || kind === 'timestamp') return ['date', 'timestamp', 'timestamptz', 'text'].includes(wanted.kind)
  if (wanted.kind === 'array') return kind === 'array' || kind === 'json' || kind === 'text'
  return true
}
