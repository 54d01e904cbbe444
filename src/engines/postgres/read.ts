/** Rows out of PostgreSQL: COPY TO STDOUT (FORMAT binary), cut into batches as it comes in. */
import { valueDecoder } from '../../core/decode.ts'
import type { Batch, ReadOptions, RowSource, SourceOptions, WireColumn } from '../../core/engine.ts'
import { type NaruError, toNaruError } from '../../core/error.ts'
import type { KeyRange } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import { BatchCutter, BufferPool, type CutOptions, type KeyField } from './batch-cutter.ts'
import { fromSql, type Reading, readingOf, selectSql, whereSql } from './select.ts'
import type { Session } from './session.ts'
import { splitRanges } from './split.ts'

/** Batches that wait for their consumer; beyond that the socket is held back. */
const WAITING = 1

/** Batches between the socket, which pushes, and the consumer, who pulls. */
class BatchQueue {
  readonly #ready: Batch[] = []
  readonly #session: Session
  #ended: NaruError | true | null = null
  #wake: (() => void) | null = null
  #paused = false
  /** Bytes above which a batch holds a huge row: while it is worked on, nothing else is read. */
  readonly #usual: number

  constructor(session: Session, usual: number) {
    this.#session = session
    this.#usual = usual
  }

  push(batch: Batch): void {
    this.#ready.push(batch)
    if (!this.#paused && (this.#ready.length >= WAITING || batch.bytes.length > this.#usual)) {
      this.#paused = true
      this.#session.channel.pause()
    }
    this.#wake?.()
  }

  /** `error` null: all rows have come. */
  end(error: NaruError | null): void {
    this.#ended ??= error ?? true
    this.#wake?.()
  }

  /** The next batch, null after the last one. */
  async pull(): Promise<Batch | null> {
    if (this.#ready.length === 0) this.resume()
    while (this.#ready.length === 0 && this.#ended === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    const batch = this.#ready.shift() ?? null
    if (this.#ready.length < WAITING && batch !== null && batch.bytes.length <= this.#usual) this.resume()
    if (batch === null && this.#ended !== null && this.#ended !== true) throw this.#ended
    return batch
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#session.channel.resume()
  }

  clear(): void {
    for (const batch of this.#ready.splice(0)) batch.release()
  }
}

/** A savepoint keeps the snapshot's transaction alive when a read is given up in the middle. */
const SAVEPOINT = 'naru_read'

async function* copyOut(session: Session, sql: string, cut: CutOptions, signal?: AbortSignal): AsyncGenerator<Batch> {
  const queue = new BatchQueue(session, cut.pool.size)
  const cutter = new BatchCutter(cut, (batch) => queue.push(batch))
  const copy = `COPY (${sql}) TO STDOUT (FORMAT binary)`
  const within = session.transaction === 'open'
  const script = within ? `SAVEPOINT ${SAVEPOINT}; ${copy}; RELEASE SAVEPOINT ${SAVEPOINT}` : copy
  let over = false
  const answered = session.stream(script, cutter).then(
    () => {
      cutter.flush()
      queue.end(null)
    },
    (error) => queue.end(toNaruError(error)),
  )
  const done = answered.finally(() => {
    over = true
  })
  try {
    for (;;) {
      const batch = await queue.pull()
      if (batch === null) return
      yield batch
      if (signal?.aborted) return
    }
  } finally {
    cutter.muted = true
    queue.clear()
    queue.resume()
    if (!over) await Promise.all([session.channel.cancel(), done])
    queue.clear()
    cut.pool.trim()
    if (session.transaction === 'failed') await session.execute(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`).catch(() => {})
  }
}

/** Rows of the first page, where nothing is known of their width. */
const FIRST_PAGE = 100

/** PGlite answers at once and in full, so rows are fetched from a cursor, page by page, each about as large as a batch. */
async function* fetchPages(
  session: Session,
  sql: string,
  o: { readonly cut: CutOptions; readonly read: ReadOptions },
): AsyncGenerator<Batch> {
  const { cut, read } = o
  const ready: Batch[] = []
  const cutter = new BatchCutter(cut, (batch) => ready.push(batch))
  const own = session.transaction === 'idle'
  if (own) await session.execute('BEGIN')
  try {
    await session.execute(`DECLARE naru_rows BINARY NO SCROLL CURSOR FOR ${sql}`)
    for (let page = Math.min(FIRST_PAGE, read.rows); ; ) {
      const before = cutter.total
      await session.stream(`FETCH ${page} FROM naru_rows`, cutter)
      const ended = cutter.total - before < page
      if (ended) cutter.flush()
      for (let batch = ready.shift(); batch !== undefined; batch = ready.shift()) {
        yield batch
        if (read.signal?.aborted) return
      }
      if (ended) return
      const width = Math.max(1, cutter.totalBytes / cutter.total)
      page = Math.max(1, Math.min(read.rows, page * 8, Math.ceil(read.bytes / width)))
    }
  } finally {
    for (const batch of ready) batch.release()
    cut.pool.trim()
    await leaveCursor(session, own)
  }
}

async function leaveCursor(session: Session, own: boolean): Promise<void> {
  if (own) await session.execute('ROLLBACK').catch(() => {})
  else if (session.transaction === 'open') await session.execute('CLOSE naru_rows').catch(() => {})
}

function keyFields(r: Reading): KeyField[] | null {
  if (r.key === null) return null
  return r.key.map((column) => {
    const position = r.columns.findIndex((c) => c.name === column.name)
    return { position, decode: valueDecoder(r.columns[position].wire) }
  })
}

/** Rows of a table over one session. Throws UNSUPPORTED, INTERNAL. */
export function rowSource(session: Session, table: Table, columns: readonly WireColumn[], o: SourceOptions): RowSource {
  const reading = readingOf(table, columns, o)
  const key = keyFields(reading)
  let pool = new BufferPool(1 << 20)
  return {
    split: ({ rows }) => splitRanges(session, reading, rows),
    read(range: KeyRange, read: ReadOptions) {
      if (pool.size !== read.bytes) pool = new BufferPool(read.bytes)
      const sql = selectSql(reading, range, read.limit)
      const keyed = range.kind === 'key' ? key : null
      const cut = { pool, rows: read.rows, key: keyed, copy: session.channel.paced }
      return session.channel.paced ? copyOut(session, sql, cut, read.signal) : fetchPages(session, sql, { cut, read })
    },
    async count() {
      const sql = `SELECT count(*) AS n FROM ${fromSql(table)}${whereSql(reading, { kind: 'all' })}`
      const [row] = await session.query(sql)
      return row.n as bigint
    },
  }
}
