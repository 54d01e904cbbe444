/** Digests of rows computed by MySQL or MariaDB. The form of texts and hashes is core/row-text.ts'. All texts are put together as bytes: no collations meet. */
import type { RangeDigest, SourceOptions, TextMap, WireColumn } from '../../core/engine.ts'
import type { KeyRange } from '../../core/key.ts'
import { HASH_DIGITS, isFreeText } from '../../core/row-text.ts'
import type { Column, LogicalType, Table } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { rangePredicates, whereSql } from './keyset.ts'
import { literal, quote } from './literal.ts'
import type { Statements } from './query.ts'
import { forcedIndex } from './reading.ts'
import { tableSql } from './table-name.ts'

/** Stands in for the hash of a row whose text the server would not build (max_allowed_packet); more than all hashes together. */
const UNHASHED = 10n ** 36n
/** Digits of a DECIMAL on every server, and those after the point. */
const MOST_DIGITS = 65
const MOST_SCALE = 30

const chars = (sql: string): string => `CAST(${sql} AS CHAR)`
const utf8 = (sql: string): string => `CONVERT(${sql} USING utf8mb4)`

type Of<K extends LogicalType['kind']> = Extract<LogicalType, { kind: K }>

/** What a rule knows: the SQL of the value, its column, and whether the SQL stands in for the plain column. */
interface Given {
  readonly sql: string
  readonly wire: WireType
  readonly native: string
  readonly replaced: boolean
}

const INTEGERS: ReadonlySet<string> = new Set(['bool', 'int2', 'int4', 'int8'])

/** ZEROFILL and YEAR print zeros in front. */
function integer({ sql, wire, native }: Given): string | null {
  const whole = wire.kind === 'numeric' && (wire.scale ?? 0) === 0
  if (!INTEGERS.has(wire.kind) && !whole) return null
  return chars(/zerofill|^year/i.test(native) ? `${sql} + 0` : sql)
}

/** Zeros are added up to the wire's scale, where all digits still fit. */
function decimal({ sql, wire, native, replaced }: Given, type: Of<'decimal'>): string | null {
  if (wire.kind !== 'numeric' || type.scale === undefined || type.precision === undefined) return null
  const value = /zerofill/i.test(native) ? `(${sql} + 0)` : sql
  const scale = wire.scale ?? type.scale
  if (scale === type.scale) return chars(value)
  const fits = scale > type.scale && scale <= MOST_SCALE && type.precision - type.scale + scale <= MOST_DIGITS
  return fits && !replaced ? chars(`CAST(${value} AS DECIMAL(${MOST_DIGITS},${scale}))`) : null
}

/** Times one: a FLOAT alone prints six digits, a DOUBLE(M,D) only D after the point; −0 keeps its sign. */
function float({ sql, wire }: Given, type: Of<'float'>): string | null {
  if (wire.kind !== 'float8' && !(wire.kind === 'float4' && type.bits === 32)) return null
  return `REPLACE(REPLACE(CONCAT(${sql} * 1e0, ''), 'e', 'e+'), 'e+-', 'e-')`
}

/** BIT(n) as n digits. */
function bits({ sql, wire, replaced }: Given, type: Of<'bits'>): string | null {
  if (wire.kind === 'bool') return chars(`${sql} + 0`)
  if (wire.kind !== 'bit' || type.length === undefined || replaced) return null
  return (wire.length ?? type.length) === type.length ? `LPAD(BIN(${sql} + 0), ${type.length}, '0')` : null
}

/** Without zeros at the end of a fraction, and without its point where nothing is left. */
function fraction(sql: string, digits: number, replaced: boolean): string {
  if (digits === 0 && !replaced) return chars(sql)
  const trimmed = `TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM ${chars(sql)}))`
  return replaced ? `IF(LOCATE('.', ${chars(sql)}) > 0, ${trimmed}, ${chars(sql)})` : trimmed
}

function moment({ sql, wire, replaced }: Given, type: Of<'timestamp' | 'time'>): string | null {
  const text = fraction(sql, type.fraction, replaced)
  if (type.kind === 'time') return wire.kind === 'time' ? text : null
  if (wire.kind === 'timestamptz') return `CONCAT(${text}, '+00')`
  return wire.kind === 'timestamp' ? text : null
}

const UUID_DASHES = [9, 14, 19, 24]

function bytes({ sql, wire }: Given, type: Of<'bytes' | 'text'>): string | null {
  if (wire.kind === 'bytea') return `LOWER(HEX(${sql}))`
  if (wire.kind !== 'uuid' || type.max !== 16) return null
  return UUID_DASHES.reduce((text, at) => `INSERT(${text}, ${at}, 0, '-')`, `LOWER(HEX(${sql}))`)
}

/** What only looks like a uuid is shown as what it is: it may hold anything. */
function uuidText(sql: string): string {
  return `IF(CHAR_LENGTH(${sql}) = 36 AND ${sql} REGEXP '^[0-9a-fA-F-]+$', LOWER(${sql}), HEX(${sql}))`
}

function text({ sql, wire }: Given): string | null {
  if (wire.kind === 'uuid') return uuidText(utf8(sql))
  if (wire.kind !== 'text') return null
  return wire.fixed ? `TRIM(TRAILING ' ' FROM ${utf8(sql)})` : utf8(sql)
}

/** SQL of a column's digest text, or null where it is not computed here. */
export function canonicalText(c: WireColumn): string | null {
  if (c.digested !== undefined) return c.digested
  const { logical, native } = c.column.type
  const sql = valueSql(c)
  const given: Given = { sql, wire: c.wire, native, replaced: c.expression !== undefined }
  switch (logical.kind) {
    case 'bool':
    case 'int':
      return integer(given)
    case 'decimal':
      return decimal(given, logical)
    case 'float':
      return float(given, logical)
    case 'bits':
      return bits(given, logical)
    case 'date':
      return c.wire.kind === 'date' ? chars(sql) : null
    case 'timestamp':
    case 'time':
      return moment(given, logical)
    case 'text':
    case 'enum':
      return text(given)
    case 'set':
      return c.wire.kind === 'text' ? utf8(sql) : null
    case 'bytes':
      return bytes(given, logical)
    case 'uuid':
      return c.wire.kind === 'uuid' ? `LOWER(${chars(sql)})` : null
    case 'inet':
      return c.wire.kind === 'inet' ? chars(sql) : null
    default:
      return null
  }
}

/** SQL of the text that a column's digest text is mapped to; texts are compared as bytes: no collation takes one for another. */
export function mappedText(c: WireColumn, to: TextMap): string | null {
  const text = canonicalText(c)
  if (text === null) return null
  const whens = to.entries.map(([from, text]) => ` WHEN ${literal(Buffer.from(from))} THEN ${literal(text)}`)
  const found =
    whens.length === 0
      ? literal(to.otherwise)
      : `CASE CAST(${text} AS BINARY)${whens.join('')} ELSE ${literal(to.otherwise)} END`
  return `CASE WHEN ${valueSql(c)} IS NULL THEN ${literal(to.ofNull)} ELSE ${found} END`
}

function valueSql(c: WireColumn): string {
  if (c.digested !== undefined) return `(${c.digested})`
  return c.expression === undefined ? quote(c.name) : `(${c.expression})`
}

/** A value too long to be made text of is NULL there too: only the value itself tells whether it is NULL. */
function fieldText(c: WireColumn): string {
  const raw = `CAST(${canonicalText(c)} AS BINARY)`
  const whole = isFreeText(c.wire) ? `CONCAT(CAST(OCTET_LENGTH(${raw}) AS BINARY), x'3A', ${raw})` : raw
  return `IF(${valueSql(c)} IS NULL, x'1E', ${whole})`
}

/** SQL of a row's hash; NULL where the server would not build the row's text. */
function rowHashSql(columns: readonly WireColumn[]): string {
  const row = `CONCAT(${columns.map(fieldText).join(", x'1F', ")})` // CONCAT_WS would pass over what is NULL
  return `CAST(CONV(LEFT(SHA2(${row}, 256), ${HASH_DIGITS}), 16, 10) AS UNSIGNED)`
}

/** The digest of a table's ranges over one connection. */
export function digester(
  q: Statements,
  table: Table,
  columns: readonly WireColumn[],
  o: SourceOptions,
): (range: KeyRange, fields: readonly number[]) => Promise<RangeDigest> {
  const key = (o.key ?? []).flatMap((name): Column[] => table.columns.filter((c) => c.name === name))
  return async (range, fields) => {
    const row = rowHashSql(fields.map((i) => columns[i]))
    const where = whereSql([...rangePredicates(key, range), o.where])
    const sum = `CAST(SUM(IFNULL(${row}, ${UNHASHED})) AS CHAR)`
    const [found] = await q.query(
      `SELECT COUNT(*) AS n, ${sum} AS s FROM ${tableSql(table.name)}${forcedIndex(table, key)}${where}`,
    )
    const total = BigInt(String(found.s ?? 0))
    return { rows: Number(found.n), sum: total, complete: total < UNHASHED }
  }
}
