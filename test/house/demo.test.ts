/** `npm run demo` does what it says, in less than a minute. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'

const SCRIPT = join(import.meta.dirname, '../../scripts/demo.ts')
const MINUTE = 60_000

test('the demo copies the legacy shop, reports, and says what to try next', { timeout: 4 * MINUTE }, async () => {
  await using files = await freshFiles()
  const begin = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, files.path])
  // Says nothing on a machine that is busy with other things.
  if (loadavg()[0] < 2 * availableParallelism()) expect(performance.now() - begin).toBeLessThan(MINUTE)
  expect(stdout).toContain('All rows arrived')
  expect(stdout).toContain(join(files.path, 'report.html'))
  expect(stdout).toMatch(/Try next:\n.*npx naru/)
  expect(await readFile(join(files.path, 'report.html'), 'utf8')).toContain('<html')

  const target = await PGlite.create(join(files.path, 'shop-pg'))
  const one = async (sql: string) => Object.values((await target.query<Record<string, unknown>>(sql)).rows[0])[0]
  expect(await one('SELECT count(*)::int FROM order_lines')).toBe(89_955)
  expect(await one('SELECT count(*)::int FROM customers WHERE length(phone) > 13')).toBe(4)
  expect(await one('SELECT note FROM orders WHERE id = 123')).toBe('cuthere')
  expect(
    await one(
      "INSERT INTO orders (customer_id, ship_to, status, ordered_at) VALUES (1, '집', 'new', now()) RETURNING id::int",
    ),
  ).toBe(37_121)
  await target.close()
})
