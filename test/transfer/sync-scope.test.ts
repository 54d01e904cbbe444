/** Rows that the target alone has, with and without a scope: with one, rows are looked at parent by parent. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeEach, expect, test } from 'vitest'
import { runSync } from '../../src/app/library-sync.ts'
import type { SyncOptions } from '../../src/app/sync.ts'
import { type Col, type TableRef, table } from '../../src/transfer/columns.ts'
import { transfer } from '../../src/transfer/define.ts'
import { type Sync, sync } from '../../src/transfer/sync.ts'
import { freshFiles } from '../harness/database.ts'

const old = {
  post: table<{ id: Col<'bigint'>; title: Col<'text'> }>('old', 'post'),
  comment: table<{ id: Col<'bigint'>; post_id: Col<'bigint', 'null'>; text: Col<'text'>; changed: Col<'bigint'> }>(
    'old',
    'comment',
  ),
}
const app = {
  post: table<{ id: Col<'bigint'> }>('new', 'post'),
  comment: table<{ id: Col<'bigint'>; post_id: Col<'bigint', 'null'>; flag: Col<'text', 'null'> }>('new', 'comment'),
  body: table<{ comment_id: Col<'bigint'>; body: Col<'text'> }>('new', 'comment_body'),
}
type ColumnsOf<T> = T extends TableRef<infer C> ? C : never

const POSTS = 40
const EACH = 10

const OLD = `CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT);
  CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES post (id), text TEXT NOT NULL, changed INTEGER NOT NULL DEFAULT 1);
  CREATE INDEX comment_post ON comment (post_id);
  WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${POSTS}) INSERT INTO post SELECT i, 'post ' || i FROM g;
  WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${POSTS * EACH}) INSERT INTO comment SELECT i, 1 + i % ${POSTS}, 'text ' || i, 1 FROM g`
const NEW = `CREATE TABLE post (id INTEGER PRIMARY KEY);
  CREATE TABLE comment (id INTEGER PRIMARY KEY, post_id INTEGER REFERENCES post (id), flag TEXT DEFAULT (lower('NONE')));
  CREATE TABLE comment_body (comment_id INTEGER PRIMARY KEY REFERENCES comment (id), body TEXT NOT NULL);
  CREATE INDEX comment_of ON comment (post_id);
  INSERT INTO post SELECT id FROM old.post; INSERT INTO post VALUES (1000);
  INSERT INTO comment SELECT id, post_id, 'kept' FROM old.comment;
  INSERT INTO comment_body SELECT id, text FROM old.comment`

let files: Awaited<ReturnType<typeof freshFiles>>
const path = (name: string) => join(files.path, name)

function on(name: string, script: string): Record<string, unknown>[] {
  const db = new DatabaseSync(path(name), { enableForeignKeyConstraints: false })
  if (name === 'new.db') db.exec(`ATTACH '${path('old.db')}' AS old`)
  try {
    if (script.startsWith('SELECT')) return db.prepare(script).all()
    db.exec(script)
    return []
  } finally {
    db.close()
  }
}

/** Rows that the new tables have too many, too few, or otherwise. */
function wrong(): number {
  const have = 'SELECT c.id, post_id, body FROM comment c LEFT JOIN comment_body b ON b.comment_id = c.id'
  const wanted = 'SELECT id, post_id, text FROM old.comment'
  const [row] = on(
    'new.db',
    `SELECT (SELECT count(*) FROM (${have} EXCEPT ${wanted})) + (SELECT count(*) FROM (${wanted} EXCEPT ${have})) + (SELECT count(*) FROM comment_body WHERE comment_id NOT IN (SELECT id FROM comment)) AS n`,
  )
  return Number(row.n)
}

beforeEach(async () => {
  files = await freshFiles()
  on('old.db', OLD)
  on('new.db', NEW)
  return async () => rm(files.path, { recursive: true, force: true })
})

const comments = transfer('comments', {
  from: old.comment,
  to: app.comment,
  into: [app.body],
  write: 'append',
  columns: { id: 'id' },
  row: (row, ctx) => [{ post_id: row.post_id }, ctx.into(app.body, { comment_id: row.id, body: row.text })],
})

/** The key of the source is the key of the target. */
const plain = transfer('plain', {
  from: old.comment,
  to: app.comment,
  write: 'append',
  columns: { id: 'id', post_id: 'post_id' },
})

async function run(
  more: Partial<Sync> = {},
  options: SyncOptions = {},
  signal?: (pages: number) => AbortSignal | undefined,
) {
  const stop = new AbortController()
  let pages = 0
  const job = sync({
    name: 'job',
    transfer: 'comments',
    scope: old.post.id,
    chunk: 50,
    repair: ['missing', 'different', 'extra'],
    ...more,
  })
  const config = {
    databases: { old: `sqlite:${path('old.db')}`, new: `sqlite:${path('new.db')}` },
    transfers: { all: [comments], plain: [plain] },
    syncs: [job],
  }
  const report = await runSync('job', options, {
    config,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'compared' && signal?.(++pages)) stop.abort()
    },
  })
  return report
}

const DRIFT = `DELETE FROM comment_body WHERE comment_id IN (7, 8); DELETE FROM comment WHERE id = 8;
  UPDATE comment_body SET body = 'x' WHERE comment_id = 20;
  UPDATE comment SET post_id = 3 WHERE id = 100; UPDATE comment SET post_id = 39 WHERE id = 101;
  INSERT INTO comment VALUES (5000, 5, 'theirs'), (5001, 1000, 'theirs'); INSERT INTO comment_body VALUES (5000, 'x'), (5001, 'y')`

test.each([
  ['of the source', old.post.id],
  ['of the target', app.post.id],
  ["the source's own column", old.comment.post_id],
])('finds what is missing, wrong and too many by the key of the parents: %s', async (_, scope) => {
  on('new.db', DRIFT)
  const dry = await run({ scope }, { dryRun: true })
  expect(dry).toMatchObject({ looked: POSTS * EACH, kinds: { missing: 3, different: 3, extra: 4 }, written: 0 })
  expect(await run({ scope })).toMatchObject({ due: 10, written: 10, failed: 0 })
  expect(wrong()).toBe(0)
  // A row that has another parent is no extra row: what else it holds stays.
  expect(on('new.db', 'SELECT flag FROM comment WHERE id IN (100, 101)')).toEqual([{ flag: 'kept' }, { flag: 'kept' }])
  expect(await run({ scope })).toMatchObject({ due: 0, written: 0 })
})

test('needs no foreign key on the target', async () => {
  await rm(path('new.db'))
  on('new.db', NEW.replace('REFERENCES post (id), flag', ', flag'))
  on('new.db', DRIFT)
  expect(await run()).toMatchObject({ kinds: { missing: 3, different: 3, extra: 4 }, written: 10, failed: 0 })
  expect(wrong()).toBe(0)
})

test('reads many parents at once, and leaves what is too many where nobody asks for it', async () => {
  on('new.db', DRIFT)
  let pages = 0
  const report = await run({ repair: ['missing', 'different'] }, {}, (n) => {
    pages = n
    return undefined
  })
  expect(report).toMatchObject({ looked: POSTS * EACH, due: 6, written: 6 })
  expect(pages).toBeLessThan(POSTS / 2)
  expect(on('new.db', 'SELECT count(*) AS n FROM comment WHERE id >= 5000')).toEqual([{ n: 2 }])
})

test('rows without a parent have a page of their own', async () => {
  on('old.db', "INSERT INTO comment VALUES (900, NULL, 'alone', 1)")
  on('new.db', "INSERT INTO comment VALUES (901, NULL, 'theirs')")
  expect(await run()).toMatchObject({ kinds: { missing: 2, different: 0, extra: 1 }, written: 3 })
  expect(wrong()).toBe(0)
})

test('with a watermark whole parents are read, those with a row that changed', async () => {
  const job = { watermark: 'changed' }
  await run(job)
  on('old.db', "UPDATE comment SET changed = 2, text = 'new' WHERE id = 4")
  on(
    'new.db',
    `INSERT INTO comment VALUES (5000, 5, 'theirs'), (5001, 6, 'theirs'); UPDATE comment_body SET body = 'x' WHERE comment_id = 44`,
  )
  // 4 and 44 are comments of post 5.
  on('old.db', 'UPDATE comment SET changed = 0 WHERE changed = 1')
  expect(await run(job)).toMatchObject({ looked: EACH, kinds: { missing: 0, different: 2, extra: 1 }, written: 3 })
  expect(on('new.db', 'SELECT id FROM comment WHERE id >= 5000')).toEqual([{ id: 5001 }])
  expect(await run(job, { full: true })).toMatchObject({ looked: POSTS * EACH, kinds: { extra: 1 } })
  expect(wrong()).toBe(0)
})

test('goes on behind the last parent; anew where rows may be too many', async () => {
  on('new.db', "UPDATE comment_body SET body = 'x'")
  const some = { repair: ['missing', 'different'] as const }
  const stopped = (pages: number) => (pages === 3 ? AbortSignal.abort() : undefined)
  await expect(run(some, {}, stopped)).rejects.toMatchObject({ code: 'STOPPED' })
  const left = on('new.db', "SELECT count(*) AS n FROM comment_body WHERE body = 'x'")[0].n
  expect(left).toBeGreaterThan(0)
  expect(left).toBeLessThan(POSTS * EACH)
  expect(await run(some)).toMatchObject({ resumed: true, looked: POSTS * EACH, written: POSTS * EACH })
  expect(wrong()).toBe(0)
  on('new.db', "UPDATE comment_body SET body = 'x'; INSERT INTO comment VALUES (5000, 5, 'theirs')")
  await expect(run({}, {}, stopped)).rejects.toMatchObject({ code: 'STOPPED' })
  expect(await run()).toMatchObject({ resumed: false, kinds: { extra: 1 } })
  expect(wrong()).toBe(0)
})

test('a scope that leads nowhere is refused', async () => {
  const refused = { code: 'CONFIG_INVALID' }
  await expect(run({ scope: app.body.body })).rejects.toMatchObject(refused)
  await expect(run({ scope: table<{ id: Col<'bigint'> }>('other', 'post').id })).rejects.toMatchObject(refused)
  on('old.db', 'DROP TABLE post')
  await expect(run({ scope: old.comment.text })).rejects.toMatchObject(refused)
})

test('without a scope, where the key is the same on both sides', async () => {
  const job = { transfer: 'plain', scope: undefined }
  on(
    'new.db',
    `DELETE FROM comment_body; DELETE FROM comment WHERE id = 20;
    INSERT INTO comment VALUES (0, 1, 'theirs'), (5000, 5, 'theirs'), (5001, 6, 'theirs'); INSERT INTO comment_body VALUES (5001, 'x')`,
  )
  const found = await run(job)
  expect(found).toMatchObject({ kinds: { missing: 1, different: 0, extra: 3 }, written: 3, failed: 1 })
  expect(found.failures).toEqual([
    expect.objectContaining({ key: '5001', reason: expect.stringContaining('refer to it') }),
  ])
  expect(on('new.db', 'SELECT count(*) AS n FROM comment')).toEqual([{ n: POSTS * EACH + 1 }])
  await expect(run({ scope: undefined })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    hint: expect.stringContaining('scope'),
  })
})

test('where only changed rows are read, others are not taken for rows that no mapping makes', async () => {
  const job = { transfer: 'plain', scope: undefined, watermark: 'changed' }
  await run(job)
  on('new.db', "INSERT INTO comment VALUES (5000, 5, 'theirs')")
  on('old.db', 'UPDATE comment SET changed = 2 WHERE id = 4')
  expect(await run(job)).toMatchObject({ looked: POSTS * EACH, due: 0 })
  expect(await run(job)).toMatchObject({ looked: 1, due: 0 })
  expect(await run(job, { full: true })).toMatchObject({ kinds: { extra: 1 }, written: 1 })
})

test('due and onDrift see the row as mapped, the row of the target, and the row of the source', async () => {
  on(
    'new.db',
    "UPDATE comment_body SET body = 'x' WHERE comment_id IN (20, 21); DELETE FROM comment_body WHERE comment_id = 22",
  )
  const told: unknown[] = []
  const job = sync<ColumnsOf<typeof old.comment>>({
    name: 'job',
    transfer: 'comments',
    due: (_, now, { source }) => source?.text !== 'text 21' && now?.body !== 'y',
    onDrift: ({ kind, old: mapped, now, source }) =>
      told.push([kind, mapped?.body, now?.body ?? null, source?.id, source?.text]),
  })
  expect(await run(job)).toMatchObject({ due: 2, written: 2 })
  expect(told).toEqual([
    ['different', 'text 20', 'x', 20n, 'text 20'],
    ['missing', 'text 22', null, 22n, 'text 22'],
  ])
})
