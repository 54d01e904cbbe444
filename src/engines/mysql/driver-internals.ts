/**
 * Everything of mysql2 that is not its public API, in one place. The driver keeps connection, TLS, authentication and packets; rows of
 * prepared statements and the bytes of LOAD DATA LOCAL pass here without a JavaScript value per field. `checkDriver` tells at once
 * when an update of mysql2 has changed what is used.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { Connection } from 'mysql2'
import { NaruError } from '../../core/error.ts'

/** A column of a result, as the protocol describes it. */
export interface Field {
  readonly name: string
  /** Protocol type, see protocol.ts. */
  readonly columnType: number
  readonly flags: number
  /** 63 = binary. */
  readonly characterSet: number
  readonly decimals: number
  readonly columnLength: number
}

/** The answer to a statement without rows. */
export interface Outcome {
  readonly affectedRows: number
  readonly warningStatus: number
  readonly info: string
}

/** Takes the rows of a prepared statement as packets of the binary protocol. */
export interface RowHandler {
  /** Must not throw: that costs the connection. */
  fields(fields: readonly Field[]): void
  /**
   * One row: `start` is at the packet's first byte (0x00, then the NULL bitmap). The buffer is shared, and valid until the next row
   * comes. Once it has thrown, no further row comes, and the statement fails with that at its end.
   */
  row(buffer: Buffer, start: number, end: number): void
}

/** A packet of the protocol. */
export interface Packet {
  readonly sequenceId: number
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
  isEOF(): boolean
}

/** What a command does with the next packet; the step after it, or null at its end. */
type Step = (packet: Packet, connection: Internals) => unknown
/** Told once, at the end of a command. */
export type Done = (error: Error | null, rows?: unknown, fields?: unknown) => void

/** A statement that is prepared on the server. */
export interface Prepared {
  readonly id: number
}

/** What is used of mysql2's commands. */
interface Command {
  resultsetHeader: Step
  _fields: Field[][]
  done(): null
  infileOk: Step
}

/** How they are made. */
export type CommandClass = new (options: object, done: Done) => Command

/** Cuts a stream into packets, and has the running command take each. */
export interface PacketParser {
  execute(chunk: Buffer): void
}

/** What is used of a connection beyond its types. */
export interface Internals {
  readonly stream: Duplex
  /** The connection looks here for each chunk that it receives, and keeps nothing of it itself. */
  packetParser: PacketParser
  /** Where the protocol is compressed `packetParser` is for compressed packets, and this for what they hold. */
  _inflatedPacketsParser?: PacketParser
  addCommand(command: object): void
  _bumpSequenceId(packets: number): void
  sequenceId: number
  /** True once a MariaDB server has agreed to read the client's further flags. */
  readonly _mariadbExtendedMetadata: boolean
  readonly _handshakePacket: { readonly mariadbExtendedCapabilityFlags?: number } | null
  readonly _command: { mariadbExtendedClientFlags?: number } | null
}

const require = createRequire(import.meta.url)

function load(file: string): CommandClass {
  try {
    return require(join(dirname(require.resolve('mysql2')), 'lib', 'commands', file)) as CommandClass
  } catch (error) {
    throw changed(`lib/commands/${file} is not there`, error)
  }
}

function changed(why: string, cause?: unknown): NaruError {
  const version = (require('mysql2/package.json') as { version: string }).version
  return new NaruError('INTERNAL', `naru does not know this version of the driver: mysql2 ${version}`, {
    why,
    hint: 'Install mysql2 3.24.6, and report the case.',
    cause,
  })
}

/** Runs a statement over the text protocol. */
export const Query = load('query.js')
/** Runs a prepared statement. */
export const Execute = load('execute.js')

const NEEDED: readonly (readonly [string, CommandClass, readonly string[]])[] = [
  ['Query', Query, ['start', 'resultsetHeader', 'row', 'done', 'infileOk', '_streamLocalInfile']],
  ['Execute', Execute, ['start', 'resultsetHeader', 'readField', 'fieldsEOF', 'row', 'done']],
]

/** Throws INTERNAL when mysql2 has changed inside. Called once a connection. */
export function checkDriver(connection: Connection): void {
  for (const [name, of, methods] of NEEDED) {
    const missing = methods.find((m) => typeof of.prototype[m] !== 'function')
    if (missing !== undefined) throw changed(`${name}.${missing} is not there`)
  }
  const c = connection as unknown as Partial<Internals>
  const whole =
    typeof c.addCommand === 'function' &&
    typeof c._bumpSequenceId === 'function' &&
    typeof c.sequenceId === 'number' &&
    typeof c.packetParser?.execute === 'function' &&
    typeof c.stream?.write === 'function'
  if (!whole) throw changed('its connection is built in another way')
}

/** A connection as what it is inside. */
export const internals = (connection: Connection): Internals => connection as unknown as Internals
