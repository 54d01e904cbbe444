/** A proxy that counts the statements which a client sends to a server: asked of nobody but the wire. */
import { connect, createServer, type Socket } from 'node:net'

export interface WireCount extends AsyncDisposable {
  /** Where to connect instead. */
  readonly port: number
  /** Statements since it was last asked. */
  take(): number
}

/** Told each whole message of the client. */
type Listener = (chunk: Buffer) => number

/** PostgreSQL: simple queries and executions. The first messages of a connection (TLS request, startup) have no type. */
function postgresListener(): Listener {
  let rest = Buffer.alloc(0)
  let started = false
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    let found = 0
    for (;;) {
      const head = started ? 1 : 0
      if (rest.length < head + 4) return found
      const length = rest.readInt32BE(head) + head
      if (rest.length < length) return found
      if (started && (rest[0] === 0x51 || rest[0] === 0x45)) found++
      // 80877103 asks for TLS; what follows the refusal is a startup message again.
      else if (!started) started = rest.readInt32BE(4) !== 80_877_103
      rest = rest.subarray(length)
    }
  }
}

const COMMANDS = new Set([0x03, 0x17])

/** MySQL: COM_QUERY and COM_STMT_EXECUTE, each the first packet of a command. */
function mysqlListener(): Listener {
  let rest = Buffer.alloc(0)
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    let found = 0
    while (rest.length >= 4) {
      const length = rest.readUIntLE(0, 3) + 4
      if (rest.length < length) break
      if (rest[3] === 0 && COMMANDS.has(rest[4])) found++
      rest = rest.subarray(length)
    }
    return found
  }
}

/** Listens on a free port and hands everything on to the server. */
export async function wireCount(engine: 'postgres' | 'mysql', host: string, port: number): Promise<WireCount> {
  let count = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const listen = engine === 'postgres' ? postgresListener() : mysqlListener()
    const upstream = connect(port, host)
    for (const [one, other] of [[client, upstream] as const, [upstream, client] as const]) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.end()
      })
    }
    client.on('data', (chunk: Buffer) => {
      count += listen(chunk)
      upstream.write(chunk)
    })
    upstream.pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    take() {
      const found = count
      count = 0
      return found
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
