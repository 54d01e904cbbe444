/** What the planner of SQLite promises beside the law: the hazards count what would fail, guards fail and roll back, a kill leaves the file as it was. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import type { Hazard, Step } from '../../src/core/change.ts'
import type { Database } from '../../src/core/engine.ts'
import { changesOf, databaseOf, lead, runSteps, stateOf } from './law.ts'
import { counters, master, plain } from './sqlite-case.ts'

async function planOf(
  db: Database,
  to: string,
  renames: Parameters<typeof changesOf>[3] = {},
): Promise<readonly Step[]> {
  await using b = await databaseOf('sqlite', to)
  const [from, goal] = [await stateOf(db), await stateOf(b.db)]
  const { planner } = db.engine.dialect
  return planner?.plan({ from, to: goal, changes: changesOf(db, from, goal, renames), can: db.can }).steps ?? []
}

/** Hazards with what their questions find. */
async function asked(db: Database, steps: readonly Step[]): Promise<string[]> {
  const found: string[] = []
  for (const hazard of steps.flatMap((s): readonly Hazard[] => s.hazards)) {
    const n = hazard.count === undefined ? '?' : (await db.query(hazard.count))[0].n
    found.push(`${hazard.kind} ${hazard.column ?? ''}: ${n} ${hazard.counted ?? ''}`.replace(' :', ':'))
  }
  return found
}

const ROWS = "INSERT INTO t VALUES (1, 'x', '007'), (2, NULL, '8'), (3, 'x', 'none'), (NULL, 'X', '9.50')"
const FROM = 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT, b TEXT, c TEXT)'

async function hazards(to: string, more = '', renames = {}): Promise<string[]> {
  await using a = await databaseOf('sqlite', `${FROM}; ${ROWS}; INSERT INTO p VALUES (1); ${more}`)
  return await asked(a.db, await planOf(a.db, `CREATE TABLE p (id INTEGER PRIMARY KEY); ${to}`, renames))
}

const REWRITE = 'rewrite: 4 rows'

describe('hazards count what is concerned', () => {
  test.each<[string, string[]]>([
    ['CREATE TABLE t (a INT, b TEXT)', ['drop-column c: 4 rows with a value in it']],
    ['', ['drop-table: 4 rows']],
    ['CREATE TABLE t (a INT, b TEXT NOT NULL, c TEXT)', [REWRITE, 'may-fail b: 1 rows with NULL']],
    ['CREATE TABLE t (a INT, b TEXT UNIQUE, c TEXT)', [REWRITE, 'may-fail: 1 rows too many']],
    ['CREATE TABLE t (a INT, b TEXT COLLATE NOCASE UNIQUE, c TEXT)', [REWRITE, 'may-fail: 2 rows too many']],
    ['CREATE TABLE t (a INT, b TEXT, c TEXT); CREATE UNIQUE INDEX i ON t (lower(b))', ['may-fail: 2 rows too many']],
    [
      "CREATE TABLE t (a INT, b TEXT, c TEXT); CREATE UNIQUE INDEX i ON t (b) WHERE c = 'none'",
      ['may-fail: 0 rows too many'],
    ],
    [
      'CREATE TABLE t (a INT, b TEXT, c TEXT CHECK (length(c) > 1))',
      [REWRITE, 'may-fail: 1 rows for which it does not hold'],
    ],
    ['CREATE TABLE t (a INT REFERENCES p, b TEXT, c TEXT)', [REWRITE, 'may-fail: 2 rows without a counterpart']],
    ['CREATE TABLE t (a INT, b TEXT, c INTEGER)', [REWRITE, 'lossy c: 2 rows whose value does not come back the same']],
    [
      'CREATE TABLE t (a INT, b TEXT, c INTEGER CHECK (c <> 7))',
      [
        REWRITE,
        'may-fail: 1 rows for which it does not hold',
        'lossy c: 2 rows whose value does not come back the same',
      ],
    ],
    [
      'CREATE TABLE t (a INT, b TEXT, c INTEGER) STRICT',
      [
        REWRITE,
        'may-fail a: 0 rows with a value of another type',
        'may-fail b: 0 rows with a value of another type',
        'may-fail c: 2 rows with a value of another type',
      ],
    ],
    [
      'CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c TEXT)',
      [REWRITE, 'may-fail: 0 rows too many', 'may-fail a: 0 rows with a value of another type'],
    ],
    ['CREATE TABLE t (a INT, b TEXT, c TEXT, d INT NOT NULL)', [REWRITE, 'may-fail d: 4 rows with NULL']],
    ['CREATE TABLE t (a INT, b TEXT, c TEXT, d INT DEFAULT 5 UNIQUE)', [REWRITE, 'may-fail: 3 rows too many']],
    [
      'CREATE TABLE t (a INT, b TEXT, c TEXT, d INT DEFAULT 5 CHECK (d > a))',
      ['may-fail: 0 rows for which it does not hold'],
    ],
    [
      'CREATE TABLE t (a INT, b TEXT, c TEXT, d AS (a * 2) CHECK (d > 3))',
      ['may-fail: 1 rows for which it does not hold'],
    ],
    ['CREATE TABLE t (a INT, b TEXT, c TEXT); CREATE VIEW v AS SELECT 1 AS one', []],
  ])('%s', async (to, expected) => {
    expect(await hazards(to)).toEqual(expected)
  })

  test('under a rename', async () => {
    const renames = { renames: [{ table: { name: 't' }, column: 'b', to: 'name' }] }
    expect(await hazards('CREATE TABLE t (a INT, name TEXT NOT NULL CHECK (name > 1), c TEXT)', '', renames)).toEqual([
      REWRITE,
      'may-fail name: 1 rows with NULL',
      'may-fail: 0 rows for which it does not hold',
    ])
  })

  test('objects', async () => {
    expect(
      await hazards(
        'CREATE TABLE t (a INT, b TEXT, c TEXT)',
        "CREATE VIEW v AS SELECT 1 AS one; CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('a'), ('b')",
      ),
    ).toEqual(['drop-object: ? ', 'drop-object: 2 rows'])
  })
})

/** What the file holds, by SQLite alone. */
function dump(url: string): unknown {
  const rows = plain(url, (db) =>
    db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema' ORDER BY name",
      )
      .all()
      .map((t) => [
        t.name,
        db
          .prepare(`SELECT * FROM "${t.name}"`)
          .all()
          .map((r) => JSON.stringify(r)),
      ]),
  )
  return [master(url, (sql) => sql), rows, plain(url, (db) => db.prepare('PRAGMA integrity_check').all())]
}

test('rows that were not copied make the step fail', async () => {
  await using a = await databaseOf('sqlite', 'CREATE TABLE t (a INT); INSERT INTO t VALUES (1), (2)')
  const before = dump(a.url)
  const steps = await planOf(a.db, 'CREATE TABLE t (a BIGINT)')
  const fewer = steps.map((s) => ({ ...s, sql: s.sql.replace('FROM "naru_t";', 'FROM "naru_t" LIMIT 1;') }))
  expect(fewer).not.toEqual(steps)
  await expect(runSteps(a.db, fewer)).rejects.toThrow('not every row of t was copied')
  expect(dump(a.url)).toEqual(before)
})

test('NULL is not replaced in silence', async () => {
  await using a = await databaseOf('sqlite', 'CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, NULL)')
  const steps = await planOf(a.db, 'CREATE TABLE t (a INT, b INT NOT NULL ON CONFLICT REPLACE DEFAULT 5)')
  await expect(runSteps(a.db, steps)).rejects.toThrow('NOT NULL constraint failed')
})

describe('what does not fit fails as a whole', () => {
  const FAMILY =
    'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n INT); INSERT INTO p VALUES (1), (2); INSERT INTO c VALUES (1, 1), (2, 1)'
  test.each([
    [
      'rows that a conflict clause leaves out',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n INT UNIQUE ON CONFLICT IGNORE)',
      'UNIQUE constraint failed',
    ],
    [
      'orphans of a new foreign key',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n INT REFERENCES q (id)); CREATE TABLE q (id INTEGER PRIMARY KEY)',
      'rows refer to rows that are not there',
    ],
    ['a parent that goes', 'CREATE TABLE c (x INT REFERENCES p, n INT)', 'rows refer to rows that are not there'],
    [
      'NOT NULL',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n INT, m INT NOT NULL)',
      'NOT NULL constraint failed',
    ],
    [
      'a check',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n INT CHECK (n > 1))',
      'CHECK constraint failed',
    ],
    [
      'another type under STRICT',
      'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (x INT REFERENCES p, n BLOB) STRICT',
      'cannot store INT value in BLOB column',
    ],
  ])('%s', async (_, to, reason) => {
    await using a = await databaseOf('sqlite', FAMILY)
    const before = dump(a.url)
    await expect(runSteps(a.db, await planOf(a.db, to))).rejects.toThrow(reason)
    expect(dump(a.url)).toEqual(before)
    expect(await a.db.query("SELECT name FROM temp.sqlite_schema WHERE name LIKE 'naru%'")).toEqual([])
  })
})

test('a process killed in the middle leaves the file as it was', async () => {
  const from =
    "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); CREATE TABLE c (p INT REFERENCES p, 이름 TEXT); CREATE INDEX i ON c (p); CREATE VIEW v AS SELECT * FROM c; WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) INSERT INTO p SELECT n, 'row ' || n FROM s; INSERT INTO c SELECT id, v FROM p"
  const to =
    'CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT NOT NULL); CREATE TABLE c (이름 TEXT, p INT REFERENCES p ON DELETE CASCADE); CREATE INDEX i ON c (p, 이름); CREATE VIEW v AS SELECT p FROM c'
  await using a = await databaseOf('sqlite', from)
  await using b = await databaseOf('sqlite', to)
  const before = dump(a.url)
  const steps = await planOf(a.db, to)
  const inside = steps.filter((s) => s.inTransaction).length
  for (let killed = 1; killed <= inside; killed++) {
    const child = spawn(process.execPath, ['test/engines/sqlite-plan-writer.ts', a.url.slice('sqlite:'.length)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end(JSON.stringify(steps))
    let points = 0
    for await (const chunk of child.stdout) {
      points += String(chunk).length
      if (points >= killed) break
    }
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    expect(points).toBeGreaterThanOrEqual(killed)
    expect(dump(a.url)).toEqual(before)
  }
  await lead(a.db, await stateOf(b.db), {})
  expect(master(a.url)).toEqual(master(b.url))
  expect(plain(a.url, counters)).toEqual(['p 20000'])
})
