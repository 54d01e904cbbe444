/** PostgreSQL over a socket: `pg` connects, negotiates TLS and logs in; then its socket is taken over. */
import { connect, type Socket } from 'node:net'
import type pg from 'pg'
import { letGo } from '../../core/let-go.ts'
import type { Channel, Listener } from './channel.ts'
import { LendingSocket } from './lending-socket.ts'

/** What naru uses of a connected `pg.Client` beyond its documented face. */
interface ClientInside {
  readonly connection: { readonly stream: Socket }
  readonly processID: number
  readonly secretKey: number
}

/** The process of the server as it introduced itself (BackendKeyData). */
export const processOf = (client: pg.Client): number => (client as unknown as ClientInside).processID

/** Where a cancel request goes. */
export type Place = { readonly path: string } | { readonly host: string; readonly port: number }

/** CancelRequest (protocol 3.0): answered by closing. It needs no login and, as in libpq, no TLS. */
function sendCancel(place: Place, inside: ClientInside): Promise<void> {
  const request = Buffer.allocUnsafe(16)
  request.writeInt32BE(16, 0)
  request.writeInt32BE(80877102, 4)
  request.writeInt32BE(inside.processID, 8)
  request.writeInt32BE(inside.secretKey, 12)
  const socket = connect(place)
  socket.setTimeout(5000, () => socket.destroy())
  socket.on('error', () => socket.destroy())
  socket.on('connect', () => socket.end(request))
  socket.resume()
  return new Promise((resolve) => {
    socket.on('close', () => resolve())
  })
}

/** Sends Terminate and waits for the end; a socket that does not end is destroyed. */
function end(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.destroy(), 2000)
    socket.once('close', () => {
      clearTimeout(late)
      resolve()
    })
    socket.end(Buffer.from([0x58, 0, 0, 0, 4]))
  })
}

/** One write to the system where possible. `written`: it has them all, or the socket is gone. */
function write(socket: Socket, parts: readonly Uint8Array[], written?: () => void): void {
  socket.cork()
  parts.forEach((part, i) => {
    socket.write(part, i === parts.length - 1 ? written : undefined)
  })
  socket.uncork()
}

/** Takes over the socket of a connected client. */
export function socketChannel(client: pg.Client, place: Place, listener: Listener): Channel {
  const inside = client as unknown as ClientInside
  const socket = inside.connection.stream
  let cause: unknown
  socket.removeAllListeners('data')
  if (socket instanceof LendingSocket) socket.lend((bytes) => listener.data(bytes))
  else {
    socket.on('data', (chunk: Buffer) => {
      listener.data(chunk)
      letGo(chunk)
    })
  }
  socket.on('error', (error) => {
    cause ??= error
  })
  socket.on('close', () => listener.lost(cause instanceof Error ? cause.message : 'the server closed it', cause))
  // The driver still watches the socket and would throw for want of a listener.
  client.on('error', () => {})
  return {
    paced: true,
    send: (parts) => write(socket, parts),
    push: (parts) => new Promise((resolve) => write(socket, parts, () => resolve())),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    cancel: () => sendCancel(place, inside),
    close: () => end(socket),
  }
}
