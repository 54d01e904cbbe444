/** SQLite to SQLite: the catalogue of the copy is that of the source, to the letter; virtual tables come along with their rows. */
import { describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { datasetNames, datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { master, plain } from './sqlite-case.ts'

const own = (entries: unknown[]): unknown[] =>
  entries.filter((e) => !/^(naru_|sqlite_stat|sqlite_autoindex_naru_)/.test(String((e as unknown[])[1])))

async function copied(from: string, to: string, options = {}): Promise<{ verdict: string; failed: string[] }> {
  const report = await copy(sqlite.parse(from), sqlite.parse(to), { jobs: 1, ...options }, { report() {} })
  return { verdict: report.verdict, failed: report.failedSteps.map((f) => `${f.object}: ${f.reason}`) }
}

const sameText = (sql: string): string => sql

const EVERYTHING = `
CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, -- the number
  n TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, d AS (n || 'x') STORED);
CREATE TABLE "c ""1""" (id INT PRIMARY KEY, p REFERENCES p ON DELETE CASCADE MATCH FULL DEFERRABLE INITIALLY DEFERRED, [이 름] TEXT NOT NULL ON CONFLICT FAIL DEFAULT 'it''s' CHECK ("c ""1""".[이 름] <> '')) WITHOUT ROWID;
CREATE UNIQUE INDEX "i 1" ON p (n DESC, lower(d)) WHERE n IS NOT NULL;
CREATE VIEW v (a, b) AS SELECT id, n FROM p; CREATE VIEW "a of v" AS SELECT a FROM v;
CREATE TRIGGER tr AFTER INSERT ON p BEGIN UPDATE p SET n = n || '!' WHERE id = new.id; END;
CREATE TRIGGER tv INSTEAD OF DELETE ON v BEGIN DELETE FROM p WHERE id = old.a; END;
CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize = 'porter unicode61');
CREATE VIRTUAL TABLE over USING fts5(n, content = 'p', content_rowid = 'id');
CREATE VIRTUAL TABLE old USING fts4(body);
CREATE VIRTUAL TABLE boxes USING rtree(id, x1, x2, +label);
DROP TRIGGER tr; INSERT INTO p (id, n) VALUES (7, 'seven'), (40, 'forty'); DELETE FROM p WHERE id = 40;
CREATE TRIGGER tr AFTER INSERT ON p BEGIN UPDATE p SET n = n || '!' WHERE id = new.id; END;
INSERT INTO texts (rowid, title, body) VALUES (5, 'Ferries', 'running over the river'), (9, '나루', '강을 건너는 곳');
INSERT INTO over (over) VALUES ('rebuild'); INSERT INTO old (docid, body) VALUES (3, 'an older index');
INSERT INTO boxes VALUES (1, 0.5, 2.5, 'a box')`

test('everything comes along, to the letter', async () => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('sqlite')
  plain(from.url, (db) => db.exec(EVERYTHING))
  expect(await copied(from.url, to.url)).toEqual({ verdict: 'done', failed: [] })
  expect(own(master(to.url, sameText))).toEqual(own(master(from.url, sameText)))
  for (const sql of [
    "SELECT rowid, title FROM texts WHERE texts MATCH 'run'",
    "SELECT rowid, title FROM texts WHERE texts MATCH '나루'",
    "SELECT rowid, n FROM over WHERE over MATCH 'seven'",
    "SELECT docid, body FROM old WHERE old MATCH 'older'",
    'SELECT * FROM boxes WHERE x1 < 1',
    'SELECT * FROM p',
    "SELECT name, seq FROM sqlite_sequence WHERE name = 'p'",
  ]) {
    const rows = plain(from.url, (db) => db.prepare(sql).all())
    expect(rows, sql).not.toEqual([])
    expect(
      plain(to.url, (db) => db.prepare(sql).all()),
      sql,
    ).toEqual(rows)
  }
  // The trigger came after the rows: none of them was touched.
  expect(plain(to.url, (db) => db.prepare('SELECT n FROM p').all())).toEqual([{ n: 'seven' }])
})

const WATCHED = `CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE log (what TEXT);
CREATE TRIGGER "on ""insert""" AFTER INSERT ON p BEGIN INSERT INTO log VALUES ('inserted ' || new.id); END -- the last word;
;
CREATE TRIGGER skip BEFORE INSERT ON P WHEN new.id = 2 BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER gone AFTER DELETE ON p BEGIN INSERT INTO log VALUES ('deleted ' || old.id); END;
CREATE TRIGGER other AFTER INSERT ON log BEGIN SELECT 1; END;
INSERT INTO p VALUES (9, 'old'); DELETE FROM log`

test.for(['append', 'truncate'] as const)(
  '%s: triggers of an existing table do not fire, and are there again',
  async (ifExists) => {
    await using from = await freshDatabase('sqlite')
    await using to = await freshDatabase('sqlite')
    plain(from.url, (db) =>
      db.exec("CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO p VALUES (1, 'a'), (2, 'b')"),
    )
    plain(to.url, (db) => db.exec(WATCHED))
    const before = own(master(to.url, sameText))
    expect(await copied(from.url, to.url, { ifExists })).toEqual({ verdict: 'done', failed: [] })
    expect(own(master(to.url, sameText))).toEqual(before)
    plain(to.url, (db) => {
      const ids = db.prepare('SELECT id FROM p ORDER BY id').all()
      expect(ids.map((r) => r.id)).toEqual(ifExists === 'append' ? [1, 2, 9] : [1, 2])
      expect(db.prepare('SELECT * FROM log').all()).toEqual([])
      db.exec("INSERT INTO p VALUES (2, 'left out'), (5, 'e'); DELETE FROM p WHERE id = 1")
      expect(db.prepare('SELECT what FROM log').all()).toEqual([{ what: 'inserted 5' }, { what: 'deleted 1' }])
    })
  },
)

test('without rows virtual tables stay empty', async () => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('sqlite')
  plain(from.url, (db) => db.exec(EVERYTHING))
  expect((await copied(from.url, to.url, { schemaOnly: true })).failed).toEqual([])
  expect(own(master(to.url, sameText))).toEqual(own(master(from.url, sameText)))
  expect(plain(to.url, (db) => db.prepare('SELECT count(*) AS n FROM texts').get())).toEqual({ n: 0 })
})

test('an index that keeps no texts is told', async () => {
  await using from = await freshDatabase('sqlite')
  await using to = await freshDatabase('sqlite')
  plain(from.url, (db) =>
    db.exec(
      "CREATE TABLE t (a); CREATE VIRTUAL TABLE f USING fts5(b, content = ''); INSERT INTO f (rowid, b) VALUES (1, 'gone')",
    ),
  )
  const { verdict, failed } = await copied(from.url, to.url)
  expect(verdict).not.toBe('done')
  expect(failed).toEqual([expect.stringMatching(/^rows of virtual table f: .*without the texts/)])
})

describe.skipIf(!datasetsAvailable())('data sets', () => {
  test('keep their catalogue', async () => {
    for (const name of await datasetNames('sqlite')) {
      await using from = await freshDatabase('sqlite')
      await using to = await freshDatabase('sqlite')
      await loadDataset(name, from.url)
      expect(await copied(from.url, to.url, { schemaOnly: true }), name).toEqual({ verdict: 'done', failed: [] })
      expect(own(master(to.url, sameText)), name).toEqual(own(master(from.url, sameText)))
    }
  })
})
