/** `naru apply` on a PGlite folder; the witness is PGlite itself, opened without naru. */
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { apply } from './applying.ts'

async function onPglite<T>(path: string, sql: string, last: string): Promise<T[]> {
  const db = await PGlite.create(path)
  try {
    if (sql !== '') await db.exec(sql)
    return (await db.query<T>(last)).rows
  } finally {
    await db.close()
  }
}

const COLUMNS =
  "SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable AS c FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1"

test('a folder is changed in one transaction; a new folder is made when the plan runs', async () => {
  await using place = await freshDatabase('pglite')
  await using files = await freshFiles()
  const path = place.url.replace('pglite:', '')
  await onPglite(path, "CREATE TABLE t (a int, old text); INSERT INTO t VALUES (1, 'x'), (NULL, 'y')", 'SELECT 1')
  const to = 'CREATE TABLE t (a int NOT NULL, b text); CREATE TABLE u (a int)'
  const refused = await apply(place.url, files.path, to, '--yes')
  expect([refused.code, refused.output]).toEqual([2, expect.stringContaining('--allow drop-column,may-fail')])
  const failed = await apply(place.url, files.path, to, '--yes', '--allow', 'drop-column,may-fail', '--no-rehearsal')
  expect([failed.code, failed.output]).toEqual([2, expect.stringContaining('nothing was changed')])
  const left = await onPglite<{ c: string }>(path, 'UPDATE t SET a = 2 WHERE a IS NULL', COLUMNS)
  expect(left.map((r) => r.c)).toEqual(['t.a integer YES', 't.old text YES'])
  const done = await apply(place.url, files.path, to, '--yes', '--allow', 'drop-column')
  expect(done.code, done.output).toBe(0)
  const found = await onPglite<{ c: string }>(path, '', COLUMNS)
  expect(found.map((r) => r.c)).toEqual(['t.a integer NO', 't.b text YES', 'u.a integer YES'])
  const fresh = join(files.path, 'new')
  const made = await apply(`pglite:${fresh}`, files.path, to, '--yes', '--no-rehearsal')
  expect(made.code, made.output).toBe(0)
  expect((await onPglite<{ c: string }>(fresh, '', COLUMNS)).map((r) => r.c)).toEqual(found.map((r) => r.c))
})
