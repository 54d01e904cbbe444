/** Pairs of SQLite schemas: columns and what is written in CREATE TABLE. */
import type { SqliteCase } from './sqlite-case.ts'

type More = Omit<SqliteCase, 'name' | 'from' | 'to'>

/** A case whose table `t` differs in its body; the rows fit `(a, b)` = (1, 'x'), (2, NULL). */
function body(name: string, from: string, to: string, more: More = {}): SqliteCase {
  const rows = "INSERT INTO t (a, b) VALUES (1, 'x'), (2, NULL), (7, '한국어'); DELETE FROM t WHERE a = 2"
  return { name, from: `CREATE TABLE t ${from}`, to: `CREATE TABLE t ${to}`, rows, ...more }
}

const REBUILD = /RENAME TO "naru_t"/

const COLUMNS: readonly SqliteCase[] = [
  body('a column more', '(a INT, b TEXT)', '(a INT, b TEXT, c)', { uses: /ADD COLUMN c$/m, avoids: REBUILD }),
  body('a column with a default', '(a INT, b TEXT)', "(a INT, b TEXT, c TEXT DEFAULT 'it''s')", { avoids: REBUILD }),
  body('NOT NULL with a default', '(a INT, b TEXT)', '(a INT, b TEXT, c INT NOT NULL DEFAULT -5)', { avoids: REBUILD }),
  body('a default of now', '(a INT, b TEXT)', '(a INT, b TEXT, c DEFAULT CURRENT_TIMESTAMP)', { uses: REBUILD }),
  body('a default expression', '(a INT, b TEXT)', '(a INT, b TEXT, c DEFAULT (1 + 2))', {
    uses: REBUILD,
    proof: (db) => void (db.prepare('SELECT DISTINCT c FROM t').get()?.c === 3 || fail('default')),
  }),
  body('a random default', '(a INT, b TEXT)', '(a INT, b TEXT, c TEXT NOT NULL DEFAULT (hex(randomblob(8))))'),
  body('three columns at once', '(a INT, b TEXT)', '(a INT, b TEXT, c INT, d REAL DEFAULT 1.5, "e f" BLOB)', {
    avoids: REBUILD,
  }),
  body('a column in front', '(a INT, b TEXT)', '(c INT, a INT, b TEXT)', { uses: REBUILD }),
  body('a column in between', '(a INT, b TEXT)', '(a INT, c INT, b TEXT)'),
  body('a column before constraints', '(a INT, b TEXT, UNIQUE (a))', '(a INT, b TEXT, c INT, UNIQUE (a))', {
    avoids: REBUILD,
  }),
  body('a column after a comment', '(a INT, b TEXT -- the last\n)', '(a INT, b TEXT, c INT)', { avoids: REBUILD }),
  body('one less', '(a INT, b TEXT, c INT)', '(a INT, b TEXT)', { uses: /DROP COLUMN/, avoids: REBUILD }),
  body('one less in the middle', '(a INT, c INT DEFAULT 3, b TEXT)', '(a INT, b TEXT)', { avoids: REBUILD }),
  body('the first one less', '(c INT, a INT, b TEXT)', '(a INT, b TEXT)', { avoids: REBUILD }),
  body('one less behind comments', '(a INT, /* one, two */ b TEXT, c INT -- three, four\n)', '(a INT, b TEXT)'),
  body('one less with a unique', '(a INT, b TEXT, c INT UNIQUE)', '(a INT, b TEXT)', { uses: REBUILD }),
  body('one less with a check', '(a INT, b TEXT, c INT CHECK (c > 0))', '(a INT, b TEXT)', { avoids: REBUILD }),
  body('two less, two more', '(a INT, c INT, b TEXT, d INT)', '(a INT, b TEXT, e INT, f INT)', { avoids: REBUILD }),
  body('another order', '(a INT, b TEXT)', '(b TEXT, a INT)', { uses: REBUILD }),
  body('another order and a new one', '(a INT, b TEXT, c INT)', '(c INT, d INT, b TEXT, a INT)'),
  body('another type', '(a INT, b TEXT)', '(a BIGINT, b TEXT)'),
  body('a length', '(a INT, b VARCHAR(10))', '(a INT, b VARCHAR(20))'),
  body('a type of several words', '(a INT, b TEXT)', '(a UNSIGNED BIG INT, b NATIVE CHARACTER(70))'),
  body('a precision', '(a DECIMAL(10, 2), b TEXT)', '(a DECIMAL(12,4), b TEXT)'),
  body('no type', '(a INT, b TEXT)', '(a, b)'),
  body('text to integer', '(a INT, b TEXT, c TEXT)', '(a INT, b TEXT, c INTEGER)', {
    rows: "INSERT INTO t VALUES (1, 'x', '12'), (2, 'y', 'z')",
    converted: ['t.c'],
  }),
  body('integer to text', '(a INT, b TEXT)', '(a TEXT, b TEXT)', { converted: ['t.a'] }),
  body('integer to real', '(a INT, b TEXT)', '(a REAL, b TEXT)', { converted: ['t.a'] }),
  body('a blob stays a blob', '(a INT, b BLOB)', '(a INT, b TEXT)', { rows: "INSERT INTO t VALUES (1, x'00ff')" }),
  body('NOT NULL', '(a INT, b TEXT)', '(a INT NOT NULL, b TEXT)'),
  body('NOT NULL no more', '(a INT NOT NULL, b TEXT)', '(a INT, b TEXT)'),
  body('NOT NULL with a conflict clause', '(a INT NOT NULL, b TEXT)', '(a INT NOT NULL ON CONFLICT IGNORE, b TEXT)'),
  body('a written NULL', '(a INT, b TEXT)', '(a INT NULL, b TEXT)'),
  body('DEFAULT NULL', '(a INT, b TEXT)', '(a INT DEFAULT NULL, b TEXT)'),
  body('a default more', '(a INT, b TEXT)', '(a INT DEFAULT 3, b TEXT)'),
  body('another default', "(a INT DEFAULT 3, b TEXT DEFAULT 'x')", "(a INT DEFAULT 4, b TEXT DEFAULT 'y')"),
  body('a default no more', '(a INT DEFAULT 3, b TEXT)', '(a INT, b TEXT)'),
  body('a default of blob', '(a INT, b BLOB)', "(a INT, b BLOB DEFAULT x'00ff')"),
  body('defaults of time', '(a INT, b TEXT)', '(a INT, b TEXT DEFAULT CURRENT_DATE)'),
  body('true and false', '(a BOOLEAN DEFAULT TRUE, b TEXT)', '(a BOOLEAN DEFAULT FALSE, b TEXT)'),
  body('a double-quoted default', '(a INT, b TEXT DEFAULT "none")', "(a INT, b TEXT DEFAULT 'none')"),
  body('a number for a text', "(a INT, b TEXT DEFAULT '1')", '(a INT, b TEXT DEFAULT 1)'),
  body('a signed default', '(a INT DEFAULT +1, b REAL DEFAULT -1.5e3)', '(a INT DEFAULT 1, b REAL DEFAULT -1500)'),
  body('a collation', '(a INT, b TEXT)', '(a INT, b TEXT COLLATE NOCASE)'),
  body('another collation', '(a INT, b TEXT COLLATE NOCASE)', '(a INT, b TEXT COLLATE RTRIM)'),
  body('BINARY written down', '(a INT, b TEXT)', '(a INT, b TEXT COLLATE BINARY)'),
  body('order of clauses', '(a INT NOT NULL DEFAULT 5, b TEXT)', '(a INT DEFAULT 5 NOT NULL, b TEXT)'),
  body('names of constraints on columns', '(a INT NOT NULL, b TEXT)', '(a INT CONSTRAINT given NOT NULL, b TEXT)'),
]

const GENERATED: readonly SqliteCase[] = [
  body('a virtual column', '(a INT, b TEXT)', '(a INT, b TEXT, c AS (a * 2))', { avoids: REBUILD }),
  body('a stored column', '(a INT, b TEXT)', '(a INT, b TEXT, c INT GENERATED ALWAYS AS (a * 2) STORED)', {
    uses: REBUILD,
  }),
  body('virtual to stored', '(a INT, b TEXT, c AS (a * 2) VIRTUAL)', '(a INT, b TEXT, c AS (a * 2) STORED)'),
  body('another expression', '(a INT, b TEXT, c AS (a * 2))', '(a INT, b TEXT, c AS (a * 3))'),
  body('generated no more', '(a INT, b TEXT, c INT AS (a * 2))', '(a INT, b TEXT, c INT)', {
    proof: (db) => void (db.prepare('SELECT sum(c) AS c FROM t').get()?.c === 16 || fail('values')),
  }),
  body('generated from now on', '(a INT, b TEXT, c INT)', '(a INT, b TEXT, c INT AS (a + 1))'),
  body(
    'a chain of them',
    '(a INT, b TEXT, c AS (a + 1))',
    '(a INT, b TEXT, c AS (a + 1), d AS (c + 1) STORED, e AS (d + 1))',
  ),
  body(
    'one that stays while others change',
    '(a INT, b TEXT, c AS (a || b) STORED)',
    '(a BIGINT, b TEXT, c AS (a || b) STORED)',
  ),
  body('VIRTUAL left out', '(a INT, b TEXT, c AS (a) VIRTUAL)', '(a INT, b TEXT, c AS (a))'),
  body('a unique one', '(a INT, b TEXT, c AS (a + 1))', '(a INT, b TEXT, c AS (a + 1) UNIQUE)'),
]

const KEYS: readonly SqliteCase[] = [
  body('a key', '(a INT, b TEXT)', '(a INT PRIMARY KEY, b TEXT)'),
  body('the rowid as key', '(a INTEGER, b TEXT)', '(a INTEGER PRIMARY KEY, b TEXT)', { converted: ['*'] }),
  body('a key no more', '(a INT PRIMARY KEY, b TEXT)', '(a INT, b TEXT)'),
  body('the rowid no more', '(a INTEGER PRIMARY KEY, b TEXT)', '(a INTEGER, b TEXT)'),
  body('a new number in front', '(a INT, b TEXT)', '(id INTEGER PRIMARY KEY, a INT, b TEXT)'),
  body('INT is no INTEGER', '(a INT PRIMARY KEY, b TEXT)', '(a INTEGER PRIMARY KEY, b TEXT)', { converted: ['*'] }),
  body('AUTOINCREMENT', '(a INTEGER PRIMARY KEY, b TEXT)', '(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)'),
  body('AUTOINCREMENT no more', '(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)', '(a INTEGER PRIMARY KEY, b TEXT)'),
  body('a descending rowid that is none', '(a INTEGER PRIMARY KEY, b TEXT)', '(a INTEGER PRIMARY KEY DESC, b TEXT)'),
  body('a key of two', '(a INT, b TEXT, PRIMARY KEY (a))', '(a INT, b TEXT, PRIMARY KEY (a, b))'),
  body('another order in the key', '(a INT, b TEXT, PRIMARY KEY (a, b))', '(a INT, b TEXT, PRIMARY KEY (b, a))'),
  body('a direction in the key', '(a INT, b TEXT, PRIMARY KEY (a, b))', '(a INT, b TEXT, PRIMARY KEY (a, b DESC))'),
  body(
    'a collation in the key',
    '(a INT, b TEXT, PRIMARY KEY (a, b))',
    '(a INT, b TEXT, PRIMARY KEY (a, b COLLATE NOCASE))',
  ),
  body(
    'a conflict clause of the key',
    '(a INT PRIMARY KEY, b TEXT)',
    '(a INT PRIMARY KEY ON CONFLICT REPLACE, b TEXT)',
  ),
  body(
    'a conflict clause of the rowid',
    '(a INTEGER PRIMARY KEY, b TEXT)',
    '(a INTEGER PRIMARY KEY ASC ON CONFLICT IGNORE, b TEXT)',
  ),
  body('a name for the key', '(a INT, b TEXT, PRIMARY KEY (a))', '(a INT, b TEXT, CONSTRAINT pk PRIMARY KEY (a))'),
  body('the key in another place', '(a INT PRIMARY KEY, b TEXT)', '(a INT, b TEXT, PRIMARY KEY (a))'),
  body('a unique', '(a INT, b TEXT)', '(a INT, b TEXT UNIQUE)'),
  body('a unique no more', '(a INT, b TEXT UNIQUE)', '(a INT, b TEXT)'),
  body('a unique of two', '(a INT, b TEXT)', '(a INT, b TEXT, CONSTRAINT "두 개" UNIQUE (a, b))'),
  body('a conflict clause of a unique', '(a INT, b TEXT UNIQUE)', '(a INT, b TEXT UNIQUE ON CONFLICT IGNORE)'),
  body(
    'a unique by another name',
    '(a INT, b TEXT, CONSTRAINT u1 UNIQUE (a))',
    '(a INT, b TEXT, CONSTRAINT u2 UNIQUE (a))',
  ),
  body('order of uniques', '(a INT, b TEXT, UNIQUE (a), UNIQUE (b))', '(a INT, b TEXT, UNIQUE (b), UNIQUE (a))'),
  body('a direction in a unique', '(a INT, b TEXT, UNIQUE (a, b))', '(a INT, b TEXT, UNIQUE (a DESC, b))'),
  body('a check', '(a INT, b TEXT)', '(a INT CHECK (a > 0), b TEXT)'),
  body('a check of the table', '(a INT, b TEXT)', "(a INT, b TEXT, CONSTRAINT ok CHECK (a > 0 AND b <> ')'))"),
  body('another check', '(a INT, b TEXT, CHECK (a > 0))', '(a INT, b TEXT, CHECK (a >= 0))'),
  body('a check no more', '(a INT, b TEXT, CHECK (a > 0), CHECK (a < 100))', '(a INT, b TEXT, CHECK (a < 100))'),
  body('a check by name', '(a INT, b TEXT, CHECK (a > 0))', '(a INT, b TEXT, CONSTRAINT positive CHECK (a > 0))'),
  body('a check that names its table', '(a INT, b TEXT, CHECK (t.a > 0))', '(a BIGINT, b TEXT, CHECK (t.a > 0))'),
  body('a check that names its table no more', '(a INT, b TEXT, CHECK ("t".a > 0))', '(a INT NOT NULL, b TEXT)'),
  body('a check that names its table from now on', '(a INT, b TEXT)', '(a INT, b TEXT, CHECK (t.a > 0))'),
  body(
    'constraints without commas',
    '(a INT, b TEXT, UNIQUE (a) CHECK (a > 0))',
    '(a INT, b TEXT, UNIQUE (a), CHECK (a > 0))',
  ),
]

const OPTIONS: readonly SqliteCase[] = [
  body('STRICT', '(a INT, b TEXT)', '(a INT, b TEXT) STRICT'),
  body('STRICT no more', '(a INT, b ANY) STRICT', '(a INT, b TEXT)'),
  body('a column more under STRICT', '(a INT, b TEXT) STRICT', '(a INT, b TEXT, c ANY) STRICT', { avoids: REBUILD }),
  body('ANY under STRICT', '(a INT, b TEXT) STRICT', '(a ANY, b ANY) STRICT'),
  body('WITHOUT ROWID', '(a INT PRIMARY KEY, b TEXT)', '(a INT PRIMARY KEY, b TEXT) WITHOUT ROWID'),
  body('WITH rowid again', '(a INT PRIMARY KEY, b TEXT) WITHOUT ROWID', '(a INTEGER PRIMARY KEY, b TEXT)', {
    converted: ['*'],
  }),
  body('both', '(a INT PRIMARY KEY, b TEXT)', '(a INT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID'),
  body(
    'both in another order',
    '(a INT PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID',
    '(a INT PRIMARY KEY, b TEXT) WITHOUT ROWID, STRICT',
  ),
  body(
    'a column more WITHOUT ROWID',
    '(a INT PRIMARY KEY, b TEXT) WITHOUT ROWID',
    '(a INT PRIMARY KEY, b TEXT, c INT) WITHOUT ROWID',
  ),
  body('a column named rowid', '(a INT, b TEXT)', '(a INT, b TEXT, rowid INT)', { converted: ['*'] }),
  body(
    'all names of the rowid taken',
    '(a INT, b TEXT, rowid, _rowid_, oid)',
    '(a BIGINT, b TEXT, rowid, _rowid_, oid)',
    { converted: ['*'] },
  ),
]

function fail(what: string): never {
  throw new Error(`not as it should be: ${what}`)
}

/** Tables alone. */
export const TABLE_CASES: readonly SqliteCase[] = [...COLUMNS, ...GENERATED, ...KEYS, ...OPTIONS]
