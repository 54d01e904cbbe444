/** Reads MySQL's and MariaDB's type names, as `information_schema.columns.column_type` prints them or as people write them. */
import type { ColumnType, LogicalType } from '../../core/schema.ts'

/** A native type taken apart: `decimal(10,2) unsigned` → name decimal, args ['10', '2'], rest 'unsigned'. */
interface Parts {
  readonly name: string
  /** What stands between the parentheses. */
  readonly inside: string | undefined
  readonly rest: string
}

const SHAPE =
  /^\s*([a-z0-9_]+(?:\s+(?:precision|varying))?)\s*(?:\(((?:'(?:[^'\\]|''|\\[\s\S])*'|[^'()])*)\))?\s*([\s\S]*)$/i

function partsOf(native: string): Parts {
  const match = SHAPE.exec(native)
  if (match === null) return { name: native.trim().toLowerCase(), inside: undefined, rest: '' }
  return { name: match[1].toLowerCase().replace(/\s+/g, ' '), inside: match[2], rest: match[3].toLowerCase() }
}

const ESCAPES: Readonly<Record<string, string>> = { 0: '\0', n: '\n', r: '\r', t: '\t', b: '\b', Z: '\x1a' }

/** Undoes `''` and backslash escapes of a quoted text's inside. */
export function unescapeText(inside: string): string {
  return inside.replace(/''|\\([\s\S])/g, (all, c: string | undefined) =>
    c === undefined ? all[0] : (ESCAPES[c] ?? c),
  )
}

/** The labels of `'a','it''s'`. */
export function parseLabels(inside: string): string[] {
  return [...inside.matchAll(/'((?:[^'\\]|''|\\[\s\S])*)'/g)].map((m) => unescapeText(m[1]))
}

/** Labels as `column_type` prints them. */
export function labelList(values: readonly string[]): string {
  const quoted = values.map((v) => {
    const inside = v.replace(/[\\'\0\n\r]/g, (c) =>
      c === "'" ? "''" : `\\${c === '\0' ? '0' : c === '\n' ? 'n' : c === '\r' ? 'r' : c}`,
    )
    return `'${inside}'`
  })
  return quoted.join(',')
}

const INTEGERS: Readonly<Record<string, 8 | 16 | 24 | 32 | 64>> = {
  tinyint: 8,
  int1: 8,
  smallint: 16,
  int2: 16,
  mediumint: 24,
  int3: 24,
  middleint: 24,
  int: 32,
  integer: 32,
  int4: 32,
  bigint: 64,
  int8: 64,
}

const DECIMALS = new Set(['decimal', 'numeric', 'dec', 'fixed'])
const DOUBLES = new Set(['double', 'double precision', 'real', 'float8'])
const FIXED_TEXT = new Set(['char', 'nchar', 'character'])
const VARYING_TEXT = new Set(['varchar', 'nvarchar', 'character varying', 'varcharacter'])
const LONG_TEXT = new Set(['tinytext', 'text', 'mediumtext', 'longtext', 'long', 'long varchar'])
const LONG_BYTES = new Set(['tinyblob', 'blob', 'mediumblob', 'longblob', 'long varbinary'])
const GEOMETRIES = new Set([
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
])

const number = (text: string | undefined, none: number): number => (text === undefined ? none : Number(text))

function numeric({ name, inside, rest }: Parts): LogicalType | null {
  const signed = /unsigned|zerofill/.test(rest) ? { unsigned: true } : {}
  if (name in INTEGERS) return { kind: 'int', bits: INTEGERS[name], ...signed }
  if (DECIMALS.has(name)) {
    const [precision, scale] = (inside ?? '').split(',').map((s) => s.trim())
    return { kind: 'decimal', precision: number(precision || undefined, 10), scale: number(scale, 0), ...signed }
  }
  if (DOUBLES.has(name)) return { kind: 'float', bits: 64, ...signed }
  // float(p) without a second number: more than 24 bits of mantissa make it a double.
  if (name === 'float' || name === 'float4') {
    return { kind: 'float', bits: inside !== undefined && Number(inside) > 24 ? 64 : 32, ...signed }
  }
  if (name === 'year') return { kind: 'int', bits: 16 }
  if (name === 'bit') return { kind: 'bits', length: number(inside, 1) }
  return name === 'bool' || name === 'boolean' ? { kind: 'int', bits: 8 } : null
}

function characters({ name, inside }: Parts): LogicalType | null {
  if (FIXED_TEXT.has(name)) return { kind: 'text', max: number(inside, 1), fixed: true }
  if (VARYING_TEXT.has(name)) return { kind: 'text', max: number(inside, 1) }
  if (LONG_TEXT.has(name)) return { kind: 'text' }
  if (name === 'binary') return { kind: 'bytes', max: number(inside, 1), fixed: true }
  if (name === 'varbinary') return { kind: 'bytes', max: number(inside, 1) }
  if (LONG_BYTES.has(name)) return { kind: 'bytes' }
  if (name === 'enum' || name === 'set') return { kind: name, values: parseLabels(inside ?? '') }
  return null
}

function other({ name, inside }: Parts, native: string): LogicalType {
  const fraction = number(inside, 0)
  if (name === 'date') return { kind: 'date' }
  if (name === 'time') return { kind: 'time', fraction, zone: false }
  if (name === 'datetime') return { kind: 'timestamp', fraction, zone: false }
  if (name === 'timestamp') return { kind: 'timestamp', fraction, zone: true }
  if (name === 'json') return { kind: 'json', binary: true }
  if (name === 'uuid') return { kind: 'uuid' }
  if (name === 'inet4' || name === 'inet6') return { kind: 'inet' }
  if (GEOMETRIES.has(name)) return { kind: 'geometry' }
  return { kind: 'opaque', native: native.trim() }
}

/** A native type with its meaning. `bool` becomes the tinyint(1) that it is; everything else keeps its spelling. */
export function parseType(native: string): ColumnType {
  const parts = partsOf(native)
  const logical = numeric(parts) ?? characters(parts) ?? other(parts, native)
  const own = parts.name === 'bool' || parts.name === 'boolean' ? 'tinyint(1)' : native.trim()
  return { logical, native: own }
}

/** The bare name of a native type: `varchar` of `varchar(10)`. */
export function nativeName(native: string): string {
  return partsOf(native).name
}
