/** `--sample`: a part of both sides, said to be no more, on files and servers and through the command line. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import type { Address } from '../../src/core/engine.ts'
import type { TableVerification } from '../../src/core/report.ts'
import { engineFor } from '../../src/engines/index.ts'
import { naru } from '../faults/naru.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { runPlain } from './plain.ts'

const reporter = { report() {} }
const ROWS = 12_000

const series = (kind: DatabaseKind) =>
  kind === 'mysql'
    ? `SELECT seq AS i FROM ${numbers(1, ROWS)}`
    : `WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS}) SELECT i FROM s`

const textOf = (kind: DatabaseKind) => (kind === 'mysql' ? "concat('주문 ', i)" : "'주문 ' || i")

describe.each<[DatabaseKind, DatabaseKind]>([
  ['sqlite', 'postgres'],
  ['postgres', 'mysql'],
  ['mysql', 'sqlite'],
])('%s and %s', (...kinds) => {
  let places: FreshDatabase[]
  let ends: Address[]

  beforeAll(async () => {
    places = [await freshDatabase(kinds[0]), await freshDatabase(kinds[1])]
    ends = await Promise.all(
      places.map(async ({ url }) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)),
    )
    await runPlain(places[0].url, [
      'CREATE TABLE orders (id int NOT NULL PRIMARY KEY, v varchar(20))',
      `INSERT INTO orders SELECT i, ${textOf(kinds[0])} FROM (${series(kinds[0])}) AS n`,
      'CREATE TABLE log (line varchar(20))',
      "INSERT INTO log VALUES ('a'), ('a'), (NULL)",
    ])
    expect((await copy(ends[0], ends[1], { jobs: 1 }, reporter)).verdict).toBe('done')
  })
  afterAll(() => Promise.all(places.map((p) => p[Symbol.asyncDispose]())))

  const sampled = async (o: object) => {
    const { tables } = await verify(ends[0], ends[1], { sample: '5%', ...o }, { reporter })
    return ['orders', 'log'].map((name) => tables.find((t) => t.table.endsWith(name)) as TableVerification)
  }

  test.each(['stream', 'digest'] as const)('equal ranges, by %s', async (by) => {
    const [orders, log] = await sampled({ by })
    expect(orders).toMatchObject({ same: true, sample: { asked: '5%', ofSourceRows: ROWS, ofTargetRows: ROWS } })
    expect(orders.sourceRows).toBeGreaterThan(ROWS * 0.02)
    expect(orders.sourceRows).toBeLessThan(ROWS * 0.1)
    expect(log).toMatchObject({ same: true, sourceRows: 3, targetRows: 3 })
    expect(log.sample).toBeUndefined()
    expect(log.note).toContain('no sample')
  })

  test('the same seed looks at the same rows, another one at others', async () => {
    const digests = [1, 1, 2].map(
      async (seed) => (await sampled({ by: 'stream', seed, digests: true }))[0].sourceDigest,
    )
    const [first, again, other] = await Promise.all(digests)
    expect(again).toBe(first)
    expect(other).not.toBe(first)
  })

  test('drift everywhere is met, no more of it than was looked at, and nothing is said of places', async () => {
    await runPlain(places[1].url, ["UPDATE orders SET v = 'x'"])
    for (const by of ['stream', 'digest'] as const) {
      const [orders] = await sampled({ by })
      expect(orders.driftCount).toBe(orders.sourceRows)
      expect(orders.sourceRows).toBeLessThan(ROWS)
      expect(orders.patterns?.map((p) => p.kind)).toEqual(['constant'])
    }
  })

  test('rows that are missing elsewhere show in the counts', async () => {
    const value = textOf(kinds[1]).replace('i', 'id')
    await runPlain(places[1].url, [`UPDATE orders SET v = ${value}`, 'DELETE FROM orders WHERE id = 6000'])
    const seeds = [1, 2, 3, 4].map(async (seed) => (await sampled({ by: 'stream', seed }))[0])
    for (const orders of await Promise.all(seeds)) {
      expect(orders.same).toBe(false)
      expect(orders.sample).toMatchObject({ ofSourceRows: ROWS, ofTargetRows: ROWS - 1 })
      expect(orders.driftCount).toBe(orders.sourceRows - orders.targetRows)
    }
    // Those before it are as many on both sides.
    const part = { by: 'stream', since: { 'orders.id': '6001' } }
    expect((await sampled(part))[0]).toMatchObject({ same: true, sample: { ofSourceRows: 6000, ofTargetRows: 6000 } })
  })
})

test('the command line says what was looked at and what was not; a certificate too', async () => {
  await using work = await freshFiles()
  const [a, b] = ['a.db', 'b.db'].map((name) => `sqlite:${join(work.path, name)}`)
  for (const url of [a, b]) {
    await runPlain(url, [
      'CREATE TABLE orders (id INTEGER PRIMARY KEY, v TEXT)',
      `INSERT INTO orders SELECT i, 'v' || i FROM (${series('sqlite')})`,
    ])
  }
  const args = ['verify', a, b, '--sample', '1%']
  const same = await naru([...args, '--certificate', 'c.json'], work.path)
  expect(same.code, same.output).toBe(0)
  expect(same.output).toContain('1 of 120 key ranges, 100 of 12,000 rows (0.8 %), seed 1')
  expect(same.output).toContain(
    'if 1 of the 120 ranges (0.8 %) held rows that differ, the chance of missing it is up to 99.2 %',
  )
  expect(same.output).toContain('Same in the sample. 100 of 12,000 rows in 1 table were compared')
  expect(same.output).toContain('The other 11,900 rows were not compared')
  const certificate = JSON.parse(await readFile(join(work.path, 'c.json'), 'utf8'))
  expect(certificate.tables[0]).toMatchObject({
    sourceRows: 100,
    sample: { ranges: 1, ofRanges: 120, ofSourceRows: 12_000 },
  })
  const checked = await naru(['verify', '--certificate', 'c.json'], work.path)
  expect(checked.output).toContain('a sample of 100 of 12,000 rows (0.8 %)')
  const again = await naru([...args, '--certificate', 'c.json'], work.path)
  expect(again.code).toBe(2)
  expect(again.output).toContain('a sample is not compared with an earlier certificate')
  const counted = await naru([...args, '--verify', 'count'], work.path)
  expect(counted.code).toBe(2)
})
