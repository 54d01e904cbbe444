/**
 * Cuts what a prepared statement answers into packets, in place of the driver's own parser, and hands its rows on where they lie,
 * without the steps that the driver's takes for each packet. Source: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_packets.html
 */
import { letGo } from '../../core/let-go.ts'
import type { Field, Internals, PacketParser, RowHandler } from './driver-internals.ts'

/** Bytes in front of a payload: its length in three (little-endian), its number in one. */
const HEAD = 4
/** Payload of the longest packet; one of this length is continued by the next. */
const MOST = 0xffffff
/** First byte of a row; as the answer to a statement it says that there are none. */
const ROW = 0
/** First byte of an error. */
const ERROR = 0xff

const payloadLength = (b: Buffer, at: number): number => b[at] | (b[at + 1] << 8) | (b[at + 2] << 16)

/**
 * Stands in for the driver's parser from the moment when a statement is sent until its rows end. The columns go to the driver in whole
 * packets, so that its parser is never in the midst of one; the rows to the handler; the first packet that is neither, and all behind
 * it, to the driver again.
 */
export class RowScanner implements PacketParser {
  private readonly connection: Internals
  private readonly handler: RowHandler
  private readonly place: 'packetParser' | '_inflatedPacketsParser'
  private parser: PacketParser
  private inCharge = false
  private rows = false
  /** A packet from its header on whose end is still to come, `held` bytes of it. Made anew for each: the handler may look at the last row again. */
  private begun: Buffer = Buffer.alloc(0)
  private held = 0
  /** Payloads of a row that goes on in the next packet. */
  private parts: Buffer[] = []
  private failure: { readonly error: unknown } | null = null
  /** Rows handed on so far; and the last chunk in which one lay. */
  private handed = 0
  private last: Buffer | null = null

  constructor(connection: Internals, handler: RowHandler) {
    this.connection = connection
    this.handler = handler
    // Compressed packets hold those of statements, which a second parser then gets.
    this.place = connection._inflatedPacketsParser === undefined ? 'packetParser' : '_inflatedPacketsParser'
    this.parser = connection.packetParser
  }

  /** To be called when the statement has been sent: nothing of its answer is here yet, and nothing of an earlier one is left. */
  takeOver(): void {
    // Not earlier: until now another statement's scanner may have stood there.
    this.parser = this.connection[this.place] as PacketParser
    this.connection[this.place] = this
    this.inCharge = true
  }

  /** To be called by the command when the last of the columns has come. */
  beginRows(fields: readonly Field[]): void {
    this.handler.fields(fields)
    this.rows = true
  }

  /** Throws what the handler has thrown; rows behind that one were passed over. */
  check(): void {
    if (this.failure !== null) throw this.failure.error
  }

  /** The connection calls this with whatever has come. */
  execute(chunk: Buffer): void {
    const { handed, rows } = this
    let at = this.held === 0 ? 0 : this.goOn(chunk)
    while (this.inCharge && at + HEAD <= chunk.length) {
      const end = at + HEAD + payloadLength(chunk, at)
      if (end > chunk.length) break
      this.packet(chunk, at, end)
      at = end
    }
    if (!this.inCharge) {
      if (at < chunk.length) this.connection[this.place]?.execute(chunk.subarray(at))
      return
    }
    if (at < chunk.length) this.keep(chunk, at)
    if (rows) this.passed(chunk, handed) // the driver's columns look at the bytes that they came in
  }

  /** Frees what is behind: of each chunk all has been handed on or copied, and the handler looks at the last row at most. */
  private passed(chunk: Buffer, handedBefore: number): void {
    if (this.parts.length > 0) return
    const behind = this.handed === handedBefore ? chunk : this.last
    if (behind !== chunk) this.last = chunk
    if (behind !== null) letGo(behind)
  }

  /** A whole packet with its header. */
  private packet(b: Buffer, start: number, end: number): void {
    const payload = start + HEAD
    if (!this.rows) this.beforeRows(b, start, end)
    else if (end - payload === MOST || this.parts.length > 0) this.part(b, start, end)
    else if (end > payload && b[payload] === ROW) this.row(b, payload, end)
    else this.handBack(b, start, end)
  }

  private beforeRows(b: Buffer, start: number, end: number): void {
    const first = b[start + HEAD]
    if (first === ROW || first === ERROR) this.handBack(b, start, end)
    else this.parser.execute(b.subarray(start, end))
  }

  private row(b: Buffer, start: number, end: number): void {
    if (this.failure !== null) return
    this.handed++
    try {
      this.handler.row(b, start, end)
    } catch (error) {
      this.failure = { error }
    }
  }

  /** Of a row of 16 MB and more. */
  private part(b: Buffer, start: number, end: number): void {
    const payload = start + HEAD
    if (this.parts.length === 0 && b[payload] !== ROW) {
      this.handBack(b, start, end)
      return
    }
    this.parts.push(b.subarray(payload, end))
    if (end - payload === MOST) return
    const whole = Buffer.concat(this.parts)
    this.parts = []
    this.row(whole, 0, whole.length)
  }

  /** The driver counts packets, and has not seen those of the rows. */
  private handBack(b: Buffer, start: number, end: number): void {
    this.connection[this.place] = this.parser
    this.inCharge = false
    if (this.rows) this.connection.sequenceId = b[start + HEAD - 1]
    this.parser.execute(b.subarray(start, end))
  }

  /** Keeps the beginning of a packet. */
  private keep(chunk: Buffer, at: number): void {
    this.begun = Buffer.allocUnsafe(HEAD)
    this.held = 0
    this.fill(chunk, at)
  }

  /** Takes what a packet lacks that has begun; the offset behind it. */
  private goOn(chunk: Buffer): number {
    const at = this.fill(chunk, 0)
    if (this.held < HEAD || this.held < this.begun.length) return at
    const { begun } = this
    this.held = 0
    this.packet(begun, 0, begun.length)
    return at
  }

  /** Copies up to the end of the packet, or of the chunk; the offset behind that. */
  private fill(chunk: Buffer, from: number): number {
    let at = from + this.copy(chunk, from)
    if (this.held !== HEAD || this.begun.length !== HEAD) return at
    const head = this.begun
    this.begun = Buffer.allocUnsafe(HEAD + payloadLength(head, 0))
    head.copy(this.begun)
    at += this.copy(chunk, at)
    return at
  }

  private copy(chunk: Buffer, from: number): number {
    const copied = chunk.copy(this.begun, this.held, from)
    this.held += copied
    return copied
  }
}
