/** What a mapping says of one column: where its values come from. Plain values; the planner turns them into steps. */
import type { Miss } from '../core/transfer.ts'
import type { Columns, NameOf, TableRef } from './columns.ts'

/** SQL of the source's own engine. */
export interface Sql {
  readonly kind: 'sql'
  /** Texts around the parts: one more than these. */
  readonly texts: readonly string[]
  /** Column names (`column('x')`) and values, quoted by the source's dialect. */
  readonly parts: readonly (SqlValue | { readonly column: string })[]
}

type SqlValue = string | number | bigint | boolean | null

/**
 * An expression or a predicate in the SQL of the source. Values in `${…}` become literals, quoted as the source wants them.
 * @example sql`price_won / ${100}`
 */
export function sql(texts: TemplateStringsArray, ...parts: (SqlValue | { readonly column: string })[]): Sql {
  return { kind: 'sql', texts: [...texts.raw], parts }
}

/**
 * A column's name inside sql`…`, quoted by the source's dialect.
 * @example sql`upper(${column('user name')})`
 */
export function column(name: string): { readonly column: string } {
  return { column: name }
}

/** The same value for every row. */
export interface Constant<V> {
  readonly kind: 'constant'
  readonly value: V
}

/**
 * The same value for every row.
 * @example constant('legacy shop')
 */
export function constant<const V extends SqlValue>(value: V): Constant<V> {
  return { kind: 'constant', value }
}

/** What is done with a value that has no counterpart: `fail` (default), `null`, `reject`, or a value to take in its place. */
export type OnMiss<V = unknown> = 'fail' | 'null' | 'reject' | { readonly default: V }

/** Old values → new ones. */
export interface Values<V, C extends string | undefined = string | undefined> {
  readonly kind: 'values'
  /** Null: the column of the target's name. */
  readonly column: C
  readonly map: Readonly<Record<string, V>>
  readonly null: V | undefined
  readonly miss: OnMiss<V>
}

interface ValuesOptions<V> {
  /** What NULL becomes; default NULL. */
  readonly null?: V
  /** Values that are not in the map; default `fail`: they are counted before anything moves. */
  readonly miss?: OnMiss<V>
}

/**
 * Old values → new ones. Keys are texts as the old column prints them: `{ 1: 'one', Y: true }`. Without a column: that of the target's name.
 * @example values('use_yn', { Y: 'active', N: 'hidden' }, { miss: { default: 'hidden' } })
 */
export function values<const V extends SqlValue>(map: Record<string, V>, o?: ValuesOptions<V>): Values<V, undefined>
export function values<const V extends SqlValue, C extends string>(
  column: C,
  map: Record<string, V>,
  o?: ValuesOptions<V>,
): Values<V, C>
export function values(
  first: string | Record<string, SqlValue>,
  second?: Record<string, SqlValue> | ValuesOptions<SqlValue>,
  third?: ValuesOptions<SqlValue>,
): Values<SqlValue> {
  const named = typeof first === 'string'
  const options = (named ? third : (second as ValuesOptions<SqlValue> | undefined)) ?? {}
  return {
    kind: 'values',
    column: named ? first : undefined,
    map: named ? (second as Record<string, SqlValue>) : first,
    null: options.null,
    miss: options.miss ?? 'fail',
  }
}

/** A row of the target found by a natural key. */
export interface Lookup<C extends string = string> {
  readonly kind: 'lookup'
  readonly table: TableRef
  readonly by: readonly string[]
  readonly columns: readonly C[]
  /** Undefined: the table's primary key. */
  readonly give: string | undefined
  readonly miss: OnMiss
}

interface LookupOptions<T extends Columns> {
  /** The column whose value is taken; default: the primary key. */
  readonly give?: NameOf<T>
  readonly miss?: OnMiss
}

/**
 * The key of the target's row whose `by` columns are equal to columns of the source.
 * @example categoryId: lookup(app.category, 'code', 'cat_cd', { miss: 'null' })
 */
export function lookup<T extends Columns, const C extends string>(
  table: TableRef<T>,
  by: NameOf<T> | readonly NameOf<T>[],
  columns: C | readonly C[],
  o: LookupOptions<T> = {},
): Lookup<C> {
  return {
    kind: 'lookup',
    table: table as TableRef,
    by: list(by),
    columns: list(columns),
    give: o.give,
    miss: o.miss ?? 'fail',
  }
}

/** The new key of a row that another transfer brings. */
export interface Ref<C extends string = string> {
  readonly kind: 'ref'
  readonly transfer: string
  readonly columns: readonly C[]
  readonly miss: OnMiss
}

/**
 * The key that the row with this old key has on the target, where the transfer of that name brings it.
 * @example sellerId: ref('sellers', 'seller_no')
 */
export function ref<const C extends string>(
  transfer: string,
  columns: C | readonly C[],
  o: { readonly miss?: OnMiss } = {},
): Ref<C> {
  return { kind: 'ref', transfer, columns: list(columns), miss: o.miss ?? 'fail' }
}

/** The new address of the file that a column points at. */
export interface FileRef<C extends string = string> {
  readonly kind: 'file'
  readonly column: C
  readonly store: string
}

/**
 * Moves the file that a column points at, and gives its new address.
 * @example image: file('img_url', 'images')
 */
export function file<const C extends string>(column: C, store: string): FileRef<C> {
  return { kind: 'file', column, store }
}

/** A text whose addresses are rewritten. */
export interface FileRefs<C extends string = string> {
  readonly kind: 'file refs'
  readonly column: C
  readonly store: string
  readonly format: 'html' | 'markdown' | 'json'
}

/**
 * Moves the files that a text points at, and gives the text with their new addresses.
 * @example body: fileRefs('contents', 'images', 'html')
 */
export function fileRefs<const C extends string>(column: C, store: string, format: FileRefs['format']): FileRefs<C> {
  return { kind: 'file refs', column, store, format }
}

/** A value made unrecognisable. */
export interface Mask<C extends string = string> {
  readonly kind: 'mask'
  readonly column: C
  readonly mask: 'email' | 'name' | 'phone' | 'hash' | 'text' | 'null'
  readonly salt: string
}

const masks =
  (mask: Mask['mask']) =>
  <const C extends string>(column: C, salt = ''): Mask<C> => ({ kind: 'mask', column, mask, salt })

/**
 * Values made unrecognisable, for copies to a test system: the same value and salt give the same text, so that joins still hold.
 * @example { email: mask.email('email'), name: mask.name('nm'), ssn: mask.hash('ssn', process.env.SALT) }
 */
export const mask = {
  email: masks('email'),
  name: masks('name'),
  phone: masks('phone'),
  hash: masks('hash'),
  text: masks('text'),
  null: masks('null'),
} as const

/** The miss of a declaration as a step has it; `text` renders a value as canonical text. */
export function missOf(on: OnMiss, text: (value: unknown) => string): Miss {
  return typeof on === 'string' ? { do: on } : { do: 'default', text: text(on.default) }
}

function list<T extends string>(one: T | readonly T[]): readonly T[] {
  return typeof one === 'string' ? [one] : one
}
