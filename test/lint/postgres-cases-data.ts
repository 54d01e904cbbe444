/** PostgreSQL: cases of rules about names, what is dropped, rows and transactions. */
import { type Cases, IN, up } from './cases.ts'

export const NAME_AND_DATA_CASES: Cases = {
  'rename-column': {
    fires: ['ALTER TABLE t RENAME a TO b'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t RENAME a TO b', 'ALTER TABLE t RENAME CONSTRAINT a TO b'],
  },
  'rename-table': {
    fires: [
      'ALTER TABLE t RENAME TO u',
      'ALTER VIEW v RENAME TO w',
      'ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u',
    ],
    silent: [
      'CREATE TABLE t (a int); ALTER TABLE t RENAME TO u',
      'BEGIN; ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u; COMMIT',
      'ALTER INDEX i RENAME TO j',
    ],
  },
  'rename-schema': {
    fires: ['ALTER SCHEMA s RENAME TO z', 'ALTER TABLE t SET SCHEMA z'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t SET SCHEMA z', 'ALTER FUNCTION f() SET SCHEMA z'],
  },
  'rename-enum-value': {
    fires: ["ALTER TYPE e RENAME VALUE 'a' TO 'b'"],
    silent: ["ALTER TYPE e ADD VALUE 'b'"],
  },
  'identifier-too-long': {
    fires: [`CREATE TABLE t (${'x'.repeat(64)} int)`, `CREATE INDEX "${'한'.repeat(22)}" ON t (a)`],
    silent: [
      `CREATE TABLE t (${'x'.repeat(63)} int)`,
      `SELECT '${'x'.repeat(99)}', $$${'y'.repeat(99)}$$ -- ${'z'.repeat(99)}`,
    ],
  },
  'drop-column': {
    fires: ['ALTER TABLE t DROP COLUMN a', 'ALTER TABLE t ADD b int, DROP a'],
    silent: ['CREATE TABLE t (a int); ALTER TABLE t DROP a', 'ALTER TABLE t DROP CONSTRAINT c'],
  },
  'drop-table': {
    fires: ['DROP TABLE t', 'DROP MATERIALIZED VIEW m', 'CREATE TABLE t (a int); DROP TABLE IF EXISTS t, u'],
    silent: ['CREATE TABLE t (a int); DROP TABLE t', 'DROP VIEW v'],
  },
  'drop-view': { fires: ['DROP VIEW v'], silent: ['CREATE VIEW v AS SELECT 1; DROP VIEW v', 'DROP TABLE t'] },
  'drop-schema': { fires: ['DROP SCHEMA s CASCADE', 'DROP DATABASE d'], silent: ['DROP TABLE s.t'] },
  'drop-cascade': {
    fires: ['DROP TABLE t CASCADE', 'ALTER TABLE t DROP COLUMN a CASCADE', 'DROP FUNCTION f() CASCADE'],
    silent: ['DROP TABLE t', 'ALTER TABLE t DROP COLUMN a', 'CREATE TABLE t (a int); DROP TABLE t CASCADE'],
  },
  truncate: {
    fires: ['TRUNCATE t, u CASCADE'],
    silent: ['CREATE TABLE t (a int); TRUNCATE t', 'DELETE FROM t WHERE a = 1'],
  },
  'write-without-where': {
    fires: ['UPDATE t SET a = 1', 'DELETE FROM t'],
    silent: ['UPDATE t SET a = 1 WHERE b = 2', 'CREATE TABLE t (a int); UPDATE t SET a = 1'],
  },
  'unseen-sql': { fires: ['DO $$ BEGIN NULL; END $$'], silent: ['SELECT 1'] },
  'enum-value-in-transaction': {
    fires: [["BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT", { version: '11' }]],
    silent: ["BEGIN; ALTER TYPE e ADD VALUE 'x'; COMMIT", ["ALTER TYPE e ADD VALUE 'x'", { version: '11' }]],
  },
  'enum-value-used': {
    fires: [
      "BEGIN; ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1; COMMIT",
      ["ALTER TYPE e ADD VALUE 'x'; ALTER TABLE t ALTER a SET DEFAULT 'x'", IN],
    ],
    silent: [
      "ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1",
      "BEGIN; ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'y' WHERE b = 1; COMMIT",
      "BEGIN; CREATE TYPE e AS ENUM ('a'); ALTER TYPE e ADD VALUE 'x'; UPDATE t SET a = 'x' WHERE b = 1; COMMIT",
      up("ALTER TYPE e ADD VALUE 'x';\nUPDATE t SET a = 'x' WHERE b = 1;"),
    ],
  },
  'lock-timeout-missing': {
    fires: ['ALTER TABLE t ADD a int', 'TRUNCATE t', ['DROP TABLE t', IN]],
    silent: [
      "SET lock_timeout = '5s'; ALTER TABLE t ADD a int",
      "SELECT set_config('lock_timeout', '5s', false); ALTER TABLE t ADD a int",
      up('ALTER TABLE t ADD a int'),
      'CREATE TABLE t (a int); ALTER TABLE t ADD b int',
      'ALTER TABLE t VALIDATE CONSTRAINT c',
    ],
  },
  'several-tables-locked': {
    fires: [
      'BEGIN; ALTER TABLE t ADD a int; ALTER TABLE u ADD a int; COMMIT',
      up('ALTER TABLE t ADD a int; DROP TABLE u'),
    ],
    silent: [
      'ALTER TABLE t ADD a int; ALTER TABLE u ADD a int',
      'BEGIN; ALTER TABLE t ADD a int; ALTER TABLE t ADD b int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; CREATE TABLE u (a int); ALTER TABLE u ADD b int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; COMMIT; BEGIN; ALTER TABLE u ADD a int; COMMIT',
    ],
  },
  'backfill-under-lock': {
    fires: [
      'BEGIN; ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE b = 2; COMMIT',
      up('ALTER TABLE t ADD a int; INSERT INTO u SELECT a FROM t'),
    ],
    silent: [
      'ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE b = 2',
      'BEGIN; UPDATE t SET a = 1 WHERE b = 2; ALTER TABLE t ADD a int; COMMIT',
      'BEGIN; ALTER TABLE t ADD a int; INSERT INTO u VALUES (1); COMMIT',
    ],
  },
  'transaction-nesting': {
    fires: ['BEGIN; BEGIN; COMMIT', 'COMMIT', up('BEGIN; SELECT 1; COMMIT'), ['ROLLBACK', IN]],
    silent: ['BEGIN; SAVEPOINT a; ROLLBACK TO a; COMMIT; BEGIN; ROLLBACK', ['SAVEPOINT a', IN]],
  },
  'transaction-uncommitted': { fires: ['BEGIN; SELECT 1'], silent: ['BEGIN; SELECT 1; COMMIT'] },
}
