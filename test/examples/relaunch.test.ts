/** Three legacy databases become one, as the example says: checked by its own SQL, killed and continued, done twice, and masked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build, script } from '../../examples/relaunch/build.ts'
import { naru, startNaru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/relaunch')
const CONFIG = ['--config', join(EXAMPLE, 'naru.config.ts')]
const ROWS = 6_000

async function ask(url: string, sql: string): Promise<unknown[][]> {
  const db = new pg.Client({ connectionString: url })
  await db.connect()
  return (await db.query({ text: sql, rowMode: 'array' }).finally(() => db.end())).rows
}

/** Everything in the new database, computed by the server, with natural keys in the place of numbers. */
const fingerprint = async (url: string) => ask(url, await readFile(join(EXAMPLE, 'fingerprint.sql'), 'utf8'))

async function failedChecks(url: string): Promise<unknown[][]> {
  const sql = (await readFile(join(EXAMPLE, 'check.sql'), 'utf8')).replaceAll(':rows', String(ROWS))
  const rows = await ask(url, sql)
  expect(rows.length).toBeGreaterThan(30)
  return rows.filter((row) => row[3] !== true)
}

describe('the relaunch', () => {
  const kinds = { shop: 'mysql', outlet: 'mysql', club: 'postgres', app: 'postgres', testing: 'postgres' } as const
  const made: AsyncDisposable[] = []
  const at: Record<string, string> = {}
  let env: Record<string, string>
  let cwd: string

  beforeAll(async () => {
    for (const [name, kind] of Object.entries(kinds)) {
      const db = await freshDatabase(kind)
      made.push(db)
      at[name] = db.url
    }
    const work = await freshFiles()
    made.push(work)
    cwd = work.path
    env = Object.fromEntries(Object.entries(at).map(([name, url]) => [`${name.toUpperCase()}_URL`, url]))
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
    ]) {
      expect(plan.replaceAll(/ +/g, ' ')).toContain(line)
    }
    expect(plan).toContain('Ready to copy')
  })

  test('killed in the middle and continued, all of it arrives; a rehearsal more changes nothing', async () => {
    await using other = await freshDatabase('postgres')
    await ask(other.url, await script('app.sql', ROWS))
    const slow = startNaru(['copy', 'relaunch', '--json', '--rate', '200KB', ...CONFIG], cwd, {
      ...env,
      APP_URL: other.url,
    })
    await untilOrders(slow.child.stdout, slow.end)
    slow.child.kill('SIGKILL')
    expect((await slow.end).code).toBe(null)
    expect(await failedChecks(other.url), 'it was killed too late').not.toEqual([])

    await run('copy', 'relaunch')
    expect(await failedChecks(at.app)).toEqual([])
    const whole = await fingerprint(at.app)

    const { code, output } = await naru(['copy', 'relaunch', ...CONFIG], cwd, { ...env, APP_URL: other.url })
    expect(code, output).toBe(0)
    expect(await failedChecks(other.url)).toEqual([])
    expect(await fingerprint(other.url)).toEqual(whole)

    const keys = 'SELECT number, id, customer_id FROM "order" ORDER BY number'
    const before = await ask(at.app, keys)
    await run('copy', 'relaunch')
    expect(await fingerprint(at.app)).toEqual(whole)
    expect(await ask(at.app, keys), 'rows got other numbers').toEqual(before)

    const versions = 'SELECT min(xmin::text), max(xmin::text) FROM coupon'
    const untouched = await ask(at.app, versions)
    await run('copy', 'relaunch', '--incremental')
    expect(await fingerprint(at.app)).toEqual(whole)
    expect(await ask(at.app, versions), 'coupons were written again').toEqual(untouched)
  }, 180_000)

  test('the test system has the same rows, and nobody in them', async () => {
    await run('copy', 'test-system')
    const count = 'SELECT count(*), count(email), count(DISTINCT email), count(DISTINCT id), sum(points) FROM customer'
    expect(await ask(at.testing, count)).toEqual(await ask(at.app, count))
    const everything =
      "SELECT string_agg(query_to_xml('TABLE '||quote_ident(table_name), true, true, '')::text, '') FROM information_schema.tables WHERE table_schema = 'public'"
    const secret = /guest\d+@|회원 \d|User \d|Person \d|010-0/
    expect(String(await ask(at.app, everything))).toMatch(secret)
    expect(String(await ask(at.testing, everything))).not.toMatch(secret)
  }, 60_000)
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
