/** Conditions that a database refuses: told with flag, table and reason before anything is made or compared. */

import pg from 'pg'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { pair } from './planning.ts'

const SOURCE = `CREATE TABLE orders (id int PRIMARY KEY, created varchar(20));
INSERT INTO orders VALUES (1, '2020-01-01'), (2, 'soon')`

const silent = { report() {} }

const CASES: readonly (readonly [DatabaseKind, string, string])[] = [
  ['postgres', 'creatd > 1', 'column "creatd" does not exist'],
  ['postgres', 'created > > 1', 'operator does not exist|syntax error'],
  ['postgres', 'created::date > now()', 'invalid input syntax for type date: "soon"'],
  ['mysql', 'creatd > 1', "Unknown column 'creatd'"],
  ['mysql', 'id > (1', 'You have an error in your SQL syntax'],
  ['sqlite', 'creatd > 1', 'no such column: creatd'],
]

test.each(CASES)('--where on %s: %s', async (kind, condition, why) => {
  await using p = await pair(kind, 'postgres', SOURCE)
  const refused = {
    code: 'USAGE',
    message: expect.stringContaining(`--where 'orders=${condition}'`),
    why: expect.stringMatching(new RegExp(why)),
    hint: expect.stringContaining('The columns are id, created.'),
    state: 'nothing was changed',
  }
  const where = { orders: condition }
  await expect(p.plan({ where })).rejects.toMatchObject(refused)
  const ends = [await address(p.from.url), await address(p.to.url)] as const
  await expect(copy(...ends, { where }, silent)).rejects.toMatchObject(refused)
  const client = new pg.Client({ connectionString: p.to.url })
  await client.connect()
  const made = `SELECT count(*)::int AS n FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^(public|naru)')`
  expect((await client.query(made)).rows).toEqual([{ n: 0 }])
  await client.end()
})

test('on either side of a comparison, before a row is read', async () => {
  await using p = await pair('mysql', 'sqlite', SOURCE)
  await p.onTarget(SOURCE)
  const ends = [await address(p.from.url), await address(p.to.url)] as const
  const told: string[] = []
  const reporter = { report: (event: { type: string }) => void told.push(event.type) }
  const asked = (options: object) => verify(...ends, options, { reporter })
  await expect(asked({ where: { orders: 'creatd > 1' } })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining("--where 'orders=creatd > 1'"),
    why: expect.stringContaining("Unknown column 'creatd'"),
  })
  const targetWhere = { orders: 'nope > 1' }
  await expect(asked({ where: { orders: 'id > 1' }, targetWhere })).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining("--target-where 'orders=nope > 1'"),
    why: 'no such column: nope',
  })
  expect(told).toEqual([])
  await expect(asked({ where: { orders: 'id > 1' }, targetWhere: { orders: 'id > 1' } })).resolves.toMatchObject({
    tables: [{ sourceRows: 1, targetRows: 1, same: true }],
  })
})

test('a folder of files takes none', async () => {
  await using files = await freshDatabase('csv')
  await using p = await pair('sqlite', 'sqlite', SOURCE)
  const [from, folder] = [await address(p.from.url), await address(files.url)]
  await copy(from, folder, {}, silent)
  await expect(copy(folder, await address(p.to.url), { where: { orders: 'id > 1' } }, silent)).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: "--where 'orders=id > 1': a folder of files takes no conditions",
  })
  await expect(verify(from, folder, { targetWhere: { orders: 'id > 1' } }, { reporter: silent })).rejects.toMatchObject(
    { code: 'UNSUPPORTED', message: expect.stringContaining('--target-where') },
  )
})
