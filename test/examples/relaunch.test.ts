/** Three legacy databases become one, as the example says: checked by its own SQL, killed and continued, done twice, and masked. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, script } from '../../examples/relaunch/build.ts'
import { fate, type ImageServer, images, outletName, serveImages, shopName } from '../../examples/relaunch/images.ts'
import { naru, startNaru } from '../faults/naru.ts'
import { type S3Server, s3Server } from '../files/s3-server.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/relaunch')
const CONFIG = ['--config', join(EXAMPLE, 'naru.config.ts')]
const ROWS = 6_000
const BUCKET = 'relaunch'
/** Addresses of the rows: 500 that are as they should be, 16 that are not. */
const IMAGES = 516
/** Files at once that a store has under way, until each is noted. */
const IN_FLIGHT = 64

async function ask(url: string, sql: string): Promise<unknown[][]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  return (await db.query({ text: sql, rowMode: 'array' }).finally(() => db.end())).rows
}

/** Everything in the new database, computed by the server, with natural keys in the place of numbers. */
const fingerprint = async (url: string) => ask(url, await readFile(join(EXAMPLE, 'fingerprint.sql'), 'utf8'))

/** Names below both prefixes → bytes, as the example's own rules have them. */
function movedImages(): Record<string, number> {
  const all = images()
  const size = (path: string) => all.get(path)?.content.length ?? -1
  const numbers = [...Array(312).keys()].map((i) => i + 1)
  const shop = numbers.filter((n) => fate('shop', n) === 'good')
  const outlet = numbers.filter((n) => n <= 204 && fate('outlet', n) === 'good')
  return Object.fromEntries([
    ...shop.map((n) => [`shop/${shopName(n)}`, size(`/shop/${shopName(n)}`)]),
    ...outlet.map((n) => [`outlet/${n}.png`, size(`/outlet/${outletName(n)}`)]),
  ])
}

/** The bucket as the service itself lists it. */
async function listed({ bucket: { endpoint, credentials } }: S3Server): Promise<Record<string, number>> {
  const client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
  const page = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }))
  client.destroy()
  return Object.fromEntries((page.Contents ?? []).map(({ Key = '', Size = 0 }) => [Key, Size]))
}

async function failedChecks(url: string): Promise<unknown[][]> {
  const sql = (await readFile(join(EXAMPLE, 'check.sql'), 'utf8')).replaceAll(':rows', String(ROWS))
  const rows = await ask(url, sql)
  expect(rows.length).toBeGreaterThan(30)
  return rows.filter((row) => row[3] !== true)
}

const TABLES = ['category', 'product', 'customer', '"order"', 'order_line', 'coupon', 'redemption']
/** Whether any row of any table was written again. */
const VERSIONS = TABLES.map(
  (t) => `SELECT '${t}', md5(string_agg(xmin::text || ctid, ' ' ORDER BY ctid)) FROM ${t}`,
).join(' UNION ALL ')
const ROW_VERSIONS = `SELECT CASE origin WHEN 'outlet' THEN 'item ' ELSE 'good ' END || code, xmin::text FROM product
  UNION ALL SELECT CASE left(number, 1) WHEN 'O' THEN 'outlet line ' ELSE 'shop line ' END || number, l.xmin::text FROM order_line l JOIN "order" o ON o.id = order_id`

/** Rows changed, gone and new, in tables that several mappings fill, with keys that are looked up, and in what people are merged of. */
const CHANGES = {
  shop: `UPDATE ord SET qty = qty + 1 WHERE ord_no BETWEEN 100 AND 105;
    DELETE FROM ord WHERE ord_no IN (7, 8, 300);
    INSERT INTO ord SELECT 900001, member_no, goods_no, 1, 500, '10', ord_dt FROM ord WHERE ord_no = 20;
    UPDATE goods SET goods_nm = concat(goods_nm, ' neu') WHERE goods_no = 11;
    DELETE FROM goods WHERE goods_no = 12;
    UPDATE member SET point = 100000 WHERE member_no = 33;
    UPDATE cats SET nm = 'anders' WHERE cat_cd = '0007'`,
  club: `DELETE FROM coupon WHERE code IN (SELECT code FROM coupon WHERE used_at IS NULL ORDER BY code LIMIT 3);
    UPDATE coupon SET terms = 'P33' WHERE code = (SELECT max(code) FROM coupon)`,
}

describe('the relaunch', () => {
  const kinds = { shop: 'mysql', outlet: 'mysql', club: 'postgres', app: 'postgres', testing: 'postgres' } as const
  const made: AsyncDisposable[] = []
  const at: Record<string, string> = {}
  let env: Record<string, string>
  let cwd: string
  let web: ImageServer
  let s3: S3Server

  beforeAll(async () => {
    for (const [name, kind] of Object.entries(kinds)) {
      const db = await freshDatabase(kind)
      made.push(db)
      at[name] = db.url
    }
    const work = await freshFiles()
    made.push(work)
    cwd = work.path
    web = await serveImages(0)
    s3 = await s3Server(BUCKET)
    made.push(web, s3)
    const urls = Object.entries(at).map(([name, url]) => [`${name.toUpperCase()}_URL`, url])
    env = { ...Object.fromEntries(urls), IMAGES_URL: web.url, IMAGES_FOLDER: join(cwd, 'images') }
    await build(at as Parameters<typeof build>[0], ROWS)
  })
  afterAll(async () => {
    for (const one of made.toReversed()) await one[Symbol.asyncDispose]()
  })

  const run = async (...args: string[]) => {
    const { code, output } = await naru([...args, ...CONFIG], cwd, env)
    expect(code, output).toBe(0)
    return output
  }

  test.each(Object.keys(kinds))('the types of %s are those of the database', async (name) => {
    const output = await run('inspect', name, '--format', 'types')
    expect(output).toBe(await readFile(join(EXAMPLE, `naru/${name}.ts`), 'utf8'))
  })

  test('the plan says what goes where', async () => {
    const plan = await run('plan', 'relaunch')
    for (const line of [
      'category_id ← cat → category by code',
      'not taken: memo',
      'parent_id ← parent_cd → key of cat',
      'shop-images goods.img_url, goods.detail: 320 addresses of 312 files, 0 moved already, 312 to fetch',
    ]) {
      expect(plan.replaceAll(/\s+/g, ' ')).toContain(line)
    }
    expect(plan).toContain('Ready to copy')
  })

  test('killed in the middle and continued, all of it arrives; a rehearsal more changes nothing', async () => {
    await using other = await freshDatabase('postgres')
    await ask(other.url, await script('app.sql', ROWS))
    const login = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' }
    const toS3 = { ...env, ...login, APP_URL: other.url, IMAGES_S3: String(s3.bucket.endpoint) }
    const early = startNaru(['copy', 'relaunch', ...CONFIG], cwd, toS3)
    const timer = setInterval(() => web.requests.length >= 200 && early.child.kill('SIGKILL'), 1)
    expect((await early.end).code).toBe(null)
    clearInterval(timer)
    expect(Object.keys(await listed(s3)).length).toBeGreaterThan(100)

    const slow = startNaru(['copy', 'relaunch', '--json', '--rate', '200KB', ...CONFIG], cwd, toS3)
    await untilOrders(slow.child.stdout, slow.end)
    slow.child.kill('SIGKILL')
    expect((await slow.end).code).toBe(null)
    expect(await failedChecks(other.url), 'it was killed too late').not.toEqual([])

    const { code, output } = await naru(['copy', 'relaunch', ...CONFIG], cwd, toS3)
    expect(code, output).toBe(0)
    expect(await failedChecks(other.url)).toEqual([])
    expect(new Set(web.requests).size).toBe(IMAGES)
    expect(web.requests.length, 'more was fetched again than was in flight').toBeLessThanOrEqual(IMAGES + IN_FLIGHT)
    expect(await listed(s3)).toEqual(movedImages())

    const fetched = web.requests.length
    expect(await run('copy', 'relaunch')).toContain('3 empty (policy /none.png)')
    expect(await failedChecks(at.app)).toEqual([])
    const whole = await fingerprint(at.app)
    expect(await fingerprint(other.url)).toEqual(whole)
    expect(web.requests.slice(fetched).sort(), 'each once').toEqual([...new Set(web.requests)].sort())
    const folder = await readdir(join(cwd, 'images'), { recursive: true, withFileTypes: true })
    const files = folder.filter((entry) => entry.isFile())
    const names = files.map((entry) => relative(join(cwd, 'images'), join(entry.parentPath, entry.name)))
    expect(names.sort()).toEqual(Object.keys(movedImages()).sort())

    const all = web.requests.length
    const keys = 'SELECT number, id, customer_id FROM "order" ORDER BY number'
    const before = await ask(at.app, keys)
    await run('copy', 'relaunch')
    expect(await fingerprint(at.app)).toEqual(whole)
    expect(await ask(at.app, keys), 'rows got other numbers').toEqual(before)

    const untouched = await ask(at.app, VERSIONS)
    const kept = await run('copy', 'relaunch', '--incremental')
    expect(kept).toContain('0 rows of 23 tables were written')
    expect(await fingerprint(at.app)).toEqual(whole)
    expect(await ask(at.app, VERSIONS), 'rows were written again').toEqual(untouched)
    expect(web.requests, 'a rehearsal fetched images').toHaveLength(all)
    const status = await run('files', 'status', 'shop-images', '--db', 'app')
    for (const line of ['done 300', 'empty 3', 'missing 3', 'too large 3', 'wrong type 3']) {
      expect(status.replaceAll(/ +/g, ' ')).toContain(line)
    }
    expect(status).toContain('https://shop.example/img/big/17.png: missing: HTTP 404')
  })

  test('what the old systems change is all that the next rehearsal writes, killed or not', async () => {
    const shop = await mysql.createConnection({ uri: at.shop, multipleStatements: true })
    await shop.query(CHANGES.shop).finally(() => shop.end())
    await ask(at.club, CHANGES.club)
    const before = new Map((await ask(at.app, ROW_VERSIONS)) as [string, string][])
    const args = ['copy', 'relaunch', '--incremental', ...CONFIG]
    const slow = startNaru([...args, '--json', '--rate', '100KB'], cwd, env)
    await untilOrders(slow.child.stdout, slow.end)
    slow.child.kill('SIGKILL')
    expect((await slow.end).code).toBe(null)
    const { code, output } = await naru(args, cwd, env)
    expect(code, output).toBe(0)

    await using other = await freshDatabase('postgres')
    await ask(other.url, await script('app.sql', ROWS))
    const fresh = await naru(['copy', 'relaunch', '-q', ...CONFIG], cwd, { ...env, APP_URL: other.url })
    expect(fresh.code, fresh.output).toBe(0)
    expect(await fingerprint(at.app)).toEqual(await fingerprint(other.url))
    const same = ((await ask(at.app, ROW_VERSIONS)) as [string, string][]).filter(([k, x]) => before.get(k) === x)
    const count = (kind: string) => same.filter(([k]) => k.startsWith(kind)).length
    // Units of the outlet, and coupons in other units than the one that changed, were not touched.
    expect(count('item')).toBeGreaterThan(0)
    expect(count('outlet line')).toBeGreaterThan(0)
    expect(count('shop line')).toBe(0)
  })

  test('the test system has the same rows, and nobody in them', async () => {
    await run('copy', 'test-system')
    const count = 'SELECT count(*), count(email), count(DISTINCT email), count(DISTINCT id), sum(points) FROM customer'
    expect(await ask(at.testing, count)).toEqual(await ask(at.app, count))
    const everything =
      "SELECT string_agg(query_to_xml('TABLE '||quote_ident(table_name), true, true, '')::text, '') FROM information_schema.tables WHERE table_schema = 'public'"
    const secret = /guest\d+@|회원 \d|User \d|Person \d|010-0/
    expect(String(await ask(at.app, everything))).toMatch(secret)
    expect(String(await ask(at.testing, everything))).not.toMatch(secret)
  })
})

/** Until rows of orders have landed, or the run has ended. */
async function untilOrders(out: NodeJS.ReadableStream | null, end: Promise<unknown>): Promise<void> {
  let text = ''
  const seen = new Promise<void>((resolve) => {
    out?.on('data', (part) => {
      text += String(part)
      if (/"type":"chunk"[^\n]*"(shop|outlet)_orders"/.test(text)) resolve()
    })
  })
  await Promise.race([seen, end])
}
