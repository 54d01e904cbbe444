/** More digits than the target keeps: a finding in every source, and when it is accepted the same rounding on both sides. */
import { expect, test } from 'vitest'
import { copy } from '../../src/index.ts'
import { found, open, type Pair, pair } from './planning.ts'

const SCRIPT = `CREATE TABLE t (id int PRIMARY KEY, amount decimal(12,4), at TYPE(6));
INSERT INTO t VALUES (1, 1.2350, '2024-12-31 23:59:59.999999'), (2, -1.2349, '1969-12-31 23:59:59.999500'), (3, 1.25, '2024-01-01 00:00:00'), (4, NULL, NULL)`

/** What the target holds, by its own casts to text. */
async function rows(p: Pair): Promise<unknown[]> {
  await using db = await open(p.to.url, 'target')
  return await db.query('SELECT id, CAST(amount AS char(12)) AS amount, CAST(at AS char(30)) AS at FROM t ORDER BY id')
}

const text = (row: unknown) =>
  Object.values(row as object)
    .map((v) => (v === null ? 'NULL' : String(v).trim()))
    .join(' | ')

test.each([
  ['postgres', 'mysql', 'timestamp', 'datetime(0)'],
  ['mysql', 'postgres', 'datetime', 'timestamp(0)'],
  ['sqlite', 'postgres', 'timestamp', 'timestamp(0)'],
] as const)(
  '%s → %s',
  async (from, to, moment, narrow) => {
    await using p = await pair(from, to, SCRIPT.replace('TYPE', moment))
    const casts = ['t.amount=decimal(12,2)', `t.at=${narrow}`]
    expect(found(await p.plan({ casts }))).toEqual({ 'SCALE:t.amount': [2, 'blocks'], 'SCALE:t.at': [2, 'blocks'] })
    const report = await copy(p.from.url, p.to.url, { casts, accept: ['SCALE'], jobs: 1 })
    expect(report).toMatchObject({ verdict: 'done', exit: 0 })
    expect((await rows(p)).map(text)).toEqual([
      '1 | 1.24 | 2024-12-31 23:59:59',
      '2 | -1.23 | 1969-12-31 23:59:59',
      '3 | 1.25 | 2024-01-01 00:00:00',
      '4 | NULL | NULL',
    ])
  },
  60_000,
)
