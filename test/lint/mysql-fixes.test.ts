/** What `--fix` writes, the server takes. */
import mysql from 'mysql2/promise'
import { expect, it } from 'vitest'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import { readScript } from '../../src/schema/sql-split.ts'
import { freshDatabase } from '../harness/database.ts'

/** A script that the server takes as it is; each must be rewritten by the rule. */
const SCRIPTS: readonly (readonly [code: string, script: string])[] = [
  ['algorithm-not-stated', 'ALTER TABLE t ADD d INT, ADD e TEXT FIRST'],
  ['algorithm-not-stated', 'ALTER TABLE t ADD d INT, ADD INDEX (d)'],
  ['algorithm-not-stated', 'ALTER TABLE t ADD d INT AS (a + 1)'],
  ['algorithm-not-stated', 'ALTER TABLE t DROP b, ADD UNIQUE (a) -- why'],
  ['algorithm-not-stated', 'ALTER TABLE t DROP b, DROP INDEX k'],
  ['algorithm-not-stated', 'ALTER TABLE t RENAME COLUMN b TO z, ALTER a SET DEFAULT 7'],
  ['algorithm-not-stated', "ALTER TABLE t ADD KEY `가` (`a`, s(10)) COMMENT 'x'"],
  ['algorithm-not-stated', 'CREATE UNIQUE INDEX i ON t (a) # the last word'],
  ['algorithm-not-stated', 'CREATE INDEX i USING BTREE ON t (a, b DESC)'],
  [
    'algorithm-not-stated',
    "ALTER TABLE t ADD c ENUM('a') NOT NULL DEFAULT 'a', ALGORITHM=INSTANT; ALTER TABLE t MODIFY c ENUM('a','b') NOT NULL DEFAULT 'a'",
  ],
  [
    'modify-loses-attributes',
    "CREATE TABLE n (id INT PRIMARY KEY AUTO_INCREMENT, c VARCHAR(5) NOT NULL DEFAULT 'a\\'b' COMMENT 'c''d'); ALTER TABLE n MODIFY c VARCHAR(5) FIRST, MODIFY id INT NOT NULL",
  ],
  [
    'modify-loses-attributes',
    'CREATE TABLE n (c DATETIME(3) NOT NULL DEFAULT now(3) ON UPDATE now(3)); ALTER TABLE n CHANGE c d DATETIME(3)',
  ],
  ['lock-timeout-missing', 'ALTER TABLE t ADD d INT -- why'],
  ['modify-loses-attributes', 'CREATE TABLE n (c INT DEFAULT (1 + 1), e INT); ALTER TABLE n MODIFY c INT AFTER e'],
  ['engine-without-transactions', 'CREATE TABLE n (a INT PRIMARY KEY) ENGINE=MyISAM'],
  [
    'utf8mb3',
    "CREATE TABLE n (a VARCHAR(9) CHARACTER SET utf8 COLLATE utf8_bin, b TEXT CHARACTER SET 'utf8mb3') DEFAULT CHARSET utf8mb3 COLLATE=utf8mb3_general_ci",
  ],
  ['utf8mb3', 'CREATE DATABASE IF NOT EXISTS `{db}` CHARACTER SET utf8 COLLATE utf8_unicode_ci'],
  ['display-width', 'CREATE TABLE n (a INT(5) NOT NULL, b BIGINT (10) UNSIGNED DEFAULT 5, c TINYINT(1))'],
  ['definer', 'CREATE ALGORITHM=MERGE DEFINER=`root`@`localhost` SQL SECURITY INVOKER VIEW v AS SELECT 1 AS a'],
  ['definer', "CREATE DEFINER = 'root'@'localhost' FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1"],
  ['double-quoted-string', 'INSERT INTO t (id, s) VALUES (5, "it\'s \\"x\\" \\\\ 가😀 ""y""")'],
]

const SETUP = 'CREATE TABLE t (id INT PRIMARY KEY, a INT, b INT, s TEXT, KEY k (b)) ENGINE=InnoDB'

it('takes every rewriting, and what it does is the same', async () => {
  await using fresh = await freshDatabase('mysql')
  const server = await mysql.createConnection(fresh.url)
  try {
    const [[{ version, name }]] = (await server.query(
      'SELECT version() AS version, database() AS name',
    )) as unknown as [{ version: string; name: string }[]]
    for (const [code, written] of SCRIPTS) {
      const script = written.replace('{db}', name)
      // Widths are of interest to MySQL alone; the server takes the rewriting all the same.
      const context = { engine: 'mysql' as const, inTransaction: false, ...(code !== 'display-width' && { version }) }
      const { text, done } = await fixSql(script, context, { only: [code] })
      expect(done.length, script).toBeGreaterThan(0)
      expect((await lintSql(text, context, { only: [code] })).findings, text).toEqual([])
      await server.query('DROP TABLE IF EXISTS t, n')
      await server.query('DROP VIEW IF EXISTS v')
      await server.query(SETUP)
      for (const { sql } of readScript(text, 'mysql').statements) {
        await server.query(sql).catch((error: Error) => expect.fail(`${error.message} in ${sql}`))
      }
    }
    const [[row]] = (await server.query('SELECT s FROM t')) as unknown as [{ s: string }[]]
    expect(row.s).toBe('it\'s "x" \\ 가😀 "y"')
  } finally {
    await server.end()
  }
})
