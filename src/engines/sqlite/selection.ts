/** The SELECT statements of one table source: what is read, in which order, between which keys. */
import type { SourceOptions, WireColumn } from '../../core/engine.ts'
import type { Key, KeyRange, KeyValue } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { affinity } from './types.ts'

/** How rows are ordered and addressed. `rowid`: by the table's own number, for tables without a key. `none`: one stream. */
type Order =
  | { readonly kind: 'key'; readonly columns: readonly string[] }
  | { readonly kind: 'rowid'; readonly columns: readonly string[] }
  | { readonly kind: 'none'; readonly columns: readonly [] }

export interface Selection {
  readonly order: Order
  /** Where each column of the order is in a row that was read. */
  readonly keyAt: readonly number[]
  /** Number of columns of the tuple; what follows in a row is there for keys. */
  readonly width: number
  /** `exact`: every value as two, its storage class and itself, text as bytes. `flagged`: with a last column that is 1 where a text holds NUL. */
  page(form: 'plain' | 'flagged' | 'exact', after: boolean, upto: boolean, limited: boolean): string
  /** The last key of the next so many, in order. */
  hop(after: boolean): string
  readonly table: string
  readonly where: string | undefined
  /** A key column may hold text. */
  readonly textKey: boolean
  /** Names of columns whose values may be long: no length was declared. */
  readonly wide: readonly string[]
}

const ROWID_NAMES = ['rowid', '_rowid_', 'oid'] as const

/** A name under which the table's rowid can be had, or undefined: WITHOUT ROWID, or columns took all names. */
export function rowidName(table: Table): string | undefined {
  if (table.options['without rowid'] === 'yes') return undefined
  const taken = new Set(table.columns.map((c) => c.name.toLowerCase()))
  return ROWID_NAMES.find((name) => !taken.has(name))
}

function orderOf(table: Table, o: SourceOptions): Order {
  if (o.key !== null && o.key.length > 0) return { kind: 'key', columns: o.key.map(quote) }
  const rowid = rowidName(table)
  return rowid === undefined ? { kind: 'none', columns: [] } : { kind: 'rowid', columns: [rowid] }
}

/** Builds the statements of a source. */
export function selectionOf(table: Table, columns: readonly WireColumn[], o: SourceOptions): Selection {
  const name = quote(table.name.name)
  const order = orderOf(table, o)
  const plain = columns.map((c) => c.expression ?? quote(c.name))
  const keyAt: number[] = []
  for (const part of order.columns) {
    const found = plain.indexOf(part)
    keyAt.push(found >= 0 ? found : plain.length)
    if (found < 0) plain.push(part)
  }
  const forms = {
    plain: plain.join(', '),
    flagged: `${plain.join(', ')}, ${plain.map((x) => `(typeof(${x}) = 'text' AND instr(${x}, char(0)) > 0)`).join(' OR ')}`,
    exact: plain
      .map((x) => `typeof(${x}), CASE typeof(${x}) WHEN 'text' THEN CAST(${x} AS BLOB) ELSE ${x} END`)
      .join(', '),
  }
  const list = order.columns.join(', ')
  const tuple = order.columns.length > 1 ? `(${list})` : list
  const marks = order.columns.length > 1 ? `(${order.columns.map(() => '?').join(', ')})` : '?'
  const bounds = (after: boolean, upto: boolean) => [
    ...(after ? [`${tuple} > ${marks}`] : []),
    ...(upto ? [`${tuple} <= ${marks}`] : []),
  ]
  const whereText = (conditions: readonly string[]) =>
    conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  const ordering = order.kind === 'none' ? '' : ` ORDER BY ${list}`
  return {
    order,
    keyAt,
    width: columns.length,
    table: name,
    where: o.where,
    textKey: (o.key ?? []).some((k) => affinity(nativeOf(table, k)) !== 'integer'),
    wide: wideColumns(table, columns),
    page(form, after, upto, limited) {
      const conditions = [...bounds(after, upto), ...(o.where === undefined ? [] : [`(${o.where})`])]
      return `SELECT ${forms[form]} FROM ${name}${whereText(conditions)}${ordering}${limited ? ' LIMIT ?' : ''}`
    },
    hop(after) {
      const part = `SELECT ${list} FROM ${name}${whereText(bounds(after, false))}${ordering} LIMIT ?`
      if (order.columns.length === 1) return `SELECT max(${list}) FROM (${part})`
      return `SELECT ${list} FROM (${part}) ORDER BY ${order.columns.map((c) => `${c} DESC`).join(', ')} LIMIT 1`
    },
  }
}

function nativeOf(table: Table, column: string): string {
  return table.columns.find((c) => c.name === column)?.type.native ?? ''
}

/** Declared lengths up to this are taken at their word where memory is planned. */
const SHORT = 4000

function wideColumns(table: Table, columns: readonly WireColumn[]): string[] {
  return columns
    .filter((c) => c.expression === undefined && table.columns.some((own) => own.name === c.name))
    .filter((c) => {
      const { logical, native } = c.column.type
      const kind = affinity(native)
      const max = 'max' in logical ? logical.max : undefined
      if (kind === 'integer' || kind === 'real' || (max !== undefined && max <= SHORT)) return false
      return (
        kind === 'text' || kind === 'blob' || ['text', 'bytes', 'json', 'opaque', 'geometry'].includes(logical.kind)
      )
    })
    .map((c) => quote(c.name))
}

/** A predicate for rows of these keys. */
export function oneOf(columns: readonly string[], keys: readonly Key[]): string {
  if (columns.length === 1) return `${quote(columns[0])} IN (${keys.map((key) => literal(key[0])).join(', ')})`
  const rows = keys.map((key) => `(${key.map(literal).join(', ')})`)
  return rows.length === 0 ? '0' : `(${columns.map(quote).join(', ')}) IN (VALUES ${rows.join(', ')})`
}

/** Rows with after < key ≤ upto; null = open end. */
export interface Ends {
  readonly after: Key | null
  readonly upto: Key | null
}

/** Ends of a range as keys: of a physical one [from, to) as rowids. */
export function rangeEnds(range: KeyRange): Ends {
  if (range.kind === 'key') return range
  if (range.kind === 'all') return { after: null, upto: null }
  const before = (text: string | null): Key | null => (text === null || text === '' ? null : [BigInt(text) - 1n])
  return { after: before(range.from), upto: before(range.to) }
}

/** A value that was read as part of a key. Whole numbers are bigints, so that 1 and 1.0 are one key, as they are in SQLite. */
export function keyValue(value: null | number | bigint | string | Uint8Array): KeyValue {
  if (typeof value === 'number' && Number.isSafeInteger(value) && !Object.is(value, -0)) return BigInt(value)
  return value instanceof Uint8Array ? new Uint8Array(value) : value
}
