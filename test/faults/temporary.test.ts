/** What does not fit into memory lies in a file that is gone with its process, however that ends; folders go with the next naru. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'
import { naru } from './naru.ts'

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

const SOURCES = join(import.meta.dirname, '..', '..', 'src')

/** A process that runs a script of modules of naru, says something, and waits. */
async function waiting(script: string, folder: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${script}; setInterval(() => {}, 1000)`], {
    env: { ...process.env, TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said).trim() }
}

/** Runs a command of naru that opens a database, with this temporary folder. */
async function nextNaru(folder: string): Promise<void> {
  await using files = await freshFiles()
  new DatabaseSync(join(files.path, 'a.db')).exec('CREATE TABLE t (a int)')
  const env = { TMPDIR: folder, NODE_DISABLE_COMPILE_CACHE: '1' }
  expect((await naru(['inspect', `sqlite:${join(files.path, 'a.db')}`], files.path, env)).code).toBe(0)
}

test('rows that wait for a list or a plan have no name from the beginning', async () => {
  await using files = await freshFiles()
  const { child } = await waiting(
    `const { driftSpool } = await import(${JSON.stringify(join(SOURCES, 'app/drift-list.ts'))})
    const { rowSpool } = await import(${JSON.stringify(join(SOURCES, 'app/repair/spool.ts'))})
    const value = 'secret '.repeat(20000)
    await driftSpool().listener('t').row({ kind: 'differs', key: [], columns: [{ name: 'v', source: value, target: null }] })
    await rowSpool().add({ t: 0, op: 'insert', values: [value] })
    console.log('kept')`,
    files.path,
  )
  try {
    expect(await readdir(files.path)).toEqual([])
    if (process.platform === 'linux') expect(await openFiles(child.pid ?? 0, files.path)).toHaveLength(2)
  } finally {
    child.kill('SIGKILL')
  }
})

test('folders of killed processes are removed by the next naru; those of living ones, of other machines and links are not', async () => {
  await using files = await freshFiles()
  await using elsewhere = await freshFiles()
  const make = `const { temporaryFolder } = await import(${JSON.stringify(join(SOURCES, 'disk/temporary-folder.ts'))})
    const { writeFileSync } = await import('node:fs')
    const path = await temporaryFolder('test')
    writeFileSync(path + '/rows', 'rows of a user')
    console.log(path)`
  const dead = await waiting(make, files.path)
  const living = await waiting(make, files.path)
  try {
    expect((await stat(dead.said)).mode & 0o777).toBe(0o700)
    const gone = once(dead.child, 'exit')
    dead.child.kill('SIGKILL')
    await gone
    await writeFile(join(elsewhere.path, 'kept'), 'kept')
    // Its process has the id of a living one, which began at another moment.
    const usedAgain = living.said.replace(/-([0-9a-z]+)(-[0-9a-f]{6}-.{6})$/, '-1$2')
    if (process.platform === 'linux') await mkdir(usedAgain)
    const machine = dead.said.replace(/-[0-9a-f]{6}(-.{6})$/, '-000000$1')
    const link = dead.said.replace(/.{6}$/, 'linked')
    await mkdir(machine)
    await symlink(elsewhere.path, link)
    await symlink(elsewhere.path, join(dead.said, 'inside'))
    await nextNaru(files.path)
    expect((await readdir(files.path)).map((name) => join(files.path, name)).sort()).toEqual(
      [living.said, machine, link].sort(),
    )
    expect(await readFile(join(living.said, 'rows'), 'utf8')).toBe('rows of a user')
    expect(await readdir(elsewhere.path)).toEqual(['kept'])
  } finally {
    living.child.kill('SIGKILL')
    dead.child.kill('SIGKILL')
  }
})

async function openFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'naru-served-'))
  await chmod(path, 0o711)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test.runIf(process.platform === 'linux').each(['postgres', 'mysql'] as const)(
  'the %s server of a dump ends with naru, and with the next one where its keeper was killed too',
  async (engine) => {
    // Where the user that runs the server can come in.
    await using files = await openFolder()
    const serve = `const { temporaryServer } = await import(${JSON.stringify(join(SOURCES, 'app/dump/server.ts'))})
      await temporaryServer('${engine}', 'dump')
      console.log('serves')`
    const servers = async () => {
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
      const lines = await Promise.all(
        pids.map(async (pid) => ({ pid, line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })),
      )
      return lines.filter(({ pid, line }) => line.includes(files.path) && Number(pid) !== process.pid)
    }
    const ended = async () => {
      for (const until = Date.now() + 20_000; Date.now() < until; await sleep(50))
        if ((await servers()).length === 0) return true
      return false
    }
    const first = await waiting(serve, files.path)
    first.child.kill('SIGKILL')
    expect(await ended()).toBe(true)

    const second = await waiting(serve, files.path)
    const shell = (await servers()).find(({ line }) => line.startsWith('/bin/sh'))
    process.kill(Number(shell?.pid), 'SIGKILL')
    second.child.kill('SIGKILL')
    await sleep(200)
    expect((await servers()).length).toBeGreaterThan(0)
    await nextNaru(files.path)
    expect(await ended()).toBe(true)
    expect(await readdir(files.path)).toEqual([])
  },
)
