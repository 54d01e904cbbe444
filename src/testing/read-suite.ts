/** read: ranges are disjoint and cover everything; stopping and going on anywhere loses and repeats nothing; later writes are not seen. */
import assert from 'node:assert/strict'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Key } from '../core/key.ts'
import { parseKey, serializeKey, serializeKeys } from '../core/key.ts'
import type { Table } from '../core/schema.ts'
import { CASES, INT, type KeyCase, ROWS } from './key-cases.ts'
import { stage } from './place.ts'
import { asSet, build, decodeRows, fill, loses, readTexts, type TextRow, table, wireColumns } from './stage.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite. */
export function readSuite({ describe, it }: Runner, subject: Subject): void {
  describe('read', () => {
    for (const one of CASES) it(`pages over ${one.name}`, () => checkKey(subject, one))
    it('reads tables without a key', () => checkKeyless(subject))
    it('reads empty tables', () => checkEmpty(subject))
    it('reads some columns, in the order asked for', () => checkColumns(subject))
    it('ends after a whole batch when stopped', () => checkStop(subject))
    it('gives batches of at most as many rows and about as many bytes as asked for', () => checkBatches(subject))
    if (subject.sql !== false) {
      it('reads what a predicate leaves', () => checkWhere(subject))
      it('does not see what is written after the snapshot', () => checkSnapshot(subject))
    }
  })
}

async function keyTable(db: Database, one: KeyCase): Promise<{ rows: TextRow[]; of: Table }> {
  const keys = one.types.map((type, i) => ({ name: `k${i}`, type }))
  // The key is not in front, and not in order: positions must not be mistaken for key positions.
  const wishes = [{ name: 'v', type: { kind: 'text', max: 50 } as const }, ...keys]
  const of = table(db, 'paged', wishes, { key: keys.map((k) => k.name) })
  await build(db, of)
  const rows = Array.from({ length: ROWS }, (_, n) => [n % 5 === 0 ? null : `value ${n}`, ...one.key(n)])
  await fill(db, of, rows)
  return { of, rows }
}

async function checkKey(subject: Subject, one: KeyCase): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  if (one.exactly && one.types.some((t) => loses(db, t))) return
  const { of, rows } = await keyTable(db, one)
  const key = of.primaryKey?.columns ?? null
  const source = db.source(of, wireColumns(db, of), { key })
  assert.equal(await source.count(), BigInt(ROWS))
  assert.deepEqual(asSet(await readTexts(db, of)), asSet(rows), 'one range holds all')

  for (const total of [{}, { total: ROWS }]) {
    const ranges = await source.split({ rows: 50, ...total })
    assert.ok(ranges.length >= 3, `240 rows at 50 a range make several ranges, not ${ranges.length}`)
    const parts: TextRow[] = []
    for (const range of ranges) parts.push(...(await readTexts(db, of, { range, rows: 17 })))
    assert.deepEqual(asSet(parts), asSet(rows), 'ranges are disjoint and cover everything')
  }
  await checkGoingOn(db, of)
  await checkListed(db, of)
}

/** Some keys alone, and none. */
async function checkListed(db: Database, of: Table): Promise<void> {
  const columns = wireColumns(db, of)
  const source = db.source(of, columns, { key: of.primaryKey?.columns ?? null })
  const keys: string[] = []
  const wanted: TextRow[] = []
  let n = 0
  for await (const batch of source.read({ kind: 'key', after: null, upto: null }, { bytes: 1 << 20, rows: 1 })) {
    if (n++ % 7 === 3) {
      keys.push(serializeKey(batch.last))
      wanted.push(...decodeRows(columns, batch.bytes, batch.rows))
    }
    batch.release()
  }
  assert.ok(keys.length > 30)
  const listed = (only: readonly string[]) =>
    readTexts(db, of, { range: { kind: 'key', after: null, upto: null, only: serializeKeys(only) }, rows: 17 })
  assert.deepEqual(asSet(await listed(keys)), asSet(wanted), 'rows of the keys that are listed, and no others')
  assert.deepEqual(await listed([]), [], 'no keys, no rows')
}

/** From the end of every batch on, the rest is what came after it. */
async function checkGoingOn(db: Database, of: Table): Promise<void> {
  const columns = wireColumns(db, of)
  const source = db.source(of, columns, { key: of.primaryKey?.columns ?? null })
  const stops: { after: Key; seen: number }[] = []
  const all: TextRow[] = []
  for await (const batch of source.read({ kind: 'key', after: null, upto: null }, { bytes: 1 << 20, rows: 41 })) {
    all.push(...decodeRows(columns, batch.bytes, batch.rows))
    assert.ok(batch.last !== null, 'a batch of a keyed table names its last key')
    stops.push({ after: parseKey(serializeKey(batch.last)) as Key, seen: all.length })
    batch.release()
  }
  assert.ok(stops.length >= 5)
  for (const { after, seen } of stops) {
    const rest = await readTexts(db, of, { range: { kind: 'key', after, upto: null }, rows: 100 })
    assert.deepEqual(rest, all.slice(seen))
  }
  const [first, , third] = stops
  const between = await readTexts(db, of, { range: { kind: 'key', after: first.after, upto: third.after } })
  assert.deepEqual(
    between,
    all.slice(first.seen, third.seen),
    'a range begins after its first key and ends with its last',
  )
}

const PLAIN = [
  { name: 'a', type: INT },
  { name: 'b', type: { kind: 'text', max: 30 } },
] as const

async function checkKeyless(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'keyless', PLAIN)
  await build(db, of)
  const rows = Array.from({ length: 500 }, (_, n) => [String(n % 100), n % 7 === 0 ? null : `same ${n % 10}`])
  await fill(db, of, rows)
  const source = db.source(of, wireColumns(db, of), { key: null })
  const parts: TextRow[] = []
  for (const range of await source.split({ rows: 100 })) parts.push(...(await readTexts(db, of, { range, rows: 33 })))
  assert.deepEqual(asSet(parts), asSet(rows))
  assert.equal(await source.count(), 500n)
}

async function checkEmpty(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'empty', PLAIN, { key: ['a'] })
  await build(db, of)
  for (const key of [['a'], null]) {
    const source = db.source(of, wireColumns(db, of), { key })
    assert.equal(await source.count(), 0n)
    for (const range of await source.split({ rows: 10 })) {
      for await (const batch of source.read(range, { bytes: 1000, rows: 10 })) assert.equal(batch.rows, 0)
    }
  }
}

async function checkColumns(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const { of, rows } = await keyTable(db, CASES[0])
  const columns = wireColumns(db, of).toReversed()
  const found = await readTexts(db, of, { columns })
  assert.deepEqual(asSet(found), asSet(rows.map((r) => r.toReversed())))
}

async function checkStop(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const { of } = await keyTable(db, CASES[0])
  const stop = new AbortController()
  const source = db.source(of, wireColumns(db, of), { key: ['k0'] })
  let rows = 0
  const range = { kind: 'key', after: null, upto: null } as const
  for await (const batch of source.read(range, { bytes: 1 << 20, rows: 10, signal: stop.signal })) {
    rows += batch.rows
    batch.release()
    stop.abort()
  }
  assert.ok(rows >= 10 && rows < ROWS, `stopped after ${rows} rows`)
  assert.equal((await readTexts(db, of)).length, ROWS, 'the connection is usable afterwards')
}

async function checkBatches(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const of = table(db, 'wide', [PLAIN[0], { name: 'b', type: { kind: 'text' } }], { key: ['a'] })
  await build(db, of)
  await fill(
    db,
    of,
    Array.from({ length: 100 }, (_, n) => [String(n), 'x'.repeat(1000)]),
  )
  const source = db.source(of, wireColumns(db, of), { key: ['a'] })
  const range = { kind: 'key', after: null, upto: null } as const
  let batches = 0
  for await (const batch of source.read(range, { bytes: 10_000, rows: 1000 })) {
    batches++
    assert.ok(batch.bytes.length <= 20_000, `${batch.bytes.length} bytes where about 10,000 were asked for`)
    batch.release()
  }
  assert.ok(batches >= 5)
}

async function checkWhere(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const { of, rows } = await keyTable(db, CASES[0])
  const where = `${db.engine.dialect.quote('k0')} >= 0 OR ${db.engine.dialect.quote('k0')} < -800`
  const wanted = rows.filter((r) => Number(r[1]) >= 0 || Number(r[1]) < -800)
  const source = db.source(of, wireColumns(db, of), { key: ['k0'], where })
  assert.equal(await source.count(), BigInt(wanted.length))
  const parts: TextRow[] = []
  for (const range of await source.split({ rows: 30 })) parts.push(...(await readTexts(db, of, { range, where })))
  assert.deepEqual(asSet(parts), asSet(wanted))
}

async function checkSnapshot(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const { db } = place
  const { of, rows } = await keyTable(db, CASES[0])
  if (db.can.inProcess) return
  const main = await place.another()
  const lane = await place.another()
  const snapshot = await main.snapshot({ lock: true })
  await lane.join(snapshot.token)
  await snapshot.joined()
  // A reader that begins for itself (no shared snapshots) must have begun before the write.
  const before = await readTexts(lane, of)
  const wrote = await isWritten(db, of)
  const during = await readTexts(lane, of)
  await lane.leave()
  await snapshot.close()
  assert.equal(before.length, rows.length)
  assert.deepEqual(during, before, 'what is written later is not seen')
  if (wrote) assert.equal((await readTexts(lane, of)).length, rows.length + 1, 'it is seen after leaving')
}

/** False where readers keep writers out as long as they read (SQLite without WAL): then nothing can be seen either. */
async function isWritten(db: Database, of: Table): Promise<boolean> {
  try {
    await fill(db, of, [['late', '999999']])
    return true
  } catch (error) {
    if (error instanceof NaruError && error.code === 'LOCK_TIMEOUT') return false
    throw error
  }
}
