/** A pooler as small as can be: it logs clients in by itself and lends them sessions of the server, as PgBouncer does. */
import { createServer, type Socket } from 'node:net'
import pg from 'pg'

export interface Pooler extends AsyncDisposable {
  readonly url: string
}

export interface PoolerOptions {
  readonly lends: 'session' | 'transaction'
  /** Which of those that wait is lent next: the one that came back last (PgBouncer's way), or first. */
  readonly next?: 'last' | 'first'
  /** Sessions that are there from the beginning. */
  readonly sessions?: number
}

/** Cuts a stream into messages: type, length of itself and the body, body. */
function messages(take: (type: string, body: Buffer, whole: Buffer) => void): (chunk: Buffer) => void {
  let held = Buffer.alloc(0)
  return (chunk) => {
    held = Buffer.concat([held, chunk])
    while (held.length >= 5 && held.length > held.readInt32BE(1)) {
      const length = held.readInt32BE(1) + 1
      take(String.fromCharCode(held[0]), held.subarray(5, length), held.subarray(0, length))
      held = held.subarray(length)
    }
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5, type)
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}

const status = (name: string, value: string) => message('S', Buffer.from(`${name}\0${value}\0`))
/** Authentication is fine; this is the process and its secret; ready for a query. */
const WELCOME = Buffer.concat([
  message('R', Buffer.alloc(4)),
  status('server_version', '15.0'),
  status('client_encoding', 'UTF8'),
  status('standard_conforming_strings', 'on'),
  message('K', Buffer.from([0, 0, 0, 1, 0, 0, 0, 2])),
  message('Z', Buffer.from('I')),
])

interface Lent {
  readonly client: pg.Client
  readonly stream: Socket
}

async function login(url: string): Promise<Lent> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection
  stream.removeAllListeners('data')
  return { client, stream }
}

/** A pooler before the server of this URL. */
export async function pooler(url: string, o: PoolerOptions): Promise<Pooler> {
  const all: Lent[] = []
  const idle: Lent[] = []
  const opened = async () => {
    const lent = await login(url)
    all.push(lent)
    return lent
  }
  for (let i = 0; i < (o.sessions ?? 1); i++) idle.push(await opened())
  const take = async () => (o.next === 'first' ? idle.shift() : idle.pop()) ?? (await opened())

  const server = createServer((socket) => {
    let lent: Promise<Lent> | null = null
    let asked = 0
    const back = async () => {
      const one = await lent
      lent = null
      if (one === null) return
      one.stream.removeAllListeners('data')
      idle.push(one)
    }
    const answers = messages((type, body, whole) => {
      const over = type === 'Z' && --asked === 0 && body.toString() === 'I' && o.lends === 'transaction'
      // Whoever asks next may ask on another session.
      const pass = () => socket.write(whole)
      if (over) void back().then(pass)
      else pass()
    })
    const questions = messages((type, _, whole) => {
      if (type === 'X') return socket.end()
      if (type === 'Q') asked++
      lent ??= take().then((one) => {
        one.stream.on('data', answers)
        return one
      })
      void lent.then((one) => one.stream.write(whole))
    })
    socket.on('error', () => {})
    socket.once('close', () => void back())
    let greeted = false
    socket.on('data', (chunk: Buffer) => {
      if (greeted) return questions(chunk)
      // A question for TLS is as long as its head.
      if (chunk.readInt32BE(0) === 8) return void socket.write('N')
      greeted = true
      socket.write(WELCOME)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const at = new URL(url)
  at.hostname = '127.0.0.1'
  at.port = String(port)
  return {
    url: at.href,
    async [Symbol.asyncDispose]() {
      server.close()
      for (const { client } of all) await client.end().catch(() => {})
    },
  }
}
