/** A web server of files that behaves as badly as a test wants, and remembers what it was asked. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Hit {
  readonly url: string
  readonly headers: IncomingMessage['headers']
}

type Handler = (request: IncomingMessage, response: ServerResponse, hits: number) => void

export interface WebServer extends AsyncDisposable {
  readonly url: string
  readonly host: string
  /** Requests in the order in which they came. */
  readonly hits: Hit[]
  /** How often a path was asked for. */
  count(path: string): number
  /** At most so many requests were under way at once. */
  readonly most: { value: number }
}

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')

/** A small picture whose bytes depend on its name, as far as a first look can tell. */
export function picture(name: string, size = 64): Buffer {
  const seed = createHash('sha256').update(name).digest()
  return Buffer.concat([PNG, Buffer.alloc(size - PNG.length, seed)])
}

/** A server on a free port of this machine; paths without a handler give a picture. */
export async function webServer(handlers: Readonly<Record<string, Handler>> = {}): Promise<WebServer> {
  const hits: Hit[] = []
  const most = { value: 0 }
  let open = 0
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    hits.push({ url, headers: request.headers })
    most.value = Math.max(most.value, ++open)
    response.on('close', () => open--)
    const handler = handlers[url.split('?')[0]]
    if (handler !== undefined) return handler(request, response, hits.filter((h) => h.url === url).length)
    response.writeHead(200, { 'content-type': 'image/png' }).end(picture(url))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `http://${host}/`,
    host,
    hits,
    most,
    count: (path) => hits.filter((h) => h.url === path).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
