/** Poolers: one that lends sessions is as good as the server, one that lends transactions is refused and finds nothing changed. */
import pg from 'pg'
import { expect, test } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { type PoolerOptions, pooler } from './pooler.ts'

const SETTINGS = ['default_transaction_read_only', 'row_security', 'jit', 'lock_timeout']
const asked = `SELECT ${SETTINGS.map((s) => `current_setting('${s}') AS ${s}`).join(', ')}`

const open = (url: string): Promise<Database> => postgres.open(postgres.parse(url), { role: 'source' })

/** What a client of the pooler finds set. */
async function found(url: string): Promise<object> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(asked)
  await client.end()
  return rows[0]
}

test('a pooler that lends sessions is used as the server is', async () => {
  await using place = await freshDatabase('postgres')
  await using between = await pooler(place.url, { lends: 'session' })
  const db = await open(between.url)
  expect((await db.query(asked))[0]).toEqual({
    default_transaction_read_only: 'on',
    row_security: 'off',
    jit: 'off',
    lock_timeout: '1min',
  })
  expect((await db.inspect()).tables).toEqual([])
  await db.close()
})

const lending: readonly PoolerOptions[] = [
  { lends: 'transaction' },
  { lends: 'transaction', sessions: 4 },
  { lends: 'transaction', sessions: 4, next: 'first' },
]

test.each(lending)('a pooler that lends transactions is refused, and its sessions are as they were: %o', async (o) => {
  await using place = await freshDatabase('postgres')
  await using between = await pooler(place.url, o)
  const before = await found(between.url)
  await expect(open(between.url)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringContaining('leads to a pooler that lends a connection for one transaction at a time'),
  })
  for (let i = 0; i < 5; i++) expect(await found(between.url)).toEqual(before)
})
