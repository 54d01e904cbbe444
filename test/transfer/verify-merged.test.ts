/** `verify` of rows that several mappings merge: what all rows of a key come to, under whatever option; no difference is told that is none. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/app/open.ts'
import { copyTransfer } from '../../src/app/transfer.ts'
import { findTransfers, type TransferSet } from '../../src/app/transfer-set.ts'
import type { VerifyContext } from '../../src/app/verify.ts'
import { verifyTransfer } from '../../src/app/verify-transfer.ts'
import type { VerifyOptions } from '../../src/core/options.ts'
import type { Transfer } from '../../src/transfer/define.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import { CUSTOMER, fill, type Rules, transfers } from './merging.ts'
import into from './merging-into.ts'
import { NONE } from './shop.ts'

/** Where functions are. */
const INTO = join(import.meta.dirname, 'merging-into.ts')

const RULES: Rules = { name: 'first', phone: 'filled', points: 'greatest' }

interface Merging extends AsyncDisposable {
  readonly folder: string
  /** Statements for the target, or one of the sources. */
  run(script: string, on?: 'one' | 'two'): Promise<void>
  rows(sql: string): Promise<string[]>
  set(name?: string, sets?: Readonly<Record<string, readonly Transfer[]>>): Promise<TransferSet>
  /** Rows that differ, and what is said. */
  drift(
    options?: VerifyOptions,
    set?: TransferSet,
    context?: Partial<VerifyContext>,
  ): Promise<Awaited<ReturnType<typeof verifyTransfer>> & { readonly rows: string[] }>
}

/** Both sources, filled and copied. */
async function merging(
  kind: 'sqlite' | 'postgres',
  all: readonly Transfer[] = transfers(RULES),
  prepare = '',
  held = '',
): Promise<Merging> {
  const files = await freshFiles()
  const at = (name: string) => join(files.path, `${name}.db`)
  const to = kind === 'postgres' ? await freshDatabase('postgres') : null
  const urls = { one: `sqlite:${at('one')}`, two: `sqlite:${at('two')}`, app: to?.url ?? `sqlite:${at('app')}` }
  const target = await openDatabase(await address(urls.app), { role: 'target' })
  const set: Merging['set'] = (name = 'all', sets = { all }) =>
    findTransfers(
      name,
      { path: INTO, folder: '.', config: { databases: urls, transfers: sets } },
      { resolve: (database) => address(urls[database as keyof typeof urls]) },
    )
  fill(at('one'), 1, 60)
  fill(at('two'), 2, 50)
  new DatabaseSync(at('two')).exec(prepare)
  await target.execute(`${CUSTOMER[kind]}; ${held}`)
  expect((await copyTransfer(await set(), {}, NONE)).verdict).toBe('done')
  return {
    folder: files.path,
    async run(script, on) {
      if (on === undefined) return await target.execute(script)
      const db = new DatabaseSync(at(on))
      db.exec(script)
      db.close()
    },
    rows: async (sql) => (await target.query(sql)).map((r) => Object.values(r).join('|')),
    set,
    async drift(options = {}, of, context = {}) {
      const report = await verifyTransfer(of ?? (await set()), options, { reporter: NONE, ...context })
      const rows = report.tables.flatMap((t) =>
        t.drift.map((d) => {
          const columns = d.columns?.map((c) => ` ${c.name}: ${c.source} ≠ ${c.target}`) ?? []
          return `${t.table} ${d.kind} ${d.key}${columns.join(';')}`
        }),
      )
      expect(report.same).toBe(rows.length === 0)
      return { ...report, rows: rows.sort() }
    },
    async [Symbol.asyncDispose]() {
      await target.close()
      await to?.[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    },
  }
}

/** Addresses that a source alone has, and that both have, with their ids. */
async function ids(m: Merging) {
  const one = await m.rows("SELECT id FROM customer WHERE origin = 'one' AND email IS NOT NULL ORDER BY id")
  const two = await m.rows("SELECT id FROM customer WHERE origin = 'two' AND email IS NOT NULL ORDER BY id")
  return { one, two }
}

test.each(['sqlite', 'postgres'] as const)('what rows come to is compared, and looked at again: %s', async (kind) => {
  await using m = await merging(kind)
  const listed: string[] = []
  const onDrift = (table: string, e: { kind: string }) => void listed.push(`${table} ${e.kind}`)
  const same = await m.drift({}, undefined, { onDrift })
  expect(same.tables.map((t) => [t.table, t.same, t.sourceRows === t.targetRows])).toEqual([
    ['one and two', true, true],
  ])
  expect([same.rows, listed]).toEqual([[], []])
  const [a, b] = (await ids(m)).one
  await m.run(`UPDATE customer SET name = 'changed' WHERE id = ${a}; DELETE FROM customer WHERE id = ${b};
    INSERT INTO customer (id, email, name) VALUES (9999, 'stray', 's')`)
  const found = await m.drift({}, undefined, { onDrift })
  expect(found.rows).toEqual([
    expect.stringMatching(`one and two differs ${a} name: .* ≠ changed`),
    'one and two extra on target 9999',
    `one and two missing on target ${b}`,
  ])
  expect(found.tables[0].kinds).toEqual({ missing: 1, extra: 1, different: 1 })
  expect(listed.sort()).toEqual(['differs', 'extra on target', 'missing on target'].map((k) => `one and two ${k}`))
  // With numbers alone each mapping would be short of the rows that both have.
  expect((await m.drift({ verify: 'count' })).rows).toEqual(found.rows)
})

test('columns are left out, and numbers may differ within a tolerance', async () => {
  await using m = await merging('sqlite')
  const [a, b, c] = await m.rows('SELECT id FROM customer WHERE points IS NOT NULL ORDER BY id')
  await m.run(`UPDATE customer SET points = points + 1 WHERE id IN (${a}, ${b});
    UPDATE customer SET points = points + 50, name = 'x' WHERE id = ${c}`)
  const without = await m.drift({ excludeColumns: ['points'] })
  expect(without.rows).toEqual([expect.stringMatching(`^one and two differs ${c} name: [^;]* ≠ x$`)])
  // Named for one of the mappings, it is left out of what they come to.
  expect((await m.drift({ excludeColumns: ['two.points', 'name'] })).rows).toEqual([])
  await expect(m.drift({ excludeColumns: ['id'] })).rejects.toMatchObject({ code: 'USAGE' })
  const near = await m.drift({ tolerances: { points: '1' }, excludeColumns: ['name'] })
  expect(near.rows).toEqual([expect.stringMatching(`^one and two differs ${c} points: `)])
  expect(near.tables[0].note).toContain('2 rows differ within the tolerance')
  expect((await m.drift({ tolerances: { 'one.points': '50' }, excludeColumns: ['name'] })).rows).toEqual([])
})

test('a certificate has rows and digests of what they come to, and tells what changes', async () => {
  await using m = await merging('postgres')
  const certificate = join(m.folder, 'made.json')
  expect((await m.drift({ certificate })).certificate?.changes).toEqual([])
  const body = JSON.parse(await readFile(certificate, 'utf8'))
  const [rows] = await m.rows('SELECT count(*) FROM customer')
  expect(body.tables).toEqual([
    expect.objectContaining({
      table: 'one and two',
      sourceRows: Number(rows),
      targetRows: Number(rows),
      sourceDigest: expect.stringMatching(/^[0-9a-f]{32}$/),
      mapping: expect.stringMatching(/^[0-9a-f]{32}$/),
    }),
  ])
  expect(body.tables[0].targetDigest).toBe(body.tables[0].sourceDigest)
  expect([body.from.engine, body.to.engine, body.to.position === null]).toEqual(['sqlite', 'postgres', false])
  expect((await m.drift({ certificate })).certificate?.changes).toEqual([])
  const [a] = (await ids(m)).one
  await m.run(`UPDATE customer SET phone = '9' WHERE id = ${a}`)
  expect((await m.drift({ certificate })).certificate?.changes).toEqual([
    'one and two: rows of the target have changed',
  ])
  await m.run("UPDATE member SET nm = 'New' WHERE no = 3", 'one')
  expect((await m.drift({ certificate })).certificate?.changes).toEqual([
    'one and two: rows of the source have changed',
    'one and two: rows of the target have changed',
  ])
  const other = await m.set('all', { all: transfers({ ...RULES, points: 'least' }) })
  expect((await m.drift({ certificate }, other)).certificate?.changes).toContain(
    'one and two: the mapping is another one',
  )
})

test('conditions choose keys, and rows of a key are compared as a whole', async () => {
  await using m = await merging('sqlite')
  const { one, two } = await ids(m)
  await m.run(`UPDATE customer SET name = 'changed', points = 1000 WHERE id IN (${one[0]}, ${two[0]})`)
  const both = (label: string, id: string) =>
    expect.stringMatching(`^${label} differs ${id} name: .* ≠ changed; points: `)
  const where = await m.drift({ where: { two: 'no > 0' } })
  const shared = await m.rows('SELECT id FROM customer WHERE id IN (SELECT new_key FROM naru_ids_two)')
  expect(where.tables[0].sourceRows).toBe(shared.length)
  expect(where.rows).toEqual([one[0], two[0]].filter((id) => shared.includes(id)).map((id) => both('one and two', id)))
  expect((await m.drift({ where: { one: 'no > 0' } })).tables[0].sourceRows).toBeGreaterThan(one.length - 1)
  expect((await m.drift({ where: { one: 'no < 0' } })).rows).toEqual([])
  // A row that was deleted is missed where a row of the source leads to it.
  await m.run(`DELETE FROM customer WHERE id = ${one[1]}`)
  expect((await m.drift({ where: { one: 'true' } })).rows).toContain(`one and two missing on target ${one[1]}`)
  const held = await m.drift({ targetWhere: { one: `id = ${two[0]} OR id = ${two[1]}` } })
  expect(held.rows).toEqual([both('one and two', two[0])])
  expect([held.tables[0].sourceRows, held.tables[0].targetRows]).toEqual([2, 2])
  const since = await m.drift({ since: { points: '900' } })
  expect(since.rows).toEqual([one[0], two[0]].sort().map((id) => both('one and two', id)))
  // The least of all points is looked at from either side, and is what its rows come to.
  expect(
    (await m.drift({ since: { points: '-1000' }, excludeColumns: ['name'], tolerances: { points: '2000' } })).rows,
  ).toEqual([`one and two missing on target ${one[1]}`])
  await expect(m.drift({ where: { three: 'true' } })).rejects.toThrow(/no transfer three/)
})

test('one of the mappings alone is held to what all of them make of its rows', async () => {
  await using m = await merging('sqlite')
  expect((await m.drift({}, await m.set('two'))).rows).toEqual([])
  const found = await m.drift({}, await m.set('two'))
  const [n] = await m.rows('SELECT count(DISTINCT new_key) FROM naru_ids_two')
  expect(found.tables.map((t) => [t.table, t.sourceRows, t.targetRows])).toEqual([['two', Number(n), Number(n)]])
  const [gone] = await m.rows("SELECT id FROM customer WHERE origin = 'two' ORDER BY id DESC LIMIT 1")
  const [key] = await m.rows(`SELECT old_no FROM naru_ids_two WHERE new_key = ${gone}`)
  await m.run(`DELETE FROM member WHERE no = ${key}`, 'two')
  await m.run("UPDATE customer SET name = 'x' WHERE id = 1")
  const after = await m.drift({}, await m.set('two'))
  expect(after.rows.filter((r) => r.includes('extra'))).toEqual([`two extra on target ${gone}`])
  const [shared] = await m.rows('SELECT count(*) FROM naru_ids_two WHERE new_key = 1')
  expect(after.rows.filter((r) => r.includes('differs'))).toHaveLength(Number(shared) > 0 ? 1 : 0)
})

test('a sample takes all of a merged table, and --continue compares it anew', async () => {
  await using m = await merging('sqlite')
  await m.run("UPDATE customer SET name = 'x' WHERE id = 1")
  const sampled = await m.drift({ sample: '1%' })
  expect(sampled.rows).toEqual([expect.stringMatching('^one and two differs 1 ')])
  expect(sampled.tables[0].note).toContain('compared as a whole')
  const stop = new AbortController()
  stop.abort()
  const context = { stateFolder: m.folder }
  await expect(m.drift({}, undefined, { ...context, signal: stop.signal })).rejects.toMatchObject({ code: 'STOPPED' })
  const gone = await m.drift({ continue: true }, undefined, context)
  expect(gone.rows).toEqual(sampled.rows)
  expect(gone.tables[0].note).toContain('compared anew')
})

test('what only the database can say is not compared, and counted', async () => {
  const prepare = "UPDATE member SET nm = nm || ' of two' WHERE no % 2 = 0"
  await using m = await merging('sqlite', transfers({ ...RULES, name: 'least' }), prepare)
  const clean = await m.drift()
  expect(clean.rows).toEqual([])
  const counted = /not compared: name in (\d+) rows: only the database/.exec(clean.tables[0].note ?? '')
  const open = Number(counted?.[1])
  expect(open).toBeGreaterThan(3)
  // Where all rows of a key have one name it is compared, and so are other columns.
  await m.run("UPDATE customer SET name = 'nobody', phone = 'changed'")
  const found = await m.drift({ limit: 1000 })
  expect(found.rows.filter((r) => / name: .* ≠ nobody/.test(r))).toHaveLength(found.tables[0].targetRows - open)
  expect(found.rows.filter((r) => / phone: .* ≠ changed/.test(r))).toHaveLength(found.tables[0].targetRows)
})

test('a row that no number was given is missing, with the reason', async () => {
  await using m = await merging('sqlite')
  await m.run("INSERT INTO member VALUES (900, 'fresh@x.kr', 'new', NULL, 1)", 'two')
  expect((await m.drift()).rows).toEqual([expect.stringMatching(/^one and two missing on target two 900 id: /)])
  expect((await m.drift({ where: { two: 'no < 900' } })).rows).toEqual([])
})

test('what transfers of another set may have decided is not compared; rows of theirs are not told', async () => {
  const [one, two] = transfers(RULES)
  await using m = await merging('sqlite')
  const apart = await m.set('first', { first: [one], second: [two] })
  const found = await m.drift({}, apart)
  expect(found.rows).toEqual([])
  expect(found.tables[0].note).toContain('not compared: name, points, origin: transfers of another set')
  const [a] = (await ids(m)).one
  await m.run(`UPDATE customer SET phone = 'x', name = 'y' WHERE id = ${a}`)
  expect((await m.drift({}, apart)).rows).toEqual([expect.stringMatching(`^one differs ${a} phone: [^;]* ≠ x$`)])
})

test('a table that is appended to keeps rows of its own', async () => {
  const all = transfers(RULES).map((t): Transfer => ({ ...t, write: 'append' }))
  await using m = await merging('sqlite', all, '', "INSERT INTO customer (id, email, name) VALUES (5000, 'own', 'own')")
  expect((await m.drift()).rows).toEqual([])
  const [a] = (await ids(m)).one
  await m.run(`UPDATE customer SET name = 'x' WHERE id IN (5000, ${a})`)
  expect((await m.drift()).rows).toEqual([expect.stringMatching(`^one and two differs ${a} name: `)])
})

test('rows that functions give for a further table are merged with none', async () => {
  const all = into.transfers?.all as readonly Transfer[]
  await using m = await merging('sqlite', all, '', 'CREATE TABLE visit (no TEXT PRIMARY KEY, who TEXT)')
  expect(await m.rows('SELECT count(*) FROM visit')).toEqual(['110'])
  expect((await m.drift()).rows).toEqual([])
  const [id] = await m.rows('SELECT min(id) FROM customer')
  await m.run(`UPDATE visit SET who = 'x' WHERE no = 'two 6'; UPDATE customer SET name = 'x' WHERE id = ${id}`)
  expect((await m.drift()).rows).toEqual([
    expect.stringMatching(`^one and two differs ${id} name: .* ≠ x$`),
    expect.stringMatching(/^two → visit differs .*two 6.* who: .* ≠ x$/),
  ])
})
