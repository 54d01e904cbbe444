/** examples/comments-resync: killed at moments of its own choosing and continued, the new tables are what its SQL says, and a second run writes nothing. */
import { spawn } from 'node:child_process'
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { build } from '../../examples/comments-resync/build.ts'
import { wrongRows } from '../../examples/comments-resync/check.ts'
import { buildServers, wrongRowsOnServers } from '../../examples/comments-resync/servers.ts'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { fakeIo } from '../cli/fake-io.ts'
import { freshDatabase } from '../harness/database.ts'

/** The example itself speaks of 300,000. */
const COMMENTS = Number(process.env.NARU_COMMENTS ?? 30_000)
const DUE = COMMENTS / 60
const EXAMPLE = resolve(import.meta.dirname, '../../examples/comments-resync')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-comments-'))
  await copyFile(join(EXAMPLE, 'naru.config.ts'), join(folder, 'naru.config.ts'))
  build(folder, COMMENTS)
})
afterAll(() => rm(folder, { recursive: true }))

async function sync(...flags: string[]) {
  return syncIn(folder, ...flags)
}

async function syncIn(cwd: string, ...flags: string[]) {
  const io = fakeIo({ cwd, env: { NO_COLOR: '1' } })
  const code = await run(['sync', 'comments', '--json', ...flags], io, useCases)
  const lines = io.out().trim().split('\n')
  return { code, report: JSON.parse(lines[lines.length - 1]) }
}

/** Rows that the account of the run under way says were written; 0 before there is one. */
function written(): number {
  const db = new DatabaseSync(join(folder, 'new.db'), { timeout: 1000 })
  try {
    return Number(db.prepare('SELECT written FROM naru_sync').get()?.written ?? 0)
  } catch {
    return 0
  } finally {
    db.close()
  }
}

/** Begins a run in a process of its own and kills it once it has written more than before. */
async function killed(): Promise<number> {
  const before = written()
  const child = spawn(process.execPath, [resolve('bin/naru.js'), 'sync', 'comments'], { cwd: folder, stdio: 'ignore' })
  const gone = new Promise((done) => child.once('exit', done))
  while (child.exitCode === null && written() === before) await new Promise((done) => setTimeout(done, 5))
  child.kill('SIGKILL')
  await gone
  return written()
}

test('is what it should be after kills', async () => {
  expect(wrongRows(folder)).toEqual({ missing: COMMENTS / 100, surplus: COMMENTS / 150, orphans: 0 })
  expect(await sync('--dry-run')).toMatchObject({ code: 1, report: { due: DUE, written: 0 } })
  const first = await killed()
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThan(DUE)
  const second = await killed()
  expect(second).toBeGreaterThan(first)
  expect(second).toBeLessThan(DUE)
  const { code, report } = await sync()
  expect(code).toBe(0)
  expect(report).toMatchObject({ resumed: true, looked: COMMENTS, due: DUE, written: DUE, failed: 0 })
  expect(wrongRows(folder)).toEqual({ missing: 0, surplus: 0, orphans: 0 })
  expect((await sync()).report).toMatchObject({ resumed: false, looked: COMMENTS, due: 0, written: 0 })
})

test('is what it should be from MariaDB to PostgreSQL', async () => {
  await using old = await freshDatabase('mysql')
  await using app = await freshDatabase('postgres')
  const place = await mkdtemp(join(tmpdir(), 'naru-comments-'))
  await copyFile(join(EXAMPLE, 'naru.config.ts'), join(place, 'naru.config.ts'))
  vi.stubEnv('OLD_URL', old.url)
  vi.stubEnv('NEW_URL', app.url)
  const at = { old: old.url, new: app.url }
  try {
    await buildServers(at, 6000)
    expect(await wrongRowsOnServers(at)).toEqual({ missing: 60, surplus: 40, orphans: 0 })
    const { code, report } = await syncIn(place)
    expect(report).toMatchObject({ looked: 6000, due: 100, written: 100, failed: 0 })
    expect(code).toBe(0)
    expect(await wrongRowsOnServers(at)).toEqual({ missing: 0, surplus: 0, orphans: 0 })
    expect((await syncIn(place)).report).toMatchObject({ looked: 6000, due: 0, written: 0 })
  } finally {
    vi.unstubAllEnvs()
    await rm(place, { recursive: true })
  }
})
