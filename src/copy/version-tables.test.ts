import { expect, test } from 'vitest'
import type { Table } from '../core/schema.ts'
import { frameworkOf } from './version-tables.ts'

const table = (name: string, ...columns: string[]): Table => ({
  name: { name },
  columns: columns.map((c) => ({ name: c, type: { logical: { kind: 'text' }, native: 'text' }, nullable: true })),
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  options: {},
})

test.each([
  ['Alembic', table('alembic_version', 'version_num')],
  ['Django', table('django_migrations', 'id', 'app', 'name', 'applied')],
  ['Flyway', table('flyway_schema_history', 'installed_rank', 'version', 'description', 'success')],
  ['Liquibase', table('DATABASECHANGELOG', 'ID', 'AUTHOR', 'FILENAME', 'ORDEREXECUTED')],
  ['Prisma', table('_prisma_migrations', 'id', 'checksum', 'finished_at', 'migration_name', 'started_at')],
  ['Knex', table('knex_migrations', 'id', 'name', 'batch', 'migration_time')],
  ['Drizzle', table('__drizzle_migrations', 'id', 'hash', 'created_at')],
  ['Rails', table('schema_migrations', 'version')],
  ['golang-migrate', table('schema_migrations', 'version', 'dirty')],
  ['TypeORM', table('migrations', 'id', 'timestamp', 'name')],
  ['Laravel', table('migrations', 'id', 'migration', 'batch')],
  [null, table('migrations', 'id', 'bird', 'season')],
  [null, table('alembic_version', 'other')],
])('%s', (framework, t) => {
  expect(frameworkOf(t)).toBe(framework)
})
