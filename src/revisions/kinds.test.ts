import { expect, test } from 'vitest'
import { kindOf } from './kinds.ts'

const outside = (family: 'postgres' | 'mysql' | 'sqlite', ...all: string[]) =>
  all.filter((sql) => !kindOf(sql, family).inTransaction)

test('PostgreSQL: what must stand outside is seen through comments and quotes', () => {
  const sql = [
    '/* a /* b */ c */ -- d\ncreate unique index concurrently "x" on t (a)',
    'ALTER TABLE "p art" DETACH PARTITION q CONCURRENTLY',
    'REINDEX (VERBOSE, CONCURRENTLY) TABLE t',
    'reindex index concurrently i',
    'CLUSTER',
    'VACUUM FULL t',
    'ALTER SYSTEM SET work_mem = 1',
  ]
  expect(outside('postgres', ...sql)).toEqual(sql)
})

test('PostgreSQL: texts and names that only look like it stay inside', () => {
  const sql = [
    "COMMENT ON TABLE t IS 'create index concurrently'",
    'CREATE INDEX "CONCURRENTLY" ON t (a)',
    '-- VACUUM\nSELECT 1',
    'CLUSTER t USING i',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
    'REINDEX TABLE t',
    'DO $$ BEGIN VACUUM; END $$',
  ]
  expect(outside('postgres', ...sql)).toEqual([])
})

test('an enum value stands apart, a setting belongs to the session, BEGIN to whoever runs the file', () => {
  expect(kindOf("alter type mood add value if not exists 'so'", 'postgres')).toMatchObject({
    apart: true,
    inTransaction: false,
  })
  expect(kindOf('SET search_path TO x', 'postgres').session).toBe(true)
  expect(kindOf('SET LOCAL search_path TO x', 'postgres').session).toBe(false)
  for (const sql of ['begin', 'COMMIT', 'END', 'ROLLBACK', 'START TRANSACTION']) {
    expect(kindOf(sql, 'postgres').control, sql).toBe(true)
  }
  for (const sql of ['ROLLBACK TO SAVEPOINT a', 'SAVEPOINT a', 'RELEASE a']) {
    expect(kindOf(sql, 'postgres').control, sql).toBe(false)
  }
  expect(kindOf('SET autocommit = 0', 'mysql').control).toBe(true)
  expect(kindOf('SET @@session.autocommit=0', 'mysql').control).toBe(true)
  expect(kindOf('LOCK TABLES a WRITE', 'mysql').control).toBe(true)
})

test('MySQL: what commits by itself is known, also in versioned comments and behind SET STATEMENT', () => {
  const ddl = [
    'create table t (a int)',
    '/*!50003 CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1 */',
    '/*M!100401 CREATE SEQUENCE s */',
    'SET STATEMENT max_statement_time = 5 FOR ALTER TABLE t ADD b int',
    'TRUNCATE t',
    'GRANT SELECT ON t TO u',
  ]
  expect(outside('mysql', ...ddl)).toEqual(ddl)
  const rows = [
    'INSERT INTO t VALUES (1)',
    'CREATE TEMPORARY TABLE x (a int)',
    'DROP TEMPORARY TABLE x',
    'CALL p()',
    'SET @a = 1',
    "# create table\nUPDATE t SET a = 'drop table'",
  ]
  expect(outside('mysql', ...rows)).toEqual([])
})

test('SQLite: pragmas that a transaction swallows stand outside', () => {
  const sql = ['PRAGMA foreign_keys = OFF', 'pragma main.journal_mode=wal', 'VACUUM', "ATTACH 'x' AS y"]
  expect(outside('sqlite', ...sql)).toEqual(sql)
  expect(outside('sqlite', 'PRAGMA foreign_key_check', 'PRAGMA user_version = 3', 'CREATE TABLE [vacuum] (a)')).toEqual(
    [],
  )
})
