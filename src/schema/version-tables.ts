/** Tables in which other tools keep the version of a schema: recognized by name and columns, and told apart from the schema itself. */
import type { ObjectName, Schema, Table } from '../core/schema.ts'

/** A tool that keeps a table of versions. */
export interface Framework {
  readonly name: string
  /** Names of the table, in lower case; the first is today's. */
  readonly tables: readonly string[]
  /** Columns that it must have, in lower case. */
  readonly columns: readonly string[]
  /** All columns that it may have; one more, and the table is the schema's own. Absent: its name says enough. */
  readonly only?: readonly string[]
  /** Columns that make up the version, in lower case. */
  readonly version: readonly string[]
  /** The newest row comes first by this column, descending. */
  readonly newest: string
  /** Further tables of the tool's own beside it, with the columns that they must have. */
  readonly companions?: Readonly<Record<string, readonly string[]>>
  /** PostgreSQL: a schema of its own for the table, whatever schema is kept. */
  readonly ownSchema?: string
}

/** All that are known; of several with one table name the first that fits counts. */
export const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Alembic',
    tables: ['alembic_version'],
    columns: ['version_num'],
    version: ['version_num'],
    newest: 'version_num',
  },
  {
    name: 'Django',
    tables: ['django_migrations'],
    columns: ['app', 'name', 'applied'],
    version: ['app', 'name'],
    newest: 'id',
  },
  {
    name: 'Flyway',
    tables: ['flyway_schema_history', 'schema_version'],
    columns: ['installed_rank', 'version', 'success'],
    version: ['version'],
    newest: 'installed_rank',
  },
  {
    name: 'Liquibase',
    tables: ['databasechangelog'],
    columns: ['id', 'author', 'orderexecuted'],
    version: ['id'],
    newest: 'orderexecuted',
    companions: { databasechangeloglock: ['locked'] },
  },
  {
    name: 'Prisma',
    tables: ['_prisma_migrations'],
    columns: ['migration_name', 'finished_at'],
    version: ['migration_name'],
    newest: 'started_at',
  },
  {
    name: 'Knex',
    tables: ['knex_migrations'],
    columns: ['name', 'batch'],
    version: ['name'],
    newest: 'id',
    companions: { knex_migrations_lock: ['is_locked'] },
  },
  {
    name: 'Drizzle',
    tables: ['__drizzle_migrations'],
    columns: ['hash', 'created_at'],
    version: ['created_at'],
    newest: 'created_at',
    ownSchema: 'drizzle',
  },
  {
    name: 'golang-migrate',
    tables: ['schema_migrations'],
    columns: ['version', 'dirty'],
    version: ['version'],
    newest: 'version',
  },
  {
    name: 'Rails',
    tables: ['schema_migrations'],
    columns: ['version'],
    only: ['version'],
    version: ['version'],
    newest: 'version',
    companions: { ar_internal_metadata: ['key', 'value'] },
  },
  {
    name: 'TypeORM',
    tables: ['migrations'],
    columns: ['timestamp', 'name'],
    only: ['id', 'timestamp', 'name'],
    version: ['name'],
    newest: 'timestamp',
    companions: { typeorm_metadata: ['type', 'name', 'value'] },
  },
  {
    name: 'Laravel',
    tables: ['migrations'],
    columns: ['migration', 'batch'],
    only: ['id', 'migration', 'batch'],
    version: ['migration'],
    newest: 'id',
  },
  {
    name: 'Sequelize',
    tables: ['sequelizemeta'],
    columns: ['name'],
    only: ['name', 'createdat', 'updatedat'],
    version: ['name'],
    newest: 'name',
  },
]

const lower = (name: ObjectName) => name.name.toLowerCase()

const columnsOf = (table: Table) => new Set(table.columns.map((c) => c.name.toLowerCase()))

/** The framework whose columns a table has, whatever it is called; of these only the ones that `fits`. */
export function frameworkByColumns(table: Table, fits: (f: Framework) => boolean): Framework | undefined {
  const columns = columnsOf(table)
  return FRAMEWORKS.find(
    (f) => fits(f) && f.columns.every((c) => columns.has(c)) && [...columns].every((c) => f.only?.includes(c) ?? true),
  )
}

/** The framework whose table this is, by name and columns. */
export function frameworkOf(table: Table): Framework | undefined {
  return frameworkByColumns(table, (f) => f.tables.includes(lower(table.name)))
}

/** A framework's further tables among those of its schema, also where its own name begins theirs (`history`, `history_lock`). */
export function companionsOf(framework: Framework, versions: Table, tables: readonly Table[]): Table[] {
  const { companions = {} } = framework
  const suffixed = Object.entries(companions).map(([name, columns]) => {
    const own = name.startsWith(framework.tables[0])
      ? lower(versions.name) + name.slice(framework.tables[0].length)
      : name
    return { names: [name, own], columns }
  })
  return tables.filter((t) =>
    suffixed.some((c) => c.names.includes(lower(t.name)) && c.columns.every((column) => columnsOf(t).has(column))),
  )
}

/** What other tools keep in a schema for themselves. */
export function versionTablesOf(schema: Schema): readonly Table[] {
  return schema.tables.flatMap((t) => {
    const framework = frameworkOf(t)
    return framework === undefined ? [] : [t, ...companionsOf(framework, t, schema.tables)]
  })
}

/** The schema without these tables and whatever hangs on them. */
export function withoutTables(schema: Schema, tables: readonly Table[]): Schema {
  if (tables.length === 0) return schema
  const key = (name: ObjectName) => JSON.stringify([name.schema ?? schema.name, name.name])
  const gone = new Set(tables.map((t) => key(t.name)))
  const isGone = (name: ObjectName) => gone.has(key(name))
  return {
    ...schema,
    tables: schema.tables.filter((t) => !isGone(t.name)),
    others: schema.others.filter((o) => o.table === undefined || !isGone(o.table)),
  }
}

/**
 * A live schema as its revisions see it: without the tables that other tools keep there for themselves. What the revisions make (`recorded`)
 * is theirs, whatever it is called.
 */
export function withoutVersionTables(live: Schema, recorded: Schema): Schema {
  const own = new Set(recorded.tables.map((t) => t.name.name))
  return withoutTables(
    live,
    versionTablesOf(live).filter((t) => !own.has(t.name.name)),
  )
}
