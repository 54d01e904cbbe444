import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { expect, test } from 'vitest'
import type { StoreConfig } from '../../src/app/store-form.ts'
import { picture, type WebServer, webServer } from './web-server.ts'

const WRITER = join(import.meta.dirname, 'files-writer.ts')

/** Runs the writer; `kill`: asked every few milliseconds whether it shall die now. */
function run(config: StoreConfig, folder: string, prefix: string, count: number, kill = () => false): Promise<string> {
  const args = [WRITER, JSON.stringify(config), join(folder, 'ledger.db'), prefix, String(count)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const timer = setInterval(() => kill() && child.kill('SIGKILL'), 1)
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  return new Promise((resolve) =>
    child.on('close', () => {
      clearInterval(timer)
      resolve(out)
    }),
  )
}

function counts(web: WebServer): number[] {
  return [...Map.groupBy(web.hits, (hit) => hit.url).values()].map((hits) => hits.length)
}

test('killed again and again among 200 files: none is fetched twice but those in flight, and all arrive', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
  const concurrency = 6
  await using web = await webServer()
  const config: StoreConfig = {
    from: web.url,
    to: join(folder, 'out'),
    allowHosts: [web.host],
    concurrency,
    perHost: 6,
  }
  try {
    const stops = [50, 130]
    for (const stop of stops) expect(await run(config, folder, 'p', 200, () => web.hits.length >= stop)).toBe('')
    const end = JSON.parse(await run(config, folder, 'p', 200))
    expect(end).toMatchObject({ addresses: { done: 200 }, refused: 0 })
    expect(counts(web)).toHaveLength(200)
    const twice = counts(web).reduce((n, hits) => n + hits - 1, 0)
    expect(twice).toBeLessThanOrEqual(stops.length * concurrency)
    expect(Math.max(...counts(web))).toBeLessThanOrEqual(1 + stops.length)
    expect((await readdir(join(folder, 'out'))).sort()).toEqual(
      Array.from({ length: 200 }, (_, i) => `p${i}.png`).sort(),
    )
    for (const i of [0, 99, 199]) expect(await readFile(join(folder, `out/p${i}.png`))).toEqual(picture(`/p${i}.png`))
    const hits = web.hits.length
    expect(JSON.parse(await run(config, folder, 'p', 200))).toMatchObject({ fetched: 0, reused: 200 })
    expect(web.hits).toHaveLength(hits)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a file of 300 MB is never in memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
  const megabyte = picture('big', 1_000_000)
  await using web = await webServer({
    '/big0.png': (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': 300_000_000 })
      void pipeline(async function* () {
        for (let i = 0; i < 300; i++) yield megabyte
      }, response).catch(() => {})
    },
  })
  try {
    const config = { from: web.url, to: join(folder, 'out'), allowHosts: [web.host] }
    const end = JSON.parse(await run(config, folder, 'big', 1))
    expect(end).toMatchObject({ addresses: { done: 1 }, bytes: 300_000_000 })
    expect(end.grown).toBeLessThan(150_000_000)
    const [want, have] = [createHash('sha256'), createHash('sha256')]
    for (let i = 0; i < 300; i++) want.update(megabyte)
    for await (const chunk of createReadStream(join(folder, 'out/big0.png'))) have.update(chunk)
    expect(have.digest('hex')).toBe(want.digest('hex'))
  } finally {
    await rm(folder, { recursive: true })
  }
})
