import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveAddress } from '../../src/app/address.ts'
import { moveColumn } from '../../src/app/files/move.ts'
import { openDatabase } from '../../src/app/open.ts'
import type { StoreConfig } from '../../src/app/store-form.ts'
import type { Database } from '../../src/core/engine.ts'
import { columnAddresses } from '../../src/files/column.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { storeOf } from './moving.ts'
import { type WebServer, webServer } from './web-server.ts'

const VALUES = [
  '/a.png',
  '/A.png',
  '/한글 1.png',
  '/a.png',
  '',
  null,
  '/gone.png',
  'https://other.example/x.png',
  '/a.png ',
]

let web: WebServer
let folder = ''
beforeAll(async () => {
  web = await webServer({ '/gone.png': (_, r) => r.writeHead(404).end() })
  folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
})
afterAll(async () => {
  await web[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function addressOf(url: string) {
  return resolveAddress(url, { config: { path: null, folder: '', config: {} }, env: {}, home: '' })
}

/** A table whose column compares as loosely as the engine lets it; n is no key. */
async function fill(db: Database): Promise<void> {
  const { quote, literal } = db.engine.dialect
  const text = db.engine.name === 'mysql' ? 'varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci' : 'text'
  const loose = db.engine.name === 'sqlite' ? ' COLLATE NOCASE' : ''
  await db.execute(
    `CREATE TABLE ${quote('order')} (a int NOT NULL, b varchar(20) NOT NULL, ${quote('img "url"')} ${text}${loose}, PRIMARY KEY (a, b))`,
  )
  await db.execute(`CREATE TABLE keyless (n int, img ${text}${loose})`)
  for (const [i, value] of VALUES.entries()) {
    await db.execute(`INSERT INTO ${quote('order')} VALUES (${i >> 1}, ${literal(`k'${i}`)}, ${literal(value)})`)
    await db.execute(`INSERT INTO keyless VALUES (${i}, ${literal(value)})`)
  }
}

const values = async (db: Database) => {
  const { quote } = db.engine.dialect
  const rows = await db.query(`SELECT ${quote('img "url"')} AS v FROM ${quote('order')} ORDER BY a, b`)
  return rows.map((r) => r.v)
}

describe.each<DatabaseKind>(['postgres', 'mysql', 'sqlite'])('%s', (kind) => {
  test('distinct addresses, files and new addresses in the rows, and nothing more the second time', async () => {
    await using fresh = await freshDatabase(kind)
    const address = await addressOf(fresh.url)
    await using db = await openDatabase(address, { role: 'target' })
    await fill(db)
    const table = (await db.inspect()).tables.find((t) => t.name.name === 'keyless')!
    const found: string[] = []
    for await (const value of columnAddresses(db, { table, column: table.columns[1] })) found.push(value)
    expect(found.sort()).toEqual([...new Set(VALUES.filter((v) => v !== null))].sort())

    const config: StoreConfig = {
      from: web.url,
      to: join(folder, kind),
      address: '{path}',
      name: ({ path }) => `new/${path}`,
      missing: 'null',
      allowHosts: [web.host],
    }
    web.hits.length = 0
    const store = storeOf(config, folder)
    const o = { column: 'order.img "url"', form: 'plain' as const, rewrite: true }
    const reporter = { report: () => {} }
    const dry = await moveColumn(address, store, { ...o, dryRun: true }, reporter)
    expect([dry.tally.addresses, web.hits.length]).toEqual([{ pending: 5, none: 1, outside: 1 }, 0])
    expect((await db.fileLedger!().counts()).length).toBe(0)

    const first = await moveColumn(address, store, o, reporter)
    expect(first).toMatchObject({
      exit: 0,
      tally: { fetched: 4, refused: 0 },
      rewritten: { rewritten: 6, same: 2, refused: 0, changed: 0 },
    })
    const after = await values(db)
    expect(after[0]).toBe('new/a.png')
    expect(after[1]).toMatch(/^new\/A~[0-9a-f]{8}\.png$/)
    expect(after.slice(2)).toEqual(['new/한글 1.png', 'new/a.png', '', null, null, VALUES[7], 'new/a.png'])

    const again = await moveColumn(address, store, o, reporter)
    expect(again).toMatchObject({ exit: 0, tally: { fetched: 0 }, rewritten: { rewritten: 0, same: 7 } })
    expect(web.hits).toHaveLength(4)
    expect(await values(db)).toEqual(after)

    await expect(moveColumn(address, store, { ...o, column: 'keyless.img' }, reporter)).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    })
    await expect(moveColumn(address, store, { ...o, column: 'ordr.img' }, reporter)).rejects.toMatchObject({
      code: 'TABLE_MISSING',
      why: 'Did you mean order?',
    })
  })
})

test('of several schemas with the same table one is named, the others stay as they are', async () => {
  await using fresh = await freshDatabase('postgres')
  await using db = await openDatabase(await addressOf(fresh.url), { role: 'target' })
  await db.execute(
    "CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.pic (id int PRIMARY KEY, url text); CREATE TABLE b.pic (id int PRIMARY KEY, url text); CREATE TABLE b.doc (id int PRIMARY KEY, url text); INSERT INTO a.pic VALUES (1, '/a.png'); INSERT INTO b.pic VALUES (1, '/b.png')",
  )
  const address = await addressOf(`${fresh.url}${fresh.url.includes('?') ? '&' : '?'}schema=a,b`)
  const config: StoreConfig = { from: web.url, to: join(folder, 'schemas'), address: '{path}', allowHosts: [web.host] }
  const name = ({ path }: { readonly path: string }) => `new/${path}`
  const store = storeOf({ ...config, name }, folder)
  const move = (column: string) =>
    moveColumn(address, store, { column, form: 'plain', rewrite: true }, { report: () => {} })
  await expect(move('pic.url')).rejects.toMatchObject({ code: 'USAGE', why: 'there are a.pic.url, b.pic.url' })
  await expect(move('c.pic.url')).rejects.toMatchObject({ code: 'TABLE_MISSING' })
  await expect(move('b.pic.id')).rejects.toMatchObject({ message: 'b.pic.id holds no addresses' })
  expect(await move('doc.url')).toMatchObject({ column: 'b.doc.url', exit: 0 })
  expect(await move('b.pic.url')).toMatchObject({ column: 'b.pic.url', exit: 0 })
  const rows = await db.query('SELECT url FROM a.pic UNION ALL SELECT url FROM b.pic')
  expect(rows.map((r) => r.url)).toEqual(['/a.png', 'new/b.png'])
})
