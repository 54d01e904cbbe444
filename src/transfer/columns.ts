/**
 * The types of a database's tables, as `naru inspect --format types` writes them down, so that a mapping is checked by the compiler:
 * names of columns, what must be given, what may go into what.
 */

/** What a column's values are. */
export type ValueKind =
  | 'int'
  | 'bigint'
  | 'decimal'
  | 'float'
  | 'bool'
  | 'text'
  | 'enum'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'uuid'
  | 'json'
  | 'bytes'
  | 'array'
  | 'other'

/** JavaScript values of a kind, as a `row` function gets and gives them: decimals, dates and times are texts, so that nothing is lost. */
interface ValueOf {
  readonly int: number
  readonly bigint: bigint
  readonly decimal: string
  readonly float: number
  readonly bool: boolean
  readonly text: string
  readonly enum: string
  readonly date: string
  readonly time: string
  readonly timestamp: string
  readonly uuid: string
  readonly json: unknown
  readonly bytes: Uint8Array
  readonly array: unknown
  readonly other: string
}

/** `null`: takes NULL; `default`: the database fills it; `computed`: the database alone writes it. */
export type ColumnFlag = 'null' | 'default' | 'computed'

/**
 * One column. `Values` narrows an enum to its labels.
 * @example type Status = Col<'enum', 'null' | 'default', 'active' | 'hidden'>
 */
export interface Col<Kind extends ValueKind, Flags extends ColumnFlag = never, Values = ValueOf[Kind]> {
  readonly kind: Kind
  readonly flags: Flags
  readonly value: Values
}

/** A column of any kind. */
export type AnyCol = Col<ValueKind, ColumnFlag, unknown>

/** The columns of a table by name. */
export type Columns = object

/** A column of a table of the configuration, such as `app.post.id`. */
export interface ColumnRef {
  readonly table: TableRef
  readonly column: string
}

declare const columnsOf: unique symbol

/** A table of a database of the configuration. */
export interface TableRef<C extends Columns = Columns> {
  /** The database's name in naru.config.ts. */
  readonly database: string
  readonly schema?: string
  readonly name: string
  readonly [columnsOf]?: C
}

/** Columns as properties of their table; a column with the name of a table's own property is written `{ table, column }`. */
export type ColumnRefs<C extends Columns> = { readonly [N in Exclude<NameOf<C>, keyof TableRef>]: ColumnRef }

/** What a table itself may lack is no column of it; nor is what anybody asks of any object. */
const NO_COLUMNS: ReadonlySet<string> = new Set(['schema', 'then', 'toJSON', 'kind'])

/** Behind a table: whatever else is asked of it by name is a column. */
const columns: object = new Proxy(Object.create(null) as object, {
  get(_, property, table) {
    if (typeof property === 'symbol' || property in Object.prototype)
      return Reflect.get(Object.prototype, property, table)
    return NO_COLUMNS.has(property) ? undefined : ({ table, column: property } satisfies ColumnRef)
  },
})

/**
 * A table for mappings, its columns as properties; modules made by `naru inspect --format types` hold one for each table.
 * @example const goods = table<{ goods_no: Col<'int'>; goods_nm: Col<'text'> }>('legacy', 'goods')
 */
export function table<C extends Columns>(database: string, name: string, schema?: string): TableRef<C> & ColumnRefs<C> {
  return Object.assign(Object.create(columns), { database, name, ...(schema !== undefined && { schema }) })
}

/** Names of columns. */
export type NameOf<C extends Columns> = keyof C & string

type FlagsOf<T> = T extends Col<ValueKind, infer F, unknown> ? F : never
type KindOf<T> = T extends Col<infer K, ColumnFlag, unknown> ? K : never
/** Values of a column, NULL included where it takes it. */
export type Value<T> = T extends Col<ValueKind, infer F, infer V> ? ('null' extends F ? V | null : V) : never

/** Columns that a new row must be given. */
export type RequiredOf<C extends Columns> = {
  [N in NameOf<C>]: [FlagsOf<C[N]>] extends [never] ? N : never
}[NameOf<C>]

/** Columns that may be written at all. */
export type WritableOf<C extends Columns> = {
  [N in NameOf<C>]: 'computed' extends FlagsOf<C[N]> ? never : N
}[NameOf<C>]

type Number = 'int' | 'bigint' | 'decimal' | 'float'

/** Kinds of source columns that may go into a column of a kind as they are; for all else there is sql`…`. */
interface Takes {
  readonly int: Number
  readonly bigint: Number
  readonly decimal: Number
  readonly float: Number
  readonly bool: 'bool' | 'int'
  readonly text: Exclude<ValueKind, 'bytes'>
  readonly enum: 'enum' | 'text'
  readonly date: 'date' | 'timestamp'
  readonly time: 'time' | 'timestamp'
  readonly timestamp: 'timestamp' | 'date'
  readonly uuid: 'uuid' | 'text' | 'bytes'
  readonly json: 'json' | 'text' | 'array'
  readonly bytes: 'bytes' | 'text' | 'uuid'
  readonly array: 'array' | 'json' | 'text'
  readonly other: ValueKind
}

/** Names of the source's columns that may go into the target column `T`. */
export type FittingOf<S extends Columns, T> = {
  [N in NameOf<S>]: KindOf<S[N]> extends Takes[KindOf<T>] ? N : never
}[NameOf<S>]

/** A row as a function sees it. */
export type RowOf<C extends Columns> = { readonly [N in NameOf<C>]: Value<C[N]> }

/** A row as a function gives it: what is required, and whatever else may be written. Numbers of 64 bits may be given as number or text. */
export type NewRow<C extends Columns, Given extends string = never> = {
  readonly [N in Exclude<RequiredOf<C>, Given>]: Loose<C[N]>
} & { readonly [N in WritableOf<C>]?: Loose<C[N]> }

type Loose<T> =
  KindOf<T> extends 'bigint' | 'decimal'
    ? Value<T> | number | bigint | string
    : KindOf<T> extends 'timestamp' | 'date'
      ? Value<T> | Date
      : Value<T>
