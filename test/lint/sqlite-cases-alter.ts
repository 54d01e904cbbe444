/** Cases of SQLite: ALTER TABLE, rebuilds, settings. */
import { type Cases, IN, up } from './cases.ts'

const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, u TEXT UNIQUE);\n'
const COPY = 'CREATE TABLE n (id INTEGER PRIMARY KEY); INSERT INTO n (id) SELECT id FROM t;'
const OLD = { version: '3.24.0' }
const NEW = { version: '3.53.1' }

export const ALTER_CASES: Cases = {
  'unsupported-alter': {
    fires: [
      'ALTER TABLE t ADD CONSTRAINT k UNIQUE (b)',
      'ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (id)',
      'ALTER TABLE t ALTER COLUMN b TYPE TEXT',
      'ALTER TABLE t ALTER COLUMN b SET DEFAULT 1',
      'ALTER TABLE t MODIFY b TEXT',
      'ALTER TABLE t CHANGE b c TEXT',
      'ALTER TABLE t DROP PRIMARY KEY',
      'ALTER TABLE t ADD x INT, ADD y INT',
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS x INT',
      'ALTER TABLE t DROP COLUMN IF EXISTS b',
      'ALTER TABLE t RENAME INDEX a TO b',
      'ALTER TABLE t ENGINE=InnoDB',
      'ALTER TABLE t ADD CHECK (b > 0)',
      ['ALTER TABLE t ALTER COLUMN b SET NOT NULL', { version: '3.46.0' }],
    ],
    silent: [
      'ALTER TABLE t ADD x INT CHECK (x > 0)',
      'ALTER TABLE t RENAME TO u',
      'ALTER TABLE t RENAME a TO z',
      'ALTER TABLE t DROP a',
      ['ALTER TABLE t ADD CONSTRAINT k CHECK (b > 0)', NEW],
      ['ALTER TABLE t ALTER COLUMN b SET NOT NULL', NEW],
      ['ALTER TABLE t DROP CONSTRAINT k', NEW],
    ],
  },
  'add-column-not-null': {
    fires: ['ALTER TABLE t ADD x INT NOT NULL', 'ALTER TABLE t ADD COLUMN [x y] TEXT NOT NULL DEFAULT NULL'],
    silent: [
      "ALTER TABLE t ADD x TEXT NOT NULL DEFAULT ''",
      'ALTER TABLE t ADD x INT',
      'ALTER TABLE t ADD x INT AS (b) NOT NULL',
    ],
  },
  'add-column-computed-default': {
    fires: [
      'ALTER TABLE t ADD x TEXT DEFAULT CURRENT_TIMESTAMP',
      "ALTER TABLE t ADD x TEXT DEFAULT (datetime('now'))",
      'ALTER TABLE t ADD x INT DEFAULT (1 + 1)',
    ],
    silent: ['ALTER TABLE t ADD x INT DEFAULT (1)', 'ALTER TABLE t ADD x INT DEFAULT -5', 'ALTER TABLE t ADD x INT'],
  },
  'add-key-column': {
    fires: [
      'ALTER TABLE t ADD x INT UNIQUE',
      'ALTER TABLE t ADD x INTEGER PRIMARY KEY',
      'ALTER TABLE t ADD x INT AS (b) STORED',
    ],
    silent: ['ALTER TABLE t ADD x INT AS (b)', 'ALTER TABLE t ADD "unique" INT'],
  },
  'add-column-references-default': {
    fires: ['ALTER TABLE t ADD x INT DEFAULT 1 REFERENCES p (id)'],
    silent: [
      'ALTER TABLE t ADD x INT REFERENCES p (id)',
      'ALTER TABLE t ADD x INT DEFAULT NULL REFERENCES p (id)',
      'PRAGMA foreign_keys = OFF; ALTER TABLE t ADD x INT DEFAULT 1 REFERENCES p (id)',
    ],
  },
  'drop-column': {
    fires: ['ALTER TABLE t DROP COLUMN a', ['CREATE TABLE t (a, b); ALTER TABLE t DROP a', OLD]],
    silent: [`${T}ALTER TABLE t DROP COLUMN a`, 'ALTER TABLE t DROP CONSTRAINT a'],
  },
  'drop-column-refused': {
    fires: [
      `${T}ALTER TABLE t DROP COLUMN id`,
      `${T}ALTER TABLE t DROP u`,
      `${T}CREATE INDEX i ON t (A); ALTER TABLE t DROP a`,
      'CREATE INDEX i ON t (b, a); ALTER TABLE t DROP a',
      'CREATE TABLE t (a, b, UNIQUE (a, b)); ALTER TABLE t DROP b',
      'CREATE TABLE t (a, b, FOREIGN KEY (b) REFERENCES p (id)); ALTER TABLE t DROP b',
      'CREATE TABLE t (a); ALTER TABLE t DROP a',
    ],
    silent: [
      `${T}ALTER TABLE t DROP a`,
      'ALTER TABLE t DROP a',
      `${T}CREATE INDEX i ON t (a); DROP INDEX i; ALTER TABLE t DROP a`,
      'CREATE TABLE t (a, b REFERENCES p (id)); ALTER TABLE t DROP b',
    ],
  },
  'rename-column': {
    fires: [
      'ALTER TABLE t RENAME COLUMN a TO b',
      'ALTER TABLE t RENAME `a` TO b',
      [`${T}ALTER TABLE t RENAME a TO z`, OLD],
    ],
    silent: [`${T}ALTER TABLE t RENAME a TO z`, 'ALTER TABLE t RENAME TO u'],
  },
  'rename-table': {
    fires: ['ALTER TABLE t RENAME TO u', 'ALTER TABLE main.t RENAME TO "u v"'],
    silent: [`${T}ALTER TABLE t RENAME TO u`, `${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`],
  },
  'rebuild-drops-first': {
    fires: [
      'CREATE TABLE n (id INT); DROP TABLE t; ALTER TABLE n RENAME TO t',
      'CREATE TABLE n (id INT); INSERT INTO n (id) SELECT id FROM other; DROP TABLE T; ALTER TABLE n RENAME TO t',
      'DROP TABLE t; INSERT INTO n (id) SELECT id FROM t; ALTER TABLE n RENAME TO t',
    ],
    silent: [
      `${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`,
      'CREATE TABLE n AS SELECT * FROM "t"; DROP TABLE t; ALTER TABLE n RENAME TO t',
      'DROP TABLE t; CREATE TABLE t (a)',
    ],
  },
  'rebuild-cascades': {
    fires: [
      `${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`,
      `PRAGMA foreign_keys = ON; ${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`,
      `BEGIN; PRAGMA foreign_keys = OFF; ${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t; COMMIT`,
    ],
    silent: [
      `PRAGMA foreign_keys = OFF; BEGIN; ${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t; COMMIT`,
      `PRAGMA foreign_keys=0; ${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`,
      up(`PRAGMA foreign_keys = OFF; ${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`),
      'DROP TABLE t',
    ],
  },
  'rebuild-renames-old': {
    fires: [
      'ALTER TABLE t RENAME TO t_old; CREATE TABLE t (id INT); INSERT INTO t (id) SELECT id FROM t_old; DROP TABLE t_old',
    ],
    silent: [
      `${COPY} DROP TABLE t; ALTER TABLE n RENAME TO t`,
      'PRAGMA foreign_keys=OFF; PRAGMA legacy_alter_table=ON; ALTER TABLE t RENAME TO t_old; CREATE TABLE t (id INT)',
    ],
  },
  'pragma-in-transaction': {
    fires: [
      'BEGIN; PRAGMA foreign_keys = OFF',
      ['PRAGMA foreign_keys(0)', IN],
      'BEGIN IMMEDIATE; PRAGMA main.synchronous = NORMAL',
      'BEGIN; PRAGMA journal_mode = WAL',
      up('BEGIN; PRAGMA foreign_keys = OFF'),
    ],
    silent: [
      'PRAGMA foreign_keys = OFF; BEGIN',
      'BEGIN; COMMIT; PRAGMA foreign_keys = OFF',
      'BEGIN; PRAGMA foreign_keys',
      'BEGIN; PRAGMA foreign_key_check',
      up('PRAGMA foreign_keys = OFF'),
    ],
  },
  'not-in-transaction': {
    fires: ['BEGIN; VACUUM', ['VACUUM', IN]],
    silent: ['VACUUM', 'BEGIN; COMMIT; VACUUM', up('VACUUM')],
  },
  'transaction-nesting': {
    fires: ['BEGIN; BEGIN', ['BEGIN TRANSACTION', IN], up('COMMIT'), ['END', IN]],
    silent: ['BEGIN; COMMIT; BEGIN; ROLLBACK', ['SAVEPOINT a; ROLLBACK TO a; RELEASE a', IN]],
  },
  'legacy-alter-table': {
    fires: ['PRAGMA legacy_alter_table = ON', 'PRAGMA legacy_alter_table(1)'],
    silent: ['PRAGMA legacy_alter_table = OFF', 'PRAGMA legacy_alter_table'],
  },
  'writable-schema': {
    fires: ['PRAGMA writable_schema = 1'],
    silent: ['PRAGMA writable_schema = 0', "SELECT 'PRAGMA writable_schema = 1'"],
  },
  'foreign-key-checks-off': {
    fires: ['PRAGMA foreign_keys = OFF', 'PRAGMA foreign_keys = 0; PRAGMA foreign_keys = 1'],
    silent: [
      'PRAGMA foreign_keys = OFF; PRAGMA foreign_key_check; PRAGMA foreign_keys = ON',
      'PRAGMA foreign_keys = ON',
    ],
  },
}
