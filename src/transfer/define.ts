/** `transfer(…)`: a mapping from one table of a source to one of the target, checked by the compiler. */
import type { ConflictRule } from '../core/plan.ts'
import type {
  AnyCol,
  Columns,
  FittingOf,
  NameOf,
  NewRow,
  RequiredOf,
  RowOf,
  TableRef,
  Value,
  WritableOf,
} from './columns.ts'
import type { Constant, FileRef, FileRefs, Lookup, Mask, Ref, Sql, Values } from './sources.ts'

/** Where the values of the target column `T` may come from. `Same` is the target column's own name. */
type ColumnSource<S extends Columns, T, Same extends string> =
  | FittingOf<S, T>
  | Sql
  | Constant<Value<T>>
  | Values<Value<T>, NameOf<S>>
  | (Same extends NameOf<S> ? Values<Value<T>, undefined> : never)
  | Lookup<NameOf<S>>
  | Ref<NameOf<S>>
  | FileRef<NameOf<S>>
  | FileRefs<NameOf<S>>
  | Mask<NameOf<S>>

type SomeColumns<S extends Columns, T extends Columns> = {
  readonly [N in WritableOf<T>]?: ColumnSource<S, T[N], N>
}

type AllColumns<S extends Columns, T extends Columns, P> = {
  readonly [N in Exclude<RequiredOf<T>, P>]: ColumnSource<S, T[N], N>
} & SomeColumns<S, T>

/** A row for another table of the target, made by `ctx.into`. */
export interface IntoRow {
  readonly table: TableRef
  readonly row: Readonly<Record<string, unknown>>
}

/** What a row function is given beside the row. */
export interface RowContext {
  /** When the run began; the same for all rows and all attempts. */
  readonly now: Date
  /** A row for another table of the target, which must stand in the transfer's `into`. */
  into<T extends Columns>(table: TableRef<T>, row: NewRow<T>): IntoRow
  /** Refuses the row: it becomes a reject with this reason. */
  reject(reason: string): never
}

type Returned<T extends Columns, Given extends string> =
  | NewRow<T, Given>
  | IntoRow
  | readonly (NewRow<T, Given> | IntoRow)[]
  | null
  | undefined

/** How rows that are on the target already are met. */
export type WriteMode = 'insert' | 'append' | 'upsert' | 'replace'

/** SQL of the target, or a function, run before or after the rows. */
export type Hook = string | (() => void | Promise<void>)

interface Base<S extends Columns, T extends Columns, P> {
  readonly from: TableRef<S>
  readonly to: TableRef<T>
  /** Columns that identify a row of the source; default: its primary key. */
  readonly key?: NameOf<S> | readonly NameOf<S>[]
  /** Rows of the source that are taken. */
  readonly where?: Sql
  /** Rows with the same values in these target columns are one row, whichever source they come from. */
  readonly match?: readonly NameOf<T>[]
  /** What merged rows agree on, column by column; default `first`. */
  readonly conflict?: { readonly [N in NameOf<T>]?: ConflictRule }
  /** A column of the target that takes the name of the source database. */
  readonly provenance?: P
  /** insert (default): the table must be empty; append: rows are added; upsert: rows of the same key are changed; replace: emptied first. */
  readonly write?: WriteMode
  /** upsert: columns that are changed where the row is there; default: all that are mapped. */
  readonly update?: readonly NameOf<T>[]
  readonly before?: Hook
  readonly after?: Hook
}

interface Declared<S extends Columns, T extends Columns, P> extends Base<S, T, P> {
  readonly columns: AllColumns<S, T, P>
  readonly row?: undefined
}

interface WithFunction<S extends Columns, T extends Columns, P, C extends SomeColumns<S, T>, R> extends Base<S, T, P> {
  readonly columns?: C
  /** Columns that the function sets beside those that must be given. */
  readonly sets?: readonly WritableOf<T>[]
  /** Further tables that the function makes rows for. */
  readonly into?: readonly TableRef[]
  readonly row: (old: RowOf<S>, ctx: RowContext) => R | Promise<R>
}

/** Mappings that run together. */
export interface TransferGroup {
  readonly transfers: readonly Transfer[]
  /** Run once on the target, before any row of the set moves and before tables are emptied. */
  readonly before?: Hook
  /** Run once, after rows, keys, counters and the comparison. */
  readonly after?: Hook
}

/** The mappings of an entry of `transfers`. */
export function membersOf(entry: readonly Transfer[] | TransferGroup): readonly Transfer[] {
  return 'transfers' in entry ? entry.transfers : entry
}

/** A mapping without its types, as it is planned and run. */
export interface Transfer {
  readonly kind: 'transfer'
  readonly name: string
  readonly from: TableRef
  readonly to: TableRef
  readonly key?: readonly string[]
  readonly where?: Sql
  readonly columns: Readonly<Record<string, ColumnSource<Record<string, AnyCol>, AnyCol, string>>>
  readonly match?: readonly string[]
  readonly conflict?: Readonly<Record<string, ConflictRule>>
  readonly provenance?: string
  readonly write: WriteMode
  readonly update?: readonly string[]
  readonly sets: readonly string[]
  readonly into: readonly TableRef[]
  readonly row?: (old: never, ctx: RowContext) => unknown
  readonly before?: Hook
  readonly after?: Hook
}

/**
 * A mapping: rows of one table of a source become rows of one table of the target. `name` is what `ref()`, the command line and reports
 * call it.
 * @example
 * import { type Col, sql, table, transfer, values } from 'naru'
 *
 * const goods = table<{ goods_nm: Col<'text'>; price_won: Col<'int'>; use_yn: Col<'enum', never, 'Y' | 'N'> }>('legacy', 'goods')
 * const product = table<{ name: Col<'text'>; price: Col<'decimal'>; status: Col<'enum', never, 'active' | 'hidden'> }>('app', 'product')
 * const products = transfer('products', {
 *   from: goods, to: product, where: sql`deleted_at IS NULL`,
 *   columns: { name: 'goods_nm', price: sql`price_won / 100`, status: values('use_yn', { Y: 'active', N: 'hidden' }) },
 * })
 */
export function transfer<S extends Columns, T extends Columns, const P extends NameOf<T> = never>(
  name: string,
  mapping: Declared<S, T, P>,
): Transfer
export function transfer<
  S extends Columns,
  T extends Columns,
  const R extends Returned<T, (keyof C & string) | P>,
  C extends SomeColumns<S, T> = Record<never, never>,
  const P extends NameOf<T> = never,
>(name: string, mapping: WithFunction<S, T, P, C, R>): Transfer
export function transfer(name: string, mapping: object): Transfer {
  const m = mapping as Partial<Omit<Transfer, 'key'>> & {
    readonly from: TableRef
    readonly to: TableRef
    readonly key?: string | readonly string[]
  }
  const key = typeof m.key === 'string' ? [m.key] : m.key
  return {
    ...m,
    kind: 'transfer',
    name,
    columns: m.columns ?? {},
    write: m.write ?? 'insert',
    sets: m.sets ?? [],
    into: m.into ?? [],
    ...(key !== undefined && { key }),
  } as Transfer
}
