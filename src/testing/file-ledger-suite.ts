/** file ledger: what is remembered of files comes back exactly, names are given once, many at a time. */
import assert from 'node:assert/strict'
import type { FileLedger, FileRecord } from '../core/file-ledger.ts'
import { stage } from './place.ts'
import type { Runner, Subject } from './subject.ts'

/** Registers the suite; it passes without a word where an engine keeps no ledger of files. */
export function fileLedgerSuite({ describe, it }: Runner, subject: Subject): void {
  describe('file ledger', () => {
    it('is empty where there is none, and leaves no trace when it is cleaned', () => checkEmpty(subject))
    it('keeps records exactly', () => checkRecords(subject))
    it('gives a claim to one file', () => checkClaims(subject))
    it('finds and pages thousands', () => checkMany(subject))
  })
}

const hex = (n: number) => n.toString(16).padStart(64, '0')

function record(n: number, more: Partial<FileRecord> = {}): FileRecord {
  const none = { key: null, address: null, bytes: null, sha256: null, type: null, etag: null, modified: null }
  const blank = { ...none, attempts: 0, noted: '2026-01-02T03:04:05.678Z', error: null, claim: null }
  return { store: 'images', id: hex(n), source: `https://old.example/${n}`, state: 'pending', ...blank, ...more }
}

async function withLedger(subject: Subject, work: (ledger: FileLedger) => Promise<void>): Promise<void> {
  await using place = await stage(subject)
  const ledger = place.db.fileLedger?.()
  if (ledger === undefined) return
  await ledger.prepare()
  await ledger.prepare()
  await work(ledger)
}

async function checkEmpty(subject: Subject): Promise<void> {
  await using place = await stage(subject)
  const ledger = place.db.fileLedger?.()
  if (ledger === undefined) return
  assert.deepEqual(await ledger.find('images', [hex(1)]), [])
  assert.deepEqual(await ledger.counts(), [])
  assert.deepEqual(await ledger.page('images', { after: null, limit: 10 }), [])
  await ledger.prepare()
  assert.deepEqual((await place.db.inspect()).tables, [])
  await place.db.ledger().clean()
  assert.deepEqual(await place.db.fileLedger?.().counts(), [])
}

function checkRecords(subject: Subject): Promise<void> {
  return withLedger(subject, async (ledger) => {
    const full = record(1, {
      state: 'done',
      source: 'https://old.example/%EA%B0%80.jpg?q=1',
      key: `2024/사진 'a' "b" \\c 😀.jpg`,
      address: 'https://cdn.example/$1',
      bytes: 5_000_000_000,
      sha256: 'f'.repeat(64),
      type: 'image/jpeg',
      etag: '"\\"quoted\\""',
      modified: 'Wed, 21 Oct 2026 07:28:00 GMT',
      attempts: 3,
      claim: hex(77),
    })
    const failed = record(2, { state: 'failed', error: "it's \0 broken\n다시" })
    const longer = record(3, { source: `https://old.example/${'a'.repeat(10_000)}` })
    assert.equal(await ledger.note([full, failed, longer]), true)
    const found = await ledger.find('images', [hex(3), hex(1), hex(2), hex(9)])
    const byId = [...found].sort((a, b) => (a.id < b.id ? -1 : 1))
    assert.deepEqual(byId, [full, { ...failed, error: "it's ␀ broken\n다시" }, longer])
    assert.deepEqual(await ledger.find('other', [hex(1)]), [])
    await ledger.note([{ ...failed, state: 'done', error: null, bytes: 7 }])
    assert.deepEqual(await ledger.counts(), [
      { store: 'images', state: 'done', files: 2, bytes: 5_000_000_007 },
      { store: 'images', state: 'pending', files: 1, bytes: 0 },
    ])
    assert.deepEqual(await ledger.keys('images', [full.key ?? '', 'other']), [full.key])
  })
}

function checkClaims(subject: Subject): Promise<void> {
  return withLedger(subject, async (ledger) => {
    const first = record(1, { state: 'done', key: 'a.png', claim: hex(50) })
    assert.equal(await ledger.note([first]), true)
    const others = [
      record(2, { state: 'done', key: 'b.png' }),
      record(3, { state: 'done', key: 'A.png', claim: hex(50) }),
    ]
    // What is asked beside a note that fails is answered.
    const beside = () => ledger.find('images', [hex(1)])
    const [noted, ...asked] = await Promise.all([ledger.note(others), beside(), beside(), beside()])
    assert.deepEqual([noted, asked], [false, Array(3).fill([first])])
    assert.equal((await ledger.find('images', [hex(2), hex(3)])).length, 0)
    const two = [4, 5].map((n) => record(n, { state: 'done', key: 'c.png', claim: hex(51) }))
    assert.equal(await ledger.note(two), false)
    assert.deepEqual(await ledger.holders('images', [hex(50), hex(51)]), [
      { claim: hex(50), id: hex(1), key: 'a.png', sha256: null },
    ])
    assert.equal(await ledger.note([{ ...first, attempts: 2 }]), true)
    assert.equal(await ledger.note([{ ...first, store: 'other' }]), true)
  })
}

function checkMany(subject: Subject): Promise<void> {
  return withLedger(subject, async (ledger) => {
    const ids = Array.from({ length: 2500 }, (_, i) => i)
    const files = ids.map((n) => ({ id: hex(n), source: `s${n}` }))
    await ledger.expect('images', files.slice(0, 1500))
    await ledger.note([record(7, { source: 's7', state: 'done' })])
    await ledger.expect('images', files)
    assert.equal((await ledger.find('images', ids.map(hex))).length, 2500)
    assert.equal((await ledger.find('images', [hex(7)]))[0].state, 'done')
    const page = await ledger.page('images', { after: hex(5), limit: 3, states: ['pending'] })
    assert.deepEqual(
      page.map((r) => r.source),
      ['s6', 's8', 's9'],
    )
    await Promise.all([ledger.note([record(1, { state: 'failed' })]), ledger.find('images', [hex(1)]), ledger.counts()])
    assert.equal((await ledger.find('images', [hex(1)]))[0].state, 'failed')
  })
}
