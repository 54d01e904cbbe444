import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { get } from './web-request.ts'

const dispatcher = new Agent({ connections: 1 })
afterAll(() => dispatcher.destroy())

async function serve(listener: RequestListener) {
  const sockets: Socket[] = []
  const server = createServer(listener).on('connection', (socket) => void sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  const ask = (signal = new AbortController().signal) => get(url, { dispatcher, headers: {}, signal })
  return { sockets, ask, [Symbol.asyncDispose]: async () => void server.close().closeAllConnections() }
}

async function read(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
  let text = ''
  try {
    for await (const chunk of body) text += Buffer.from(chunk).toString()
    return { text, error: null }
  } catch (error) {
    return { text, error }
  }
}

test('a body comes whole, announced or not, and connections are used again', async () => {
  let asked = 0
  await using server = await serve((_, r) => (asked++ % 2 === 0 ? r.end('whole') : r.write('who', () => r.end('le'))))
  for (let i = 0; i < 4; i++) expect(await read((await server.ask()).body)).toEqual({ text: 'whole', error: null })
  expect(server.sockets).toHaveLength(1)
})

test.each([10, 1_000_000])('of %d announced bytes what came is there, and that it broke off', async (length) => {
  await using server = await serve((_, r) => {
    r.writeHead(200, { 'content-length': length }).write('begun', () => setTimeout(() => r.destroy(), 20))
  })
  const { text, error } = await read((await server.ask()).body)
  expect(text).toBe('begun')
  expect(error).toBeInstanceOf(Error)
})

test('what nobody reads is not taken: the server waits', async () => {
  await using server = await serve((_, r) => {
    r.writeHead(200, { 'content-length': 200_000_000 })
    r.write(Buffer.alloc(200_000_000))
  })
  const { body, cancel } = await server.ask()
  await sleep(300)
  expect(server.sockets[0].bytesWritten - server.sockets[0].writableLength).toBeLessThan(20_000_000)
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > 50_000_000) break
  }
  expect(bytes).toBeGreaterThan(50_000_000)
  cancel()
})

test('given up before and after the answer', async () => {
  await using server = await serve((_, r) => r.write('x'))
  await expect(server.ask(AbortSignal.abort())).rejects.toThrow('given up')
  const abort = new AbortController()
  const { body } = await server.ask(abort.signal)
  abort.abort()
  expect((await read(body)).error).toMatchObject({ message: 'it was given up' })
})
