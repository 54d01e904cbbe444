/** The parts of drizzle-orm's objects that are read. Written down here, so that naru needs drizzle-orm only where a module does. */

/** An `sql` template. */
export interface DrizzleSql {
  readonly queryChunks: readonly unknown[]
  inlineParams(): DrizzleSql
}

export interface DrizzleColumn {
  readonly name: string
  readonly notNull: boolean
  readonly hasDefault: boolean
  readonly default: unknown
  readonly primary: boolean
  readonly isUnique: boolean
  readonly uniqueName?: string
  readonly uniqueType?: string
  readonly autoIncrement?: boolean
  readonly hasOnUpdateNow?: boolean
  readonly enumValues?: readonly string[]
  readonly enum?: DrizzleEnum
  readonly baseColumn?: DrizzleColumn
  readonly generated?: { readonly as: unknown; readonly mode?: 'stored' | 'virtual' }
  readonly generatedIdentity?: { readonly type: 'always' | 'byDefault'; readonly sequenceName?: string }
  getSQLType(): string
}

export interface DrizzleEnum {
  readonly enumName: string
  readonly enumValues: readonly string[]
  readonly schema?: string
}

/** A column of an index in pg-core; in the other dialects it is a column, or SQL. */
interface IndexedColumn {
  readonly name: string
  readonly indexConfig?: { readonly order?: string; readonly nulls?: string; readonly opClass?: string }
}

export interface DrizzleIndex {
  readonly config: {
    readonly name?: string
    readonly columns: readonly (IndexedColumn | DrizzleSql)[]
    readonly unique?: boolean
    readonly where?: DrizzleSql
    readonly method?: string
    readonly using?: string
  }
}

export interface DrizzleForeignKey {
  readonly onUpdate?: string
  readonly onDelete?: string
  readonly reference: () => {
    readonly name?: string
    readonly columns: readonly DrizzleColumn[]
    readonly foreignTable: object
    readonly foreignColumns: readonly DrizzleColumn[]
  }
}

export interface DrizzleKey {
  readonly columns: readonly DrizzleColumn[]
  readonly name?: string
  readonly nullsNotDistinct?: boolean
}

export interface DrizzlePolicy {
  readonly name: string
  readonly as?: string
  readonly for?: string
  readonly to?: unknown
  readonly using?: DrizzleSql
  readonly withCheck?: DrizzleSql
}

export interface DrizzleTableConfig {
  readonly name: string
  readonly schema?: string
  readonly columns: readonly DrizzleColumn[]
  readonly indexes: readonly DrizzleIndex[]
  readonly foreignKeys: readonly DrizzleForeignKey[]
  readonly checks: readonly { readonly name: string; readonly value: DrizzleSql }[]
  readonly primaryKeys: readonly DrizzleKey[]
  readonly uniqueConstraints: readonly DrizzleKey[]
  readonly policies?: readonly DrizzlePolicy[]
  readonly enableRLS?: boolean
}

export interface DrizzleViewConfig {
  readonly name: string
  readonly schema?: string
  readonly isExisting: boolean
  readonly query?: DrizzleSql
}

/** One dialect's core, as imported. */
export interface DrizzleCore {
  getTableConfig(table: object): DrizzleTableConfig
  getViewConfig(view: object): DrizzleViewConfig
  getMaterializedViewConfig?(view: object): DrizzleViewConfig
  /** SQL → text, values written into it. */
  sqlText(sql: DrizzleSql): string
}

const ENTITY = Symbol.for('drizzle:entityKind')

/** Drizzle's own name of what kind of thing a value is, its class and those above: `PgTable`, `Table`. */
export function entityKinds(value: unknown): string[] {
  const kinds: string[] = []
  if (typeof value !== 'object' || value === null) return kinds
  let made = (Object.getPrototypeOf(value) as { constructor?: unknown } | null)?.constructor
  while (typeof made === 'function') {
    const kind = Object.hasOwn(made, ENTITY) ? (made as unknown as Record<symbol, unknown>)[ENTITY] : undefined
    if (typeof kind === 'string') kinds.push(kind)
    made = Object.getPrototypeOf(made)
  }
  return kinds
}

/** Whether it is an `sql` template. */
export function isSql(value: unknown): value is DrizzleSql {
  return entityKinds(value).includes('SQL')
}

/** Whether it is what pgEnum made. */
export function isEnum(value: unknown): value is DrizzleEnum {
  return (
    typeof value === 'function' &&
    (value as unknown as Record<symbol, unknown>)[Symbol.for('drizzle:isPgEnum')] === true
  )
}
