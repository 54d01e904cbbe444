import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Ledgered, memoryLedger, moveAll, storeOf } from './moving.ts'
import { type S3Server, s3Server } from './s3-server.ts'
import { picture, webServer } from './web-server.ts'

let s3: S3Server
let client: S3Client
let folder = ''
let ledger: Ledgered

beforeAll(async () => {
  s3 = await s3Server()
  const { endpoint, credentials } = s3.bucket
  client = new S3Client({ endpoint, credentials, region: 'us-east-1', forcePathStyle: true })
})
afterAll(async () => {
  client.destroy()
  await s3[Symbol.asyncDispose]()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-files-'))
  ledger = await memoryLedger()
  return async () => {
    await ledger[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  }
})

async function object(key: string): Promise<{ type: string | undefined; bytes: Buffer }> {
  const out = await client.send(new GetObjectCommand({ Bucket: 'shop', Key: key }))
  return { type: out.ContentType, bytes: Buffer.from(await out.Body!.transformToByteArray()) }
}

test('from the web into a bucket: small in one request, large in parts, names as they are', async () => {
  const large = picture('large', 20_000_000)
  await using web = await webServer({
    '/large.png': (_, r) => r.writeHead(200, { 'content-type': 'image/png' }).end(large),
  })
  const to = { ...s3.bucket, prefix: 'products' }
  const store = storeOf({ from: web.url, to, address: 'https://cdn.example/p', allowHosts: [web.host] }, folder)
  const { outcomes, records } = await moveAll(store, ledger.ledger, ['large.png', '2024/사진 1 (a)+#b.png'])
  expect(outcomes.get('large.png')?.action).toEqual({ kind: 'new', address: 'https://cdn.example/p/large.png' })
  const { type, bytes } = await object('products/large.png')
  expect(type).toBe('image/png')
  expect(bytes.equals(large)).toBe(true)
  expect(records.get('large.png')?.sha256).toBe(createHash('sha256').update(large).digest('hex'))
  expect((await object('products/2024/사진 1 (a)+')).bytes).toHaveLength(64)
  // What waits there to be moved; on a machine where nothing ever waited there is no such folder.
  const waiting = join(tmpdir(), `naru-files-${process.getuid?.() ?? 'all'}`)
  expect(existsSync(waiting) ? await readdir(waiting) : []).toEqual([])
})

test('uploads are signed with the SHA-256 of what came, and carry its MD5, in memory or through the disk', async () => {
  const seen: Record<string, IncomingHttpHeaders> = {}
  const sums: Record<string, string[]> = {}
  await using service = await webServer({
    '/shop/small.png': (r, response) => void keep(r, response),
    '/shop/middle.png': (r, response) => void keep(r, response),
  })
  async function keep(request: IncomingMessage, response: ServerResponse) {
    const body = Buffer.concat(await request.toArray())
    const key = String(request.url).split('?')[0].replace('/shop/', '')
    seen[key] = request.headers
    sums[key] = [createHash('sha256').update(body).digest('hex'), createHash('md5').update(body).digest('base64')]
    response.end()
  }
  await using web = await webServer({
    '/middle.png': (_, r) => r.writeHead(200, { 'content-type': 'image/png' }).end(picture('middle', 2_000_000)),
  })
  const to = { ...s3.bucket, endpoint: service.url }
  const { tally } = await moveAll(storeOf({ from: web.url, to, allowHosts: [web.host] }, folder), ledger.ledger, [
    'small.png',
    'middle.png',
  ])
  expect(tally.addresses).toEqual({ done: 2 })
  for (const key of ['small.png', 'middle.png']) {
    expect([seen[key]['x-amz-content-sha256'], seen[key]['content-md5']]).toEqual(sums[key])
    expect(seen[key].authorization).toContain('x-amz-content-sha256')
  }
  expect(sums['middle.png'][0]).toBe(createHash('sha256').update(picture('middle', 2_000_000)).digest('hex'))
})

test('from a bucket into a folder, whatever the spelling, by ETag the second time', async () => {
  for (const Key of ['old/a b.png', 'old/100%.png', 'old/가.png', 'old/empty.png']) {
    const Body = Key.includes('empty') ? Buffer.alloc(0) : picture(Key)
    await client.send(new PutObjectCommand({ Bucket: 'shop', Key, Body }))
  }
  const from = { ...s3.bucket, prefix: 'old' }
  const store = storeOf({ from, to: 'out', base: 'https://old.example/img/', address: '/i/' }, folder)
  const addresses = ['a%20b.png', '100%.png', 'https://old.example/img/가.png', 'none.png', 'empty.png']
  const { outcomes } = await moveAll(store, ledger.ledger, addresses)
  expect([...outcomes.values()].map((o) => o.state).sort()).toEqual(['done', 'done', 'done', 'empty', 'missing'])
  expect(outcomes.get('100%.png')?.action).toEqual({ kind: 'new', address: '/i/100%25.png' })
  expect(await readFile(join(folder, 'out/100%.png'))).toEqual(picture('old/100%.png'))
  await client.send(new PutObjectCommand({ Bucket: 'shop', Key: 'old/가.png', Body: picture('new') }))
  const again = await moveAll(store, ledger.ledger, addresses.slice(0, 3), { refresh: true })
  expect(again.tally.bytes).toBe(64)
  expect(await readFile(join(folder, 'out/가.png'))).toEqual(picture('new'))
})

test('from a folder into a bucket: nothing outside of the folder, by no spelling and no link', async () => {
  await mkdir(join(folder, 'in/sub'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(folder, 'in/a?b.png'), picture('q'))
  await writeFile(join(folder, 'in/cafe\u0301.png'), picture('nfd'))
  await writeFile(join(folder, 'in/a%20b.png'), picture('literal'))
  await symlink(join(folder, 'secret.txt'), join(folder, 'in/link.txt'))
  const store = storeOf({ from: 'in', to: { ...s3.bucket, prefix: 'folder/' } }, folder)
  const good = ['a?b.png', 'caf\u00e9.png', 'a%20b.png']
  const bad = [
    '../secret.txt',
    '..%2fsecret.txt',
    'sub/..%2f..%2fsecret.txt',
    '%2e%2e/secret.txt',
    'link.txt',
    '..\\secret.txt',
  ]
  const { outcomes, tally } = await moveAll(store, ledger.ledger, [...good, ...bad])
  expect(good.map((a) => outcomes.get(a)?.state)).toEqual(['done', 'done', 'done'])
  for (const address of bad) expect(['outside', 'refused', 'missing']).toContain(outcomes.get(address)?.state)
  expect(outcomes.get('link.txt')).toMatchObject({ state: 'refused', why: expect.stringContaining('leads out') })
  expect(tally.bytes).toBe(3 * 64)
})

test('a bucket that refuses ends the run with a reason and without a secret', async () => {
  await using web = await webServer()
  const credentials = { accessKeyId: 'NOBODY', secretAccessKey: 'wrong-secret-value' }
  const store = storeOf({ from: web.url, to: { ...s3.bucket, credentials }, allowHosts: [web.host] }, folder)
  const error = await moveAll(store, ledger.ledger, ['a.png']).catch((e: unknown) => e)
  expect(error).toMatchObject({ code: 'STORE_FAILED', exit: 3, message: expect.stringContaining('s3://shop/') })
  expect(JSON.stringify([error, (error as { why: string }).why])).not.toContain('wrong-secret-value')
  const missing = storeOf({ from: web.url, to: { ...s3.bucket, bucket: 'nobody' }, allowHosts: [web.host] }, folder)
  await expect(moveAll(missing, ledger.ledger, ['a.png'])).rejects.toMatchObject({
    code: 'STORE_FAILED',
    why: expect.stringContaining('NoSuchBucket'),
  })
  await expect(client.send(new HeadObjectCommand({ Bucket: 'shop', Key: 'a.png' }))).rejects.toThrow()
})
