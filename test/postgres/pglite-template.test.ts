/** A database from the kept data folder is the one that initdb makes. */
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshFiles } from '../harness/database.ts'

type Ask = (sql: string) => Promise<readonly Record<string, unknown>[]>

const asking =
  (db: Database): Ask =>
  (sql) =>
    db.query(sql)

/** What is in each table of the catalogue, to the row. */
async function catalogue(ask: Ask): Promise<Record<string, unknown>> {
  const tables = await ask("SELECT relname FROM pg_class WHERE relnamespace = 11 AND relkind = 'r' ORDER BY 1")
  const contents = tables.map(
    ({ relname }) =>
      `SELECT '${relname}' AS name, count(*)::text AS rows, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS content FROM pg_catalog."${relname}" t`,
  )
  const rows = await ask(contents.join(' UNION ALL '))
  return Object.fromEntries(rows.map((row) => [row.name, [row.rows, row.content]]))
}

describe('a PGlite made from the kept data folder', () => {
  let fresh: PGlite
  let kept: Database
  beforeAll(async () => {
    fresh = await PGlite.create()
    kept = await postgres.open(postgres.parse('pglite::memory:'), { role: 'target' })
  })
  afterAll(() => Promise.all([fresh.close(), kept.close()]))
  const ofFresh: Ask = async (sql) => (await fresh.query<Record<string, unknown>>(sql)).rows

  test('has the catalogue that initdb makes, row by row', async () => {
    const made = await catalogue(ofFresh)
    expect(Object.keys(made).length).toBeGreaterThan(50)
    expect(await catalogue(asking(kept))).toEqual(made)
  })

  test('has the settings that initdb writes', async () => {
    const settings = 'SELECT name, boot_val, reset_val FROM pg_settings ORDER BY name'
    const made = await ofFresh(settings)
    expect(made).toContainEqual({ name: 'server_encoding', boot_val: 'SQL_ASCII', reset_val: 'UTF8' })
    expect(await kept.query(settings)).toEqual(made)
    const files = 'SELECT name, setting, error FROM pg_file_settings ORDER BY seqno'
    expect(await kept.query(files)).toEqual(await ofFresh(files))
  })

  test('takes each extension that PGlite opens with', async () => {
    const names = ['citext', 'hstore', 'ltree', 'pg_trgm', 'uuid-ossp', 'btree_gist', 'btree_gin']
    await kept.execute(names.map((name) => `CREATE EXTENSION "${name}"`).join(';'))
    const rows = await kept.query(
      "SELECT 'A'::citext = 'a' AS same, 'a=>1'::hstore -> 'a' AS one, nlevel('a.b') AS depth",
    )
    expect(rows).toEqual([{ same: true, one: '1', depth: 2 }])
  })
})

test('a new folder is a database of its own, which opens without anything kept', async () => {
  await using files = await freshFiles()
  const path = join(files.path, 'new', 'db')
  const made = await postgres.open(postgres.parse(`pglite:${path}`), { role: 'target' })
  await made.execute("CREATE EXTENSION citext; CREATE TABLE t (a citext PRIMARY KEY); INSERT INTO t VALUES ('나루')")
  await made.close()
  const { citext } = await import('@electric-sql/pglite/contrib/citext')
  const reopened = await PGlite.create(path, { extensions: { citext } })
  expect((await reopened.query('SELECT a FROM t')).rows).toEqual([{ a: '나루' }])
  await reopened.close()
  // A second one knows nothing of the first.
  await using second = await postgres.open(postgres.parse('pglite::memory:'), { role: 'target' })
  expect(await second.query("SELECT to_regclass('t') AS t")).toEqual([{ t: null }])
})
