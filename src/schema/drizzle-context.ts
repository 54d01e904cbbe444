/** What all parts of a generated Drizzle module share: names, and what has to be imported. */
import { type Column, displayName, type ObjectName, type OtherObject, type Schema, type Table } from '../core/schema.ts'
import { camel, ModuleNames, type Naming, pascal, propertyNames } from './codegen-names.ts'
import { cyclesOf } from './drizzle-cycles.ts'
import type { DrizzleDialect } from './drizzle-default.ts'
import type { Imports } from './drizzle-imports.ts'
import { customData, type DrizzleType, type TypeOf } from './drizzle-type.ts'
import { mysqlType } from './drizzle-type-mysql.ts'
import { pgType } from './drizzle-type-pg.ts'
import { sqliteType } from './drizzle-type-sqlite.ts'

export interface TableNames {
  /** The constant that stands for the table. */
  readonly constant: string
  /** Column → property. */
  readonly keys: ReadonlyMap<string, string>
}

export interface DrizzleContext {
  readonly schema: Schema
  readonly dialect: DrizzleDialect
  readonly typeOf: TypeOf
  /** Names of constants by `displayName` of the table. */
  readonly tables: ReadonlyMap<string, TableNames>
  /** Constants of enum types by `displayName`. */
  readonly enums: ReadonlyMap<string, EnumConstant>
  /** Constants of custom types by native spelling. */
  readonly customs: ReadonlyMap<string, { readonly constant: string; readonly data: string }>
  /** Constants of schemas that are not the default one. */
  readonly schemas: ReadonlyMap<string, string>
  readonly views: ReadonlyMap<OtherObject, string>
  /** Whether two tables refer to each other, directly or through others. */
  readonly inCircle: (from: ObjectName, to: ObjectName) => boolean
  /** Free names for constants that come later: relations. */
  readonly names: ModuleNames
}

interface EnumConstant {
  readonly constant: string
  readonly name: ObjectName
  readonly values: readonly string[]
}

const DIALECTS: Readonly<Record<string, { readonly dialect: DrizzleDialect; readonly typeOf: TypeOf }>> = {
  postgres: { dialect: 'pg', typeOf: pgType },
  mysql: { dialect: 'mysql', typeOf: mysqlType },
  sqlite: { dialect: 'sqlite', typeOf: sqliteType },
}

/** Names that a generated module may import, so that no table is called like one. */
const IMPORTED =
  `bigint bigserial bit boolean char check cidr customType date datetime decimal doublePrecision double float foreignKey index
inet int integer interval json jsonb line longtext macaddr macaddr8 mediumint mediumtext mysqlEnum mysqlTable mysqlView numeric pgEnum
pgMaterializedView pgSchema pgTable pgView point primaryKey real relations serial smallint smallserial sql sqliteTable sqliteView text time
timestamp tinyint tinytext unique uniqueIndex uuid varbinary varchar binary blob year`.split(/\s+/)

/** Schema of a name that must be said: not the one that is the default anyway. */
export function ownSchema(name: ObjectName): string | undefined {
  return name.schema === undefined || name.schema === 'public' ? undefined : name.schema
}

function constantFor(name: string, naming: Naming): string {
  return naming === 'database' && /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) ? name : camel(name)
}

function enumConstants(
  schema: Schema,
  columns: readonly Column[],
  types: readonly DrizzleType[],
  names: ModuleNames,
): Map<string, EnumConstant> {
  const found = new Map<string, EnumConstant>()
  const add = (name: ObjectName, values: readonly string[]) => {
    if (values.length === 0 || found.has(displayName(name))) return
    found.set(displayName(name), { constant: names.take(camel(name.name), 'Enum'), name, values })
  }
  for (const o of schema.others) if (o.kind === 'enum' && o.values !== undefined) add(o.name, o.values)
  columns.forEach((c, i) => {
    let logical = c.type.logical
    while (logical.kind === 'array') logical = logical.of
    const name = types[i].enumName
    if (name !== undefined && logical.kind === 'enum') add(name, logical.values)
  })
  return found
}

function customConstants(
  types: readonly DrizzleType[],
  names: ModuleNames,
): Map<string, { constant: string; data: string }> {
  const natives = [...new Set(types.filter((t) => t.builder === null && t.enumName === undefined).map((t) => t.native))]
  return new Map(
    natives.sort().map((native) => [native, { constant: names.take(camel(native), 'Type'), data: customData(native) }]),
  )
}

function tableNames(tables: readonly Table[], naming: Naming, names: ModuleNames): Map<string, TableNames> {
  return new Map(
    tables.map((t) => [
      displayName(t.name),
      {
        constant: names.take(constantFor(t.name.name, naming), 'Table'),
        keys: propertyNames(
          t.columns.map((c) => c.name),
          naming,
        ),
      },
    ]),
  )
}

/** Where a generated constant stands, by what it is. */
interface Places {
  readonly table: (names: TableNames) => string
  readonly types: string
}

export interface TableParts {
  readonly context: DrizzleContext
  readonly imports: Imports
  readonly places: Places
}

/** Chooses all names. The same schema gives the same names. `viewed`: columns of views, whose types need constants too. */
export function drizzleContext(schema: Schema, naming: Naming, viewed: readonly Column[]): DrizzleContext {
  const { dialect, typeOf } = DIALECTS[schema.engine]
  const names = new ModuleNames(IMPORTED)
  const columns = [...schema.tables.flatMap((t) => t.columns), ...viewed]
  const types = columns.map(typeOf)
  const tables = tableNames(schema.tables, naming, names)
  const views = schema.others.filter(
    (o) => (o.kind === 'view' || o.kind === 'materialized view') && o.table === undefined,
  )
  const enums = enumConstants(schema, columns, types, names)
  const inside = [...schema.tables, ...views, ...enums.values()].flatMap((o) => ownSchema(o.name) ?? [])
  return {
    schema,
    dialect,
    typeOf,
    tables,
    enums,
    customs: customConstants(types, names),
    schemas: new Map([...new Set(inside)].sort().map((s) => [s, names.take(`${camel(s)}Schema`, '')])),
    views: new Map(views.map((v) => [v, names.take(constantFor(v.name.name, naming), 'View')])),
    inCircle: cyclesOf(schema.tables),
    names,
  }
}

/** The name of a table's relations: `filmRelations`. */
export function relationsName(c: DrizzleContext, table: Table): string {
  const { constant } = c.tables.get(displayName(table.name)) ?? { constant: pascal(table.name.name) }
  return c.names.take(`${constant}Relations`, '')
}
