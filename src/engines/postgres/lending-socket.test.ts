/** Against a server that sends what a test wants. */
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { LendingSocket } from './lending-socket.ts'

/** A server that calls `serve` with each connection, and a socket that is connected to it. */
async function connected(serve: (peer: Socket) => void) {
  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = new LendingSocket()
  const { port } = server.address() as { port: number }
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', resolve))
  return {
    socket,
    async [Symbol.asyncDispose]() {
      socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const BYTES = Buffer.from(Array.from({ length: 3_000_001 }, (_, i) => i % 251))

test('bytes are their own until they are lent, then the same memory; none is lost between', async () => {
  await using place = await connected((peer) => peer.end(BYTES))
  const { socket } = place
  const own: Buffer[] = []
  const lent: Buffer[] = []
  const memory = new Set<ArrayBufferLike>()
  socket.on('data', (chunk: Buffer) => {
    own.push(chunk)
    if (own.length < 3) return
    socket.lend((bytes) => {
      memory.add(bytes.buffer)
      lent.push(Buffer.from(bytes))
    })
  })
  await new Promise((resolve) => socket.on('close', resolve))
  expect(memory.size).toBe(1)
  expect(new Set(own.map((b) => `${b.byteOffset} ${memory.has(b.buffer)}`)).has('0 true')).toBe(false)
  expect(Buffer.concat([...own, ...lent]).equals(BYTES)).toBe(true)
})

test('pausing holds the sender up, and going on goes on', async () => {
  let sent = 0
  await using place = await connected((peer) => {
    peer.on('error', () => {})
    const more = () => {
      while (sent < 400) {
        sent++
        if (!peer.write(Buffer.alloc(1 << 20))) return void peer.once('drain', more)
      }
      peer.end()
    }
    more()
  })
  const { socket } = place
  let got = 0
  socket.lend((bytes) => {
    got += bytes.length
    if (got > 5e6) socket.pause()
  })
  socket.resume()
  await new Promise((resolve) => setTimeout(resolve, 300))
  const held = got
  expect(held).toBeLessThan(6e6)
  expect(sent).toBeLessThan(400)
  socket.lend((bytes) => {
    got += bytes.length
  })
  const ended = new Promise((resolve) => socket.on('close', resolve))
  socket.resume()
  await ended
  expect(got).toBe(400 * (1 << 20))
})
