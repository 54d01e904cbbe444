/** What rules say of SQLite is asked of SQLite: what is refused, what is lost, what is stored. */
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import type { LintContext } from '../../src/revisions/lint/rule.ts'

const SETUP =
  "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT, u TEXT UNIQUE); INSERT INTO t (a, b, u) VALUES ('x', 1, 'u'); PRAGMA foreign_keys = ON;"

const opened = new DatabaseSync(':memory:')
const VERSION = String(Object.values(opened.prepare('SELECT sqlite_version()').get() ?? {})[0])
opened.close()

const CONTEXT: LintContext = { engine: 'sqlite', inTransaction: false, version: VERSION }

const codes = async (script: string, only?: readonly string[]): Promise<string[]> =>
  (await lintSql(script, CONTEXT, { only })).findings.map((f) => f.code)

function answer(...scripts: readonly string[]): string | null {
  const db = new DatabaseSync(':memory:', { enableDoubleQuotedStringLiterals: true })
  try {
    for (const script of scripts) db.exec(script)
    return null
  } catch (error) {
    return (error as Error).message
  } finally {
    db.close()
  }
}

function one(query: string, ...scripts: readonly string[]): unknown {
  const db = new DatabaseSync(':memory:', { enableDoubleQuotedStringLiterals: true })
  try {
    for (const script of scripts) db.exec(script)
    return Object.values(db.prepare(query).get() ?? {})[0]
  } finally {
    db.close()
  }
}

const REFUSED = [
  'unsupported-alter',
  'add-column-not-null',
  'add-column-computed-default',
  'add-key-column',
  'add-column-references-default',
  'drop-column-refused',
  'without-rowid-without-key',
  'autoincrement-refused',
  'not-in-transaction',
  'transaction-nesting',
  'limit-refused',
]

const STATEMENTS: readonly string[] = [
  'ALTER TABLE t ADD CONSTRAINT k CHECK (b > 0)',
  'ALTER TABLE t ADD CONSTRAINT k UNIQUE (b)',
  'ALTER TABLE t ADD PRIMARY KEY (b)',
  'ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (id)',
  'ALTER TABLE t ALTER COLUMN b TYPE TEXT',
  'ALTER TABLE t ALTER COLUMN b SET DATA TYPE TEXT',
  'ALTER TABLE t ALTER COLUMN b SET DEFAULT 1',
  'ALTER TABLE t ALTER b DROP DEFAULT',
  'ALTER TABLE t ALTER COLUMN b SET NOT NULL',
  'ALTER TABLE t ALTER COLUMN b DROP NOT NULL',
  'ALTER TABLE t MODIFY b TEXT',
  'ALTER TABLE t CHANGE b c TEXT',
  'ALTER TABLE t DROP PRIMARY KEY',
  'ALTER TABLE t ADD x INT, ADD y INT',
  'ALTER TABLE t ADD (x INT)',
  'ALTER TABLE t ADD COLUMN IF NOT EXISTS x INT',
  'ALTER TABLE t DROP COLUMN IF EXISTS b',
  'ALTER TABLE t RENAME INDEX a TO b',
  'ALTER TABLE t ENGINE=InnoDB',
  'ALTER TABLE t CONVERT TO CHARACTER SET utf8',
  'ALTER TABLE t RENAME TO u',
  'ALTER TABLE t RENAME a TO z',
  'ALTER TABLE t RENAME COLUMN "a" TO [z y]',
  'ALTER TABLE t ADD x INT',
  'ALTER TABLE t ADD x INT AFTER a',
  'ALTER TABLE t ADD x INT NOT NULL',
  'ALTER TABLE t ADD x INT NOT NULL DEFAULT NULL',
  'ALTER TABLE t ADD x INT NOT NULL DEFAULT 0',
  'ALTER TABLE t ADD x TEXT DEFAULT CURRENT_TIMESTAMP',
  'ALTER TABLE t ADD x TEXT DEFAULT (1 + 1)',
  'ALTER TABLE t ADD x TEXT DEFAULT (1)',
  'ALTER TABLE t ADD x TEXT DEFAULT -5',
  'ALTER TABLE t ADD x TEXT DEFAULT (-5)',
  "ALTER TABLE t ADD x TEXT DEFAULT ('y')",
  'ALTER TABLE t ADD x INT DEFAULT TRUE',
  'ALTER TABLE t ADD x INT PRIMARY KEY',
  'ALTER TABLE t ADD x INT UNIQUE',
  'ALTER TABLE t ADD x INT DEFAULT 1 REFERENCES t (id)',
  'ALTER TABLE t ADD x INT DEFAULT NULL REFERENCES t (id)',
  'ALTER TABLE t ADD x INT REFERENCES t (id)',
  'ALTER TABLE t ADD x INT AS (b) STORED',
  'ALTER TABLE t ADD x INT GENERATED ALWAYS AS (b) VIRTUAL NOT NULL',
  'ALTER TABLE t DROP COLUMN id',
  'ALTER TABLE t DROP COLUMN u',
  'ALTER TABLE t DROP COLUMN a',
  'CREATE INDEX i ON t (a); ALTER TABLE t DROP COLUMN a',
  'CREATE TABLE o (a, b, FOREIGN KEY (b) REFERENCES t (id)); ALTER TABLE o DROP b',
  'CREATE TABLE o (a, b REFERENCES t (id)); ALTER TABLE o DROP b',
  'CREATE TABLE o (a, b, UNIQUE (a, b)); ALTER TABLE o DROP b',
  'CREATE TABLE o (a); ALTER TABLE o DROP a',
  'CREATE TABLE w (a INT) WITHOUT ROWID',
  'CREATE TABLE w (a INT PRIMARY KEY) WITHOUT ROWID',
  'CREATE TABLE w (a INT PRIMARY KEY AUTOINCREMENT)',
  'CREATE TABLE w (a INTEGER PRIMARY KEY AUTOINCREMENT) WITHOUT ROWID',
  'CREATE TABLE w (a INTEGER PRIMARY KEY AUTO_INCREMENT)',
  'CREATE TABLE w (a INTEGER NOT NULL PRIMARY KEY ASC AUTOINCREMENT)',
  'BEGIN; VACUUM',
  'BEGIN; BEGIN',
  'BEGIN; COMMIT; VACUUM',
  'UPDATE t SET b = 1 WHERE a LIMIT 1',
  'DELETE FROM t ORDER BY id LIMIT 1',
]

describe('what a rule calls refused is refused, and nothing else', () => {
  it.each(STATEMENTS)('%s', async (script) => {
    const why = answer(SETUP, script)
    // The script knows the table as the database does.
    const known = `${SETUP.split(';')[0]}; ${script}`
    expect([(await codes(known, REFUSED)).length > 0, why]).toEqual([why !== null, why])
  })

  it('older versions refuse more', async () => {
    const old = { ...CONTEXT, version: '3.24.0' }
    for (const sql of ['ALTER TABLE t RENAME a TO b', 'ALTER TABLE t DROP a', 'ALTER TABLE t ADD CHECK (a > 0)']) {
      const { findings } = await lintSql(`CREATE TABLE t (a, b); ${sql}`, old)
      expect(findings.filter((f) => f.severity === 'error').length, sql).toBe(1)
    }
  })

  it('a new column that needs a value is taken by an empty table: tests do not notice', () => {
    const empty = 'CREATE TABLE e (a)'
    expect(answer(empty, 'ALTER TABLE e ADD x INT NOT NULL')).toBeNull()
    expect(answer(empty, 'ALTER TABLE e ADD x DEFAULT CURRENT_TIMESTAMP')).toBeNull()
  })
})

const FAMILY =
  'CREATE TABLE p (id INTEGER PRIMARY KEY, a); CREATE TABLE c (p REFERENCES p (id) ON DELETE CASCADE); INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1);'
const REBUILD =
  'CREATE TABLE n (id INTEGER PRIMARY KEY, a); INSERT INTO n (id, a) SELECT id, a FROM p; DROP TABLE p; ALTER TABLE n RENAME TO p;'

describe('a rebuild', () => {
  const children = 'SELECT count(*) FROM c'

  it.each([
    ['PRAGMA foreign_keys = ON;', '', 0],
    ['PRAGMA foreign_keys = OFF;', '', 1],
    ['PRAGMA foreign_keys = ON; BEGIN; PRAGMA foreign_keys = OFF;', 'COMMIT;', 0],
    ['PRAGMA foreign_keys = OFF; BEGIN;', 'COMMIT;', 1],
  ])('after %s %sleaves %i children', async (before, behind, left) => {
    const script = `${before} ${REBUILD} ${behind}`
    expect(one(children, FAMILY, script)).toBe(left)
    expect((await codes(script, ['rebuild-cascades'])).length > 0).toBe(left === 0)
  })

  it('that renames the old table away takes the references with it', async () => {
    const script =
      'PRAGMA foreign_keys = OFF; ALTER TABLE p RENAME TO p_old; CREATE TABLE p (id INTEGER PRIMARY KEY, a)'
    expect(one("SELECT sql FROM sqlite_schema WHERE name = 'c'", FAMILY, script)).toContain('p_old')
    expect(await codes(script, ['rebuild-renames-old'])).toEqual(['rebuild-renames-old'])
  })

  it('PRAGMA foreign_keys and synchronous are not heard inside a transaction', () => {
    expect(one('PRAGMA foreign_keys', 'PRAGMA foreign_keys = ON; BEGIN; PRAGMA foreign_keys = OFF')).toBe(1)
    expect(answer('BEGIN; PRAGMA synchronous = OFF')).toMatch(/inside a transaction/)
  })

  it('REPLACE takes the children too', () => {
    expect(one(children, FAMILY, 'PRAGMA foreign_keys = ON; REPLACE INTO p VALUES (1, 2)')).toBe(0)
  })
})

describe('what is stored', () => {
  const TYPES =
    'STRING,FLOATING POINT,INTERVAL,UUID,JSON,CHARINT,POINT,INET,BYTEA,TEXT,VARCHAR(9),BIGINT,UNSIGNED BIG INT,INT8,DOUBLE,NUMERIC,BLOB,BOOLEAN'

  it.each(TYPES.split(','))('%s', async (type) => {
    const kept = one(
      'SELECT group_concat(typeof(a) || a) FROM t',
      `CREATE TABLE t (a ${type}); INSERT INTO t VALUES ('00123'), ('1e3')`,
    )
    const surprising = await codes(`CREATE TABLE t (a ${type})`, ['type-affinity'])
    // A type that says it is a number, or a truth value, may change texts; another may not.
    const says = /^(BIGINT|UNSIGNED BIG INT|INT8|DOUBLE|NUMERIC|BOOLEAN)$/.test(type)
    expect(surprising.length > 0).toBe(!says && kept !== 'text00123,text1e3')
  })

  it('decimals are floats', () => {
    const sql = "CREATE TABLE t (a DECIMAL(30,10)); INSERT INTO t VALUES ('12345678901234567890.5')"
    expect(one('SELECT typeof(a) FROM t', sql)).toBe('real')
    expect(one('SELECT a FROM t', sql)).toBe(12345678901234567000)
  })

  it.each([
    'CREATE TABLE k (a TEXT PRIMARY KEY)',
    'CREATE TABLE k (a INT PRIMARY KEY)',
    'CREATE TABLE k (a INTEGER PRIMARY KEY)',
    'CREATE TABLE k (a INTEGER PRIMARY KEY DESC)',
    'CREATE TABLE k (a TEXT PRIMARY KEY) WITHOUT ROWID',
    'CREATE TABLE k (a TEXT PRIMARY KEY) STRICT',
    'CREATE TABLE k (a INTEGER, PRIMARY KEY (a DESC))',
    'CREATE TABLE k (a INT, b INT NOT NULL DEFAULT 1, PRIMARY KEY (a, b))',
  ])('NULL in the key of %s', async (sql) => {
    const stored =
      answer(sql, 'INSERT INTO k (a) VALUES (NULL)') === null &&
      one('SELECT a IS NULL FROM k', sql, 'INSERT INTO k (a) VALUES (NULL)') === 1
    expect((await codes(sql, ['nullable-primary-key'])).length > 0).toBe(stored)
  })
})

describe('a rewriting', () => {
  it.each([
    ['CREATE TABLE x (id INT PRIMARY KEY, a)', 'rowid-alias'],
    ['CREATE TABLE x (id BIGINT /* big */ NOT NULL, PRIMARY KEY (id))', 'rowid-alias'],
    ['CREATE TABLE x (a TEXT PRIMARY KEY CHECK (a > 0), b)', 'nullable-primary-key'],
    ['CREATE TABLE x (a, b INT, PRIMARY KEY (a, b))', 'nullable-primary-key'],
    ['CREATE TABLE x (a STRING NOT NULL, b UUID)', 'type-affinity'],
    ['CREATE TABLE x (p INT REFERENCES t (id), "q ""r" INT REFERENCES t (id)) -- end', 'foreign-key-without-index'],
    ['INSERT INTO t (a) VALUES ("it\'s"), ("say ""a"" -- 가😀")', 'double-quoted-string'],
    ['CREATE TABLE x (a TEXT DEFAULT "it\'s")', 'double-quoted-string'],
  ])('of %s is taken', async (sql, code) => {
    const { text, done } = await fixSql(sql, CONTEXT, { only: [code] })
    expect(done.length).toBeGreaterThan(0)
    expect(await codes(text, [code])).toEqual([])
    expect(answer(SETUP, sql)).toBeNull()
    expect(answer(SETUP, text)).toBeNull()
  })

  it('of texts stores the same', async () => {
    const sql = 'INSERT INTO t (a) VALUES ("it\'s"), ("say ""a""")'
    const { text } = await fixSql(sql, CONTEXT, { only: ['double-quoted-string'] })
    const all = 'SELECT group_concat(a) FROM t'
    expect(one(all, SETUP, text)).toBe(one(all, SETUP, sql))
  })
})
