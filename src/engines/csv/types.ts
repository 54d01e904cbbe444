/** Types of CSV columns: words for the meanings, kept in the folder's naru-schema.json. The files themselves hold text. */
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { wireOf } from '../../core/wire-of.ts'

const PLAIN: ReadonlySet<string> = new Set(['bool', 'date', 'uuid', 'interval', 'inet', 'geometry'])

/** The word for a meaning: `int32 unsigned`, `decimal(10,2)`, `timestamptz(3)`, `enum["a","b"]`, `text[]` … */
export function typeName(t: LogicalType): string {
  switch (t.kind) {
    case 'int':
      return `int${t.bits}${t.unsigned ? ' unsigned' : ''}`
    case 'float':
      return `float${t.bits}${t.unsigned ? ' unsigned' : ''}`
    case 'decimal':
      return `decimal${t.precision === undefined ? '' : `(${t.precision},${t.scale ?? 0})`}${t.unsigned ? ' unsigned' : ''}`
    case 'text':
      return `${t.fixed ? 'char' : 'text'}${size(t.max)}`
    case 'bytes':
      return `${t.fixed ? 'binary' : 'bytes'}${size(t.max)}`
    case 'bits':
      return `${t.varying ? 'varbit' : 'bit'}${size(t.length)}`
    case 'time':
    case 'timestamp':
      return `${t.kind}${t.zone ? 'tz' : ''}(${t.fraction})`
    default:
      return rarer(t)
  }
}

function size(n: number | undefined): string {
  return n === undefined ? '' : `(${n})`
}

function rarer(t: LogicalType): string {
  switch (t.kind) {
    case 'json':
      return t.binary ? 'jsonb' : 'json'
    case 'enum':
    case 'set':
      return `${t.kind}${JSON.stringify(t.values)}`
    case 'array':
      return `${typeName(t.of)}[]`
    case 'opaque':
      return `opaque ${t.native}`
    default:
      return t.kind
  }
}

/**
 * Behind the word: values stand as their database spelled them, which for SQLite may be `2024-02-29T01:02Z`, a number or no date at all. They travel
 * as text.
 */
const WRITTEN = ' as written'

const SPELLED: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'interval', 'inet', 'uuid', 'bool'])

/** The type of a column for a meaning. `loose`: values need not be of it and may be spelled in many ways, all of which are kept. */
export function typeFor(meant: LogicalType, loose: boolean): ColumnType {
  const logical: LogicalType = loose && meant.kind === 'json' ? { kind: 'json' } : meant
  return { logical, native: `${typeName(logical)}${loose && SPELLED.has(logical.kind) ? WRITTEN : ''}` }
}

/** Whether values of a type stand as their database spelled them. */
export function isAsWritten(type: ColumnType): boolean {
  return type.native.endsWith(WRITTEN)
}

/** The meaning of such a word; what is none is text. */
export function parseType(native: string): ColumnType {
  const word = native.trim()
  return { logical: meaning(word.endsWith(WRITTEN) ? word.slice(0, -WRITTEN.length) : word), native }
}

function meaning(word: string): LogicalType {
  if (word.endsWith('[]')) return { kind: 'array', of: meaning(word.slice(0, -2)) }
  if (PLAIN.has(word)) return { kind: word as 'bool' }
  const match = /^([a-z]+)(8|16|24|32|64)?(?:\((\d+)(?:,(\d+))?\))?( unsigned)?$/.exec(word)
  if (match !== null) return sized(match)
  const labels = /^(enum|set)(\[.*\])$/s.exec(word)
  if (labels !== null) return { kind: labels[1] as 'enum', values: JSON.parse(labels[2]) as string[] }
  if (word.startsWith('opaque ')) return { kind: 'opaque', native: word.slice('opaque '.length) }
  return { kind: 'text' }
}

function sized([, name, bits, first, second, sign]: RegExpExecArray): LogicalType {
  const unsigned = sign === undefined ? {} : { unsigned: true }
  const n = first === undefined ? undefined : Number(first)
  switch (name) {
    case 'int':
      return { kind: 'int', bits: Number(bits ?? 64) as 64, ...unsigned }
    case 'float':
      return { kind: 'float', bits: Number(bits ?? 64) as 64, ...unsigned }
    case 'decimal':
      return n === undefined
        ? { kind: 'decimal', ...unsigned }
        : { kind: 'decimal', precision: n, scale: Number(second ?? 0), ...unsigned }
    case 'char':
    case 'text':
      return { kind: 'text', ...(n !== undefined && { max: n }), ...(name === 'char' && { fixed: true }) }
    case 'binary':
    case 'bytes':
      return { kind: 'bytes', ...(n !== undefined && { max: n }), ...(name === 'binary' && { fixed: true }) }
    case 'bit':
    case 'varbit':
      return { kind: 'bits', ...(n !== undefined && { length: n }), ...(name === 'varbit' && { varying: true }) }
    default:
      return momentOrJson(name, n)
  }
}

function momentOrJson(name: string, n: number | undefined): LogicalType {
  const moment = /^(timestamp|time)(tz)?$/.exec(name)
  if (moment !== null) return { kind: moment[1] as 'time', fraction: n ?? 6, zone: moment[2] !== undefined }
  if (name === 'json' || name === 'jsonb') return { kind: 'json', ...(name === 'jsonb' && { binary: true }) }
  return { kind: 'text' }
}

/** How a column travels: a file holds any value of any meaning as its canonical text. */
export function wire(type: ColumnType): WireType {
  return isAsWritten(type) ? { kind: 'text', spelled: true } : wireOf(type.logical, () => null)
}

/** Whatever text says can be read as whatever it is: values that cannot are rejected one by one. */
export function canRead(_type: ColumnType, wanted: WireType): boolean {
  return wanted.kind !== 'raw'
}
