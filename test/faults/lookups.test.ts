/** Look-ups that lie in a temporary file: a kill leaves none behind, a full disk stops the run, and the same command goes on. */
import { readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'
import { naru, startNaru } from './naru.ts'
import { smallDisk } from './small-disk.ts'

const ROWS = 30_000
const CODES = 60_000

/** Two SQLite files with mappings between them. */
async function stage(folder: string): Promise<{ wrong(): unknown }> {
  const old = new DatabaseSync(join(folder, 'old.db'))
  old.exec(`CREATE TABLE items (no INTEGER PRIMARY KEY, code TEXT);
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < ${ROWS}) INSERT INTO items SELECT i, 'code ' || (i * 7919 % ${CODES}) FROM s`)
  old.close()
  const app = new DatabaseSync(join(folder, 'new.db'))
  app.exec(`CREATE TABLE thing (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE); CREATE TABLE item (id INTEGER PRIMARY KEY, code TEXT, thing INTEGER NOT NULL);
    WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < ${CODES - 1}) INSERT INTO thing SELECT i + 1, 'code ' || i FROM s`)
  app.close()
  await writeFile(
    join(folder, 'naru.config.ts'),
    `import { defineConfig, lookup, table, transfer } from 'naru'
     export default defineConfig({ databases: { old: 'sqlite:old.db', app: 'sqlite:new.db' }, transfers: { all: [transfer('items',
       { from: table('old', 'items'), to: table('app', 'item'), columns: { id: 'no', code: 'code', thing: lookup(table('app', 'thing'), 'code', 'code', { miss: 'reject' }) } })] } })`,
  )
  return {
    wrong() {
      const db = new DatabaseSync(join(folder, 'new.db'), { readOnly: true })
      try {
        return db
          .prepare(
            'SELECT count(*) AS n, sum(t.code IS NOT i.code) AS wrong FROM item i LEFT JOIN thing t ON t.id = i.thing',
          )
          .get()
      } finally {
        db.close()
      }
    },
  }
}

const COPY = ['copy', 'all', '--lookup-memory', '64KB']
const env = (folder: string) => ({ TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' })

async function openFiles(pid: number, folder: string): Promise<string[]> {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => [])
  const names = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return names.filter((name) => name.startsWith(folder))
}

test.runIf(process.platform === 'linux')('kill -9 leaves no file behind', async () => {
  await using work = await freshFiles()
  await using temporary = await freshFiles()
  const { wrong } = await stage(work.path)
  const run = startNaru([...COPY, '--rate', '200KB'], work.path, env(temporary.path))
  const open = () => openFiles(run.child.pid ?? 0, temporary.path)
  await expect.poll(open, { timeout: 30_000, interval: 20 }).toEqual([expect.stringMatching(/ \(deleted\)$/)])
  expect(await readdir(temporary.path)).toEqual([])
  run.child.kill('SIGKILL')
  expect((await run.end).code).toBe(null)
  expect(await readdir(temporary.path)).toEqual([])

  const done = await naru(COPY, work.path, env(temporary.path))
  expect(done.code, done.output).toBe(0)
  expect(wrong()).toEqual({ n: ROWS, wrong: 0 })
  expect(await readdir(temporary.path)).toEqual([])
})

test('a full disk: exit 3 says where, then the same command goes on', async (t) => {
  await using work = await freshFiles()
  await using temporary = await freshFiles()
  using disk = smallDisk(temporary.path, 1)
  if (disk === null) return t.skip('a small disk cannot be mounted here')
  const { wrong } = await stage(work.path)
  const full = await naru(COPY, work.path, env(temporary.path))
  expect(full.output).toMatch(/look-up thing by code: a temporary file .* \[DISK_FULL\]/)
  expect(full.output).toContain(`Make room in ${temporary.path}`)
  expect(full.code, full.output).toBe(3)
  disk.grow(64)
  const done = await naru(COPY, work.path, env(temporary.path))
  expect(done.code, done.output).toBe(0)
  expect(wrong()).toEqual({ n: ROWS, wrong: 0 })
})
