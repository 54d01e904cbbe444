/** Columns that a row function says nothing of: theirs in rows that are there, a default or NULL in new ones. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { runSync } from '../../src/app/library-sync.ts'
import { verified } from '../../src/app/report/ledger-sections.ts'
import { findTransfers } from '../../src/app/transfer-set.ts'
import { verifyTransfer } from '../../src/app/verify-transfer.ts'
import type { VerifyOptions } from '../../src/core/options.ts'
import { type SyncDrift, sync } from '../../src/transfer/sync.ts'
import { freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import leftOut from './left-out.ts'
import { NONE } from './shop.ts'

const OLD = `CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
  INSERT INTO note VALUES (1, 'one'), (2, 'two two'), (3, 'three'), (4, 'four'), (5, 'clear'), (6, 'new')`
const NEW = `CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, seen TEXT, state TEXT NOT NULL DEFAULT 'fresh');
  CREATE TABLE note_count (note_id INTEGER PRIMARY KEY REFERENCES note (id), likes INTEGER, words INTEGER NOT NULL);
  INSERT INTO note VALUES (1, 'one', 'yesterday', 'read'), (2, 'wrong', 'today', 'read'), (3, 'three', NULL, 'fresh'), (4, 'wrong', NULL, 'gone'), (5, 'clear', 'today', 'x');
  INSERT INTO note_count VALUES (1, 7, 1), (2, 8, 1), (3, NULL, 9), (4, 3, 1), (5, 5, 1)`

test('what a function leaves out stays as it is; null is written; new rows get defaults', async () => {
  await using files = await freshFiles()
  const path = (name: string) => join(files.path, name)
  for (const [name, script] of [
    ['old.db', OLD],
    ['new.db', NEW],
  ]) {
    const db = new DatabaseSync(path(name))
    db.exec(script)
    db.close()
  }
  const drift: SyncDrift[] = []
  const config = {
    databases: { old: `sqlite:${path('old.db')}`, new: `sqlite:${path('new.db')}` },
    transfers: leftOut.transfers,
    syncs: [sync({ name: 'notes', transfer: 'notes', chunk: 3, onDrift: (d) => void drift.push(d) })],
  }
  const report = await runSync('notes', {}, { config })
  // Of the heads 2, 4, 5 and 6, of the counts 2, 3 and 6.
  expect(report).toMatchObject({
    looked: 6,
    due: 7,
    written: 7,
    failed: 0,
    kinds: { missing: 2, different: 5, extra: 0 },
  })
  expect(drift.find((d) => d.now?.text === 'wrong')?.old).toMatchObject({ seen: 'today', state: 'read' })
  const db = new DatabaseSync(path('new.db'))
  const rows = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((r) => Object.values(r).join('|'))
  expect(rows("SELECT id, text, coalesce(seen, 'NULL'), state FROM note ORDER BY id")).toEqual([
    '1|one|yesterday|read',
    '2|two two|today|read',
    '3|three|NULL|fresh',
    '4|four|NULL|gone',
    '5|clear|NULL|x',
    '6|new|NULL|fresh',
  ])
  expect(rows("SELECT note_id, coalesce(likes, 'NULL'), words FROM note_count ORDER BY note_id")).toEqual([
    '1|7|1',
    '2|8|2',
    '3|NULL|1',
    '4|3|1',
    '5|5|1',
    '6|NULL|1',
  ])
  expect(await runSync('notes', {}, { config })).toMatchObject({ due: 0, written: 0 })

  const verify = async (options: VerifyOptions = {}) => {
    const loaded = { path: join(import.meta.dirname, 'left-out.ts'), folder: '.', config }
    const set = await findTransfers('all', loaded, {
      resolve: (name) => address(config.databases[name as 'old' | 'new']),
    })
    const report = await verifyTransfer(set, options, { reporter: NONE })
    const differing = report.tables.flatMap((t) =>
      t.drift.map((d) => `${d.kind} ${d.key} ${d.columns?.map((c) => `${c.name}: ${c.source} ≠ ${c.target}`) ?? ''}`),
    )
    const shown = report.tables.map((t) => verified(t).text)
    return { differing, shown, notes: report.tables.map((t) => t.note?.split('; ')[0]) }
  }
  // Row 5 is given its NULL; 3 and 6 hold what a copy writes, so that nothing but their being left out is counted.
  expect(await verify()).toEqual({
    differing: [],
    shown: ['✓ same rows', '✓ same rows'],
    notes: [
      'not compared: seen in 5 rows, state in 6 rows: the row function says nothing of it there',
      'not compared: likes in 6 rows: the row function says nothing of it there',
    ],
  })
  db.exec(`UPDATE note SET seen = 'now', state = 'seen'; UPDATE note SET text = 'other' WHERE id = 3;
    UPDATE note_count SET likes = likes + 1; DELETE FROM note_count WHERE note_id = 4`)
  const differing = ['differs 3 text: three ≠ other', 'differs 5 seen: null ≠ now', 'missing on target 4 ']
  expect((await verify()).differing).toEqual(differing)
  expect((await verify({ verify: 'count' })).differing).toEqual(differing)
  expect((await verify({ excludeColumns: ['seen', 'text'] })).differing).toEqual(['missing on target 4 '])
  expect(await runSync('notes', {}, { config })).toMatchObject({ due: 3, written: 3 })
  expect((await verify()).differing).toEqual([])
  db.close()
})
