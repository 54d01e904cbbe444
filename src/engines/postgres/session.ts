/**
 * One session: statements one after the other over a channel. The protocol is spoken here rather than by the driver, so that rows of a
 * COPY pass as bytes, in both directions, without an object per row or message. The driver has connected and logged in before.
 * Once the channel is lost every call, running or to come, is rejected with CONNECTION_LOST.
 */
import type { Row, Value } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Channel, Listener } from './channel.ts'
import { loadError, lostError, statementError } from './failure.ts'
import {
  COPY_BEGIN,
  COPY_END,
  COPY_FAIL,
  copyDataHead,
  FROM_SERVER,
  parameterMessages,
  parseDataRow,
  parseError,
  parseRowDescription,
  queryMessage,
  type ResultColumn,
  type ServerError,
} from './messages.ts'
import { parameterText, resultReader } from './values.ts'

/** Takes the bodies of row messages as they come in, in pieces. */
export interface RowTap {
  /** First byte of the messages that carry rows: CopyData or DataRow. */
  readonly type: number
  begin(length: number): void
  data(chunk: Uint8Array, start: number, end: number): void
  end(): void
}

/** What statements came to. */
export interface Outcome {
  /** Rows of the last statement that gave any. */
  readonly rows: Row[]
  /** Command tags: `INSERT 0 1`, `COMMIT`. */
  readonly tags: readonly string[]
  /** Columns of the last result. */
  readonly columns: readonly ResultColumn[]
}

interface Job {
  readonly sql: string
  readonly parts: () => readonly Uint8Array[]
  readonly tap?: RowTap
  /** `tags`: of the statements that were done before. */
  readonly failure: (error: ServerError, sql: string, tags: readonly string[]) => NaruError
  /** This session has the data that the server asks for with CopyInResponse. */
  readonly loads: boolean
  /** Queries that are sent for it, each of which the server answers; 1 unless told. */
  readonly queries?: number
  /** Called when it is on its way. */
  readonly begun?: () => void
  resolve(outcome: Outcome): void
  reject(error: NaruError): void
}

/** A COPY FROM STDIN (FORMAT binary) that runs. */
export interface Loading {
  /** Sends tuples, without signature and end mark; resolves when the bytes are no longer needed. Throws once the COPY was refused. */
  send(tuples: Uint8Array): Promise<void>
  /** Ends the COPY and runs the statements that follow it, without waiting in between. To be called once, after an error of `send` too. */
  end(sql: string): Promise<Outcome>
}

/** Frames of a COPY FROM STDIN: small enough that the server parses one while the next is on its way. */
const FRAME = 65536

/** The transaction as the server last told it: idle, open, failed. */
export type TransactionState = 'idle' | 'open' | 'failed'

const STATES: Readonly<Record<number, TransactionState>> = { 73: 'idle', 84: 'open', 69: 'failed' }

export class Session implements Listener {
  readonly channel: Channel
  #transaction: TransactionState = 'idle'
  #lost: NaruError | null = null
  #job: Job | null = null
  readonly #queue: Job[] = []
  /** Messages sent that are not answered yet. */
  #due = 0
  // The message that is coming in.
  readonly #head = Buffer.alloc(5)
  #headFill = 0
  #type = 0
  #left = 0
  #body = Buffer.alloc(0)
  /** Queries of the running job that are not answered yet. */
  #open = 0
  // The result of the running job.
  #columns: readonly ResultColumn[] = []
  #readers: ((text: string) => Value)[] = []
  #rows: Row[] = []
  #tags: string[] = []
  #error: ServerError | null = null

  constructor(connect: (listener: Listener) => Channel) {
    this.channel = connect(this)
  }

  get transaction(): TransactionState {
    return this.#transaction
  }

  /** Rows of a statement; with parameters `$1` … a single one, else the last of several that gives rows. */
  async query(sql: string, params: readonly Value[] = []): Promise<Row[]> {
    const parts = () =>
      params.length === 0 ? [queryMessage(sql)] : [parameterMessages(sql, params.map(parameterText))]
    return (await this.#run({ sql, parts, failure: statementError, loads: false })).rows
  }

  /** Runs one or more statements. */
  execute(sql: string): Promise<Outcome> {
    return this.#run({ sql, parts: () => [queryMessage(sql)], failure: statementError, loads: false })
  }

  /** Runs statements one of which is a COPY FROM STDIN (FORMAT binary): tuples without signature and end mark. ROW_REFUSED. */
  load(sql: string, tuples: Uint8Array): Promise<Outcome> {
    const parts = () => [queryMessage(sql), COPY_BEGIN, ...frames(tuples), COPY_END]
    return this.#run({ sql, parts, failure: loadError, loads: true })
  }

  /** Runs statements the last of which is a COPY FROM STDIN (FORMAT binary), whose tuples come later. Only over a channel that can `push`. */
  async loading(sql: string, failure: Job['failure']): Promise<Loading> {
    const { push } = this.channel
    if (push === undefined) throw new NaruError('INTERNAL', 'over this channel a COPY takes all its rows at once')
    const state: { over: NaruError | null } = { over: null }
    let outcome!: Promise<Outcome>
    await new Promise<void>((begun) => {
      const parts = () => [queryMessage(sql), COPY_BEGIN]
      outcome = this.#run({ sql, parts, failure, loads: true, queries: 2, begun })
      outcome.catch((error: NaruError) => {
        state.over = error
        begun()
      })
    })
    return {
      send: async (tuples) => {
        if (state.over === null) await push(frames(tuples))
        if (state.over !== null) throw state.over
        if (this.#error !== null) throw failure(this.#error, sql, this.#tags)
      },
      end: (next) => {
        if (state.over === null) this.channel.send([COPY_END, queryMessage(next)])
        return outcome
      },
    }
  }

  /** Runs statements whose rows (CopyData or binary DataRow) go to a tap. */
  stream(sql: string, tap: RowTap): Promise<Outcome> {
    return this.#run({ sql, parts: () => [queryMessage(sql)], tap, failure: statementError, loads: false })
  }

  #run(job: Omit<Job, 'resolve' | 'reject'>): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...job, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#lost !== null) {
      for (const job of this.#queue.splice(0)) job.reject(this.#lost)
      return
    }
    if (this.#job !== null) return
    this.#job = this.#queue.shift() ?? null
    if (this.#job === null) return
    this.#columns = []
    this.#rows = []
    this.#tags = []
    this.#error = null
    const parts = this.#job.parts()
    // A server in this process cannot wait for an answer, so the refusal goes along; where nothing asks for data it is ignored.
    this.#due++
    this.#open = this.#job.queries ?? 1
    this.channel.send(this.#job.loads || this.channel.paced ? parts : [...parts, COPY_FAIL])
    this.#job.begun?.()
  }

  lost(why: string, cause?: unknown): void {
    if (this.#lost !== null) return
    // A server that ends the session says why before it closes.
    this.#lost = lostError(this.#error === null ? why : this.#error.message, cause)
    this.#job?.reject(this.#lost)
    this.#job = null
    this.#next()
  }

  /** A statement that brings PGlite down is swallowed: it answers nothing, to this statement or to any other. */
  answered(): void {
    this.#due--
    if (this.#due === 0 && this.#job !== null) this.lost('PGlite broke down during a statement')
  }

  data(chunk: Uint8Array): void {
    let p = 0
    const end = chunk.length
    // Of a session that was closed in the middle of a row, the rest of it still comes.
    while (p < end && this.#lost === null) {
      if (this.#headFill < 5) {
        p = this.#readHead(chunk, p)
        continue
      }
      const take = Math.min(this.#left, end - p)
      const tap = this.#tapped()
      if (tap === null) this.#body.set(chunk.subarray(p, p + take), this.#body.length - this.#left)
      else tap.data(chunk, p, p + take)
      p += take
      this.#left -= take
      if (this.#left === 0) this.#finishMessage(tap)
    }
  }

  #tapped(): RowTap | null {
    const tap = this.#job?.tap
    return tap !== undefined && tap.type === this.#type ? tap : null
  }

  #readHead(chunk: Uint8Array, at: number): number {
    let p = at
    while (this.#headFill < 5 && p < chunk.length) this.#head[this.#headFill++] = chunk[p++]
    if (this.#headFill < 5) return p
    const h = this.#head
    this.#type = h[0]
    this.#left = ((h[1] << 24) | (h[2] << 16) | (h[3] << 8) | h[4]) - 4
    const tap = this.#tapped()
    if (tap !== null) tap.begin(this.#left)
    else this.#body = Buffer.allocUnsafe(this.#left)
    if (this.#left === 0) this.#finishMessage(tap)
    return p
  }

  #finishMessage(tap: RowTap | null): void {
    this.#headFill = 0
    if (tap !== null) tap.end()
    else this.#message(this.#type, this.#body)
  }

  #message(type: number, body: Buffer): void {
    switch (type) {
      case FROM_SERVER.dataRow:
        this.#rows.push(this.#row(body))
        break
      case FROM_SERVER.rowDescription:
        this.#columns = parseRowDescription(body)
        this.#readers = this.#columns.map((c) => resultReader(c.oid))
        this.#rows = []
        break
      case FROM_SERVER.commandComplete:
        this.#tags.push(body.toString('utf8', 0, body.length - 1))
        break
      case FROM_SERVER.copyInResponse:
        if (this.#job?.loads === false && this.channel.paced) this.channel.send([COPY_FAIL])
        break
      case FROM_SERVER.error:
        this.#error ??= parseError(body)
        break
      case FROM_SERVER.ready:
        this.#transaction = STATES[body[0]] ?? 'idle'
        if (--this.#open <= 0) this.#finishJob()
    }
  }

  #row(body: Buffer): Row {
    const values = parseDataRow(body)
    const row: Record<string, Value> = {}
    this.#columns.forEach((c, i) => {
      const text = values[i]
      row[c.name] = text === null ? null : this.#readers[i](text)
    })
    return row
  }

  #finishJob(): void {
    const job = this.#job
    this.#job = null
    if (job !== null && this.#error !== null) job.reject(job.failure(this.#error, job.sql, this.#tags))
    else job?.resolve({ rows: this.#rows, tags: this.#tags, columns: this.#columns })
    this.#error = null
    this.#next()
  }

  async close(): Promise<void> {
    this.lost('it was closed')
    await this.channel.close()
  }
}

/** CopyData messages. They may be sent without waiting for the server's consent: it drops the data when it refuses the statement. */
function frames(tuples: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < tuples.length; at += FRAME) {
    const frame = tuples.subarray(at, at + FRAME)
    parts.push(copyDataHead(frame.length), frame)
  }
  return parts
}
