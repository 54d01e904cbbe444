/** What the exports of a Drizzle module describe → Schema, before any database has read it. */
import type { Dialect } from '../core/engine.ts'
import { displayName, type OtherObject, type Schema } from '../core/schema.ts'
import type { DrizzleDialect } from './drizzle-default.ts'
import { enumName, type ReadContext } from './drizzle-read-column.ts'
import { readTable } from './drizzle-read-table.ts'
import { type DrizzleCore, type DrizzleEnum, type DrizzleViewConfig, entityKinds, isEnum } from './drizzle-shape.ts'

const TABLES: Readonly<Record<string, DrizzleDialect>> = { PgTable: 'pg', MySqlTable: 'mysql', SQLiteTable: 'sqlite' }
const VIEWS: Readonly<Record<string, DrizzleDialect>> = {
  PgView: 'pg',
  PgMaterializedView: 'pg',
  MySqlView: 'mysql',
  SQLiteView: 'sqlite',
}
const ENGINES: Readonly<Record<DrizzleDialect, string>> = { pg: 'postgres', mysql: 'mysql', sqlite: 'sqlite' }

/** Engine of a dialect. */
export function engineOfDialect(dialect: DrizzleDialect): string {
  return ENGINES[dialect]
}

/** The dialects that the exports are written for: none, one, or (an error of the module's) several. */
export function dialectsOf(exports: Readonly<Record<string, unknown>>): DrizzleDialect[] {
  const found = Object.values(exports).flatMap((value) =>
    isEnum(value) ? ['pg' as const] : entityKinds(value).flatMap((kind) => TABLES[kind] ?? VIEWS[kind] ?? []),
  )
  return [...new Set(found)]
}

function viewOf(config: DrizzleViewConfig, materialized: boolean, c: ReadContext): OtherObject {
  const schema = config.schema ?? c.home
  const name = schema === undefined ? { name: config.name } : { schema, name: config.name }
  const kind = materialized ? 'materialized view' : 'view'
  const query = config.query === undefined ? '' : c.core.sqlText(config.query)
  const definition = config.isExisting ? '' : `CREATE ${kind.toUpperCase()} ${c.engine.table(name)} AS ${query}`
  return { kind, name, definition }
}

function enumObject(e: DrizzleEnum, c: ReadContext): OtherObject {
  const name = enumName(e, c)
  const labels = e.enumValues.map((v) => c.engine.literal(v)).join(', ')
  return {
    kind: 'enum',
    name,
    definition: `CREATE TYPE ${c.engine.table(name)} AS ENUM (${labels})`,
    values: e.enumValues,
  }
}

interface SequenceShape {
  readonly seqName: string
  readonly schema?: string
  readonly seqOptions?: Readonly<Record<string, unknown>>
}

const CLAUSES: readonly (readonly [string, string])[] = [
  ['increment', 'INCREMENT BY'],
  ['minValue', 'MINVALUE'],
  ['maxValue', 'MAXVALUE'],
  ['startWith', 'START WITH'],
  ['cache', 'CACHE'],
]

function sequenceObject(s: SequenceShape, c: ReadContext): OtherObject {
  const schema = s.schema ?? c.home
  const name = schema === undefined ? { name: s.seqName } : { schema, name: s.seqName }
  const clauses = CLAUSES.flatMap(([key, words]) => {
    const value = s.seqOptions?.[key]
    return value === undefined ? [] : [` ${words} ${BigInt(String(value))}`]
  })
  const cycle = s.seqOptions?.cycle === true ? ' CYCLE' : ''
  return { kind: 'sequence', name, definition: `CREATE SEQUENCE ${c.engine.table(name)}${clauses.join('')}${cycle}` }
}

/** An export that is no table → objects, or nothing. */
function othersOf(value: unknown, c: ReadContext): OtherObject[] {
  if (isEnum(value)) return [enumObject(value, c)]
  const kinds = entityKinds(value)
  if (kinds.includes('PgSequence')) return [sequenceObject(value as SequenceShape, c)]
  if (!kinds.some((kind) => kind in VIEWS)) return []
  const materialized = kinds.includes('PgMaterializedView')
  const read = materialized ? c.core.getMaterializedViewConfig : c.core.getViewConfig
  return read === undefined ? [] : [viewOf(read(value as object), materialized, c)]
}

export interface DrizzleModule {
  readonly exports: Readonly<Record<string, unknown>>
  readonly dialect: DrizzleDialect
  readonly core: DrizzleCore
  readonly engine: Dialect
  /** PostgreSQL: schema of names that say none. */
  readonly home: string | undefined
}

/** Reads all exports. Views that are said to exist have an empty definition. Pure but for the functions of the module that it calls. */
export function readDrizzle(m: DrizzleModule): Schema {
  const c: ReadContext = { dialect: m.dialect, core: m.core, engine: m.engine, home: m.home }
  const values = [...new Set(Object.values(m.exports))]
  const found = values.filter((v) => entityKinds(v).some((kind) => kind in TABLES))
  const read = found.map((table) => readTable(table as object, c))
  const tables = [...new Map(read.map((r) => [displayName(r.table.name), r.table])).values()]
  const others = [...values.flatMap((v) => othersOf(v, c)), ...read.flatMap((r) => r.others)]
  return {
    engine: ENGINES[m.dialect],
    flavor: ENGINES[m.dialect],
    version: '',
    name: m.home ?? '',
    tables,
    others,
  }
}
