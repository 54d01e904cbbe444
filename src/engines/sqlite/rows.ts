/**
 * Rows of a range, one after the other. Short rows come in pages (`all`: a fifth cheaper than stepping through a cursor), rows that
 * may be long one by one, so that memory stays flat. Integers beyond 2^53 turn the reading to bigints where they are met.
 */
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { isUtf8 } from '../../core/encode.ts'
import { NaruError } from '../../core/error.ts'
import type { Key } from '../../core/key.ts'
import { type Cell, InvalidText } from './cell.ts'
import { shown } from './encode.ts'
import { failure } from './failure.ts'
import type { Handle } from './handle.ts'
import { limitsOf } from './runtime.ts'
import { keyValue, type Selection } from './selection.ts'

/** A row: its columns, then columns that are there for the key. */
export type Row = Cell[]

export interface Rows {
  /** The next row, or undefined at the end. */
  next(): Row | undefined
  /** True once a text with a NUL character was among the rows (only where this Node cuts such text). */
  readonly flagged: boolean
  close(): void
}

export interface RowsOptions {
  readonly form: 'plain' | 'flagged'
  readonly bigints: boolean
  readonly after: Key | null
  readonly upto: Key | null
}

/** Rows of a page: enough to make the cost of a statement small. */
const PAGE_ROWS = 250
/** A longer value ends the reading in pages: 250 of these are 8 MB. */
const LONG = 32_768
/** SQLITE_TOOBIG */
const TOO_BIG = 18

function statement(handle: Handle, sql: string, bigints: boolean): StatementSync {
  const prepared = handle.prepare(sql)
  prepared.setReturnArrays(true)
  prepared.setReadBigInts(bigints)
  return prepared
}

function isTooLarge(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_OUT_OF_RANGE'
}

/** The key of a row, by the selection's order. */
export function keyOf(selection: Selection, row: Row): Key {
  return selection.keyAt.map((at, i) => {
    const value = row[at]
    if (value instanceof InvalidText) throw badKey(selection, i, value)
    return keyValue(value)
  })
}

function badKey({ table, order }: Selection, at: number, value: InvalidText): NaruError {
  const [name, column] = [table, order.columns[at]].map((quoted) => quoted.slice(1, -1).replaceAll('""', '"'))
  const own = /^\w+$/.test(column) ? column : `[${column}]`
  const bytes = Buffer.from(value.bytes).toString('hex')
  const flags = `--cast '${name}.${column}=text' --policy 'INVALID_UTF8:${name}.${column}=replace'`
  return new NaruError(
    'VALUE_UNFIT',
    `a key in ${name}.${column} is no text, and rows are read in the order of that key`,
    {
      why: shown(value),
      hint: `Have it replaced: ${flags}. Or leave the row out: --where "${name}=CAST(${own} AS BLOB) <> x'${bytes}'". Or mend it in the source.`,
    },
  )
}

/** node:sqlite puts U+FFFD in place of bytes that are no UTF-8: reading must not go on after such a key as if it were the stored one. */
function isDoubtful(key: Key): boolean {
  return key.some((value) => typeof value === 'string' && value.includes('\ufffd'))
}

/** Rows in pages. The order must be a key or the rowid. After a doubtful key the rest comes the long way. */
export function pagedRows(handle: Handle, selection: Selection, o: RowsOptions): Rows {
  let rest: Rows | null = null
  const upto = o.upto ?? []
  const sql = (after: boolean) => selection.page(o.form, after, o.upto !== null, true)
  let bigints = o.bigints
  let after = o.after
  let first = statement(handle, sql(after !== null), bigints)
  let following = after !== null ? first : null
  let page: Row[] = []
  let at = 0
  let ended = false
  let flagged = false
  const read = (): Row[] | null => {
    if (after !== null) following ??= statement(handle, sql(true), bigints)
    const chosen = following ?? first
    const params = [...((after ?? []) as SQLInputValue[]), ...(upto as SQLInputValue[]), PAGE_ROWS]
    const limits = limitsOf(handle.db())
    if (limits !== undefined) limits.length = LONG
    try {
      return chosen.all(...params) as unknown as Row[]
    } catch (error) {
      if ((error as { errcode?: number }).errcode === TOO_BIG) return null
      if (bigints || !isTooLarge(error)) throw failure(error, 'reading failed')
      bigints = true
      first = statement(handle, sql(o.after !== null), bigints)
      following = null
      return read()
    } finally {
      if (limits !== undefined) limits.length = Number.POSITIVE_INFINITY
    }
  }
  return {
    get flagged() {
      return flagged || (rest?.flagged ?? false)
    },
    next() {
      if (rest !== null) return rest.next()
      if (at === page.length) {
        if (ended) return undefined
        const more = read()
        if (more === null) {
          rest = streamedRows(handle, selection, { ...o, after })
          return rest.next()
        }
        page = more
        at = 0
        ended = page.length < PAGE_ROWS
        if (page.length === 0) return undefined
        const last = keyOf(selection, page[page.length - 1])
        if (isDoubtful(last)) {
          rest = exactRows(handle, selection, { after, upto: o.upto }, encodingOf(handle))
          return rest.next()
        }
        after = last
        if (o.form === 'flagged')
          flagged ||= page.some((row) => row[row.length - 1] === 1 || row[row.length - 1] === 1n)
      }
      return page[at++]
    },
    close() {
      rest?.close()
    },
  }
}

/** A cursor's rows. Asked again after its end, an iterator of Node 22 would begin anew. */
function cursor(handle: Handle, sql: string, params: readonly SQLInputValue[]) {
  const iterator = statement(handle, sql, true).iterate(...params) as unknown as Iterator<Row>
  let ended = false
  return {
    next(): Row | undefined {
      if (ended) return undefined
      try {
        const result = iterator.next()
        ended = result.done === true
        return result.done ? undefined : result.value
      } catch (error) {
        throw failure(error, 'reading failed')
      }
    },
    close() {
      if (!ended) iterator.return?.()
      ended = true
    },
  }
}

/** Rows from one cursor. */
export function streamedRows(handle: Handle, selection: Selection, o: RowsOptions): Rows {
  const sql = selection.page(o.form, o.after !== null, o.upto !== null, false)
  const rows = cursor(handle, sql, [...(o.after ?? []), ...(o.upto ?? [])] as SQLInputValue[])
  let flagged = false
  return {
    get flagged() {
      return flagged
    },
    next() {
      const row = rows.next()
      if (o.form === 'flagged' && row !== undefined) flagged ||= row[row.length - 1] === 1n
      return row
    },
    close: rows.close,
  }
}

/** How the file keeps text: UTF-8, UTF-16le or UTF-16be. */
export function encodingOf(handle: Handle): string {
  return String(handle.prepare('PRAGMA encoding').get()?.encoding)
}

/** Rows read the long way: text as bytes, so that neither NUL characters nor invalid UTF-8 are changed by node:sqlite. */
export function exactRows(
  handle: Handle,
  selection: Selection,
  o: Omit<RowsOptions, 'form' | 'bigints'>,
  encoding: string,
): Rows {
  const sql = selection.page('exact', o.after !== null, o.upto !== null, false)
  const rows = cursor(handle, sql, [...(o.after ?? []), ...(o.upto ?? [])] as SQLInputValue[])
  return {
    flagged: false,
    next() {
      const pairs = rows.next()
      return pairs === undefined ? undefined : unpack(pairs, encoding)
    },
    close: rows.close,
  }
}

function unpack(pairs: Row, encoding: string): Row {
  const row: Row = new Array(pairs.length / 2)
  for (let i = 0; i < row.length; i++) {
    const value = pairs[2 * i + 1]
    row[i] = pairs[2 * i] === 'text' && value instanceof Uint8Array ? textOf(value, encoding) : value
  }
  return row
}

function textOf(bytes: Uint8Array, encoding: string): string | InvalidText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (encoding === 'UTF-8')
    return isUtf8(bytes, 0, bytes.length) ? buffer.toString('utf8') : new InvalidText(bytes, encoding)
  const text = (encoding === 'UTF-16be' ? Buffer.from(buffer).swap16() : buffer).toString('utf16le')
  return text.isWellFormed() ? text : new InvalidText(bytes, encoding)
}
