/** Pairs of SQLite schemas: foreign keys, indexes, views, triggers, virtual tables. */
import type { SqliteCase } from './sqlite-case.ts'

const REBUILD = /RENAME TO "naru_/
const PARENT = 'CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INT);'
const FAMILY =
  "INSERT INTO p VALUES (1, 'a', 10), (5, 'b', 20); INSERT INTO c (x, y) VALUES (1, 'a'), (5, 'b'), (NULL, NULL)"

function child(name: string, from: string, to: string, more: Partial<SqliteCase> = {}): SqliteCase {
  return { name, from: `${PARENT} CREATE TABLE c ${from}`, to: `${PARENT} CREATE TABLE c ${to}`, rows: FAMILY, ...more }
}

const FOREIGN_KEYS: readonly SqliteCase[] = [
  child('a foreign key', '(x INT, y TEXT)', '(x INT REFERENCES p, y TEXT)'),
  child('a foreign key of the table', '(x INT, y TEXT)', '(x INT, y TEXT, FOREIGN KEY (x) REFERENCES p (id))'),
  child('a foreign key no more', '(x INT REFERENCES p (id), y TEXT)', '(x INT, y TEXT)'),
  child('an action', '(x INT REFERENCES p (id), y TEXT)', '(x INT REFERENCES p (id) ON DELETE CASCADE, y TEXT)'),
  child(
    'both actions',
    '(x INT REFERENCES p ON DELETE CASCADE, y TEXT)',
    '(x INT REFERENCES p ON UPDATE SET NULL ON DELETE SET DEFAULT, y TEXT)',
  ),
  child('an action written down', '(x INT REFERENCES p, y TEXT)', '(x INT REFERENCES p ON DELETE NO ACTION, y TEXT)'),
  child('deferrable', '(x INT REFERENCES p, y TEXT)', '(x INT REFERENCES p DEFERRABLE INITIALLY DEFERRED, y TEXT)'),
  child(
    'immediate',
    '(x INT REFERENCES p DEFERRABLE INITIALLY DEFERRED, y TEXT)',
    '(x INT REFERENCES p DEFERRABLE INITIALLY IMMEDIATE, y TEXT)',
  ),
  child('MATCH', '(x INT REFERENCES p (id), y TEXT)', '(x INT REFERENCES p (id) MATCH FULL, y TEXT)'),
  child(
    'a name',
    '(x INT, y TEXT, FOREIGN KEY (x) REFERENCES p)',
    '(x INT, y TEXT, CONSTRAINT "그 키" FOREIGN KEY (x) REFERENCES p)',
  ),
  child('another column of the parent', '(x INT, y TEXT REFERENCES p (code))', '(x INT REFERENCES p (id), y TEXT)'),
  child('two at once', '(x INT, y TEXT)', '(x INT REFERENCES p, y TEXT REFERENCES p (code) ON DELETE SET NULL)'),
  child('one of a new column', '(x INT, y TEXT)', '(x INT, y TEXT, z INT REFERENCES p (id))', { avoids: REBUILD }),
  child('one of a column that goes', '(x INT, y TEXT, z INT REFERENCES p (id))', '(x INT, y TEXT)'),
  child('itself', '(x INT UNIQUE, y TEXT)', '(x INT UNIQUE, y TEXT, z INT REFERENCES c (x) ON DELETE CASCADE)'),
  child(
    'itself in a rebuild',
    '(x INT UNIQUE, y TEXT, z INT REFERENCES c (x))',
    '(x BIGINT UNIQUE, y TEXT, z INT REFERENCES c (x))',
  ),
  {
    name: 'the parent is rebuilt, the child stays',
    from: `${PARENT} CREATE TABLE c (x INT REFERENCES p ON DELETE CASCADE, y TEXT)`,
    to: 'CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n BIGINT CHECK (n > 0)); CREATE TABLE c (x INT REFERENCES p ON DELETE CASCADE, y TEXT)',
    rows: FAMILY,
  },
  {
    name: 'parent and child are rebuilt',
    from: `${PARENT} CREATE TABLE c (x INT REFERENCES p ON DELETE CASCADE, y TEXT)`,
    to: 'CREATE TABLE p (id INTEGER PRIMARY KEY, n INT, code TEXT UNIQUE); CREATE TABLE c (y TEXT, x INT REFERENCES p ON DELETE CASCADE)',
    rows: FAMILY,
  },
  {
    name: 'a circle',
    from: 'CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id)); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT REFERENCES a (id))',
    to: 'CREATE TABLE a (id INTEGER PRIMARY KEY, b INT REFERENCES b (id) ON DELETE CASCADE, n INT); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT NOT NULL REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)',
    rows: 'INSERT INTO a VALUES (1, 2), (2, 1); INSERT INTO b VALUES (1, 1), (2, 2)',
  },
  {
    name: 'rows that were orphans before are no obstacle',
    from: `${PARENT} CREATE TABLE c (x INT REFERENCES p, y TEXT)`,
    to: `${PARENT} CREATE TABLE c (x INT REFERENCES p ON DELETE CASCADE, y TEXT NOT NULL DEFAULT 'none')`,
    rows: "INSERT INTO c VALUES (77, 'orphan')",
  },
  {
    name: 'a parent that is no key',
    from: 'CREATE TABLE p (id INT, n INT); CREATE TABLE c (x INT REFERENCES p (id), y TEXT)',
    to: 'CREATE TABLE p (id INT, n BIGINT); CREATE TABLE c (y TEXT, x INT REFERENCES p (id))',
    rows: "INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (1, 'x')",
  },
  {
    name: 'a parent that is not there',
    from: 'CREATE TABLE c (x INT REFERENCES nowhere (id), y TEXT)',
    to: 'CREATE TABLE c (x BIGINT REFERENCES nowhere (id), y TEXT)',
    rows: "INSERT INTO c VALUES (NULL, 'x')",
  },
  {
    name: 'tables and a key between them',
    from: 'CREATE TABLE c (x INT, y TEXT)',
    to: `${PARENT} CREATE TABLE c (x INT REFERENCES p, y TEXT)`,
    rows: "INSERT INTO c VALUES (NULL, 'x')",
  },
]

function indexed(name: string, from: string, to: string, more: Partial<SqliteCase> = {}): SqliteCase {
  const t = 'CREATE TABLE t (a INT, b TEXT, c TEXT COLLATE NOCASE);'
  const rows = "INSERT INTO t VALUES (1, 'x', 'X'), (2, 'y', 'Y'), (3, NULL, NULL)"
  return { name, from: `${t} ${from}`, to: `${t} ${to}`, rows, avoids: REBUILD, ...more }
}

const INDEXES: readonly SqliteCase[] = [
  indexed('an index', '', 'CREATE INDEX i ON t (a)'),
  indexed('an index no more', 'CREATE INDEX i ON t (a)', ''),
  indexed('an index of two', 'CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t (a, b)'),
  indexed('an order', 'CREATE INDEX i ON t (a, b)', 'CREATE INDEX i ON t (b, a)'),
  indexed('a unique index', 'CREATE INDEX i ON t (a)', 'CREATE UNIQUE INDEX i ON t (a)'),
  indexed('a direction', 'CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t (a DESC)'),
  indexed('ASC written down', 'CREATE INDEX i ON t (a)', 'CREATE INDEX i ON t (a ASC)'),
  indexed('a collation', 'CREATE INDEX i ON t (b)', 'CREATE INDEX i ON t (b COLLATE NOCASE)'),
  indexed(
    'a collation against that of the column',
    'CREATE INDEX i ON t (c)',
    'CREATE INDEX i ON t (c COLLATE BINARY)',
  ),
  indexed('a predicate', 'CREATE INDEX i ON t (a)', "CREATE INDEX i ON t (a) WHERE b IS NOT NULL AND b <> 'WHERE'"),
  indexed('another predicate', 'CREATE INDEX i ON t (a) WHERE a > 1', 'CREATE INDEX i ON t (a) WHERE a > 2'),
  indexed('an expression', '', 'CREATE INDEX i ON t (lower(b), a + 1)'),
  indexed('another expression', 'CREATE INDEX i ON t (lower(b))', 'CREATE INDEX i ON t (upper(b))'),
  indexed('another name', 'CREATE INDEX i ON t (a)', 'CREATE INDEX "더 나은 이름" ON t (a)'),
  indexed(
    'a name moves to another index',
    'CREATE INDEX i ON t (a); CREATE INDEX j ON t (b)',
    'CREATE INDEX j ON t (a); CREATE INDEX i ON t (b)',
  ),
  indexed('blanks and quotes are none', 'CREATE INDEX i ON t (a)', 'create  index "i" on [t] ( `a` ) -- the same', {
    avoids: /./,
    anyCase: true,
  }),
  {
    name: 'indexes of a table that is rebuilt',
    from: 'CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b) WHERE a > 0; CREATE INDEX k ON t (a, b)',
    to: 'CREATE TABLE t (b TEXT, a INT); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b) WHERE t.a > 0; CREATE INDEX l ON t (b, a)',
    rows: "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
  },
  {
    name: 'an index on a column that goes',
    from: 'CREATE TABLE t (a INT, b TEXT, c INT); CREATE INDEX i ON t (a, c)',
    to: 'CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a)',
    rows: "INSERT INTO t VALUES (1, 'x', 3)",
    avoids: REBUILD,
  },
]

function seen(name: string, from: string, to: string, more: Partial<SqliteCase> = {}): SqliteCase {
  const t = 'CREATE TABLE t (a INT, b TEXT); CREATE TABLE log (what TEXT);'
  return {
    name,
    from: `${t} ${from}`,
    to: `${t} ${to}`,
    rows: "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
    avoids: REBUILD,
    ...more,
  }
}

const TRIGGER = 'CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.b); END'
const altered = (to: string, objects: string, more: Partial<SqliteCase> = {}): SqliteCase => ({
  name: `${to}, while ${objects.replaceAll(/\s+/g, ' ').slice(0, 60)} …`,
  from: `CREATE TABLE t (a INT, b TEXT, c INT); CREATE TABLE log (what TEXT); ${objects}`,
  to: `CREATE TABLE t ${to}; CREATE TABLE log (what TEXT); ${objects}`,
  rows: "INSERT INTO t VALUES (1, 'x', 3), (2, 'y', 4); DELETE FROM log",
  ...more,
})
const VIEWS =
  'CREATE VIEW v AS SELECT a, b FROM t; CREATE VIEW w AS SELECT a FROM v; CREATE TRIGGER tw INSTEAD OF INSERT ON w BEGIN INSERT INTO t (a) VALUES (new.a); END'
const ELSEWHERE = 'CREATE TRIGGER te AFTER DELETE ON log BEGIN UPDATE t SET b = old.what WHERE a = 1; END'

const OBJECTS: readonly SqliteCase[] = [
  seen('a view', '', 'CREATE VIEW v AS SELECT a FROM t'),
  seen('a view no more', 'CREATE VIEW v AS SELECT a FROM t', ''),
  seen('another view', 'CREATE VIEW v AS SELECT a FROM t', 'CREATE VIEW v AS SELECT a, b FROM t WHERE a > 0'),
  seen(
    'names of the columns of a view',
    'CREATE VIEW v AS SELECT a FROM t',
    'CREATE VIEW v (first) AS SELECT a FROM t',
  ),
  seen(
    'views on views',
    'CREATE VIEW v AS SELECT a FROM t',
    'CREATE VIEW w AS SELECT x FROM v; CREATE VIEW v AS SELECT a AS x FROM t',
  ),
  seen(
    'a view with its trigger',
    'CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER tv INSTEAD OF DELETE ON v BEGIN SELECT 1; END',
    'CREATE VIEW v AS SELECT b FROM t; CREATE TRIGGER tv INSTEAD OF DELETE ON v BEGIN SELECT 1; END',
  ),
  seen('spelling of a view', 'CREATE VIEW v AS SELECT a FROM t', 'create view v as select  a from "t" /* all */', {
    avoids: /./,
    anyCase: true,
  }),
  seen('a trigger', '', TRIGGER),
  seen('a trigger no more', TRIGGER, ''),
  seen('another trigger', TRIGGER, TRIGGER.replace('AFTER', 'BEFORE')),
  seen(
    'a trigger of columns',
    TRIGGER,
    'CREATE TRIGGER tr AFTER UPDATE OF b ON t FOR EACH ROW WHEN new.b <> old.b BEGIN DELETE FROM log; INSERT INTO log VALUES (old.b); END',
  ),
  seen('a trigger moves', TRIGGER, 'CREATE TRIGGER tr AFTER INSERT ON log BEGIN SELECT 1; END'),
  altered('(a BIGINT, b TEXT, c INT)', VIEWS),
  altered('(a BIGINT, b TEXT, c INT)', TRIGGER),
  altered('(a BIGINT, b TEXT, c INT)', ELSEWHERE),
  altered('(a INT, b TEXT)', `${VIEWS}; ${TRIGGER}; ${ELSEWHERE}`, { avoids: REBUILD }),
  altered('(a INT, b TEXT, c INT, d INT)', `${VIEWS}; ${TRIGGER}; ${ELSEWHERE}`, { avoids: /DROP|naru/ }),
  altered('(b TEXT, a INT)', `${VIEWS}; ${TRIGGER}; ${ELSEWHERE}`),
  altered('(a INT, b TEXT)', 'CREATE VIEW broken AS SELECT z FROM nowhere', { avoids: REBUILD }),
  altered('(a BIGINT, b TEXT, c INT)', 'CREATE VIEW broken AS SELECT z FROM nowhere'),
  {
    name: 'a table becomes a view',
    from: 'CREATE TABLE t (a INT); CREATE TABLE u (a INT)',
    to: 'CREATE TABLE t (a INT); CREATE VIEW u AS SELECT a FROM t',
    rows: 'INSERT INTO t VALUES (1)',
  },
  {
    name: 'a virtual table of texts',
    from: 'CREATE TABLE t (a INT)',
    to: 'CREATE TABLE t (a INT); CREATE VIRTUAL TABLE f USING fts5(title, body)',
    rows: 'INSERT INTO t VALUES (1)',
  },
  {
    name: 'another virtual table',
    from: "CREATE VIRTUAL TABLE f USING fts5(title, tokenize = 'porter'); CREATE VIRTUAL TABLE r USING rtree(id, x1, x2)",
    to: 'CREATE VIRTUAL TABLE f USING fts5(title, body); CREATE VIRTUAL TABLE r USING rtree(id, x1, x2, y1, y2)',
    rows: "INSERT INTO f (rowid, title) VALUES (7, 'a ferry'), (9, '나루')",
    proof: (db) => {
      const row = db.prepare("SELECT rowid, body FROM f WHERE f MATCH '나루'").get()
      if (row?.rowid !== 9 || row.body !== null) throw new Error(JSON.stringify(row))
    },
  },
  {
    name: 'an R-tree with a label',
    from: 'CREATE VIRTUAL TABLE r USING rtree(id, x1, x2, +label, +more)',
    to: 'CREATE VIRTUAL TABLE r USING rtree(id, x1, x2, +label)',
    rows: "INSERT INTO r VALUES (4, 1.5, 2.5, 'a box', 'x')",
    proof: (db) => {
      const row = db.prepare('SELECT id, label FROM r WHERE x1 > 1').get()
      if (row?.id !== 4 || row.label !== 'a box') throw new Error(JSON.stringify(row))
    },
  },
  {
    name: 'texts kept up by triggers',
    from: 'CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT)',
    to: "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT ''); CREATE VIRTUAL TABLE f USING fts5(b, content='t', content_rowid='id'); CREATE TRIGGER ti AFTER INSERT ON t BEGIN INSERT INTO f (rowid, b) VALUES (new.id, new.b); END",
    rows: "INSERT INTO t VALUES (1, 'x')",
    proof: (db) => {
      if (db.prepare("SELECT rowid FROM f WHERE f MATCH 'x'").get()?.rowid !== 1) throw new Error('not indexed')
    },
  },
]

/** What refers to tables and hangs on them. */
export const OBJECT_CASES: readonly SqliteCase[] = [...FOREIGN_KEYS, ...INDEXES, ...OBJECTS]
