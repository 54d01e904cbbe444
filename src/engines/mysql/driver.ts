/** What naru does through mysql2 beyond its public API; what it leans on is written down in driver-internals.ts. */
import type { Connection } from 'mysql2'
import {
  type Done,
  Execute,
  type Field,
  type Internals,
  internals,
  type Outcome,
  type Packet,
  type Prepared,
  Query,
  type RowHandler,
} from './driver-internals.ts'
import { RowScanner } from './row-scanner.ts'

export { checkDriver, type Field, type Outcome, type RowHandler } from './driver-internals.ts'

/** Hands the packets of all rows to a scanner instead of parsing them. */
class RawExecute extends Execute {
  private readonly scanner: RowScanner

  constructor(statement: object, scanner: RowScanner, done: Done) {
    super({ statement, sql: '', values: [] }, done)
    this.scanner = scanner
  }

  start(packet: Packet, connection: Internals): unknown {
    const next = Execute.prototype.start.call(this, packet, connection)
    if (next !== null) this.scanner.takeOver()
    return next
  }

  /** The base class names its own next steps, not ours. */
  readField(packet: Packet, connection: Internals): unknown {
    const next = Execute.prototype.readField.call(this, packet, connection)
    return next === Execute.prototype.fieldsEOF ? this.fieldsEOF : this.readField
  }

  fieldsEOF(packet: Packet): unknown {
    if (!packet.isEOF()) throw new Error('a packet that does not belong here came between the columns and the rows')
    this.scanner.beginRows(this._fields[0])
    return this.row
  }

  /** What is thrown here ends the connection: a row that the scanner has not seen would otherwise be lost. */
  row(packet: Packet): unknown {
    if (!packet.isEOF()) throw new Error('a packet that does not belong here came between the rows')
    return this.done()
  }
}

/** A packet's payload is below 16 MB; servers take 1 MB under any sensible max_allowed_packet. */
const PIECE = 256 * 1024

/** Answers LOAD DATA LOCAL with bytes that are there already, instead of a stream. */
class RawLoad extends Query {
  private readonly bytes: Buffer

  constructor(sql: string, bytes: Buffer, done: Done) {
    super({ sql }, done)
    this.bytes = bytes
  }

  _streamLocalInfile(connection: Internals): unknown {
    const { stream } = connection
    stream.cork()
    for (let at = 0; at < this.bytes.length; at += PIECE) send(connection, this.bytes.subarray(at, at + PIECE))
    send(connection, this.bytes.subarray(0, 0))
    stream.uncork()
    return this.infileOk
  }
}

function send(connection: Internals, piece: Buffer): void {
  const header = Buffer.allocUnsafe(4)
  header.writeUIntLE(piece.length, 0, 3)
  header[3] = connection.sequenceId
  connection._bumpSequenceId(1)
  connection.stream.write(header)
  if (piece.length > 0) connection.stream.write(piece)
}

/** MARIADB_CLIENT_STMT_BULK_OPERATIONS, in the upper half of MariaDB's capabilities. */
const BULK_OPERATIONS = 4

/** Asks for bulk operations; to be called before the server has said hello. MySQL does not look at these bits. */
export function askForBulk(connection: Connection): void {
  const handshake = internals(connection)._command
  if (handshake?.mariadbExtendedClientFlags !== undefined) handshake.mariadbExtendedClientFlags |= BULK_OPERATIONS
}

/** Whether the server takes them: MariaDB from 10.6 on. */
export function takesBulk(connection: Connection): boolean {
  const c = internals(connection)
  const offered = c._handshakePacket?.mariadbExtendedCapabilityFlags ?? 0
  return c._mariadbExtendedMetadata === true && (offered & BULK_OPERATIONS) !== 0
}

/** Sends a command of one's own making and takes the answer. */
class RawCommand extends Query {
  private readonly bytes: Buffer

  constructor(bytes: Buffer, done: Done) {
    super({ sql: '' }, done)
    this.bytes = bytes
  }

  start(_: Packet, connection: Internals): unknown {
    const { stream } = connection
    stream.cork()
    for (let at = 0; at <= this.bytes.length; at += MOST) send(connection, this.bytes.subarray(at, at + MOST))
    stream.uncork()
    return this.resultsetHeader
  }
}

/** Payload of the longest packet; one of this length is continued by the next. */
const MOST = 0xffffff

function runCommand(connection: Connection, bytes: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, outcome) => (error ? reject(error) : resolve(outcome as Outcome))
    internals(connection).addCommand(new RawCommand(bytes, done))
  })
}

/**
 * Runs COM_STMT_BULK_EXECUTE, of which mysql2 knows nothing. `bytes` must stay as they are until the promise is settled.
 * Source: https://mariadb.com/docs/server/reference/clientserver-protocol/3-binary-protocol-prepared-statements/com_stmt_bulk_execute
 */
export const runBulk = (connection: Connection, bytes: Buffer): Promise<Outcome> => runCommand(connection, bytes)

/** COM_PING. */
const PING = 0x0e

/**
 * Makes the server's buffer of this connection so large: it begins with net_buffer_length (16 KB), grows to the longest packet that arrives,
 * and keeps its size. Rows leave when it is full, and each time costs both sides a call and a wake-up. What follows the byte of a ping is
 * not looked at. Source: https://mariadb.com/docs/server/server-management/variables-and-modes/server-system-variables (net_buffer_length)
 */
export async function widenBuffer(connection: Connection, bytes: number): Promise<void> {
  await runCommand(connection, Buffer.alloc(bytes).fill(PING, 0, 1))
}

/** Prepares a statement; `connection.unprepare(sql)` forgets it. */
export function prepare(connection: Connection, sql: string): Promise<Prepared> {
  return new Promise((resolve, reject) => {
    connection.prepare(sql, (error, prepared) => (error ? reject(error) : resolve(prepared as unknown as Prepared)))
  })
}

/** Runs one statement (or several, where the connection allows it) as it stands; all values come as bytes. */
export function runText(
  connection: Connection,
  sql: string,
): Promise<{ readonly rows: (Buffer | null)[][] | Outcome; readonly fields: readonly Field[] | undefined }> {
  return new Promise((resolve, reject) => {
    const options = { sql, rowsAsArray: true, typeCast: false }
    const done: Done = (error, rows, fields) =>
      error ? reject(error) : resolve({ rows: rows as (Buffer | null)[][], fields: fields as Field[] })
    internals(connection).addCommand(new Query(options, done))
  })
}

/** Runs LOAD DATA LOCAL and answers it with `bytes`, which must stay as they are until the promise is settled. */
export function runLoad(connection: Connection, sql: string, bytes: Buffer): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, outcome) => (error ? reject(error) : resolve(outcome as Outcome))
    internals(connection).addCommand(new RawLoad(sql, bytes, done))
  })
}

/** Prepares a statement, sends its rows to the handler and forgets it. Settles after the last row. */
export async function runRows(connection: Connection, sql: string, handler: RowHandler): Promise<void> {
  const statement = await prepare(connection, sql)
  const scanner = new RowScanner(internals(connection), handler)
  try {
    await new Promise<void>((resolve, reject) => {
      const done: Done = (error) => (error ? reject(error) : resolve())
      internals(connection).addCommand(new RawExecute(statement, scanner, done))
    })
    scanner.check()
  } finally {
    connection.unprepare(sql)
  }
}

/** Stops and goes on with taking bytes from the socket: rows of the bytes that are here already still come. */
export function holdRows(connection: Connection, hold: boolean): void {
  const { stream } = internals(connection)
  if (hold) stream.pause()
  else stream.resume()
}

/** How long a connection may take to say goodbye. */
const GOODBYE = 2000

/** Ends the connection, also one that is lost or in the middle of a statement; settles when its socket is closed. */
export function closeConnection(connection: Connection): Promise<void> {
  const { stream } = internals(connection)
  if (stream.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    const late = setTimeout(() => stream.destroy(), GOODBYE)
    stream.once('close', () => {
      clearTimeout(late)
      resolve()
    })
    stream.resume()
    connection.end(() => stream.destroy())
  })
}
