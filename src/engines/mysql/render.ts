/** Meaning → the closest type of MySQL and MariaDB, spelled as `information_schema` will print it. */
import type { Loss, RenderOptions } from '../../core/engine.ts'
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import { labelList, parseType } from './native.ts'

export interface Rendered {
  readonly type: ColumnType
  readonly loss?: Loss
}

/** MySQL before 8.0.19 and every MariaDB print integers with a display width. */
export const INT_WIDTHS = 'integer display widths'

/** 3072 bytes of an InnoDB index entry at four bytes a character. */
const KEY_CHARACTERS = 768
/** Bytes of an InnoDB index entry (DYNAMIC and COMPRESSED rows). */
export const KEY_BYTES = 3072
/** A varchar counts towards the 65,535 bytes of a row, a text does not: beyond this length text is taken. */
const VARCHAR_LIMIT = 1024

const WIDTHS: Readonly<Record<number, readonly [name: string, signed: number, unsigned: number]>> = {
  8: ['tinyint', 4, 3],
  16: ['smallint', 6, 5],
  24: ['mediumint', 9, 8],
  32: ['int', 11, 10],
  64: ['bigint', 20, 20],
}

const plain = (native: string, loss?: Loss): Rendered => ({ type: parseType(native), ...(loss && { loss }) })

function integer(l: Extract<LogicalType, { kind: 'int' }>, o: RenderOptions): Rendered {
  const [name, signed, unsigned] = WIDTHS[l.bits]
  const width = o.can.extensions.includes(INT_WIDTHS) ? `(${l.unsigned ? unsigned : signed})` : ''
  return plain(`${name}${width}${l.unsigned ? ' unsigned' : ''}`)
}

function decimal(l: Extract<LogicalType, { kind: 'decimal' }>): Rendered {
  if (l.precision === undefined) {
    return plain(
      'decimal(65,30)',
      'at most 35 digits before and 30 after the point; every value gets 30 digits after it',
    )
  }
  const scale = Math.max(0, l.scale ?? 0)
  const precision = Math.max(l.precision, scale, l.precision - Math.min(0, l.scale ?? 0))
  const unsigned = l.unsigned ? ' unsigned' : ''
  if (precision <= 65 && scale <= 30) return plain(`decimal(${precision},${scale})${unsigned}`)
  const kept = Math.min(scale, 30)
  return plain(`decimal(65,${kept})${unsigned}`, `at most ${65 - kept} digits before and ${kept} after the point`)
}

function text(l: { readonly max?: number; readonly fixed?: boolean }, indexed: boolean): Rendered {
  const { max } = l
  if (max !== undefined && l.fixed && max <= 255) return plain(`char(${max})`)
  if (indexed && (max === undefined || max > KEY_CHARACTERS)) {
    return plain(`varchar(${KEY_CHARACTERS})`, `an indexed text holds at most ${KEY_CHARACTERS} characters`)
  }
  if (max === undefined) return plain('longtext')
  if (max <= VARCHAR_LIMIT) return plain(`varchar(${max})`)
  const native = max * 4 <= 65535 ? 'text' : max * 4 <= 16777215 ? 'mediumtext' : 'longtext'
  return plain(native, `the limit of ${max} characters is not kept`)
}

function bytes(l: { readonly max?: number; readonly fixed?: boolean }, indexed: boolean): Rendered {
  const { max } = l
  if (max !== undefined && l.fixed && max <= 255) return plain(`binary(${max})`)
  if (indexed && (max === undefined || max > KEY_BYTES)) {
    return plain(`varbinary(${KEY_BYTES})`, `an indexed value holds at most ${KEY_BYTES} bytes`)
  }
  if (max === undefined) return plain('longblob')
  if (max <= VARCHAR_LIMIT * 4) return plain(`varbinary(${max})`)
  const native = max <= 65535 ? 'blob' : max <= 16777215 ? 'mediumblob' : 'longblob'
  return plain(native, `the limit of ${max} bytes is not kept`)
}

/** Labels that MySQL would hold for one, or would change. */
function labelTrouble(values: readonly string[]): string | null {
  if (values.length === 0 || values.length > 65535) return `${values.length} labels`
  if (values.some((v) => v.endsWith(' '))) return 'a label that ends with a blank'
  if (values.some((v) => v.length > 255)) return 'a label of over 255 characters'
  const folded = new Set(values.map((v) => v.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()))
  return folded.size < values.length ? 'labels that differ only in case or accents' : null
}

function labels(l: Extract<LogicalType, { kind: 'enum' | 'set' }>): Rendered {
  const trouble = labelTrouble(l.values) ?? setTrouble(l)
  if (trouble === null) return plain(`${l.kind}(${labelList(l.values)})`)
  const longest = Math.max(1, ...l.values.map((v) => [...v].length))
  const size = l.kind === 'enum' ? longest : l.values.reduce((sum, v) => sum + [...v].length + 1, 0)
  return plain(`varchar(${Math.min(KEY_CHARACTERS, size)})`, `kept as text: MySQL's ${l.kind} cannot hold ${trouble}`)
}

function setTrouble(l: Extract<LogicalType, { kind: 'enum' | 'set' }>): string | null {
  if (l.kind === 'enum') return null
  if (l.values.length > 64) return `${l.values.length} labels`
  return l.values.some((v) => v.includes(',')) ? 'a label with a comma' : null
}

function bits(l: Extract<LogicalType, { kind: 'bits' }>): Rendered {
  if (l.length !== undefined && l.length <= 64 && !l.varying) return plain(`bit(${l.length})`)
  const length = Math.min(l.length ?? KEY_CHARACTERS, VARCHAR_LIMIT)
  return plain(`varchar(${length})`, 'bits are kept as a text of 0 and 1')
}

const MOMENTS =
  'only from 1970-01-01 00:00:01 to 2038-01-19 03:14:07 UTC; cast to datetime(6) to keep others, in UTC and without zone'

function moment(l: Extract<LogicalType, { kind: 'time' | 'timestamp' }>): Rendered {
  const fraction = l.fraction > 0 ? `(${Math.min(6, l.fraction)})` : ''
  const loss = l.fraction > 6 ? 'microseconds are kept, nothing finer' : undefined
  if (l.kind === 'timestamp')
    return l.zone ? plain(`timestamp${fraction}`, MOMENTS) : plain(`datetime${fraction}`, loss)
  return l.zone ? plain('varchar(21)', 'a time with a zone is kept as its text') : plain(`time${fraction}`, loss)
}

/**
 * uuid becomes char(36), also where MariaDB has a type of that name: that type refuses one in four of all 128-bit values (those of the
 * old NCS variant with a version above 7, measured on 10.11), and LOAD DATA turns the refused ones into zeros.
 */
const FIXED: Readonly<Partial<Record<LogicalType['kind'], readonly [native: string, loss?: Loss]>>> = {
  bool: ['tinyint(1)'],
  date: ['date'],
  uuid: ['char(36)'],
  json: ['json'],
  inet: ['varchar(43)', 'network addresses are kept as their text'],
  interval: ['varchar(64)', 'intervals are kept as their text'],
  geometry: ['geometry'],
  array: ['json', 'an array is kept as JSON'],
  opaque: ['longtext', 'kept as text'],
}

/** The closest type for a meaning. */
export function renderType(logical: LogicalType, o: RenderOptions): Rendered {
  switch (logical.kind) {
    case 'int':
      return integer(logical, o)
    case 'decimal':
      return decimal(logical)
    case 'float':
      return plain(`${logical.bits === 32 ? 'float' : 'double'}${logical.unsigned ? ' unsigned' : ''}`)
    case 'bits':
      return bits(logical)
    case 'text':
      return text(logical, o.indexed)
    case 'bytes':
      return bytes(logical, o.indexed)
    case 'time':
    case 'timestamp':
      return moment(logical)
    case 'enum':
    case 'set':
      return labels(logical)
    default: {
      const [native, loss] = FIXED[logical.kind]!
      return plain(native, loss)
    }
  }
}
