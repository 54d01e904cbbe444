/** PostgreSQL's type names → meanings. `native` is spelled as format_type spells it, so that it can be compared. */
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import { identParts, plainIdent } from './names.ts'

const ALIASES: Readonly<Record<string, string>> = {
  bool: 'boolean',
  int2: 'smallint',
  smallserial: 'smallint',
  serial2: 'smallint',
  int: 'integer',
  int4: 'integer',
  serial: 'integer',
  serial4: 'integer',
  int8: 'bigint',
  bigserial: 'bigint',
  serial8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  float: 'double precision',
  decimal: 'numeric',
  dec: 'numeric',
  varchar: 'character varying',
  'char varying': 'character varying',
  char: 'character',
  varbit: 'bit varying',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
}

/** Types that PostgreSQL itself knows and that have no closer meaning here. */
const OPAQUE = new Set(
  `"char" aclitem box box2d box3d cid circle cube daterange datemultirange halfvec hstore int4multirange int4range int8multirange
  int8range jsonpath line lquery lseg ltree ltxtquery macaddr macaddr8 nummultirange numrange oid path pg_lsn pg_snapshot
  point polygon refcursor regclass regcollation regconfig regdictionary regnamespace regoper regoperator regproc regprocedure
  regrole regtype seg sparsevec tid tsmultirange tsquery tsrange tstzmultirange tstzrange tsvector txid_snapshot vector xid
  xid8`.split(/\s+/),
)

interface Parts {
  /** Lower-case name without schema, modifier and brackets. */
  readonly name: string
  /** Modifier as written, `10,2`. */
  readonly modifier: string | null
  readonly dimensions: number
}

/** `character varying(10)[]` → its parts. The modifier may stand in the middle: `timestamp(3) with time zone`. */
function split(native: string): Parts {
  const bare = native.trim().replace(/(\s*\[\d*\])+$/, '')
  const dimensions = (native.trim().slice(bare.length).match(/\[/g) ?? []).length
  const match = /^([^("]*?)\s*\(([^)]*)\)\s*(.*)$/.exec(bare)
  const words = match === null ? bare : `${match[1]} ${match[3]}`.trim()
  const parts = identParts(words)
  const local = parts?.length === 2 && words.includes('.') ? plainIdent(parts[1]) : words
  const name = local.startsWith('"') ? local : local.toLowerCase().replace(/\s+/g, ' ')
  const modifier = match === null ? null : match[2].replace(/\s+/g, '')
  return { name: ALIASES[name] ?? name, modifier, dimensions }
}

function numbers(modifier: string | null): number[] {
  return modifier === null ? [] : modifier.split(',').map(Number)
}

function decimal(modifier: string | null): LogicalType {
  const [precision, scale = 0] = numbers(modifier)
  if (precision === undefined) return { kind: 'decimal' }
  // A negative scale rounds to tens, hundreds …: so many digits more in front of the point.
  return scale < 0 ? { kind: 'decimal', precision: precision - scale, scale: 0 } : { kind: 'decimal', precision, scale }
}

function sized(kind: 'text' | 'bytes', max: number | undefined, fixed = false): LogicalType {
  return { kind, ...(max !== undefined && { max }), ...(fixed && { fixed }) }
}

function scalar({ name, modifier }: Parts): LogicalType | null {
  const [size] = numbers(modifier)
  switch (name) {
    case 'boolean':
      return { kind: 'bool' }
    case 'smallint':
      return { kind: 'int', bits: 16 }
    case 'integer':
      return { kind: 'int', bits: 32 }
    case 'bigint':
      return { kind: 'int', bits: 64 }
    case 'numeric':
      return decimal(modifier)
    case 'money':
      return { kind: 'decimal', precision: 19, scale: 2 }
    case 'real':
      return { kind: 'float', bits: 32 }
    case 'double precision':
      return { kind: 'float', bits: size !== undefined && size < 25 ? 32 : 64 }
    case 'character varying':
      return sized('text', size)
    case 'character':
      return sized('text', size ?? 1, true)
    case 'bpchar':
      return sized('text', size, true)
    case 'name':
      return sized('text', 63)
    case 'text':
    case 'citext':
    case 'xml':
      return { kind: 'text' }
    case 'bytea':
      return { kind: 'bytes' }
    case 'uuid':
    case 'date':
      return { kind: name }
    case 'json':
      return { kind: 'json' }
    case 'jsonb':
      return { kind: 'json', binary: true }
    case 'inet':
    case 'cidr':
      return { kind: 'inet' }
    case 'bit':
      return { kind: 'bits', length: size ?? 1 }
    case 'bit varying':
      return { kind: 'bits', ...(size !== undefined && { length: size }), varying: true }
    case 'geometry':
    case 'geography':
      return { kind: 'geometry' }
    default:
      return moment(name, size)
  }
}

function moment(name: string, fraction = 6): LogicalType | null {
  if (name === 'interval' || name.startsWith('interval ')) return { kind: 'interval' }
  const match = /^(time|timestamp) (with|without) time zone$/.exec(name)
  return match && { kind: match[1] as 'time' | 'timestamp', fraction, zone: match[2] === 'with' }
}

/** The name as format_type spells it. */
function canonicalNative(parts: Parts, given: string): string {
  const { name, modifier, dimensions } = parts
  const array = '[]'.repeat(Math.min(dimensions, 1))
  if (scalar(parts) === null || name === 'geometry' || name === 'geography')
    return given.trim().replace(/(\[\d*\])+$/, array)
  if (name === 'double precision' && modifier !== null) return (Number(modifier) < 25 ? 'real' : name) + array
  const shown = (name === 'character' || name === 'bit') && modifier === null ? '1' : modifier
  if (shown === null) return name + array
  const zoned = /^(time|timestamp)( .*)$/.exec(name)
  return (zoned ? `${zoned[1]}(${shown})${zoned[2]}` : `${name}(${shown})`) + array
}

/** Whether naru knows the type by itself; all others are looked up in the catalogue, or opaque. */
export function isBuiltIn(native: string): boolean {
  const parts = split(native)
  return scalar(parts) !== null || OPAQUE.has(parts.name)
}

/** Type name → meaning; unknown names are opaque. Aliases (`int8`, `varchar(10)`) become the server's own spelling. */
export function parseType(native: string): ColumnType {
  const parts = split(native)
  const spelled = canonicalNative(parts, native)
  const element: LogicalType = scalar(parts) ?? { kind: 'opaque', native: spelled.replace(/\[\]$/, '') }
  return { native: spelled, logical: parts.dimensions > 0 ? { kind: 'array', of: element } : element }
}
