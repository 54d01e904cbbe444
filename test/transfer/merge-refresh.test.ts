/** Tables of merged rows under --incremental: what arrives is what a whole copy brings, and rows that are as they are to be stay untouched. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, test } from 'vitest'
import { copyTransfer } from '../../src/app/transfer.ts'
import { findTransfers } from '../../src/app/transfer-set.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import type { TableVerification } from '../../src/core/report.ts'
import type { Transfer } from '../../src/transfer/define.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import { CUSTOMER, fill, MEMBER, transfers } from './merging.ts'

interface Along {
  /** Chunk of rows after which the run is stopped. */
  readonly stopAt?: number
  /** Called before the run is proven. */
  readonly proving?: () => void
}

async function run(
  urls: Readonly<Record<string, string>>,
  all: readonly Transfer[],
  options: CopyOptions,
  { stopAt = 0, proving }: Along = {},
) {
  const loaded = { path: null, folder: '.', config: { databases: urls, transfers: { all } } }
  const set = await findTransfers('all', loaded, { resolve: (name) => address(urls[name]) })
  const stop = new AbortController()
  let chunks = 0
  const report = {
    report: (e: { type: string; table?: string; phase?: string; state?: string }) => {
      if (e.type === 'chunk' && !/^(keys|matches) /.test(e.table ?? '') && ++chunks === stopAt) stop.abort()
      if (e.phase === 'verify' && e.state === 'begin') proving?.()
    },
  }
  return await copyTransfer(set, { jobs: 1, chunkBytes: 200, ...options }, report, stop.signal)
}

function rowsOf(path: string): string[] {
  const db = new DatabaseSync(path, { readOnly: true })
  const rows = db.prepare('SELECT id, email, name, phone, points, origin FROM customer').all()
  db.close()
  return rows.map((r) => JSON.stringify(Object.values(r))).sort()
}

test.each([
  { name: 'first', phone: 'filled', points: 'greatest', stopAt: 2 },
  { name: 'last', phone: 'last', points: 'least', stopAt: 0 },
] as const)('what changes in sources and target arrives as a whole copy would bring it: %j', async (o) => {
  await using files = await freshFiles()
  const at = (name: string) => join(files.path, `${name}.db`)
  const urls = { one: `sqlite:${at('one')}`, two: `sqlite:${at('two')}`, app: `sqlite:${at('app')}` }
  new DatabaseSync(at('app')).exec(CUSTOMER.sqlite)
  fill(at('one'), 1, 60)
  fill(at('two'), 2, 50)
  const all = transfers(o)
  expect((await run(urls, all, { incremental: true })).verdict).toBe('done')
  const again = await run(urls, all, { incremental: true })
  expect(again.verdict).toBe('done')
  const own = again.tables.filter((t) => t.table === 'one' || t.table === 'two')
  expect(own.map((t) => [t.written, t.closes])).toEqual([
    [0, true],
    [0, true],
  ])

  // Rows of both sources change, come and go; somebody changes, adds and removes rows of the target.
  const change = (name: string, script: string) => {
    const db = new DatabaseSync(at(name))
    db.exec(script)
    db.close()
  }
  change(
    'one',
    "DELETE FROM member WHERE no % 8 = 0; UPDATE member SET points = 500, tel = '7' WHERE no % 10 = 0; INSERT INTO member VALUES (1, 'p7@x.kr', 'new', '1', -500)",
  )
  change(
    'two',
    "UPDATE member SET mail = 'p3@x.kr' WHERE no = 9; UPDATE member SET nm = 'Other' WHERE no % 7 = 0; DELETE FROM member WHERE no > 140",
  )
  change(
    'app',
    "UPDATE customer SET name = name || '!' WHERE id % 9 = 0; DELETE FROM customer WHERE id % 11 = 0; INSERT INTO customer (email, name) VALUES ('stray', 's')",
  )
  if (o.stopAt > 0)
    await expect(run(urls, all, { incremental: true }, { stopAt: o.stopAt })).rejects.toMatchObject({
      code: 'STOPPED',
    })
  const changed = await run(urls, all, { incremental: true })
  expect(changed.verdict, JSON.stringify(changed.notes)).toBe('done')
  expect(changed.tables.every((t) => t.closes)).toBe(true)
  expect(changed.tables.reduce((n, t) => n + (t.kept ?? 0), 0)).toBeGreaterThan(5)
  // Numbers are the same, for id maps are.
  const found = rowsOf(at('app'))
  expect((await run(urls, all, {})).verdict).toBe('done')
  expect(found).toEqual(rowsOf(at('app')))
})

test('rows of PostgreSQL that stay are not touched, though others refer to them', async () => {
  await using files = await freshFiles()
  await using to = await freshDatabase('postgres')
  const urls = { one: `sqlite:${join(files.path, 'one.db')}`, two: `sqlite:${join(files.path, 'two.db')}`, app: to.url }
  for (const name of ['one', 'two'] as const) {
    const db = new DatabaseSync(urls[name].slice('sqlite:'.length))
    db.exec(`${MEMBER}; WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 2000)
      INSERT INTO member SELECT i, 'p' || (i + ${name === 'two' ? 1000 : 0}) || '@x.kr', '${name} ' || i, i % 2, i FROM s`)
    db.close()
  }
  const client = new pg.Client({ connectionString: to.url })
  await client.connect()
  try {
    await client.query(CUSTOMER.postgres)
    const all = transfers({ name: 'first', phone: 'filled', points: 'greatest' })
    expect((await run(urls, all, { incremental: true, chunkBytes: 65_536 })).verdict).toBe('done')
    await client.query('INSERT INTO bill SELECT id, id FROM customer')
    await client.query('CREATE TABLE before AS SELECT id, email, xmin::text AS made FROM customer')
    const db = new DatabaseSync(urls.one.slice('sqlite:'.length))
    db.exec(
      "UPDATE member SET nm = 'new' WHERE no IN (5, 1500); UPDATE member SET points = 9999 WHERE no = 1700; DELETE FROM member WHERE no = 1999",
    )
    db.close()
    const report = await run(urls, all, { incremental: true, chunkBytes: 65_536 })
    expect(report.verdict, JSON.stringify(report.failedSteps)).toBe('done')
    const counts = report.tables.filter((t) => t.table === 'one' || t.table === 'two')
    // 1999 is a row of the second source alone now; the others are rows of the first.
    expect(counts.map((t) => [t.table, t.written, t.kept, t.merged])).toEqual([
      ['one', 3, 1996, 0],
      ['two', 1, 1000, 999],
    ])
    const { rows } = await client.query(
      'SELECT b.email FROM customer c JOIN before b USING (id) WHERE c.xmin::text <> b.made ORDER BY b.id',
    )
    expect(rows.map((r) => r.email)).toEqual(['p5@x.kr', 'p1500@x.kr', 'p1700@x.kr', 'p1999@x.kr'])
    const changed = await client.query(
      "SELECT name, points, origin FROM customer WHERE email IN ('p5@x.kr', 'p1700@x.kr', 'p1999@x.kr') ORDER BY id",
    )
    expect(changed.rows.map((r) => Object.values(r).join(' '))).toEqual([
      'new 5 one',
      'one 1700 9999 one',
      'two 999 999 two',
    ])
  } finally {
    await client.end()
  }
})

test('where only the database can say what rows come to, the table is written as a whole, and why is said', async () => {
  await using files = await freshFiles()
  const urls: Record<string, string> = {}
  for (const name of ['one', 'app']) {
    const path = join(files.path, `${name}.db`)
    new DatabaseSync(path).exec(
      name === 'app' ? CUSTOMER.sqlite : `${MEMBER}; INSERT INTO member VALUES (1, 'a', 'b', 'c', 1)`,
    )
    urls[name] = `sqlite:${path}`
  }
  const all = transfers({ name: 'least', phone: 'first', points: 'first' }, ['one'])
  const report = await run(urls, all, { incremental: true })
  expect(report.notes.join('\n')).toContain('written as a whole: one (only the database knows which name is the least)')
})

/** The verifications of the two sources' rows after a run, by what is changed before it is proven. */
async function proven(
  o: { readonly app?: string; readonly one?: string; readonly check?: string } & CopyOptions,
): Promise<{ readonly verdict: string; readonly found: readonly (TableVerification | null)[] }> {
  await using files = await freshFiles()
  const at = (name: string) => join(files.path, `${name}.db`)
  const urls = { one: `sqlite:${at('one')}`, two: `sqlite:${at('two')}`, app: `sqlite:${at('app')}` }
  const { app, one, check, ...options } = o
  new DatabaseSync(at('app')).exec(CUSTOMER.sqlite.replace('origin TEXT)', `origin TEXT${check ?? ''})`))
  fill(at('one'), 1, 60)
  fill(at('two'), 2, 50)
  const change = (name: string, script: string | undefined) => {
    const db = new DatabaseSync(at(name))
    if (script !== undefined) db.exec(script)
    db.close()
  }
  const all = transfers({ name: 'first', phone: 'filled', points: 'greatest' })
  const proving = () => {
    change('app', app)
    change('one', one)
  }
  const report = await run(urls, all, options, { proving })
  return { verdict: report.verdict, found: report.tables.slice(-2).map((t) => t.verification) }
}

test('a copy proves what merged rows come to, and finds a value that is another', async () => {
  const whole = await proven({})
  expect([whole.verdict, whole.found.map((v) => [v?.how, v?.same, v?.note?.includes('read again')])]).toEqual([
    'done',
    Array(2).fill(['digest', true, true]),
  ])
  const counted = await proven({ verify: 'count' })
  expect(counted.found.map((v) => [v?.how, v?.note])).toEqual(
    Array(2).fill(['count', 'one, two fill one table: compared together; rows were merged: numbers of rows']),
  )
  const changed = await proven({ app: "UPDATE customer SET phone = 'other' WHERE id = (SELECT min(id) FROM customer)" })
  expect(changed.verdict).toBe('differs')
  expect(changed.found[0]).toMatchObject({
    how: 'digest',
    same: false,
    driftCount: 1,
    drift: [{ kind: 'differs', columns: [{ name: 'phone', target: 'other' }] }],
  })
  const swapped = await proven({
    app: "DELETE FROM customer WHERE id = (SELECT min(id) FROM customer); INSERT INTO customer (name) VALUES ('stray')",
  })
  expect(swapped.found[0]).toMatchObject({ same: false, kinds: { missing: 1, extra: 1, different: 0 } })
})

test('rows that a source gives otherwise by now, or that were refused, prove nothing of merged ones', async () => {
  const later = await proven({ one: "UPDATE member SET nm = 'later' WHERE no = 3" })
  expect([later.verdict, later.found[0]?.how, later.found[0]?.note]).toEqual([
    'done',
    'count',
    expect.stringContaining('its sources give other rows by now'),
  ])
  const refused = await proven({ check: ' CHECK (points < 100)' })
  expect([refused.verdict, refused.found[0]?.how, refused.found[0]?.note]).toEqual([
    'rejects',
    'count',
    expect.stringContaining('rows were refused'),
  ])
})
