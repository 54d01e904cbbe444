/** The lock, the patience and the journal of each server, below `naru apply`. */
import mysql from 'mysql2/promise'
import { expect, test } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'

async function open(kind: DatabaseKind, url: string): Promise<Database> {
  const engine = await engineFor(kind)
  return engine.open(engine.parse(url), { role: 'target', alters: true, name: 'naru apply' })
}

for (const kind of ['postgres', 'mysql'] as const) {
  test(`${kind}: one holds the lock, the other is told who; it is free again after its holder is gone`, async () => {
    await using place = await freshDatabase(kind)
    await using second = await open(kind, place.url)
    const first = await open(kind, place.url)
    await first.lock?.({ timeout: 0 })
    const began = performance.now()
    await expect(second.lock?.({ timeout: 400 })).rejects.toMatchObject({
      code: 'LOCK_TIMEOUT',
      why: expect.stringMatching(
        kind === 'postgres' ? /process \d+ holds it: .*naru apply/ : /connection \d+ holds it, root/,
      ),
    })
    expect(performance.now() - began).toBeGreaterThan(390)
    setTimeout(() => void first.close(), 300)
    await using held = await second.lock?.({ timeout: 20_000 })
    expect(held).toBeDefined()
  })

  test(`${kind}: databases of one server do not lock each other out`, async () => {
    await using a = await freshDatabase(kind)
    await using b = await freshDatabase(kind)
    await using first = await open(kind, a.url)
    await using second = await open(kind, b.url)
    await using held = await first.lock?.({ timeout: 0 })
    await using also = await second.lock?.({ timeout: 0 })
    expect([held, also]).not.toContain(undefined)
  })

  test(`${kind}: a statement waits for a lock only as long as it is told to`, { timeout: 20_000 }, async () => {
    await using place = await freshDatabase(kind)
    await using holder = await open(kind, place.url)
    await using waiter = await open(kind, place.url)
    await holder.execute('CREATE TABLE t (a int)')
    await holder.execute('BEGIN')
    await holder.execute('INSERT INTO t VALUES (1)')
    await waiter.setPatience?.({ lock: 1000 })
    const began = performance.now()
    await expect(waiter.execute('ALTER TABLE t ADD COLUMN b int')).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    const waited = performance.now() - began
    expect(waited).toBeGreaterThan(900)
    expect(waited).toBeLessThan(8000)
    await holder.execute('ROLLBACK')
  })

  test(`${kind}: a query that takes too long is ended by the server`, async () => {
    await using place = await freshDatabase(kind)
    await using db = await open(kind, place.url)
    await db.setPatience?.({ statement: 300 })
    const slow = kind === 'postgres' ? 'SELECT pg_sleep(20)' : 'SELECT sleep(20) FROM (SELECT 1) AS one'
    const began = performance.now()
    await db.query(slow).catch(() => {}) // MySQL's sleep ends early without an error
    expect(performance.now() - began).toBeLessThan(10_000)
    await db.setPatience?.({ statement: 0 })
    expect(await db.query('SELECT 1 AS one')).toEqual([{ one: expect.anything() }])
  })
}

test('the journal is told by SQL, is no part of the schema, and goes', async () => {
  await using place = await freshDatabase('mysql')
  await using db = await open('mysql', place.url)
  const journal = db.journal?.()
  if (journal === undefined) throw new Error('no journal')
  expect(await journal.read()).toBe(null)
  const head = { started: '2026-01-02T03:04:05.000Z', from: 'a', to: 'b', goal: "schéma '`.sql" }
  await journal.begin(head, [
    { number: 1, object: 'table 표', sql: "ALTER TABLE `표` COMMENT 'it''s \\\\ fine'" },
    { number: 2, object: 'table b', sql: 'x' },
  ])
  await journal.note(1, 'done')
  await journal.note(2, 'started')
  expect((await db.inspect()).tables).toEqual([])
  const plain = await mysql.createConnection(place.url)
  const [rows] = await plain.query(
    'SELECT number, state, object, statement FROM naru_journal WHERE number > 0 ORDER BY number',
  )
  await plain.end()
  expect(rows).toEqual([
    { number: 1, state: 'done', object: 'table 표', statement: "ALTER TABLE `표` COMMENT 'it''s \\\\ fine'" },
    { number: 2, state: 'started', object: 'table b', statement: 'x' },
  ])
  expect(await journal.read()).toMatchObject({
    ...head,
    steps: [
      { number: 1, state: 'done' },
      { number: 2, state: 'started' },
    ],
  })
  await journal.clear()
  expect(await journal.read()).toBe(null)
})

test('an altering session of MySQL checks foreign keys against the rows that are there', async () => {
  await using place = await freshDatabase('mysql')
  await using db = await open('mysql', place.url)
  await db.execute('CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p int); INSERT INTO c VALUES (7)')
  await expect(db.execute('ALTER TABLE c ADD FOREIGN KEY (p) REFERENCES p (id)')).rejects.toMatchObject({
    message: expect.stringContaining('foreign key'),
  })
})
