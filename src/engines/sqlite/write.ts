/**
 * Rows into a table: prepared INSERTs of many rows, one transaction per chunk with its mark. SQLite has one writer; a transaction is
 * begun as a writer, so that waiting for the lock happens before the first row.
 */
import type { SQLInputValue, StatementSync } from 'node:sqlite'
import { CellError } from '../../core/cell-error.ts'
import type { RowSink, SinkOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type KeyRange, listedKeys } from '../../core/key.ts'
import type { Mark, RejectRecord } from '../../core/ledger.ts'
import type { Table } from '../../core/schema.ts'
import { markStatement, rejectStatements } from '../../core/sql-ledger.ts'
import { type FieldBinder, fieldBinder } from './bind.ts'
import { InvalidText } from './cell.ts'
import { failure } from './failure.ts'
import type { Handle } from './handle.ts'
import { ledgerDialect } from './ledger.ts'
import { literal, quote } from './literal.ts'
import { oneOf } from './selection.ts'
import { type Aside, triggersAside } from './triggers-aside.ts'
import { affinity } from './types.ts'

/** Parameters of one statement: beyond this, more rows in it gain nothing. */
const PARAMETERS = 200
const SAVEPOINT = 'naru_rows'
const SKIPPED = 'a trigger of the table left the row out'

interface Loader {
  readonly many: StatementSync
  readonly one: StatementSync
  readonly rowsAtOnce: number
  readonly binders: readonly FieldBinder[]
  /** For rows with text that is no UTF-8: such a value is bound as bytes and cast. */
  odd(values: readonly (SQLInputValue | InvalidText)[]): void
}

/** The sink of a table. The file is made and set up now. */
export function openSink(handle: Handle, table: Table, columns: readonly WireColumn[], o: SinkOptions): RowSink {
  const db = handle.writable()
  let aside: Aside | null = null
  const exec = (sql: string, what: string) => {
    try {
      db.exec(sql)
    } catch (error) {
      throw failure(error, what)
    } finally {
      handle.busy = db.isTransaction
    }
  }
  const rollback = async () => {
    if (db.isTransaction) exec('ROLLBACK', 'the chunk could not be taken back')
  }
  let loader: Loader | undefined
  return {
    atomic: true,
    async begin() {
      loader ??= openLoader(handle, table, columns)
      await handle.patient('another program is writing to this file', () => db.exec('BEGIN IMMEDIATE'))
      handle.busy = true
      aside = o.existing ? triggersAside(db, table.name) : null
      if (aside !== null) exec(aside.drop, `the triggers of ${table.name.name} could not be set aside`)
    },
    async rows(bytes, rows, o) {
      loader ??= openLoader(handle, table, columns)
      if (o.savepoint) exec(`SAVEPOINT ${SAVEPOINT}`, 'no savepoint')
      try {
        load(loader, bytes, rows)
      } catch (error) {
        if (o.savepoint && db.isTransaction)
          exec(`ROLLBACK TO ${SAVEPOINT}; RELEASE ${SAVEPOINT}`, 'no way back to the savepoint')
        throw refusal(error, table)
      }
      if (o.savepoint) exec(`RELEASE ${SAVEPOINT}`, 'the savepoint cannot be released')
    },
    async mark(mark, rejects) {
      storeMark(handle, mark, rejects)
    },
    async commit() {
      if (aside !== null) exec(aside.create, `the triggers of ${table.name.name} could not be made again`)
      exec('COMMIT', 'the chunk could not be committed')
    },
    rollback,
    async clear() {
      // Rows and mark are atomic: a unit that is continued has no row beyond its mark.
    },
    async empty(range, key) {
      exec(`DELETE FROM ${quote(table.name.name)}${rangeWhere(range, key)}`, `${table.name.name} could not be emptied`)
    },
    [Symbol.asyncDispose]: rollback,
  }
}

function rangeWhere(range: KeyRange, key: readonly string[] | null): string {
  if (range.kind !== 'key' || key === null) return ''
  const row = (parts: readonly string[]) => (parts.length === 1 ? parts[0] : `(${parts.join(', ')})`)
  const columns = row(key.map(quote))
  const bounds = [
    ...(range.after === null ? [] : [`${columns} > ${row(range.after.map(literal))}`]),
    ...(range.upto === null ? [] : [`${columns} <= ${row(range.upto.map(literal))}`]),
  ]
  const listed = listedKeys(range)
  if (listed !== null) bounds.push(oneOf(key, listed))
  return bounds.length === 0 ? '' : ` WHERE ${bounds.join(' AND ')}`
}

function refusal(error: unknown, table: Table): NaruError {
  if (error instanceof CellError)
    return new NaruError('ROW_REFUSED', error.message, { why: error.message, cause: error })
  return failure(error, `${table.name.name} refused a row`)
}

function openLoader(handle: Handle, table: Table, columns: readonly WireColumn[]): Loader {
  const rowsAtOnce = Math.max(1, Math.floor(PARAMETERS / Math.max(1, columns.length)))
  // OR ABORT: a table's own ON CONFLICT IGNORE or REPLACE would drop rows without a word.
  const insert = `INSERT OR ABORT INTO ${quote(table.name.name)} (${columns.map((c) => quote(c.name)).join(', ')}) VALUES `
  const row = `(${columns.map(() => '?').join(', ')})`
  const cast = `(${columns.map(() => 'CASE WHEN ? THEN CAST(? AS TEXT) ELSE ? END').join(', ')})`
  let odd: StatementSync | undefined
  try {
    return {
      many: inserting(handle, insert + new Array(rowsAtOnce).fill(row).join(', ')),
      one: inserting(handle, insert + row),
      rowsAtOnce,
      binders: columns.map((c) => fieldBinder(c.wire, affinity(c.column.type.native))),
      odd(values) {
        odd ??= inserting(handle, insert + cast)
        const params = values.flatMap((v): SQLInputValue[] =>
          v instanceof InvalidText ? [1, v.bytes, null] : [0, null, v],
        )
        if (Number(odd.run(...params).changes) !== 1) throw new CellError(SKIPPED)
      },
    }
  } catch (error) {
    throw failure(error, `cannot write to ${table.name.name}`)
  }
}

/** A statement tells the last rowid, which may be beyond what a number holds: node:sqlite would throw once the rows are in. */
function inserting(handle: Handle, sql: string): StatementSync {
  const statement = handle.prepare(sql)
  statement.setReadBigInts(true)
  return statement
}

/** Decodes and inserts whole rows, in order. */
function load(loader: Loader, bytes: Uint8Array, rows: number): void {
  const { binders, rowsAtOnce, many, one } = loader
  const values: (SQLInputValue | InvalidText)[] = []
  const reader = new TupleReader(bytes, binders)
  let left = rows
  while (left > 0) {
    const count = left >= rowsAtOnce ? rowsAtOnce : 1
    values.length = 0
    for (let i = 0; i < count; i++) reader.into(values)
    left -= count
    if (reader.odd) insertOneByOne(loader, values)
    else if (Number((count === 1 ? one : many).run(...(values as SQLInputValue[])).changes) !== count)
      throw new CellError(SKIPPED)
    reader.odd = false
  }
}

function insertOneByOne(loader: Loader, values: readonly (SQLInputValue | InvalidText)[]): void {
  const width = loader.binders.length
  for (let i = 0; i < values.length; i += width) loader.odd(values.slice(i, i + width))
}

/** Walks over tuples. */
class TupleReader {
  /** A value was text that is no UTF-8. */
  odd = false
  private at = 0
  private readonly bytes: Uint8Array
  private readonly binders: readonly FieldBinder[]

  constructor(bytes: Uint8Array, binders: readonly FieldBinder[]) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.binders = binders
  }

  /** Appends the values of the next tuple. */
  into(values: (SQLInputValue | InvalidText)[]): void {
    const { bytes, binders } = this
    let at = this.at + 2
    for (let i = 0; i < binders.length; i++) {
      const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
      at += 4
      if (length < 0) {
        values.push(null)
        continue
      }
      const value = binders[i](bytes, at, at + length)
      if (value instanceof InvalidText) this.odd = true
      values.push(value)
      at += length
    }
    this.at = at
  }
}

function storeMark(handle: Handle, mark: Mark, rejects: readonly RejectRecord[]): void {
  let stored: number | bigint
  try {
    stored = handle.prepare(markStatement(ledgerDialect, mark)).run().changes
    for (const sql of rejectStatements(ledgerDialect, mark, rejects)) handle.db().exec(sql)
  } catch (error) {
    throw failure(error, 'the mark could not be stored')
  }
  if (Number(stored) === 1) return
  throw new NaruError(
    'MARK_OUT_OF_ORDER',
    `chunk ${mark.seq} of unit ${mark.unit} does not follow the last one on the target`,
    {
      state: 'the chunk was not written',
    },
  )
}
