import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { StoreConfig } from '../../src/app/store-form.ts'
import { type Ledgered, memoryLedger, moveAll, storeOf } from './moving.ts'
import { picture, type WebServer, webServer } from './web-server.ts'

let folder = ''
let server: WebServer
let ledger: Ledgered
const whole = picture('whole', 500_000)

beforeAll(async () => {
  server = await webServer({
    '/gone.png': (_, r) => r.writeHead(404).end('no'),
    '/empty.png': (_, r) => r.writeHead(200, { 'content-type': 'image/png' }).end(),
    '/nothing.png': (_, r) => r.writeHead(204).end(),
    '/soft404.png': (_, r) =>
      r.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><h1>Not found</h1>'),
    '/page.html': (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    '/mislabelled.jpg': (_, r) => r.writeHead(200, { 'content-type': 'text/html' }).end(picture('x')),
    '/big.png': (_, r) => r.writeHead(200, { 'content-length': 3_000_000 }).end(picture('big', 3_000_000)),
    '/big-unannounced.png': (_, r) => {
      r.writeHead(200, { 'content-type': 'image/png' })
      for (let i = 0; i < 30; i++) r.write(picture('big', 100_000))
      r.end()
    },
    '/forbidden.png': (_, r) => r.writeHead(403).end(),
    '/busy.png': (_, r, n) =>
      n < 3
        ? r.writeHead(429, { 'retry-after': n === 1 ? '0' : new Date(0).toUTCString() }).end()
        : r.end(picture('busy')),
    '/slow-host.png': (_, r, n) => (n < 2 ? r.writeHead(503, { 'retry-after': '1' }).end() : r.end(picture('slow'))),
    '/later.png': (_, r) => r.writeHead(503, { 'retry-after': '86400' }).end(),
    '/broken.png': (_, r) => r.writeHead(500).end(),
    '/reset.png': (request, r, n) => {
      const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
      const from = range === null ? 0 : Number(range[1])
      const to = n < 3 ? from + 150_000 : whole.length
      const head = { etag: '"v1"', 'content-type': 'image/png', 'content-length': whole.length - from }
      const part = range === null ? {} : { 'content-range': `bytes ${from}-${whole.length - 1}/${whole.length}` }
      r.writeHead(range === null ? 200 : 206, { ...head, ...part })
      r.write(whole.subarray(from, to), () => (n < 3 ? r.destroy() : r.end()))
    },
    '/changing.png': (request, r, n) => {
      const content = n === 1 ? picture('old', 300_000) : picture('new', 300_000)
      if (n === 1) {
        r.writeHead(200, { etag: '"old"', 'content-length': content.length })
        r.write(content.subarray(0, 100_000), () => r.destroy())
      } else r.writeHead(200, { etag: '"new"' }).end(content)
      void request
    },
    '/short.png': (_, r) => {
      r.writeHead(200, { 'content-type': 'image/png', 'content-length': 1000 })
      r.write(picture('short'), () => r.destroy())
    },
    '/stuck.png': (_, r) => void r.writeHead(200, { 'content-length': 1000 }).write('x'),
    '/packed.svg': (_, r) =>
      r.writeHead(200, { 'content-encoding': 'gzip', 'content-type': 'image/svg+xml' }).end(gzipSync('<svg></svg>')),
    '/to-meta': (_, r) => r.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
    '/to-localhost': (_, r) => r.writeHead(302, { location: 'http://localhost:1/x.png' }).end(),
    '/to-file': (_, r) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/to-itself': (_, r) => r.writeHead(302, { location: '/to-itself' }).end(),
    '/moved.png': (_, r) => r.writeHead(301, { location: '/target%20here.png' }).end(),
    '/versioned.png': (request, r) =>
      request.headers['if-none-match'] === '"1"'
        ? r.writeHead(304).end()
        : r.writeHead(200, { etag: '"1"', 'content-type': 'image/png' }).end(picture('v')),
  })
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
  ledger = await memoryLedger()
  server.hits.length = 0
  server.most.value = 0
  return async () => {
    await ledger[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
})

const config = (more: Partial<StoreConfig> = {}): StoreConfig => ({
  from: server.url,
  to: 'out',
  address: 'https://cdn.example/',
  allowHosts: [server.host],
  timeout: 10,
  retries: 3,
  ...more,
})
const move = (addresses: readonly string[], more: Partial<StoreConfig> = {}, o = {}) =>
  moveAll(storeOf(config(more), folder), ledger.ledger, addresses, o)
const one = async (address: string, more: Partial<StoreConfig> = {}) =>
  (await move([address], more)).outcomes.get(address)!

describe('what becomes of an address', () => {
  test.each([
    ['gone.png', {}, 'missing', 'HTTP 404'],
    ['empty.png', {}, 'empty', '0 bytes'],
    ['nothing.png', {}, 'empty', '0 bytes'],
    ['soft404.png', { types: ['image/*'] }, 'wrong-type', 'text/html, declared as image/png'],
    ['page.html', { types: ['image/*'] }, 'wrong-type', 'text/html'],
    ['big.png', { maxBytes: '1MB' }, 'too-large', '3000000 bytes'],
    ['big-unannounced.png', { maxBytes: 1_000_000 }, 'too-large', 'more than 1000000 bytes'],
    ['forbidden.png', {}, 'failed', 'HTTP 403'],
    ['to-meta', {}, 'refused', '169.254.169.254 is a private address'],
    ['to-localhost', {}, 'refused', 'localhost is a private address'],
    ['to-file', {}, 'failed', 'a redirect to file:'],
    ['to-itself', {}, 'failed', 'more than 5 redirects'],
    ['broken.png', { retries: 1 }, 'failed', 'HTTP 500, asked 2 times'],
    ['short.png', { retries: 1 }, 'failed', 'asked 2 times'],
    ['stuck.png', { retries: 0, timeout: 0.2 }, 'failed', 'asked once'],
    ['later.png', {}, 'failed', 'asked to wait'],
  ] as const)('%s is %j %s', async (address, more, state, why) => {
    const outcome = await one(address, more)
    expect(outcome).toMatchObject({ state, action: { kind: 'reject' } })
    expect(outcome.why).toContain(why)
    expect(await readdir(join(folder, 'out')).catch(() => [])).toEqual([])
  })

  test('a policy settles what is missing, empty, wrong or too large; what failed is refused all the same', async () => {
    const policies = {
      missing: 'null',
      empty: 'keep',
      wrongType: { placeholder: '/none.png' },
      tooLarge: 'null',
    } as const
    const { outcomes, tally } = await move(['gone.png', 'empty.png', 'page.html', 'forbidden.png', 'a.png'], {
      ...policies,
      types: ['image/*'],
    })
    const actions = Object.fromEntries([...outcomes].map(([address, o]) => [address, o.action]))
    expect(actions).toMatchObject({
      'gone.png': { kind: 'null' },
      'empty.png': { kind: 'keep' },
      'page.html': { kind: 'new', address: '/none.png' },
      'forbidden.png': { kind: 'reject' },
      'a.png': { kind: 'new', address: 'https://cdn.example/a.png' },
    })
    expect(tally).toMatchObject({ refused: 1, fetched: 5 })
  })

  test('a busy server is asked again, a picture with a wrong label is a picture', async () => {
    expect(await one('busy.png')).toMatchObject({ state: 'done' })
    expect(server.count('/busy.png')).toBe(3)
    const { records } = await move(['mislabelled.jpg'], { types: ['image/*'] })
    expect(records.get('mislabelled.jpg')).toMatchObject({ state: 'done', type: 'image/png' })
  })

  test('Retry-After holds back the whole host', async () => {
    const began = performance.now()
    const { tally } = await move(['slow-host.png', 'x.png'], { concurrency: 1 })
    expect(tally.addresses).toEqual({ done: 2 })
    expect(performance.now() - began).toBeGreaterThan(950)
  })

  test('what broke off is resumed where it broke off, and hashed as a whole', async () => {
    const { records } = await move(['reset.png'])
    expect(records.get('reset.png')).toMatchObject({
      state: 'done',
      bytes: whole.length,
      sha256: createHash('sha256').update(whole).digest('hex'),
      attempts: 3,
    })
    const ranges = server.hits.map((h) => h.headers.range ?? null)
    expect(ranges[0]).toBeNull()
    expect(ranges[1]).toMatch(/^bytes=\d+-$/)
    expect(server.hits[1].headers['if-range']).toBe('"v1"')
    expect(whole.equals(await readFile(join(folder, 'out/reset.png')))).toBe(true)
  })

  test('another version than the one that broke off is read from its beginning', async () => {
    await move(['changing.png'])
    expect(picture('new', 300_000).equals(await readFile(join(folder, 'out/changing.png')))).toBe(true)
  })

  test('what comes packed though nobody asked for it is unpacked, redirects are followed', async () => {
    await move(['packed.svg', 'moved.png'])
    expect(await readFile(join(folder, 'out/packed.svg'), 'utf8')).toBe('<svg></svg>')
    expect(server.count('/target%20here.png')).toBe(1)
  })
})

test('a name that is composed otherwise on the server is found', async () => {
  const nfd = encodeURI('/\u1112\u1161\u11ab.png')
  await using other = await webServer({
    [encodeURI('/\ud55c.png')]: (_, r) => r.writeHead(404).end(),
    [nfd]: (_, r) => r.end(picture('nfd')),
  })
  const { outcomes } = await move(['\ud55c.png'], { from: other.url, allowHosts: [other.host] })
  expect(outcomes.get('\ud55c.png')).toMatchObject({ state: 'done' })
  expect(other.hits).toHaveLength(2)
})

describe('hosts', () => {
  test('a private host is refused unless the store allows it, by number and by name', async () => {
    const refused = await one('a.png', { allowHosts: [] })
    expect(refused).toMatchObject({ state: 'refused' })
    const name = server.url.replace('127.0.0.1', 'localhost')
    expect(await one('b.png', { from: name, allowHosts: [] })).toMatchObject({ state: 'refused' })
    expect(await one('c.png', { from: name, allowHosts: ['localhost'] })).toMatchObject({ state: 'done' })
    expect(server.hits).toHaveLength(1)
  })

  test('headers go to the own host alone', async () => {
    await using other = await webServer()
    await using first = await webServer({
      '/away.png': (_, r) => r.writeHead(302, { location: `${other.url}there.png` }).end(),
    })
    const from = first.url.replace('//', '//kim:p%40ss@')
    const { outcomes } = await move(['away.png', 'near.png'], { from, allowHosts: ['127.0.0.1'] })
    expect([...outcomes.values()].map((o) => o.state)).toEqual(['done', 'done'])
    const basic = `Basic ${Buffer.from('kim:p@ss').toString('base64')}`
    expect(first.hits.map((h) => h.headers.authorization)).toEqual([basic, basic])
    expect(other.hits.map((h) => h.headers.authorization)).toEqual([undefined])
    const [row] = await ledger.database.query('SELECT * FROM naru_file')
    expect(JSON.stringify(row)).not.toContain('p%40ss')
  })

  test('no more at once than the store wants', async () => {
    const addresses = Array.from({ length: 40 }, (_, i) => `n${i}.png`)
    await move(addresses, { concurrency: 8, perHost: 3 })
    expect(server.most.value).toBeLessThanOrEqual(3)
    expect(server.hits).toHaveLength(40)
  })
})

describe('the ledger', () => {
  test('a file is fetched once, however it is spelled and however often it is asked for', async () => {
    const spellings = ['사진 1.png', '/사진%201.png', `${server.url}%EC%82%AC%EC%A7%84%201.png`, 'x/../사진 1.png#top']
    const first = await move(spellings)
    expect(server.hits).toHaveLength(1)
    expect(first.tally).toMatchObject({ addresses: { done: 4 }, fetched: 1 })
    const again = await move(spellings)
    expect(server.hits).toHaveLength(1)
    expect(again.tally).toMatchObject({ fetched: 0, reused: 4 })
    expect(again.outcomes.get('x/../사진 1.png#top')?.action).toEqual({
      kind: 'new',
      address: 'https://cdn.example/%EC%82%AC%EC%A7%84%201.png#top',
    })
  })

  test('what is missing is not asked for again, what failed is', async () => {
    await move(['gone.png', 'forbidden.png'])
    await move(['gone.png', 'forbidden.png'])
    expect([server.count('/gone.png'), server.count('/forbidden.png')]).toEqual([1, 2])
    await move(['gone.png'], {}, { again: true })
    expect(server.count('/gone.png')).toBe(2)
  })

  test('refresh asks whether it changed', async () => {
    await move(['versioned.png'])
    const { records } = await move(['versioned.png'], {}, { refresh: true })
    expect(server.hits.map((h) => h.headers['if-none-match'])).toEqual([undefined, '"1"'])
    expect(records.get('versioned.png')).toMatchObject({ state: 'done', attempts: 2, key: 'versioned.png' })
  })

  test('equal content is stored once where its hash is its name', async () => {
    const { records } = await move(['same.png?a', 'same.png?b', 'busy.png'], { name: 'hash' })
    const keys = new Set([...records.values()].map((r) => r?.key))
    expect(keys.size).toBe(3)
    const copies = await move(['target%20here.png', 'moved.png'], { name: 'hash' })
    const [a, b] = [...copies.records.values()]
    expect(a?.key).toMatch(/^[0-9a-f]{2}\/[0-9a-f]{64}\.png$/)
    expect(b?.key).toBe(a?.key)
  })

  test('names that differ by case or by how they are composed alone do not meet', async () => {
    const names = ['Photo.PNG', 'photo.png', 'caf\u00e9.png', 'cafe\u0301.png', 'PHOTO.png']
    const { records } = await move(names)
    const folded = [...records.values()].map((r) => r!.key!.normalize('NFC').toLowerCase())
    expect(new Set(folded).size).toBe(5)
    const files = (await readdir(join(folder, 'out'))).filter((n) => !n.startsWith('.'))
    expect(files).toHaveLength(5)
    for (const [name, record] of records) {
      expect(await readFile(join(folder, 'out', record!.key!))).toEqual(picture(new URL(name, server.url).pathname))
    }
  })

  test('a function names files; two that get one name do not overwrite each other', async () => {
    const name = ({ extension, path }: { extension: string; path: string }) =>
      path.includes('evil') ? '../../escape' : `all/pic${extension}`
    const { records } = await move(['1.png', '2.png', 'evil.png'], { name })
    const keys = [...records.values()].map((r) => r?.key ?? '')
    expect(new Set(keys).size).toBe(3)
    expect(keys.every((key) => !key.includes('..'))).toBe(true)
    expect(await readdir(folder)).toEqual(['out'])
  })
})
