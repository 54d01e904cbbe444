/** Rows mended while another program writes them: whatever it committed is still there afterwards, to the last of 10,000 writes. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { address } from '../harness/address.ts'
import { freshDatabase } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend } from './mending.ts'

const ROWS = 3000
const WRITES = 10_000

/** The last value that the writer gave each row, and those it deleted, as it committed them. */
interface Log {
  readonly set: Readonly<Record<string, number>>
  readonly deleted: readonly number[]
  readonly writes: number
}

async function rowsOf(url: string): Promise<Map<number, { note: string; stamp: number }>> {
  const sql = 'SELECT id, note, stamp FROM account'
  if (url.startsWith('postgres')) {
    const db = new pg.Client({ connectionString: url })
    await db.connect()
    const { rows } = await db.query(sql).finally(() => db.end())
    return new Map(rows.map((r) => [Number(r.id), { note: r.note, stamp: Number(r.stamp) }]))
  }
  const db = await mysql.createConnection(url)
  const [rows] = await db.query(sql).finally(() => db.end())
  return new Map((rows as { id: number; note: string; stamp: number }[]).map((r) => [r.id, r]))
}

const VALUES = Array.from({ length: ROWS }, (_, i) => `(${i + 1}, 'right', 0)`).join(', ')

test.each(['postgres', 'mysql'] as const)('%s: no write of another program is lost', async (kind) => {
  await using old = await freshDatabase(kind)
  await using place = await freshDatabase(kind)
  const table = 'CREATE TABLE account (id int NOT NULL PRIMARY KEY, note varchar(40) NOT NULL, stamp int NOT NULL)'
  await runPlain(old.url, [table, `INSERT INTO account VALUES ${VALUES}`])
  // Every row drifted, and one in ten is missing: the writer and the repair are after the same rows.
  await runPlain(place.url, [
    table,
    `INSERT INTO account VALUES ${VALUES}`,
    "UPDATE account SET note = 'wrong'",
    'DELETE FROM account WHERE id % 10 = 0',
  ])
  const writer = fork(join(import.meta.dirname, 'account-writer.ts'), [place.url, String(ROWS), String(WRITES)])
  const logged = once(writer, 'message').then(([log]) => log as Log)
  const { report } = await mend(
    await address(old.url),
    await address(place.url),
    {},
    {
      before: async () => {
        writer.send('go')
      },
    },
  )
  const log = await logged
  const now = await rowsOf(place.url)
  expect(log.writes).toBe(WRITES)
  for (const [id, stamp] of Object.entries(log.set)) expect(now.get(Number(id))?.stamp, `row ${id}`).toBe(stamp)
  for (const id of log.deleted) expect(now.has(id), `row ${id} was deleted`).toBe(false)
  expect(report.planned).toBe(ROWS)
  expect(report.repaired + report.changed + report.refused + report.failed).toBe(ROWS)
  expect(report.repaired, 'the repair never met the writer').toBeGreaterThan(0)
  expect(report.changed, 'the writer never met the repair').toBeGreaterThan(0)
  const mended = [...now.values()].filter((r) => r.note === 'right').length
  expect(mended).toBeLessThanOrEqual(report.repaired)
})
