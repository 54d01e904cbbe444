/** What does not fit into memory lies in a file that is gone with its process, however that ends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'

const STORE = join(import.meta.dirname, '..', '..', 'src', 'app', 'temporary-store.ts')

/** 64 MB of random bytes, more than SQLite keeps in memory. */
const FILLING = `
  const { temporaryStore } = await import(${JSON.stringify(STORE)})
  const db = await temporaryStore('test')
  await db.execute('PRAGMA journal_mode = OFF; CREATE TABLE t (b BLOB)')
  await db.execute('WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 64) INSERT INTO t SELECT randomblob(1048576) FROM s')
  console.log('filled')
  setInterval(() => {}, 1000)`

async function openFiles(pid: number, folder: string): Promise<string[]> {
  const fds = await readdir(`/proc/${pid}/fd`)
  const names = await Promise.all(fds.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return names.filter((name) => name.startsWith(folder))
}

test('kill -9 leaves nothing of a temporary store behind', async () => {
  await using files = await freshFiles()
  const env = { ...process.env, TMPDIR: files.path, SQLITE_TMPDIR: files.path }
  const child = spawn(process.execPath, ['--input-type=module', '-e', FILLING], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  try {
    await Promise.race([once(child.stdout, 'data'), exit])
    if (process.platform === 'linux') {
      const open = await openFiles(child.pid ?? 0, files.path)
      expect(open).toHaveLength(1)
      expect(open[0]).toMatch(/ \(deleted\)$/)
    }
    expect(await readdir(files.path)).toEqual([])
  } finally {
    child.kill('SIGKILL')
  }
  expect((await exit)[1]).toBe('SIGKILL')
  expect(await readdir(files.path)).toEqual([])
})
