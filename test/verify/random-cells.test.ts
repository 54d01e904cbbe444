/** Cells changed at random: all are found, none is invented. */
import { expect, test } from 'vitest'
import { makeMariadb } from '../../bench/rows.ts'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import { engineFor } from '../../src/engines/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { runPlain } from './plain.ts'

const reporter = { report() {} }
/** Ten times as many where time is no matter. */
const ROWS = Number(process.env.NARU_TEST_ROWS ?? 100_000)
const CELLS = 1000

const CHANGES: Readonly<Record<string, string>> = {
  user_id: 'user_id + 1',
  amount: 'amount + 0.01',
  note: "coalesce(note || ' ', '')",
  is_gift: 'NOT is_gift',
  created_at: "created_at + interval '1 hour'",
  updated_at: "updated_at - interval '1 second'",
  meta: 'upper(meta)',
}

/** The same numbers in each run: a fault that is found stays found. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

test('1,000 cells in 100,000 rows and more', async () => {
  await using source = await freshDatabase('mysql')
  await using target = await freshDatabase('postgres')
  const [from, to] = await Promise.all(
    [source.url, target.url].map(async (url) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)),
  )
  await makeMariadb(source.url, ROWS)
  expect((await copy(from, to, { jobs: 1 }, reporter)).verdict).toBe('done')
  const next = random(7)
  const columns = Object.keys(CHANGES)
  const changed = new Map<string, string>()
  while (changed.size < CELLS) {
    changed.set(String(1 + Math.floor(next() * ROWS)), columns[Math.floor(next() * columns.length)])
  }
  const updates = [...changed].map(([id, c]) => `UPDATE orders SET ${c} = ${CHANGES[c]} WHERE id = ${id}`)
  await runPlain(target.url, ['SET session_replication_role = replica', updates.join(';')])
  for (const by of ['stream', 'digest'] as const) {
    const found = new Map<string, string>()
    const { tables } = await verify(from, to, { by, limit: CELLS * 2 }, { reporter })
    for (const d of tables[0].drift) found.set(d.key, d.columns?.map((c) => c.name).join(',') ?? d.kind)
    expect(tables[0]).toMatchObject({ driftCount: CELLS, sourceRows: ROWS, targetRows: ROWS })
    expect([...found].sort()).toEqual([...changed].sort())
  }
})
