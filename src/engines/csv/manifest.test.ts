/** Folders that are finished, and what becomes of those that are not, or not any more. */
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { freshFiles } from '../../../test/harness/database.ts'
import { auditFolder } from '../../app/audit.ts'
import { copy } from '../../app/copy.ts'
import { engineFor } from '../index.ts'

const address = async (url: string) => (await engineFor(url.split(':')[0])).parse(url)

async function copied(from: string, to: string, options = {}) {
  return copy(await address(from), await address(to), { jobs: 1, ...options }, { report() {} })
}

const SQL = `
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE CHECK (length(name) < 90), big INTEGER);
CREATE TABLE "chi ld" (a INTEGER REFERENCES parent (id) ON DELETE CASCADE, b TEXT DEFAULT 'x', c BLOB, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE INDEX by_big ON parent (big DESC) WHERE big > 0;
CREATE VIEW names AS SELECT name FROM parent;
CREATE TRIGGER t AFTER INSERT ON parent BEGIN SELECT 1; END;
INSERT INTO parent VALUES (1, '=가', 9007199254740993), (7, '', NULL);
DELETE FROM parent WHERE id = 7; INSERT INTO parent VALUES (3, '', NULL);
INSERT INTO "chi ld" VALUES (1, 'x', x'00ff'), (3, '', NULL);`

/** All that an SQLite database is, as text: statements, rows, counters; naru's own tables aside. */
function contents(path: string): unknown {
  using db = new DatabaseSync(path)
  const own = "name NOT LIKE 'naru_%' AND name NOT LIKE 'sqlite_stat%'"
  const statements = db.prepare(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND ${own} ORDER BY sql`).all()
  const rows = ['parent', '"chi ld"'].map((t) => {
    const read = db.prepare(`SELECT * FROM ${t} ORDER BY 1, 2`)
    read.setReadBigInts(true)
    return read.all()
  })
  return { statements, rows, counters: db.prepare(`SELECT * FROM sqlite_sequence WHERE ${own}`).all() }
}

test('a folder gives the database back, and says when it is not what it was', async () => {
  await using files = await freshFiles()
  const [from, folder] = [join(files.path, 'from.db'), join(files.path, 'folder')]
  using db = new DatabaseSync(from)
  db.exec(SQL)
  db.close()
  for (const [i, form] of ['csv', 'ndjson'].entries()) {
    const place = `${folder}${i}`
    await copied(`sqlite:${from}`, `${form}:${place}?gzip=1`)
    expect(existsSync(join(place, 'naru-schema.json'))).toBe(false)
    expect(await auditFolder(await address(`${form}:${place}`))).toMatchObject({
      same: true,
      files: [{ rows: 2 }, { rows: 2 }],
    })
    await copied(`csv:${place}`, `sqlite:${files.path}/to${i}.db`)
    expect(contents(`${files.path}/to${i}.db`)).toEqual(contents(from))
  }
})

test('a folder that was cut, edited, added to or never finished is refused, unless it is taken as it is', async () => {
  await using files = await freshFiles()
  const from = join(files.path, 'from.db')
  using db = new DatabaseSync(from)
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b')`)
  db.close()
  const whole = join(files.path, 'whole')
  await copied(`sqlite:${from}`, `csv:${whole}`)
  const harms: [string, RegExp, (place: string) => void][] = [
    ['FOLDER_CHANGED', /t\.csv: it is 4 bytes shorter/, (p) => truncateSync(join(p, 't.csv'), 9)],
    ['FOLDER_CHANGED', /t\.csv: it was edited/, (p) => writeFileSync(join(p, 't.csv'), 'id,v\n1,a\n2,c\n')],
    ['FOLDER_CHANGED', /t\.csv: it is missing/, (p) => rmSync(join(p, 't.csv'))],
    ['FOLDER_CHANGED', /u\.csv: the manifest does not know it/, (p) => writeFileSync(join(p, 'u.csv'), 'a\n1\n')],
    [
      'FOLDER_CHANGED',
      /manifest\.json itself was edited/,
      (p) => edit(join(p, 'naru-manifest.json'), /"rows": 2/, '"rows": 1'),
    ],
    ['FOLDER_INCOMPLETE', /broken off/, (p) => rmSync(join(p, 'naru-manifest.json'))],
  ]
  for (const [i, [code, why, harm]] of harms.entries()) {
    const place = join(files.path, `harmed${i}`)
    cpSync(whole, place, { recursive: true })
    harm(place)
    const to = `sqlite:${files.path}/x${i}.db`
    await expect(copied(`csv:${place}`, to)).rejects.toMatchObject({ code, why: expect.stringMatching(why) })
    if (code === 'FOLDER_CHANGED') expect((await auditFolder(await address(`csv:${place}`))).same).toBe(false)
    if (existsSync(join(place, 't.csv'))) {
      const taken = await copied(`csv:${place}?manifest=ignore`, to, { tables: ['t'] })
      expect(taken.verdict).toBe('done')
    }
  }
  appendFileSync(join(whole, 'naru-ledger.ndjson'), '{"torn')
  expect((await auditFolder(await address(`csv:${whole}`))).same).toBe(true)
  await copied(`sqlite:${from}`, `csv:${whole}`, { ifExists: 'append' })
  expect(await auditFolder(await address(`csv:${whole}`))).toMatchObject({ same: true, files: [{ rows: 4 }] })
})

function edit(path: string, what: RegExp, by: string): void {
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(what)
  writeFileSync(path, text.replace(what, by))
}
