/** Certificates: made once, checked later, refused when somebody touched them. */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCertificate } from '../../src/app/certificate.ts'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { runPlain } from './plain.ts'

const reporter = { report() {} }
const opened = new AsyncDisposableStack()
let places: FreshDatabase[]
let file: string

async function run(options: object = {}) {
  const [from, to] = await Promise.all(
    places.map(async ({ url }) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)),
  )
  return verify(from, to, { certificate: file, ...options }, { reporter })
}

beforeAll(async () => {
  places = [opened.use(await freshDatabase('sqlite')), opened.use(await freshDatabase('postgres'))]
  file = join(opened.use(await freshFiles()).path, 'certificate.json')
  await runPlain(places[0].url, [
    'CREATE TABLE a (id integer PRIMARY KEY, v text)',
    "INSERT INTO a VALUES (1, 'x'), (2, 'y')",
    'CREATE TABLE b (id integer PRIMARY KEY)',
    'INSERT INTO b VALUES (1)',
  ])
  const [from, to] = await Promise.all(
    places.map(async ({ url }) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)),
  )
  expect((await copy(from, to, { jobs: 1 }, reporter)).verdict).toBe('done')
})
afterAll(() => opened.disposeAsync())

/** Keys sorted, no blanks, written for this test alone. */
function plainForm(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainForm).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${plainForm(v)}`).join(',')}}`
}

test('is made, holds, and tells what has changed since', async () => {
  const made = await run()
  expect(made).toMatchObject({ same: true, certificate: { file, changes: [] } })
  const text = await readFile(file, 'utf8')
  const { sha256, ...body } = JSON.parse(text)
  expect(sha256).toBe(createHash('sha256').update(plainForm(body)).digest('hex'))
  expect(body).toMatchObject({
    format: 'naru certificate 1',
    same: true,
    from: { engine: 'sqlite' },
    to: { engine: 'postgres' },
    tables: [
      { table: 'a', sourceRows: 2, targetRows: 2, same: true },
      { table: 'b', sourceRows: 1, targetRows: 1, same: true },
    ],
  })
  expect(body.to.version).toMatch(/^\d/)

  expect((await run()).certificate?.changes).toEqual([])
  const change = (sql: string) => Promise.all(places.map((p) => runPlain(p.url, [sql])))
  await change("UPDATE a SET v = 'z' WHERE id = 2")
  await runPlain(places[0].url, ['INSERT INTO b VALUES (2)'])
  const later = await run()
  expect(later.certificate).toEqual({
    file,
    made: body.finished,
    sha256,
    changes: [
      'a: rows of the source have changed',
      'a: rows of the target have changed',
      'b: the source had 1 rows and has 2',
    ],
  })
  expect(await readFile(file, 'utf8')).toBe(text)
  await change("UPDATE a SET v = 'y' WHERE id = 2")
  await runPlain(places[0].url, ['DELETE FROM b WHERE id = 2'])
  expect((await run({ tables: ['a'] })).certificate?.changes).toEqual(['b is not there any more'])
})

test('is refused when it was touched', async () => {
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"sourceRows": 2', '"sourceRows": 3'))
  await expect(readCertificate(file)).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' })
  await expect(run()).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' })
  await writeFile(file, JSON.stringify(JSON.parse(text)))
  expect((await readCertificate(file))?.same).toBe(true)
  await writeFile(file, 'no JSON')
  await expect(readCertificate(file)).rejects.toMatchObject({ code: 'CERTIFICATE_INVALID' })
  await expect(run({ by: 'digest' })).rejects.toMatchObject({ code: 'USAGE' })
})
