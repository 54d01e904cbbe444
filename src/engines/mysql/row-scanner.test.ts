/** Rows of a prepared statement, however their stream is cut: against mysql2's own connection, with a server that says what a test wants. */
import { Duplex } from 'node:stream'
import mysql, { type Connection } from 'mysql2'
import { describe, expect, it, vi } from 'vitest'
import { type RowHandler, runRows } from './driver.ts'

const MOST = 0xffffff

/** One packet, or as many as its payload takes. */
function packets(payload: Buffer, number: number): Buffer[] {
  const head = Buffer.alloc(4)
  const piece = payload.subarray(0, MOST)
  head.writeUIntLE(piece.length, 0, 3)
  head[3] = number
  return piece.length < MOST ? [head, piece] : [head, piece, ...packets(payload.subarray(MOST), (number + 1) & 255)]
}

/** Payloads as one answer; packets are counted from `first`. */
function answer(payloads: readonly Buffer[], first = 1): Buffer {
  const all: Buffer[] = []
  let number = first
  for (const payload of payloads) {
    const made = packets(payload, number & 255)
    number += made.length / 2
    all.push(...made)
  }
  return Buffer.concat(all)
}

const text = (s: string): Buffer => Buffer.concat([Buffer.from([s.length]), Buffer.from(s)])
const hex = (s: string): Buffer => Buffer.from(s.replaceAll(' ', ''), 'hex')

const HELLO = hex(
  `0a ${Buffer.from('8.0.0').toString('hex')}00 01000000 0102030405060708 00 ffa7 2d 0200 0b80 15 00000000000000000000 0102030405060708090a0b0c 00`,
)
const OK = hex('00 00 00 0200 0000')
const EOF = hex('fe 0000 0200')
const BLOB = Buffer.concat([
  text('def'),
  text(''),
  text(''),
  text(''),
  text('v'),
  text(''),
  hex('0c 3f00 ffffffff fc 0000 00 0000'),
])
const ERROR = Buffer.concat([hex('ff 2505'), Buffer.from('#70100killed in the middle')])
const PREPARED = hex('00 01000000 0000 0000 00 0000')
/** A row of one value that is not NULL. */
function row(bytes: Buffer): Buffer {
  const size = Buffer.alloc(9, 0xfe)
  size.writeBigUInt64LE(BigInt(bytes.length), 1)
  return Buffer.concat([hex('00 00'), bytes.length < 251 ? Buffer.from([bytes.length]) : size, bytes])
}

/** The answer to a statement with these rows. */
const rowsOf = (rows: readonly Buffer[], end: Buffer = EOF): Buffer => answer([hex('01'), BLOB, EOF, ...rows, end])

/** A server that answers EXECUTE with the chunks that it was given. */
class Server extends Duplex {
  chunks: readonly Buffer[] = []
  private sent = 0

  constructor() {
    super()
    setImmediate(() => this.push(answer([HELLO], 0)))
  }

  override _read(): void {}

  override _write(sent: Buffer, _: string, done: () => void): void {
    const reply = this.sent++ === 0 ? [answer([OK], 2)] : this.replyTo(sent[4])
    // Never from within the write, as a socket does not either.
    setImmediate(() => {
      for (const chunk of reply) this.push(chunk)
    })
    done()
  }

  private replyTo(command: number): readonly Buffer[] {
    if (command === 0x16) return [answer([PREPARED])]
    return command === 0x17 ? this.chunks : []
  }
}

async function open(): Promise<{ connection: Connection; server: Server; warned: () => number }> {
  const server = new Server()
  const warn = vi.fn()
  const connection = mysql.createConnection({ stream: server as never, user: 'u', dateStrings: true })
  connection.on('warn' as never, warn)
  connection.on('error', () => {})
  await new Promise<void>((resolve, reject) => connection.connect((e) => (e ? reject(e) : resolve())))
  return { connection, server, warned: () => warn.mock.calls.length }
}

class Kept implements RowHandler {
  readonly seen: { buffer: Buffer; start: number; end: number; copy: Buffer }[] = []
  fields(): void {}
  row(buffer: Buffer, start: number, end: number): void {
    this.seen.push({ buffer, start, end, copy: Buffer.from(buffer.subarray(start, end)) })
  }
}

/** Rows as the handler got them, which must still be there at the end. */
async function scanned(connection: Connection): Promise<Buffer[]> {
  const kept = new Kept()
  await runRows(connection, 'SELECT', kept)
  for (const { buffer, start, end, copy } of kept.seen) expect(buffer.subarray(start, end).equals(copy)).toBe(true)
  return kept.seen.map((s) => s.copy)
}

/** Rows as mysql2 gives them. */
const driven = (connection: Connection): Promise<Buffer[]> =>
  new Promise((resolve, reject) => {
    connection.execute({ sql: 'SELECT', rowsAsArray: true }, (error, rows) =>
      error ? reject(error) : resolve((rows as Buffer[][]).map(([value]) => row(value))),
    )
  })

const same = (a: readonly Buffer[], b: readonly Buffer[]): boolean =>
  a.length === b.length && a.every((x, i) => x.equals(b[i]))

/** The stream cut in two places. */
const cut = (stream: Buffer, a: number, b: number): Buffer[] =>
  [stream.subarray(0, a), stream.subarray(a, b), stream.subarray(b)].filter((c) => c.length > 0)

describe('rows of a prepared statement', () => {
  const values = ['one', '', 'x'.repeat(300), '\0\0\0\0', '\xff\xfe'].map((s) => Buffer.from(s, 'latin1'))
  const rows = values.map(row)
  const stream = rowsOf(rows)

  it('are the same as by the driver, wherever their stream is cut', async () => {
    const { connection, server, warned } = await open()
    server.chunks = [stream]
    expect(same(await driven(connection), rows)).toBe(true)
    for (let a = 1; a <= stream.length; a++) {
      for (const b of [a, a + 1, a + 3, a + 4, a + 9, a + 250]) {
        server.chunks = cut(stream, a, b)
        if (!same(await scanned(connection), rows)) expect.fail(`cut at ${a} and ${b}`)
      }
    }
    server.chunks = [...stream].map((byte) => Buffer.from([byte]))
    expect(same(await scanned(connection), rows)).toBe(true)
    server.chunks = [stream]
    expect(same(await driven(connection), rows)).toBe(true)
    expect(warned()).toBe(0)
  })

  it('are none where the statement has none, and none come of a statement that fails', async () => {
    const { connection, server, warned } = await open()
    const none = rowsOf([])
    const failed = answer([ERROR])
    for (let a = 1; a <= none.length; a++) {
      server.chunks = cut(none, a, a)
      expect(await scanned(connection)).toEqual([])
    }
    for (let a = 1; a <= failed.length; a++) {
      server.chunks = cut(failed, a, a)
      await expect(scanned(connection)).rejects.toThrow('killed in the middle')
    }
    server.chunks = [answer([OK])]
    expect(await scanned(connection)).toEqual([])
    expect(warned()).toBe(0)
  })

  it('end with the error that comes in their middle, and the next statement is read as ever', async () => {
    const { connection, server, warned } = await open()
    const broken = rowsOf(rows, ERROR)
    for (let a = 1; a <= broken.length; a++) {
      server.chunks = cut(broken, a, a + 5)
      const kept = new Kept()
      await expect(runRows(connection, 'SELECT', kept)).rejects.toMatchObject({ errno: 1317 })
      expect(kept.seen.length).toBe(rows.length)
      server.chunks = [stream]
      expect((await driven(connection)).length).toBe(rows.length)
    }
    expect(warned()).toBe(0)
  })

  it('end with what their handler throws, after the statement, which leaves the connection as it was', async () => {
    const { connection, server, warned } = await open()
    for (const chunks of [[stream], cut(stream, 60, 75)]) {
      server.chunks = chunks
      let calls = 0
      const handler: RowHandler = {
        fields() {},
        row() {
          if (++calls === 2) throw new Error('no room')
        },
      }
      await expect(runRows(connection, 'SELECT', handler)).rejects.toThrow('no room')
      expect(calls).toBe(2)
      expect(same(await scanned(connection), rows)).toBe(true)
      expect(same(await driven(connection), rows)).toBe(true)
    }
    expect(warned()).toBe(0)
  })

  it('of two statements that wait for each other stay apart', async () => {
    const { connection, server } = await open()
    server.chunks = cut(stream, 100, 200)
    const all = await Promise.all([scanned(connection), driven(connection), scanned(connection)])
    for (const one of all) expect(same(one, rows)).toBe(true)
  })

  it('are whole where they take more than one packet, also when the last of these is empty', async () => {
    const { connection, server, warned } = await open()
    const large = (length: number): Buffer => {
      const value = Buffer.alloc(length, 'row of many packets ')
      return row(value.subarray(0, length))
    }
    // Payload of exactly one and two full packets, and a byte on either side.
    for (const length of [MOST - 12, MOST - 11, MOST - 10, 2 * MOST - 11, 2 * MOST + 5]) {
      const wide = [rows[0], large(length), rows[2]]
      const whole = rowsOf(wide)
      const first = whole.indexOf(wide[1].subarray(0, 30)) - 4
      const places = [first, first + 2, first + 4, first + 5, first + 4 + MOST, first + 7 + MOST, first + 9 + MOST]
      for (const place of places) {
        server.chunks = cut(whole, place, Math.min(place + 1_000_003, whole.length))
        if (!same(await scanned(connection), wide)) expect.fail(`${length} bytes, cut at ${place}`)
      }
      server.chunks = [whole]
      expect(same(await scanned(connection), wide)).toBe(true)
      expect(same(await driven(connection), wide)).toBe(true)
    }
    expect(warned()).toBe(0)
  })

  it('are there until the next one comes; chunks that are behind are given back', async () => {
    const { connection, server } = await open()
    const many = Array.from({ length: 400 }, (_, i) => row(Buffer.alloc(i % 7 === 0 ? 9000 : 200, i)))
    const whole = rowsOf(many)
    // Each with memory of its own, as from a socket.
    server.chunks = Array.from({ length: Math.ceil(whole.length / 8192) }, (_, i) => {
      const piece = whole.subarray(i * 8192, (i + 1) * 8192)
      const own = Buffer.from(new ArrayBuffer(piece.length))
      piece.copy(own)
      return own
    })
    const seen: Buffer[] = []
    let last = (): Buffer => Buffer.alloc(0)
    await runRows(connection, 'SELECT', {
      fields() {},
      row(buffer, start, end) {
        if (seen.length > 0) expect(last().equals(seen.at(-1) as Buffer)).toBe(true)
        last = () => buffer.subarray(start, end)
        seen.push(Buffer.from(last()))
      },
    })
    expect(last().equals(seen.at(-1) as Buffer)).toBe(true)
    expect(same(seen, many)).toBe(true)
    const kept = server.chunks.filter((c) => c.length > 0).length
    expect(kept).toBeLessThan(5)
    expect(server.chunks.length).toBeGreaterThan(50)
  })

  it('that come where none belongs end the connection instead of being lost', async () => {
    const { connection, server } = await open()
    server.chunks = [answer([hex('01'), BLOB, rows[0], EOF, rows[1], EOF])]
    await expect(scanned(connection)).rejects.toThrow('does not belong')
  })
})
