/** Cases of SQLite: keys, types, rows. */
import type { Cases } from './cases.ts'

export const TABLE_CASES: Cases = {
  'rowid-alias': {
    fires: [
      'CREATE TABLE t (id INT PRIMARY KEY)',
      'CREATE TABLE t (id BIGINT NOT NULL, PRIMARY KEY (id))',
      'CREATE TABLE t (id INTEGER PRIMARY KEY DESC)',
      'CREATE TABLE t (id INTEGER(8) PRIMARY KEY)',
    ],
    silent: [
      'CREATE TABLE t (id INTEGER PRIMARY KEY)',
      'CREATE TABLE t (id INTEGER, PRIMARY KEY (id DESC))',
      'CREATE TABLE t (id INT PRIMARY KEY) WITHOUT ROWID',
      'CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b))',
      'CREATE TABLE t (id TEXT PRIMARY KEY)',
    ],
  },
  'autoincrement-unneeded': {
    fires: ['CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)'],
    silent: ['CREATE TABLE t (id INTEGER PRIMARY KEY)', 'CREATE TABLE t (autoincrement TEXT)'],
  },
  'autoincrement-refused': {
    fires: [
      'CREATE TABLE t (id INT PRIMARY KEY AUTOINCREMENT)',
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTO_INCREMENT)',
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID',
    ],
    silent: [
      'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)',
      'CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY ASC AUTOINCREMENT)',
    ],
  },
  'without-rowid-without-key': {
    fires: ['CREATE TABLE t (a TEXT) WITHOUT ROWID', 'CREATE TABLE t (a TEXT UNIQUE) STRICT, WITHOUT ROWID'],
    silent: [
      'CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID',
      'CREATE TABLE t (a, b, PRIMARY KEY (a, b)) without rowid',
    ],
  },
  'nullable-primary-key': {
    fires: [
      'CREATE TABLE t (a TEXT PRIMARY KEY)',
      'CREATE TABLE t (a INT NOT NULL, b INT CHECK (b > 0), PRIMARY KEY (a, b))',
      'CREATE TABLE t (a PRIMARY KEY)',
    ],
    silent: [
      'CREATE TABLE t (a TEXT NOT NULL PRIMARY KEY)',
      'CREATE TABLE t (a INTEGER PRIMARY KEY)',
      'CREATE TABLE t (a INTEGER, b INT, PRIMARY KEY (a))',
      'CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID',
      'CREATE TABLE t (a TEXT PRIMARY KEY) STRICT',
      'CREATE TABLE t (a TEXT UNIQUE)',
    ],
  },
  'foreign-key-without-index': {
    fires: [
      'CREATE TABLE t (id INTEGER PRIMARY KEY, p INT REFERENCES p (id))',
      'CREATE TABLE t (a INT, "b c" INT, UNIQUE ("b c", a), FOREIGN KEY (a) REFERENCES p (id))',
    ],
    silent: [
      'CREATE TABLE t (p INT REFERENCES p (id)); CREATE INDEX i ON t (P)',
      'CREATE TABLE t (p INT UNIQUE REFERENCES p (id))',
      'CREATE TABLE t (a INT, b INT, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES p (id))',
    ],
  },
  'type-affinity': {
    fires: [
      'CREATE TABLE t (a STRING)',
      'CREATE TABLE t (a FLOATING POINT)',
      'ALTER TABLE t ADD a INTERVAL',
      'CREATE TABLE t (key UUID NOT NULL)',
      'CREATE TABLE t (a JSON)',
      'CREATE TABLE t (a CHARINT)',
    ],
    silent: [
      'CREATE TABLE t (a TEXT, b INTEGER, c BIGINT, d VARCHAR(10), e DOUBLE PRECISION, f NUMERIC, g BOOLEAN, h DATETIME, i)',
      'CREATE TABLE t (a UNSIGNED BIG INT, b INT8, c TINYINT, d INT UNSIGNED, string TEXT)',
    ],
  },
  'decimal-is-float': {
    fires: ['CREATE TABLE t (a DECIMAL(10,2))', 'ALTER TABLE t ADD a NUMERIC'],
    silent: ['CREATE TABLE t (a DECIMAL(10), b INTEGER, c NUMERIC(5, 0))'],
  },
  'words-in-type': {
    fires: ['ALTER TABLE t ADD x INT AFTER a', "CREATE TABLE t (a INT COMMENT 'x')", 'ALTER TABLE t ADD x INT FIRST'],
    silent: [
      'ALTER TABLE t ADD "after" INT',
      "CREATE TABLE t (a INT DEFAULT 'COMMENT')",
      'ALTER TABLE t ADD comment TEXT',
    ],
  },
  'local-time-default': {
    fires: [
      "CREATE TABLE t (a TEXT DEFAULT (datetime('now', 'localtime')))",
      "CREATE TABLE t (a TEXT NOT NULL DEFAULT (strftime('%Y','now','LocalTime')))",
    ],
    silent: ["CREATE TABLE t (a TEXT DEFAULT (datetime('now')))", "CREATE TABLE t (localtime TEXT DEFAULT 'local')"],
  },
  'double-quoted-string': {
    fires: [
      'INSERT INTO t (a) VALUES ("it\'s"), ("가 -- 😀")',
      'CREATE TABLE t (a TEXT DEFAULT "x""y")',
      'INSERT INTO "t" ("a") VALUES ("b") ON CONFLICT ("a") DO UPDATE SET "a" = excluded."a"',
    ],
    silent: [
      'INSERT INTO "t" ("a") VALUES (\'say "b"\')',
      'INSERT INTO t (a) SELECT "b" FROM u',
      'INSERT INTO t (a) VALUES (\'b\') RETURNING "a"',
      'CREATE TABLE "t" ("a" TEXT DEFAULT \'b\')',
    ],
  },
  'drop-table': {
    fires: ['DROP TABLE t', 'DROP TABLE IF EXISTS [t u]'],
    silent: [
      'CREATE TABLE t (a); DROP TABLE t',
      'CREATE TABLE n (a); DROP TABLE t; ALTER TABLE n RENAME TO t',
      'DROP VIEW v',
    ],
  },
  'write-without-where': {
    fires: ['DELETE FROM t', 'UPDATE OR IGNORE t SET a = 1', 'UPDATE t SET a = b FROM u'],
    silent: ['DELETE FROM t WHERE true', 'CREATE TABLE t (a); DELETE FROM t'],
  },
  'replace-into': {
    fires: ['REPLACE INTO t (a) VALUES (1)', 'INSERT OR REPLACE INTO t (a) VALUES (1)'],
    silent: [
      'INSERT INTO t (a) VALUES (1) ON CONFLICT DO UPDATE SET a = 1',
      'CREATE TABLE t (a); REPLACE INTO t VALUES (1)',
    ],
  },
  'insert-ignore': {
    fires: ['INSERT OR IGNORE INTO t (a) VALUES (1)'],
    silent: ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING', 'INSERT OR ABORT INTO t (a) VALUES (1)'],
  },
  'insert-without-columns': {
    fires: ['INSERT INTO t VALUES (1)', 'INSERT INTO t SELECT * FROM u'],
    silent: [
      'INSERT INTO t (a) VALUES (1)',
      'INSERT OR ABORT INTO t (a) SELECT 1',
      'INSERT INTO t DEFAULT VALUES',
      'CREATE TABLE t (a); INSERT INTO t VALUES (1)',
    ],
  },
  'limit-refused': {
    fires: ['DELETE FROM t ORDER BY a LIMIT 5', 'UPDATE t SET a = 1 WHERE b LIMIT 1'],
    silent: ['DELETE FROM t WHERE a IN (SELECT a FROM t LIMIT 5)', 'SELECT 1 LIMIT 1'],
  },
  'create-table-as': {
    fires: ['CREATE TABLE t AS SELECT 1 AS a'],
    silent: ['CREATE TABLE t (a INT AS (b) STORED, b)', 'CREATE TEMP TABLE t AS SELECT 1 AS a'],
  },
}
