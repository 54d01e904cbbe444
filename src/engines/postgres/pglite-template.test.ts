/** Of the file that keeps the data folder: whatever is wrong with it, what is opened is right. initdb is played by a counter. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest'

const initdb = vi.hoisted(() => ({ runs: 0 }))

vi.mock('@electric-sql/pglite', () => ({
  PGlite: {
    create: async () => {
      initdb.runs++
      return { dumpDataDir: async () => new Blob(['the data folder '.repeat(1000)]), close: async () => undefined }
    },
  },
}))

let home: string
const folder = () => join(home, 'naru')
const file = async () => join(folder(), (await readdir(folder()))[0])

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'naru-cache-'))
  vi.stubEnv('XDG_CACHE_HOME', home)
  vi.stubEnv('NARU_CACHE', undefined)
  initdb.runs = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(home, { recursive: true, force: true })
})

/** The files that this process tests next get the real one. */
afterAll(() => {
  vi.doUnmock('@electric-sql/pglite')
  vi.resetModules()
})

/** As a new process finds it: nothing in memory. Checks what it gets, and returns how often initdb ran for it. */
async function opened(times = 1): Promise<number> {
  vi.resetModules()
  const { newDataFolder } = await import('./pglite-template.ts')
  const before = initdb.runs
  for (let i = 0; i < times; i++) expect(await (await newDataFolder()).text()).toBe('the data folder '.repeat(1000))
  return initdb.runs - before
}

test('initdb runs once for all processes, in a folder for this user alone', async () => {
  expect([await opened(2), await opened()]).toEqual([1, 0])
  expect(await readdir(folder())).toEqual([expect.stringMatching(/^pglite-[\d.]+\.tar\.zst$/)])
  expect((await stat(folder())).mode & 0o777).toBe(0o700)
  expect((await stat(await file())).mode & 0o777).toBe(0o600)
})

test('a file that is cut off, altered or empty is made anew', async () => {
  await opened()
  const whole = await readFile(await file())
  const altered = Buffer.from(whole)
  altered[whole.length >> 1] ^= 1
  for (const broken of [whole.subarray(0, whole.length - 1), altered, Buffer.alloc(0), Buffer.from('something else')]) {
    await writeFile(await file(), broken)
    expect([await opened(), await opened()]).toEqual([1, 0])
    expect(await readFile(await file())).toEqual(whole)
  }
})

test('a file of another version is not looked at', async () => {
  await mkdir(folder(), { mode: 0o700 })
  await writeFile(join(folder(), 'pglite-0.0.1.tar.zst'), 'old')
  expect(await opened()).toBe(1)
  expect(await readdir(folder())).toHaveLength(2)
})

test('several at once leave one whole file and nothing beside it', async () => {
  vi.resetModules()
  const modules = []
  for (let i = 0; i < 4; i++) {
    vi.resetModules()
    modules.push(await import('./pglite-template.ts'))
  }
  const found = await Promise.all(modules.map(async (m) => (await m.newDataFolder()).size))
  expect(found).toEqual([16_000, 16_000, 16_000, 16_000])
  expect(await readdir(folder())).toHaveLength(1)
  expect(await opened()).toBe(0)
})

test('NARU_CACHE=off reads and writes nothing', async () => {
  vi.stubEnv('NARU_CACHE', 'off')
  expect([await opened(2), await opened()]).toEqual([1, 1])
  await expect(readdir(folder())).rejects.toThrow()
})

test('where nothing can be kept, it is only slower', async () => {
  await writeFile(folder(), 'a file where the folder should be')
  expect([await opened(2), await opened()]).toEqual([1, 1])
})

test('what others could have written is not trusted', async () => {
  await opened()
  await chmod(folder(), 0o777)
  expect(await opened()).toBe(1)
  await chmod(folder(), 0o700)
  await chmod(await file(), 0o666)
  expect(await opened()).toBe(1)
  const path = await file()
  await rm(path)
  await writeFile(join(home, 'elsewhere'), 'planted')
  await symlink(join(home, 'elsewhere'), path)
  expect(await opened()).toBe(1)
  expect(await readFile(join(home, 'elsewhere'), 'utf8')).toBe('planted')
})
