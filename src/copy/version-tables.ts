/** Tables in which frameworks keep the version of a schema: recognised by name and columns, their version read. */
import type { Database } from '../core/engine.ts'
import { tableLabel, type VersionTable } from '../core/plan.ts'
import type { Schema, Table } from '../core/schema.ts'

interface Framework {
  readonly name: string
  readonly table: string
  /** Columns that it must have, in lower case. */
  readonly columns: readonly string[]
  /** Columns that it must not have: another framework's table of the same name. */
  readonly without?: readonly string[]
  /** Columns that make up the version, in lower case. */
  readonly version: readonly string[]
  /** The newest row comes first by this column, descending. */
  readonly newest: string
}

const FRAMEWORKS: readonly Framework[] = [
  {
    name: 'Alembic',
    table: 'alembic_version',
    columns: ['version_num'],
    version: ['version_num'],
    newest: 'version_num',
  },
  {
    name: 'Django',
    table: 'django_migrations',
    columns: ['app', 'name', 'applied'],
    version: ['app', 'name'],
    newest: 'id',
  },
  {
    name: 'Flyway',
    table: 'flyway_schema_history',
    columns: ['installed_rank', 'version', 'success'],
    version: ['version'],
    newest: 'installed_rank',
  },
  {
    name: 'Liquibase',
    table: 'databasechangelog',
    columns: ['id', 'author', 'orderexecuted'],
    version: ['id'],
    newest: 'orderexecuted',
  },
  {
    name: 'Prisma',
    table: '_prisma_migrations',
    columns: ['migration_name', 'finished_at'],
    version: ['migration_name'],
    newest: 'started_at',
  },
  { name: 'Knex', table: 'knex_migrations', columns: ['name', 'batch'], version: ['name'], newest: 'id' },
  {
    name: 'Drizzle',
    table: '__drizzle_migrations',
    columns: ['hash', 'created_at'],
    version: ['created_at'],
    newest: 'created_at',
  },
  {
    name: 'golang-migrate',
    table: 'schema_migrations',
    columns: ['version', 'dirty'],
    version: ['version'],
    newest: 'version',
  },
  {
    name: 'Rails',
    table: 'schema_migrations',
    columns: ['version'],
    without: ['dirty'],
    version: ['version'],
    newest: 'version',
  },
  { name: 'TypeORM', table: 'migrations', columns: ['timestamp', 'name'], version: ['name'], newest: 'timestamp' },
  { name: 'Laravel', table: 'migrations', columns: ['migration', 'batch'], version: ['migration'], newest: 'id' },
  { name: 'Sequelize', table: 'sequelizemeta', columns: ['name'], version: ['name'], newest: 'name' },
]

/** The framework that a table belongs to, or null. */
export function frameworkOf(table: Table): string | null {
  return match(table)?.name ?? null
}

function match(table: Table): Framework | undefined {
  const columns = new Set(table.columns.map((c) => c.name.toLowerCase()))
  return FRAMEWORKS.find(
    (f) =>
      f.table === table.name.name.toLowerCase() &&
      f.columns.every((c) => columns.has(c)) &&
      !f.without?.some((c) => columns.has(c)),
  )
}

/** Version tables among `tables`, with the version that each holds now. A table that cannot be read has version null. */
export async function versionTables(db: Database, schema: Schema, tables: readonly Table[]): Promise<VersionTable[]> {
  const found: VersionTable[] = []
  for (const table of tables) {
    const framework = match(table)
    if (framework === undefined) continue
    const version = await newestVersion(db, table, framework)
    found.push({ framework: framework.name, table: tableLabel(table.name, schema.name), version })
  }
  return found
}

async function newestVersion(db: Database, table: Table, framework: Framework): Promise<string | null> {
  const d = db.engine.dialect
  const actual = (name: string) => table.columns.find((c) => c.name.toLowerCase() === name)?.name
  const columns = framework.version.flatMap((name) => actual(name) ?? [])
  const newest = actual(framework.newest) ?? columns[0]
  const list = columns.map((c, i) => `${d.quote(c)} AS v${i}`).join(', ')
  const set = `${d.quote(columns.at(-1) ?? newest)} IS NOT NULL`
  try {
    const [row] = await db.query(
      `SELECT ${list} FROM ${d.table(table.name)} WHERE ${set} ORDER BY ${d.quote(newest)} DESC LIMIT 1`,
    )
    return row === undefined ? null : columns.map((_, i) => String(row[`v${i}`])).join(' ')
  } catch {
    return null // CSV folders take no SQL; the table is recognised all the same
  }
}
