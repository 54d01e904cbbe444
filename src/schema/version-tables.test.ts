import { expect, test } from 'vitest'
import { plainTable, type Schema, type Table } from '../core/schema.ts'
import { frameworkOf, withoutVersionTables } from './version-tables.ts'

const table = (name: string, ...columns: string[]) =>
  plainTable(
    { name },
    columns.map((c) => ({ name: c, type: { logical: { kind: 'text' }, native: 'text' }, nullable: true })),
  )

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
  [null, table('migrations', 'id', 'timestamp', 'name', 'bird')],
  [null, table('alembic_version', 'other')],
])('%s', (framework, t) => {
  expect(frameworkOf(t)?.name ?? null).toBe(framework)
})

const schema = (...tables: Table[]): Schema => ({
  engine: 'sqlite',
  flavor: 'sqlite',
  version: '3',
  name: 'main',
  tables,
  others: [{ kind: 'trigger', name: { name: 'noted' }, table: { name: 'knex_migrations' }, definition: '' }],
})

test('a schema without what others keep in it; what its own revisions make stays, whatever it is called', () => {
  const knex = [table('knex_migrations', 'id', 'name', 'batch'), table('knex_migrations_lock', 'index', 'is_locked')]
  const live = schema(...knex, table('migrations', 'id', 'timestamp', 'name'), table('users', 'id'))
  const names = (recorded: Schema) => withoutVersionTables(live, recorded).tables.map((t) => t.name.name)
  expect(names(schema())).toEqual(['users'])
  expect(names(schema(table('migrations', 'id')))).toEqual(['migrations', 'users'])
  expect(withoutVersionTables(live, schema()).others).toEqual([])
})
