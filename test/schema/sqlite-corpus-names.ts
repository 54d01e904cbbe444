/** Pairs of SQLite schemas: renames that were told, hostile names, counters, several tables at once. */
import type { SqliteCase } from './sqlite-case.ts'

const REBUILD = /RENAME TO "naru_/
const ROWS = "INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y'), (9, 'z'); DELETE FROM t WHERE a = 2"

function renamed(
  name: string,
  from: string,
  to: string,
  renames: readonly string[],
  more: Partial<SqliteCase> = {},
): SqliteCase {
  return { name, from, to, renames, rows: ROWS, avoids: REBUILD, ...more }
}

const T = 'CREATE TABLE t (a INT, b TEXT)'

const RENAMES: readonly SqliteCase[] = [
  renamed('a column', T, 'CREATE TABLE t (a INT, c TEXT)', ['t.b=c'], { uses: /RENAME COLUMN/ }),
  renamed(
    'a column in every place',
    "CREATE TABLE t (a INT, b TEXT NOT NULL CHECK (b <> 'b'), d AS (b || a), UNIQUE (b, a)); CREATE INDEX i ON t (b DESC, lower(b)) WHERE b > 5",
    'CREATE TABLE t (a INT, "새 이름" TEXT NOT NULL CHECK ("새 이름" <> \'b\'), d AS ("새 이름" || a), UNIQUE ("새 이름", a)); CREATE INDEX i ON t ("새 이름" DESC, lower("새 이름")) WHERE "새 이름" > 5',
    ['t.b=새 이름'],
    { avoids: /naru_t|INDEX/ },
  ),
  renamed(
    'a column that others refer to',
    `CREATE TABLE t (a INT UNIQUE, b TEXT); CREATE TABLE c (x INT REFERENCES t (a))`,
    'CREATE TABLE t (id INT UNIQUE, b TEXT); CREATE TABLE c (x INT REFERENCES t (id))',
    ['t.a=id'],
    { rows: `${ROWS}; INSERT INTO c VALUES (1)` },
  ),
  renamed(
    'a column under views and triggers',
    `${T}; CREATE VIEW v AS SELECT b FROM t; CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET b = new.b; END`,
    'CREATE TABLE t (a INT, c TEXT); CREATE VIEW v AS SELECT c AS b FROM t; CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET c = new.c; END',
    ['t.b=c'],
    { rows: "INSERT INTO t VALUES (1, 'x')" },
  ),
  renamed(
    'two columns for each other',
    'CREATE TABLE t (a TEXT, b TEXT)',
    'CREATE TABLE t (b TEXT, a TEXT)',
    ['t.a=b', 't.b=a'],
    { avoids: /^$/ },
  ),
  renamed(
    'a column, and a new one under the old name',
    'CREATE TABLE t (a INT, b TEXT)',
    'CREATE TABLE t (a INT, c TEXT, b INT)',
    ['t.b=c'],
    { avoids: /^$/ },
  ),
  renamed('upper case', T, 'CREATE TABLE t (a INT, B TEXT)', ['t.b=B']),
  renamed(
    'a column whose type has its name',
    'CREATE TABLE t (a INT, text TEXT, b INT)',
    'CREATE TABLE t (a INT, body TEXT, b INT)',
    ['t.text=body'],
  ),
  renamed(
    'a column whose function has its name',
    "CREATE TABLE t (a INT, b TEXT, lower INT CHECK (lower('X') = 'x'))",
    "CREATE TABLE t (a INT, b TEXT, less INT CHECK (lower('X') = 'x'))",
    ['t.lower=less'],
    { avoids: /^$/ },
  ),
  renamed('a column and its type', T, 'CREATE TABLE t (a INT, c VARCHAR(9) NOT NULL)', ['t.b=c'], { avoids: /^$/ }),
  renamed('a column and one more', T, 'CREATE TABLE t (a INT, c TEXT, d INT DEFAULT 4)', ['t.b=c']),
  renamed('a table', T, 'CREATE TABLE u (a INT, b TEXT)', ['t=u']),
  renamed(
    'a table with everything',
    `CREATE TABLE t (a INT UNIQUE, b TEXT, p INT REFERENCES t (a)); CREATE INDEX i ON t (b); CREATE TABLE c (x INT REFERENCES t (a)); CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tr AFTER DELETE ON c BEGIN DELETE FROM t; END`,
    `CREATE TABLE "u v" (a INT UNIQUE, b TEXT, p INT REFERENCES "u v" (a)); CREATE INDEX i ON "u v" (b); CREATE TABLE c (x INT REFERENCES "u v" (a)); CREATE VIEW v AS SELECT a FROM "u v"; CREATE TRIGGER tr AFTER DELETE ON c BEGIN DELETE FROM "u v"; END`,
    ['t=u v'],
  ),
  renamed('upper case of a table', T, 'CREATE TABLE T (a INT, b TEXT)', ['t=T'], { avoids: /^$/ }),
  renamed(
    'two tables for each other',
    `${T}; CREATE TABLE u (a INT, b TEXT, z INT)`,
    'CREATE TABLE t (a INT, b TEXT, z INT); CREATE TABLE u (a INT, b TEXT)',
    ['t=u', 'u=t'],
    { avoids: /INSERT/ },
  ),
  renamed('a table and its columns', T, 'CREATE TABLE u (a INT, d TEXT)', ['t=u', 't.b=d']),
  renamed(
    'a table that is rebuilt as well',
    `${T}; CREATE TABLE c (x REFERENCES t)`,
    'CREATE TABLE u (b TEXT, a INT NOT NULL); CREATE TABLE c (x REFERENCES u)',
    ['t=u'],
    { avoids: /^$/ },
  ),
  renamed(
    'a table, and a new one under the old name',
    `CREATE TABLE t (a INT UNIQUE, b TEXT); CREATE TABLE c (x REFERENCES t (a))`,
    `CREATE TABLE u (a INT UNIQUE, b TEXT); CREATE TABLE t (a INT UNIQUE, b TEXT); CREATE TABLE c (x REFERENCES t (a))`,
    ['t=u'],
    { avoids: /^$/ },
  ),
  renamed(
    'a table whose name qualifies',
    'CREATE TABLE t (a INT, b TEXT, CHECK (t.a > 0))',
    'CREATE TABLE u (a INT, b TEXT, CHECK (u.a > 0))',
    ['t=u'],
  ),
]

const HOSTILE: readonly SqliteCase[] = [
  'select',
  'a"b',
  "it's",
  'back`tick',
  '[x]',
  '테이블',
  '1st',
  'a.b',
  'x y',
  'naru_t',
  '%',
  'order',
  'KEY',
  '🙂',
  '--',
  '/*',
  'a;b',
].map((name): SqliteCase => {
  const q = `"${name.replaceAll('"', '""')}"`
  return {
    name: `a table and column called ${name}`,
    from: `CREATE TABLE ${q} (${q} INTEGER PRIMARY KEY, "other ${name.replaceAll('"', '""')}" TEXT REFERENCES ${q} (${q})); CREATE INDEX ${`"i ${name.replaceAll('"', '""')}"`} ON ${q} (${q})`,
    to: `CREATE TABLE ${q} (id INT, ${q} INTEGER PRIMARY KEY AUTOINCREMENT, "other ${name.replaceAll('"', '""')}" TEXT NOT NULL REFERENCES ${q} (${q}) ON DELETE CASCADE, n INT DEFAULT 5); CREATE UNIQUE INDEX ${`"i ${name.replaceAll('"', '""')}"`} ON ${q} (${q} DESC) WHERE ${q} > 0; CREATE VIEW ${`"v ${name.replaceAll('"', '""')}"`} AS SELECT ${q} FROM ${q}`,
    rows: `INSERT INTO ${q} VALUES (4, 4), (7, 4); DELETE FROM ${q} WHERE ${q} = 5`,
  }
})

const SEVERAL: readonly SqliteCase[] = [
  { name: 'a table more', from: T, to: `${T}; CREATE TABLE u (a INT)`, rows: ROWS },
  { name: 'a table less', from: `${T}; CREATE TABLE u (a INT)`, to: T, rows: ROWS },
  {
    name: 'nothing to everything',
    from: '',
    to: `${T}; CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT 1 AS one; CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END`,
  },
  { name: 'a table from a query', from: T, to: `${T}; CREATE TABLE u AS SELECT a, b, a + 1 AS n FROM t`, rows: ROWS },
  {
    name: 'spelling alone',
    from: T,
    to: 'create table if not exists [t] (\n  "a" int, -- one\n  `b` text /* two */\n)',
    rows: ROWS,
    avoids: /./,
    anyCase: true,
  },
  {
    name: 'a counter beyond the rows',
    from: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT, b TEXT)',
    to: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT, a INT)',
    rows: "INSERT INTO t VALUES (3, 1, 'x'), (900, 2, 'y'); DELETE FROM t WHERE id = 900",
    proof: (db) => {
      const next = db.prepare("INSERT INTO t (b) VALUES ('next') RETURNING id").get()
      db.exec('DELETE FROM t WHERE id = 901')
      if (next?.id !== 901) throw new Error(`the counter was lost: ${next?.id}`)
    },
  },
  {
    name: 'a counter of an empty table',
    from: 'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT)',
    to: 'CREATE TABLE t (a INT NOT NULL, id INTEGER PRIMARY KEY AUTOINCREMENT)',
    rows: 'INSERT INTO t VALUES (50, 1); DELETE FROM t',
    proof: (db) => {
      const next = db.prepare('INSERT INTO t (a) VALUES (1) RETURNING id').get()
      db.exec('DELETE FROM t')
      if (next?.id !== 51) throw new Error(`the counter was lost: ${next?.id}`)
    },
  },
  {
    name: 'five tables in one go',
    from: [1, 2, 3, 4, 5].map((n) => `CREATE TABLE t${n} (a INT, b TEXT REFERENCES t${(n % 5) + 1} (a))`).join(';'),
    to: [1, 2, 3, 4, 5]
      .map((n) => `CREATE TABLE t${n} (b TEXT REFERENCES t${(n % 5) + 1} (a), a INT PRIMARY KEY, c INT)`)
      .join(';'),
    rows: [1, 2, 3, 4, 5].map((n) => `INSERT INTO t${n} VALUES (1, 1), (2, 1)`).join(';'),
  },
  {
    name: 'comments and layout of the wanted statement stay',
    from: T,
    to: 'CREATE TABLE t (\n  -- what it is\n  a INT NOT NULL, /* and */\n  b TEXT\n)',
    rows: ROWS,
    proof: (db) => {
      const sql = db.prepare("SELECT sql FROM sqlite_master WHERE name = 't'").get()?.sql
      if (sql !== 'CREATE TABLE t (\n  -- what it is\n  a INT NOT NULL, /* and */\n  b TEXT\n)')
        throw new Error(String(sql))
    },
  },
]

/** Names and whole databases. */
export const NAME_CASES: readonly SqliteCase[] = [...RENAMES, ...HOSTILE, ...SEVERAL]
