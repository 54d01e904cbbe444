/** The example as its README tells it, through the real command; the server's own SHOW CREATE is the judge. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { splitSql } from '../../src/schema/sql-split.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { witness } from '../schema/mysql-witness.ts'

const EXAMPLE = join(import.meta.dirname, '../../examples/prod-vs-dev')
const ALLOWED = 'drop-table,drop-column,drop-object,may-fail,rewrite,blocking,lossy'

async function run(db: Database, sql: string): Promise<void> {
  for (const statement of splitSql(sql, 'mysql')) await db.execute(statement.sql)
}

/** A fresh database in which a file of the example ran. */
async function placeOf(file: string) {
  const place = await freshDatabase('mysql')
  const db = await mysql.open(mysql.parse(place.url), { role: 'target' })
  await db.execute('SET SESSION time_zone = @@GLOBAL.time_zone')
  await run(db, await readFile(join(EXAMPLE, file), 'utf8'))
  const dispose = async () => {
    await db.close()
    await place[Symbol.asyncDispose]()
  }
  return { db, url: place.url, [Symbol.asyncDispose]: dispose }
}

test('production and development differ in about seventy places, and a copy of production becomes development', async () => {
  await using prod = await placeOf('prod.sql')
  await using copy = await placeOf('prod.sql')
  await using byHand = await placeOf('prod.sql')
  await using dev = await placeOf('dev.sql')
  await using work = await freshFiles()
  const diff = (...args: string[]) => naru(['diff', prod.url, dev.url, ...args], work.path)
  const read = (name: string) => readFile(join(work.path, name), 'utf8')

  for (const [format, file] of [
    ['markdown', 'report.md'],
    ['html', 'report.html'],
    ['sql', 'change.sql'],
  ]) {
    const { code, output } = await diff('--format', format, '--out', file)
    expect(code, output).toBe(1)
  }
  const report = await read('report.md')
  const counts = [...report.matchAll(/^\| ([\w ]+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)]
  const places = counts.reduce(
    (sum, [, what, ...n]) => sum + Number(n[0]) + Number(n[1]) + (what === 'tables' ? 0 : Number(n[2])),
    0,
  )
  expect(places).toBeGreaterThanOrEqual(65)
  expect(places).toBeLessThanOrEqual(80)
  expect(report).toContain('## table orders')
  expect(await read('report.html')).toContain('<svg')

  const refused = await naru(['apply', copy.url, '--to', dev.url, '--yes'], work.path)
  expect(refused.code, refused.output).toBe(2)
  expect(refused.output).toContain('drop-table')
  expect(await witness(copy.db)).toEqual(await witness(prod.db))

  const applied = await naru(['apply', copy.url, '--to', dev.url, '--yes', '--allow', ALLOWED], work.path)
  expect(applied.code, applied.output).toBe(0)
  const same = await naru(['diff', copy.url, dev.url], work.path)
  expect(same.code, same.output).toBe(0)
  const fromFile = await naru(['diff', copy.url, join(EXAMPLE, 'dev.sql'), '--scratch-beside'], work.path)
  expect(fromFile.code, fromFile.output).toBe(0)
  expect(await witness(copy.db)).toEqual(await witness(dev.db))
  for (const table of ['customers', 'orders', 'reviews', 'audit_log', 'inventory']) {
    const count = async (db: Database) => (await db.query(`SELECT count(*) AS n FROM ${table}`))[0].n
    expect(await count(copy.db), table).toEqual(await count(prod.db))
  }

  await run(byHand.db, await read('change.sql'))
  expect(await witness(byHand.db)).toEqual(await witness(dev.db))
})
