/** The servers themselves say what runs inside a transaction; `kindOf` must say the same. */
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { kindOf } from '../../src/revisions/kinds.ts'
import { freshDatabase } from '../harness/database.ts'

/** PostgreSQL's own word for it: SQLSTATE 25001. */
const ACTIVE = '25001'

test('PostgreSQL refuses within a transaction what is known to stand outside, and nothing else', async () => {
  await using db = await freshDatabase('postgres')
  const client = new pg.Client({ connectionString: db.url })
  await client.connect()
  await client.query(
    "CREATE TABLE t (a int PRIMARY KEY, b int); CREATE INDEX i ON t (b); CLUSTER t USING i; CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX m_a ON m (a); CREATE TYPE mood AS ENUM ('a')",
  )
  const statements = [
    'CREATE INDEX CONCURRENTLY ON t (b)',
    'CREATE INDEX ON t (b)',
    'DROP INDEX CONCURRENTLY i',
    'DROP INDEX i',
    'REINDEX TABLE t',
    'REINDEX (CONCURRENTLY) TABLE t',
    'REINDEX TABLE CONCURRENTLY t',
    'REINDEX SCHEMA public',
    'VACUUM t',
    'ANALYZE t',
    'CLUSTER',
    'CLUSTER t',
    'REFRESH MATERIALIZED VIEW m',
    'REFRESH MATERIALIZED VIEW CONCURRENTLY m',
    'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
    'ALTER TABLE p DETACH PARTITION p1',
    "ALTER SYSTEM SET work_mem = '4MB'",
    'CREATE DATABASE naru_kinds_never',
    'DROP DATABASE IF EXISTS naru_kinds_never',
    "CREATE TABLESPACE naru_kinds LOCATION '/nowhere'",
    'DROP TABLESPACE IF EXISTS naru_kinds_never',
    'ALTER TABLE t ADD COLUMN c int',
    'TRUNCATE t',
  ]
  const told: string[] = []
  for (const sql of statements) {
    await client.query('BEGIN')
    const code = await client.query(sql).then(
      () => '',
      (error: { code?: string }) => error.code ?? '',
    )
    await client.query('ROLLBACK')
    if (code === ACTIVE) told.push(sql)
  }
  await client.query("BEGIN; ALTER TYPE mood ADD VALUE 'b'")
  await expect(client.query("SELECT 'b'::mood")).rejects.toThrow('unsafe use of new value')
  await client.query('ROLLBACK')
  await client.end()
  expect(statements.filter((sql) => !kindOf(sql, 'postgres').inTransaction)).toEqual(told)
})

test('MariaDB commits within a transaction by what is known to stand outside, and by nothing else', async () => {
  await using db = await freshDatabase('mysql')
  const client = await mysql.createConnection(db.url)
  await client.query('CREATE TABLE probe (n int)')
  await client.query('CREATE TABLE t (a int, b int)')
  const statements = [
    'ALTER TABLE t ADD COLUMN c int',
    'CREATE TABLE u (a int)',
    'CREATE TEMPORARY TABLE tmp (a int)',
    'DROP TEMPORARY TABLE tmp',
    'CREATE OR REPLACE VIEW v AS SELECT 1 AS a',
    'CREATE INDEX i ON t (b)',
    'DROP INDEX i ON t',
    'RENAME TABLE u TO w',
    'TRUNCATE w',
    'DROP TABLE w',
    'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
    'SET STATEMENT max_statement_time = 9 FOR ALTER TABLE t ADD COLUMN d int',
    '/*!50001 CREATE TABLE versioned (a int) */',
    'ANALYZE TABLE t',
    'OPTIMIZE TABLE t',
    'FLUSH TABLES',
    'INSERT INTO t (a) VALUES (1)',
    'UPDATE t SET b = 2',
    'DELETE FROM t',
    'SET @x = 1',
    'DO 1',
  ]
  const told: string[] = []
  for (const sql of statements) {
    await client.query('DELETE FROM probe')
    await client.query('BEGIN')
    await client.query('INSERT INTO probe VALUES (1)')
    await client.query(sql)
    await client.query('ROLLBACK')
    const [rows] = await client.query('SELECT n FROM probe')
    if ((rows as unknown[]).length > 0) told.push(sql)
  }
  await client.end()
  expect(statements.filter((sql) => !kindOf(sql, 'mysql').inTransaction)).toEqual(told)
})

test('SQLite refuses or ignores within a transaction what is known to stand outside', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('CREATE TABLE t (a)')
  for (const sql of ['VACUUM', 'PRAGMA synchronous = OFF']) {
    db.exec('BEGIN')
    expect(() => db.exec(sql), sql).toThrow(/transaction/)
    db.exec('ROLLBACK')
    expect(kindOf(sql, 'sqlite').inTransaction, sql).toBe(false)
  }
  db.exec('PRAGMA foreign_keys = OFF; BEGIN; PRAGMA foreign_keys = ON; COMMIT')
  expect(db.prepare('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 0 })
  expect(kindOf('PRAGMA foreign_keys = ON', 'sqlite').inTransaction).toBe(false)
  db.exec('BEGIN; ALTER TABLE t ADD COLUMN b; CREATE INDEX i ON t (b); PRAGMA user_version = 4; ROLLBACK')
  expect(db.prepare('PRAGMA user_version').get()).toEqual({ user_version: 0 })
  db.close()
})
