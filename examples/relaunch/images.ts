/**
 * The pictures of the two legacy shops, made by code, and the web server that they lie on: `node images.ts [PORT]`. 500 that are as they
 * should be, 16 that are not. `/requests` tells how often it was asked for others.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateSync } from 'node:zlib'

/** Pictures that rows of the shops name. */
export const SHOP_IMAGES = 312
export const OUTLET_IMAGES = 204

/** Below `/img/`, as the shop's rows have it. */
export function shopName(n: number): string {
  return [`상품 ${n}.png`, `50% 할인 ${n}.png`, `big/${n}.png`, `${n}.png`, `새 상품/${n}.png`][n % 5]
}

/** The outlet kept half of its pictures in a database. */
export function outletName(n: number): string {
  return n % 2 === 1 ? `photo.php?no=${n}` : `사진/${n}.png`
}

/** What became of a picture in fifteen years; those of the outlet are there or not. */
export function fate(shop: 'shop' | 'outlet', n: number): 'good' | 'gone' | 'empty' | 'a page' | 'too large' {
  if (shop === 'outlet') return n % 50 === 13 ? 'gone' : 'good'
  return ({ 17: 'gone', 50: 'empty', 75: 'a page', 20: 'too large' } as const)[n % 100] ?? 'good'
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** A PNG of 32 × 32 pixels whose colours depend on a number; `padding`: bytes of a comment in it. */
function png(seed: number, padding: number): Buffer {
  const size = 32
  const head = Buffer.from([0, 0, 0, size, 0, 0, 0, size, 8, 2, 0, 0, 0])
  const pixels = Buffer.alloc(size * (1 + size * 3))
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size * 3; x++) pixels[y * (1 + size * 3) + 1 + x] = (seed * 37 + x * (1 + (seed % 7)) + y) & 255
  }
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  const text = padding === 0 ? [] : [chunk('tEXt', Buffer.alloc(padding, 'naru'))]
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    ...text,
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

interface Image {
  readonly type: string
  readonly content: Buffer
}

function image(shop: 'shop' | 'outlet', n: number): Image | undefined {
  const seed = shop === 'shop' ? n : 1000 + n
  switch (fate(shop, n)) {
    case 'gone':
      return undefined
    case 'empty':
      return { type: 'image/png', content: Buffer.alloc(0) }
    case 'a page':
      return { type: 'text/html', content: Buffer.from('<html><body>찾을 수 없습니다</body></html>') }
    case 'too large':
      return { type: 'image/png', content: png(seed, 300_000) }
    case 'good':
      return { type: 'image/png', content: png(seed, 0) }
  }
}

/** What the server has, by path and query, decoded: `/shop/상품 5.png`. */
export function images(): ReadonlyMap<string, Image> {
  const all = new Map<string, Image>()
  const add = (shop: 'shop' | 'outlet', n: number, name: string) => {
    const made = image(shop, n)
    if (made !== undefined) all.set(`/${shop}/${name}`, made)
  }
  for (let n = 1; n <= SHOP_IMAGES; n++) add('shop', n, shopName(n))
  for (let n = 1; n <= OUTLET_IMAGES; n++) add('outlet', n, outletName(n))
  return all
}

export interface ImageServer extends AsyncDisposable {
  /** With a slash at its end. */
  readonly url: string
  /** Requests in the order in which they came, by path and query, decoded. */
  readonly requests: readonly string[]
}

/** Serves the pictures on this machine; port 0: a free one. */
export async function serveImages(port: number): Promise<ImageServer> {
  const all = images()
  const requests: string[] = []
  const server = createServer((request, response) => {
    if (request.url === '/requests') return void response.end(`${requests.length}\n`)
    const path = decodeURIComponent(request.url ?? '/')
    requests.push(path)
    const found = all.get(path)
    if (found === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': found.type, 'content-length': found.content.length }).end(found.content)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

if (import.meta.main) {
  const { url } = await serveImages(Number(process.argv[2] ?? 8099))
  console.log(`${images().size} files at ${url}, requests at ${url}requests`)
}
