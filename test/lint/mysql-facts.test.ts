/** What rules say of MariaDB is asked of MariaDB: the way that ALTER TABLE goes, what is lost, what is refused. */
import mysql from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import type { LintContext } from '../../src/revisions/lint/rule.ts'
import { type FreshDatabase, freshDatabase } from '../harness/database.ts'

let fresh: FreshDatabase
let server: mysql.Connection
let context: LintContext

beforeAll(async () => {
  fresh = await freshDatabase('mysql')
  server = await mysql.createConnection(fresh.url)
  const [[{ version }]] = (await server.query('SELECT version() AS version')) as unknown as [[{ version: string }]]
  context = { engine: 'mysql', inTransaction: false, flavor: /mariadb/i.test(version) ? 'mariadb' : 'mysql', version }
})

afterAll(async () => {
  await server.end()
  await fresh[Symbol.asyncDispose]()
})

const refused = (sql: string): Promise<string | null> =>
  server.query(sql).then(
    () => null,
    (error: Error) => error.message,
  )

/** Codes that say that rows are written anew. */
const ANEW = [
  'change-column-type',
  'varchar-length-byte',
  'add-column-rebuild',
  'set-not-null',
  'drop-not-null',
  'enum-values-reordered',
  'enum-values-removed',
  'check-validates',
  'foreign-key-validates',
  'convert-charset',
  'primary-key-change',
  'table-rebuild',
]

async function codes(script: string, only: readonly string[]): Promise<string[]> {
  return (await lintSql(script, context, { only })).findings.map((f) => f.code)
}

const COLUMNS: readonly (readonly [definition: string, clause: string])[] = [
  ['INT', 'MODIFY c BIGINT'],
  ['INT', 'MODIFY c INT UNSIGNED'],
  ['INT(5)', 'MODIFY c INTEGER(11)'],
  ['INT', 'CHANGE c d INT'],
  ['INT', 'MODIFY c INT NOT NULL'],
  ['INT NOT NULL DEFAULT 1', 'MODIFY c INT NULL DEFAULT 1'],
  ['INT NOT NULL DEFAULT 1', 'MODIFY c INT NOT NULL DEFAULT 2'],
  ["INT COMMENT 'a'", "MODIFY c INT COMMENT 'b'"],
  ['VARCHAR(20) CHARACTER SET latin1', 'MODIFY c VARCHAR(10) CHARACTER SET latin1'],
  ['VARCHAR(20) CHARACTER SET latin1', 'MODIFY c VARCHAR(255) CHARACTER SET latin1'],
  ['VARCHAR(100) CHARACTER SET latin1', 'MODIFY c VARCHAR(256) CHARACTER SET latin1'],
  ['VARCHAR(128) CHARACTER SET latin1', 'MODIFY c VARCHAR(256) CHARACTER SET latin1'],
  ['VARCHAR(50) CHARACTER SET utf8mb4', 'MODIFY c VARCHAR(64) CHARACTER SET utf8mb4'],
  ['VARCHAR(256) CHARACTER SET latin1', 'MODIFY c VARCHAR(400) CHARACTER SET latin1'],
  ['VARCHAR(9) CHARACTER SET latin1', 'MODIFY c VARCHAR(9) CHARACTER SET utf8mb4'],
  ['VARCHAR(9)', 'MODIFY c CHAR(9)'],
  ['CHAR(9)', 'MODIFY c CHAR(10)'],
  ['TEXT', 'MODIFY c MEDIUMTEXT'],
  ['DECIMAL(5,2)', 'MODIFY c DECIMAL(6,2)'],
  ['DATETIME', 'MODIFY c DATETIME(6)'],
  ["ENUM('a','b')", "MODIFY c ENUM('a','b','c')"],
  ["ENUM('a','b')", "MODIFY c ENUM('a','c','b')"],
  ["ENUM('a','b')", "MODIFY c ENUM('a')"],
  ["SET('a','b')", "MODIFY c SET('b','a')"],
  [`SET(${'12345678'.split('').map((n) => `'${n}'`)})`, `MODIFY c SET(${'123456789'.split('').map((n) => `'${n}'`)})`],
]

const CLAUSES: readonly string[] = [
  'ADD d INT',
  'ADD d INT FIRST',
  'ADD d TEXT NOT NULL AFTER id',
  'ADD d DATETIME DEFAULT CURRENT_TIMESTAMP',
  'ADD d DOUBLE DEFAULT (rand())',
  'ADD d CHAR(36) DEFAULT (uuid())',
  'ADD d INT AS (a + 1)',
  'ADD d INT AS (a + 1) STORED',
  'ADD d INT UNIQUE',
  'ADD d INT DEFAULT 5 CHECK (d > 0)',
  'DROP b',
  'RENAME COLUMN b TO z',
  'ALTER COLUMN b SET DEFAULT 5',
  'ADD INDEX (b)',
  'ADD UNIQUE (b)',
  'ADD CHECK (b > 0)',
  'ADD FOREIGN KEY (a) REFERENCES parent (id)',
  'DROP PRIMARY KEY',
  'DROP PRIMARY KEY, ADD PRIMARY KEY (id, a)',
  'CONVERT TO CHARACTER SET latin1',
  'DEFAULT CHARACTER SET latin1',
  'ENGINE=InnoDB',
  'ROW_FORMAT=COMPRESSED',
  'KEY_BLOCK_SIZE=4',
  'FORCE',
  'AUTO_INCREMENT=50',
  "COMMENT='x'",
]

async function tables(column?: string): Promise<void> {
  await server.query('SET foreign_key_checks = 0')
  await server.query('DROP TABLE IF EXISTS t, parent')
  await server.query('SET foreign_key_checks = 1')
  await server.query('CREATE TABLE parent (id INT PRIMARY KEY) ENGINE=InnoDB')
  await server.query(
    'CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NOT NULL DEFAULT 1, b INT, s TEXT) ENGINE=InnoDB ROW_FORMAT=DYNAMIC',
  )
  if (column !== undefined) await server.query(`ALTER TABLE t ADD c ${column}`)
}

describe('a change that writes the table anew is found, and no other', () => {
  it.for(COLUMNS)('%s: %s', async ([definition, clause], { skip }) => {
    if (context.flavor !== 'mariadb') skip('MySQL has no NOCOPY')
    await tables(definition)
    const found = await codes(`ALTER TABLE t ADD c ${definition}; ALTER TABLE t ${clause}`, ANEW)
    expect(found.length > 0).toBe((await refused(`ALTER TABLE t ${clause}, ALGORITHM=NOCOPY`)) !== null)
  })

  it.for(CLAUSES)('%s', async (clause, { skip }) => {
    if (context.flavor !== 'mariadb') skip('MySQL has no NOCOPY')
    await tables()
    const found = await codes(`ALTER TABLE t ${clause}`, ANEW)
    const why = await refused(`ALTER TABLE t ${clause}, ALGORITHM=NOCOPY`)
    expect([found.length > 0, why]).toEqual([why !== null, why])
  })

  it('says copied where not even INPLACE is taken', async ({ skip }) => {
    if (context.flavor !== 'mariadb') skip('MySQL has no NOCOPY')
    for (const clause of [
      'DROP PRIMARY KEY',
      'ADD CHECK (b > 0)',
      'ADD FOREIGN KEY (a) REFERENCES parent (id)',
      'CONVERT TO CHARACTER SET latin1',
      'ADD d INT AS (a + 1) STORED',
      'MODIFY b BIGINT',
    ]) {
      await tables()
      expect(await refused(`ALTER TABLE t ${clause}, ALGORITHM=INPLACE`), clause).toMatch(
        /ALGORITHM=INPLACE is not supported/,
      )
    }
  })

  it('a foreign key goes in place where nothing is checked', async () => {
    await tables()
    await server.query('SET foreign_key_checks = 0')
    const sql = 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES parent (id)'
    expect(await refused(`${sql}, ALGORITHM=INPLACE, LOCK=NONE`)).toBeNull()
    await server.query('SET foreign_key_checks = 1')
    expect(await codes(`SET foreign_key_checks = 0; ${sql}`, ANEW)).toEqual([])
  })
})

describe('writers wait', () => {
  it.for([
    ['ADD FULLTEXT (s)', true],
    ['ADD FULLTEXT (s), ADD INDEX (b)', true],
    ['ADD INDEX (b)', false],
    ['ADD UNIQUE (b)', false],
  ] as const)('%s: %s', async ([clause, waits]) => {
    await tables()
    expect((await codes(`ALTER TABLE t ${clause}`, ['fulltext-locks'])).length > 0).toBe(waits)
    expect((await refused(`ALTER TABLE t ${clause}, LOCK=NONE`)) !== null).toBe(waits)
  })
})

async function one(sql: string): Promise<unknown> {
  const [[row]] = (await server.query(sql)) as unknown as [Record<string, unknown>[]]
  return Object.values(row)[0]
}

describe('what is lost or changed', () => {
  it('MODIFY loses what it does not repeat, and the rewriting keeps it', async () => {
    const create =
      "CREATE TABLE t (id INT PRIMARY KEY, c DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3) COMMENT 'it''s')"
    const before = async (): Promise<unknown> => {
      await server.query('DROP TABLE IF EXISTS t')
      await server.query(create)
      return one(
        "SELECT group_concat(column_default, extra, is_nullable, column_comment) FROM information_schema.columns WHERE table_schema = database() AND column_name = 'c'",
      )
    }
    const now = () =>
      one(
        "SELECT group_concat(coalesce(column_default, '-'), extra, is_nullable, column_comment) FROM information_schema.columns WHERE table_schema = database() AND column_name = 'c'",
      )
    const whole = await before()
    const { rewrites } = await lintSql(`${create}; ALTER TABLE t MODIFY c DATETIME(3) FIRST`, context, {
      only: ['modify-loses-attributes'],
    })
    await server.query('ALTER TABLE t MODIFY c DATETIME(3) FIRST')
    expect(await now()).toBe('NULLYES')
    await before()
    await server.query(rewrites[0].text)
    expect(await now()).toBe(whole)
  })

  it('the default character set changes no column', async () => {
    await tables('VARCHAR(9) CHARACTER SET utf8mb4')
    await server.query('ALTER TABLE t DEFAULT CHARACTER SET latin1')
    const sql =
      "SELECT character_set_name FROM information_schema.columns WHERE table_schema = database() AND column_name = 's'"
    expect(await one(sql)).toBe('utf8mb4')
  })

  it('DDL commits', async () => {
    await tables()
    await server.query('START TRANSACTION')
    await server.query('INSERT INTO t (id) VALUES (1)')
    await server.query('ALTER TABLE t ADD d INT')
    await server.query('ROLLBACK')
    expect(Number(await one('SELECT count(*) FROM t'))).toBe(1)
  })

  it('a new NOT NULL column gets invented values', async () => {
    await tables()
    await server.query('INSERT INTO t (id) VALUES (1)')
    await server.query('ALTER TABLE t ADD d INT NOT NULL, ADD e VARCHAR(5) NOT NULL')
    expect(await one("SELECT concat(d, '/', e) FROM t")).toBe('0/')
    expect(await refused('INSERT INTO t (id) VALUES (2)')).toMatch(/doesn't have a default value/)
  })

  it('the first TIMESTAMP moves with every UPDATE', async () => {
    await server.query('SET explicit_defaults_for_timestamp = OFF')
    await server.query('DROP TABLE IF EXISTS t')
    await server.query('CREATE TABLE t (id INT PRIMARY KEY, c TIMESTAMP)')
    await server.query('SET explicit_defaults_for_timestamp = ON')
    expect(
      await one("SELECT extra FROM information_schema.columns WHERE table_schema = database() AND column_name = 'c'"),
    ).toMatch(/on update/i)
  })
})

describe('what rules call an error is refused', () => {
  it.for([
    [
      'foreign-key-type-mismatch',
      'CREATE TABLE p1 (id INT UNSIGNED PRIMARY KEY); CREATE TABLE c1 (p INT, FOREIGN KEY (p) REFERENCES p1 (id))',
    ],
    ['identifier-too-long', `CREATE TABLE ${'가'.repeat(65)} (a INT)`],
    ['mysql-only-syntax', 'CREATE TABLE m1 (a VARCHAR(9)); CREATE INDEX i ON m1 ((lower(a)))'],
    ['mysql-only-syntax', 'CREATE TABLE m2 (a TEXT) COLLATE utf8mb4_0900_ai_ci'],
    ['mysql-only-syntax', 'SET PERSIST max_connections = 5'],
    ['mysql-only-syntax', 'CREATE TABLE m3 (a INT); ALTER TABLE m3 ADD CHECK (a > 0) NOT ENFORCED'],
    ['zero-date-default', "SET sql_mode = 'TRADITIONAL'; CREATE TABLE z1 (a DATETIME DEFAULT '0000-00-00')"],
  ] as const)('%s: %s', async ([code, script], { skip }) => {
    if (context.flavor !== 'mariadb') skip('these are errors of MariaDB')
    expect(await codes(script, [code])).toEqual([code])
    const statements = script.split('; ')
    for (const sql of statements.slice(0, -1)) await server.query(sql)
    expect(await refused(statements.at(-1)!)).not.toBeNull()
    await server.query('SET sql_mode = DEFAULT')
  })

  it('a name of 64 characters is taken', async () => {
    expect(await refused(`CREATE TABLE ${'n'.repeat(64)} (a INT)`)).toBeNull()
  })
})
