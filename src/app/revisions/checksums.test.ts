import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { freshFiles } from '../../../test/harness/database.ts'
import type { Revision } from '../../core/revision.ts'
import { checksumsOf } from './checksums.ts'
import { readBody, readFolder } from './files.ts'

afterEach(() => void vi.unstubAllEnvs())

const textOf = (i: number, column: string) =>
  `-- naru:revision r${i}\n-- naru:revises ${i === 0 ? 'none' : `r${i - 1}`}\n\n-- naru:up\nCREATE TABLE t${i} (${column} int);\n\n-- naru:down\nDROP TABLE t${i};\n`

/** A hundred revisions, a way to ask for their checksums, and how many files were parsed for it. */
async function many(folder: string) {
  for (let i = 0; i < 100; i++) writeFileSync(join(folder, `r${i}.sql`), textOf(i, 'a'))
  return async () => {
    let parsed = 0
    const body = (revision: Revision) => {
      parsed++
      return readBody(revision, 'sqlite')
    }
    const revisions = [...(await readFolder(folder)).revisions.values()]
    return { sums: await checksumsOf(revisions, 'sqlite', body), parsed: () => parsed }
  }
}

test('a process parses what no earlier one did, and sees every change of a file', async () => {
  await using files = await freshFiles()
  await using cache = await freshFiles()
  vi.stubEnv('NARU_CACHE', undefined)
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  const ask = await many(files.path)
  const first = await ask()
  expect(first.parsed()).toBe(100)
  expect(new Set(first.sums.values()).size).toBe(100)
  const second = await ask()
  expect([second.parsed(), second.sums]).toEqual([0, first.sums])
  writeFileSync(join(files.path, 'r7.sql'), textOf(7, 'b'))
  const third = await ask()
  expect(third.parsed()).toBe(1)
  expect([...third.sums].filter(([id, sum]) => first.sums.get(id) !== sum).map(([id]) => id)).toEqual(['r7'])
  // What was kept and cannot be believed is made anew.
  const [kept] = readdirSync(join(cache.path, 'naru'))
  rmSync(join(cache.path, 'naru', kept))
  writeFileSync(join(cache.path, 'naru', kept), '{"x": 1', { mode: 0o600 })
  expect((await ask()).sums).toEqual(third.sums)
})

test('NARU_CACHE=off keeps nothing', async () => {
  await using files = await freshFiles()
  await using cache = await freshFiles()
  vi.stubEnv('NARU_CACHE', 'off')
  vi.stubEnv('XDG_CACHE_HOME', cache.path)
  const ask = await many(files.path)
  await ask()
  expect((await ask()).parsed()).toBe(100)
  expect(readdirSync(cache.path)).toEqual([])
})
