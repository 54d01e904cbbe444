/** A ledger that an earlier version made: its marks count nothing as filtered or merged, and it takes new ones once it is prepared. */
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const OLD =
  "INSERT INTO MARK (run, unit, seq, after_key, rows_read, rows_written, rows_rejected, digest, done) VALUES ('r', '0.0', 1, 'null', 5, 4, 1, 'd', 0)"
const NEW =
  "INSERT INTO MARK (run, unit, seq, after_key, rows_read, rows_written, rows_rejected, rows_filtered, rows_merged, digest, done) VALUES ('r', '0.0', 2, 'null', 5, 1, 1, 2, 1, 'd', 1)"

test.each(['postgres', 'mysql', 'sqlite'] as const)('%s', async (kind) => {
  await using fresh = await freshDatabase(kind)
  await using db = await openDatabase(await address(fresh.url), { role: 'target' })
  const ledger = db.ledger()
  await ledger.prepare()
  const table = kind === 'postgres' ? 'naru_ledger.naru_mark' : 'naru_mark'
  for (const column of ['rows_filtered', 'rows_merged']) await db.execute(`ALTER TABLE ${table} DROP COLUMN ${column}`)
  await db.execute(OLD.replace('MARK', table))
  const old = { seq: 1, read: 5, written: 4, rejected: 1, filtered: 0, merged: 0 }
  expect(await ledger.marks('r')).toMatchObject([old])
  await ledger.prepare()
  await ledger.prepare()
  await db.execute(NEW.replace('MARK', table))
  expect(await ledger.marks('r')).toMatchObject([old, { seq: 2, filtered: 2, merged: 1 }])
})

test('csv', async () => {
  await using fresh = await freshDatabase('csv')
  const path = join(fresh.url.slice('csv:'.length), 'naru-ledger.ndjson')
  const mark = {
    run: 'r',
    unit: '0.0',
    seq: 1,
    after: 'null',
    read: 5,
    written: 4,
    rejected: 1,
    digest: 'd',
    done: false,
  }
  await writeFile(path, '')
  await appendFile(path, `${JSON.stringify({ mark, rejects: [], file: 'a.csv', length: 0 })}\n`)
  await using db = await openDatabase(await address(fresh.url), { role: 'target' })
  expect(await db.ledger().marks('r')).toEqual([{ ...mark, after: null, filtered: 0, merged: 0 }])
  expect(await readFile(path, 'utf8')).toContain('"written":4')
})
