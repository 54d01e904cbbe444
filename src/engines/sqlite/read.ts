/**
 * Rows of a table as wire batches. Paging is by key (or rowid), never by OFFSET; a range that was begun can be continued after any
 * key. node:sqlite is synchronous, so between two batches the event loop gets its turn.
 */
import { setImmediate as turn } from 'node:timers/promises'
import type { Batch, ReadOptions, RowSource, SourceOptions, WireColumn } from '../../core/engine.ts'
import { type Key, type KeyRange, listedKeys } from '../../core/key.ts'
import type { Table } from '../../core/schema.ts'
import { ByteWriter } from '../../core/writer.ts'
import type { CellWriter } from './cell.ts'
import { cellWriter } from './encode.ts'
import { failure } from './failure.ts'
import { type FileTable, fileTable } from './file/feed.ts'
import { type FileShape, NotPlain } from './file/shape.ts'
import { type Feed, type Filled, fillWith, type Limits, rejectOf } from './fill.ts'
import type { Handle } from './handle.ts'
import { encodingOf, exactRows, keyOf, pagedRows, type Row, type Rows, type RowsOptions, streamedRows } from './rows.ts'
import { cutsTextAtNul, limitsOf } from './runtime.ts'
import { type Ends, oneOf, rangeEnds, type Selection, selectionOf } from './selection.ts'
import { splitTable } from './split.ts'
import { type Affinity, affinity } from './types.ts'

/** Files below this hold no values that could fill the memory. */
const SMALL_FILE = 32 * 1024 * 1024
/** How node:sqlite writes what was no UTF-8. */
const REPLACEMENT = Buffer.from('\ufffd', 'utf8')

interface Reader {
  readonly handle: Handle
  readonly selection: Selection
  readonly columns: readonly WireColumn[]
  readonly writers: readonly CellWriter[]
  /** Columns without affinity travel in exact form: only bigints tell 1 from 1.0. */
  readonly bigints: boolean
  /** The table in its file, where it can be read past SQLite now. */
  pages(): FileTable | null
  /** Buffers for batches of so many bytes, kept from one range to the next. */
  pool(bytes: number): WriterPool
}

/** The rows of a table. Nothing is read before `split`, `read` or `count`. */
export function openSource(handle: Handle, table: Table, columns: readonly WireColumn[], o: SourceOptions): RowSource {
  const selection = selectionOf(table, columns, o)
  // A unit that was cut by the rowid is read by it, whatever key the table has been given since.
  const byRowid = o.key === null ? selection : selectionOf(table, columns, { ...o, key: null })
  const affinities = columns.map(
    (c): Affinity => (c.expression === undefined ? affinity(c.column.type.native) : 'blob'),
  )
  const reader: Reader = {
    handle,
    selection,
    columns,
    writers: columns.map((c, i) => cellWriter(c.wire, affinities[i])),
    bigints: columns.some((c, i) => c.wire.kind === 'raw' && affinities[i] === 'blob'),
    pool: poolsOf(),
    pages: () => null,
  }
  const readerOf = (chosen: Selection): Reader => {
    const own = { ...reader, selection: chosen }
    return { ...own, pages: pagesOf(own, table.name.name) }
  }
  const [byKey, byNumber] = [readerOf(selection), readerOf(byRowid)]
  return {
    split: (o) => handle.patient('cannot split the table', () => splitTable(handle, selection, o)),
    read: (range, options) => {
      const keys = listedKeys(range)
      if (keys === null) {
        return readRange(range.kind === 'physical' ? byNumber : byKey, range, options)
      }
      const where = [...(o.where === undefined ? [] : [`(${o.where})`]), oneOf(o.key ?? [], keys)].join(' AND ')
      return readRange({ ...reader, selection: selectionOf(table, columns, { ...o, where }) }, range, options)
    },
    count: () => handle.patient('cannot count the rows', () => countRows(handle, selection)),
  }
}

/** Looks once for each snapshot whether the table can be read from its pages. */
function pagesOf(reader: Reader, table: string): () => FileTable | null {
  let seen: FileShape | null = null
  let found: FileTable | null = null
  return () => {
    const { file } = reader.handle
    if (file !== seen) {
      found = file === null ? null : fileTable(reader.handle, file, { ...reader, table })
      seen = file
    }
    return found
  }
}

function countRows(handle: Handle, selection: Selection): bigint {
  const where = selection.where === undefined ? '' : ` WHERE (${selection.where})`
  const statement = handle.prepare(`SELECT count(*) AS n FROM ${selection.table}${where}`)
  statement.setReadBigInts(true)
  return statement.get()?.n as bigint
}

async function* readRange(reader: Reader, range: KeyRange, o: ReadOptions): AsyncGenerator<Batch> {
  const ends = rangeEnds(range)
  const pool = reader.pool(o.bytes)
  let feed = reader.pages()?.feed(ends) ?? (await sqlFeed(reader, ends))
  let after = ends.after
  let left = o.limit ?? Number.POSITIVE_INFINITY
  try {
    while (left > 0 && !o.signal?.aborted) {
      const writer = pool.take()
      const limits = { bytes: o.bytes, rows: Math.min(o.rows, left) }
      let filled: Filled
      try {
        filled = feed.fill(writer, limits)
      } catch (error) {
        if (!(error instanceof NotPlain)) throw error
        feed = await sqlFeed(reader, { after, upto: ends.upto })
        filled = feed.fill(writer, limits)
      }
      left -= filled.read
      if (filled.read === 0) return
      after = filled.last
      yield batchOf(reader, filled, writer, pool)
      await turn()
    }
  } finally {
    feed.close()
  }
}

/** Rows that SQLite gives. */
async function sqlFeed(reader: Reader, ends: Ends): Promise<Feed> {
  const rows = await reader.handle.patient('reading failed', () => openRows(reader, ends))
  let { after } = ends
  return {
    fill(w, limits) {
      let filled = fill(reader, rows, w, limits)
      if (filled.read > 0 && suspicious(reader, rows, w)) filled = refill(reader, after, filled, w)
      after = filled.last
      return filled
    },
    close: () => rows.close(),
  }
}

function openRows(reader: Reader, ends: Ends): Rows {
  const { handle, selection } = reader
  const cuts = cutsTextAtNul(handle.db())
  const options: RowsOptions = { form: cuts ? 'flagged' : 'plain', bigints: reader.bigints, ...ends }
  if (selection.order.kind === 'none' || (cuts && selection.textKey)) {
    return exactRows(handle, selection, ends, encodingOf(handle))
  }
  const pages = !sorts(handle, selection) && (limitsOf(handle.db()) !== undefined || isShort(handle, selection))
  return pages ? pagedRows(handle, selection, options) : streamedRows(handle, selection, options)
}

/** Whether every page would be sorted anew: no index has the order of the key. */
function sorts(handle: Handle, selection: Selection): boolean {
  const plan = handle.prepare(`EXPLAIN QUERY PLAN ${selection.page('plain', false, false, false)}`).all()
  return plan.some((step) => String(step.detail).includes('TEMP B-TREE'))
}

/** Whether no page of this table can be large: no long values by declaration, or a small file. */
function isShort(handle: Handle, selection: Selection): boolean {
  if (selection.wide.length === 0) return true
  const size = handle.prepare('SELECT page_count * page_size AS n FROM pragma_page_count, pragma_page_size').get()
  return Number(size?.n) < SMALL_FILE
}

function fill(reader: Reader, rows: Rows, w: ByteWriter, limits: Limits): Filled {
  const { writers, columns, selection } = reader
  let row: Row = []
  return fillWith(w, limits, {
    width: writers.length,
    next() {
      const found = rows.next()
      if (found !== undefined) row = found
      return found !== undefined
    },
    field: (i) => writers[i](w, row[i]),
    reject(column, reason) {
      const key = selection.order.kind === 'key' ? keyOf(selection, row) : null
      return rejectOf(columns, row, { key, column, reason })
    },
    last: () => (selection.order.kind === 'none' ? null : keyOf(selection, row)),
  })
}

/** Whether node:sqlite may have changed a text of this batch: cut at NUL, or with U+FFFD put in. */
function suspicious(reader: Reader, rows: Rows, w: ByteWriter): boolean {
  if (reader.selection.order.kind === 'none') return false
  return rows.flagged || replacedText(reader, w)
}

/** Kinds whose fields come from text. The bytes of numbers and moments may spell U+FFFD by chance. */
const FROM_TEXT: ReadonlySet<string> = new Set(['text', 'json', 'jsonb', 'bytea', 'raw', 'array'])

function replacedText(reader: Reader, w: ByteWriter): boolean {
  const batch = w.bytes.subarray(0, w.at)
  let hit = batch.indexOf(REPLACEMENT)
  if (hit < 0) return false
  const texts = reader.columns.map((c) => FROM_TEXT.has(c.wire.kind))
  for (let at = 0, column = 0; at < batch.length; column = (column + 1) % texts.length) {
    if (column === 0) at += 2
    const end = at + 4 + Math.max(0, batch.readInt32BE(at))
    if (hit < end && texts[column]) return true
    if (hit < end) hit = batch.indexOf(REPLACEMENT, end)
    if (hit < 0) return false
    at = end
  }
  return false
}

/** Reads the rows of a batch once more, the long way, and encodes them from their bytes. */
function refill(reader: Reader, after: Key | null, first: Filled, w: ByteWriter): Filled {
  const rows = exactRows(reader.handle, reader.selection, { after, upto: first.last }, encodingOf(reader.handle))
  try {
    const filled = fill(reader, rows, w, { bytes: Number.POSITIVE_INFINITY, rows: first.read })
    return { ...filled, last: first.last }
  } catch (error) {
    throw failure(error, 'reading failed')
  } finally {
    rows.close()
  }
}

function batchOf(reader: Reader, filled: Filled, w: ByteWriter, pool: WriterPool): Batch {
  let held = true
  return {
    bytes: w.bytes.subarray(0, w.at),
    rows: filled.rows,
    last: reader.selection.order.kind === 'key' ? filled.last : null,
    rejects: filled.rejects,
    release() {
      if (held) pool.give(w)
      held = false
    },
  }
}

function poolsOf(): (bytes: number) => WriterPool {
  const pools = new Map<number, WriterPool>()
  return (bytes) => {
    const pool = pools.get(bytes) ?? new WriterPool(bytes)
    pools.set(bytes, pool)
    return pool
  }
}

/** Buffers of batches that were released. One that grew far over its size for a long row is not kept. */
class WriterPool {
  private readonly free: ByteWriter[] = []
  private readonly size: number

  constructor(bytes: number) {
    this.size = Math.min(bytes, 64 * 1024 * 1024) + 65_536
  }

  take(): ByteWriter {
    return this.free.pop() ?? new ByteWriter(this.size)
  }

  give(w: ByteWriter): void {
    if (w.bytes.length <= this.size * 2 && this.free.length < 3) this.free.push(w)
  }
}
