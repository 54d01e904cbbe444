/** What the ledger of files costs its database does not grow with the files that are in it. */
import { expect, test } from 'vitest'
import type { FileRecord } from '../../src/core/file-ledger.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'

const FILES = 4000
const AT_ONCE = 40

const hex = (n: number) => `${(n * 7919) % FILES}`.padStart(64, '0')

const blank = { key: null, address: null, bytes: null, sha256: null, type: null, etag: null, modified: null }

function done(n: number): FileRecord {
  const names = { id: hex(n), source: `${n}.png`, key: `${n}.png`, claim: hex(n) }
  return { store: 'images', ...blank, ...names, state: 'done', attempts: 1, noted: '2026-01-02', error: null }
}

test('a ledger that the planner knows nothing of is not read again and again', async () => {
  await using fresh = await freshDatabase('postgres')
  await using database = await postgres.open(postgres.parse(fresh.url), { role: 'target' })
  const ledger = database.fileLedger!()
  await ledger.prepare()
  const files = Array.from({ length: FILES }, (_, n) => done(n))
  await ledger.expect('images', files)
  for (let i = 0; i < FILES; i += AT_ONCE) {
    const some = files.slice(i, i + AT_ONCE)
    await ledger.holders(
      'images',
      some.map(({ id }) => id),
    )
    await ledger.note(some)
  }
  await database.query('SELECT pg_stat_force_next_flush()')
  const [{ read }] = await database.query(
    "SELECT (seq_tup_read + idx_tup_fetch)::float AS read FROM pg_stat_all_tables WHERE relname = 'naru_file'",
  )
  expect(Number(read)).toBeLessThan(FILES * 100)
})
