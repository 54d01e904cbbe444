/** Autovacuum passes over tables that are being filled. Here VACUUM (SKIP_LOCKED) stands in for it: it asks for the same lock in the same way. */
import pg from 'pg'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { engineFor } from '../../src/engines/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

async function connected(url: string): Promise<pg.Client> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  return db
}

/** What the server says of tables that it passes over. */
async function passedOver(db: pg.Client, sql: string): Promise<string[]> {
  const said: string[] = []
  const hear = (notice: { message?: string }) => void said.push(notice.message ?? '')
  db.on('notice', hear)
  await db.query(sql)
  db.off('notice', hear)
  return said
}

test('tables are passed over as long as the connection is open; their rows can be written meanwhile', async () => {
  await using place = await freshDatabase('postgres')
  const other = await connected(place.url)
  await other.query('CREATE SCHEMA "a b"; CREATE TABLE "a b"."T""x" (id int); CREATE TABLE free (id int)')
  const engine = await engineFor('postgres')
  const db = await engine.open(engine.parse(place.url), { role: 'target' })
  await db.holdOffVacuum?.([{ schema: 'a b', name: 'T"x' }])
  const vacuum = 'VACUUM (SKIP_LOCKED, ANALYZE) "a b"."T""x"'
  expect(await passedOver(other, vacuum)).toEqual([expect.stringContaining('skipping vacuum of "T"x"')])
  expect(await passedOver(other, 'VACUUM (SKIP_LOCKED, ANALYZE) free')).toEqual([])
  await other.query('INSERT INTO "a b"."T""x" VALUES (1)')
  await db.close()
  expect(await passedOver(other, vacuum)).toEqual([])
  await other.end()
})

test('a copy holds it off while rows move, and no longer', async () => {
  await using from = await freshDatabase('postgres')
  await using to = await freshDatabase('postgres')
  const source = await connected(from.url)
  await source.query(`CREATE TABLE t (id int PRIMARY KEY, note text); CREATE TABLE hollow (id int PRIMARY KEY);
    INSERT INTO t SELECT i, repeat('x', 30) FROM generate_series(1, 20000) i; ANALYZE`)
  await source.end()
  const target = await connected(to.url)
  let during: Promise<string[]> | undefined
  const report = (event: NaruEvent) => {
    if (event.type === 'chunk') during ??= passedOver(target, 'VACUUM (SKIP_LOCKED) t')
  }
  const options = { rate: 500_000 }
  const done = await copy(await address(from.url), await address(to.url), options, { report })
  expect(done.verdict).toBe('done')
  expect(await during).toEqual([expect.stringContaining('skipping vacuum of "t"')])
  expect(await passedOver(target, 'VACUUM (SKIP_LOCKED) t')).toEqual([])
  const { rows } = await target.query('SELECT count(*)::int AS n FROM t')
  expect(rows).toEqual([{ n: 20_000 }])
  await target.end()
})
