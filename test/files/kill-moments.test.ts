/** A kill between any two steps of a file on its way into a folder. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import type { StoreConfig } from '../../src/app/store-form.ts'
import { picture, webServer } from './web-server.ts'

const WRITER = join(import.meta.dirname, 'files-writer.ts')
const MOMENTS = pathToFileURL(join(import.meta.dirname, 'moment-writer.ts')).href
const FILES = 32
const CONCURRENCY = 8

/** Runs the writer, which dies at a moment; what it printed, or how it died. */
async function run(config: StoreConfig, ledger: string, moment: string): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: `--import=${MOMENTS}`, NARU_TEST_KILL: moment }
  const args = [WRITER, JSON.stringify(config), ledger, 'a/b', String(FILES)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const [, signal] = await once(child, 'close')
  return signal ?? out
}

/** Names of the files that are at their destination; each must be whole. */
async function arrived(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'a')).catch(() => [])
  for (const name of names) expect(await readFile(join(folder, 'a', name))).toEqual(picture(`/a/${name}`))
  return names
}

/** Names of the files that the ledger has as done. */
function done(ledger: string): string[] {
  using db = new DatabaseSync(ledger)
  return db
    .prepare("SELECT object_key FROM naru_file WHERE state = 'done'")
    .all()
    .map((row) => String(row.object_key).slice('a/'.length))
}

test.concurrent.each([
  ['half of a file is written', 'half:12'],
  ['a file is synced, and has no name', 'sync:12'],
  ['a file has its name, and its folder is not synced', 'rename:12'],
  ['files are at their destination, and not noted', 'note:12'],
  ['files are noted, and nobody knows', 'noted:12'],
])('killed when %s: no part of a file counts, and none that counts is fetched again', async (_, moment) => {
  const folder = await mkdtemp(join(tmpdir(), 'naru-moment-'))
  const [out, ledger] = [join(folder, 'out'), join(folder, 'ledger.db')]
  await using web = await webServer()
  const config = { from: web.url, to: out, allowHosts: [web.host], concurrency: CONCURRENCY, perHost: 4 }
  try {
    expect(await run(config, ledger, moment)).toBe('SIGKILL')
    const [there, counted] = [await arrived(out), done(ledger)]
    expect(there.length).toBeLessThan(FILES)
    expect(there).toEqual(expect.arrayContaining(counted))
    const before = web.hits.length
    expect(before - counted.length).toBeLessThanOrEqual(CONCURRENCY)

    expect(JSON.parse(await run(config, ledger, ''))).toMatchObject({ addresses: { done: FILES }, refused: 0 })
    expect(web.hits).toHaveLength(before + FILES - counted.length)
    for (const name of counted) expect(web.count(`/a/${name}`)).toBe(1)
    expect(await arrived(out)).toHaveLength(FILES)
    expect(done(ledger)).toHaveLength(FILES)
    expect(await readdir(out)).toEqual(['a'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
