/** Values of a column, page by page: each page is read whole before it is handed out, so the connection is free for the ledger between. */
import type { Database, Row, Value } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { type AddressColumn, columnLabel, distinctSql, pageSql, rowKey } from './column-sql.ts'

/** A row with an address, or with a text that holds some. */
export interface AddressRow {
  /** Of the table's key; empty where it has none. */
  readonly key: readonly Value[]
  readonly value: string
}

const PAGE = 1000

/** A value as text. Throws ROW_REFUSED for bytes that are no UTF-8. */
function textOf(value: Value, label: string): string {
  if (!(value instanceof Uint8Array)) return String(value)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
  } catch (error) {
    throw new NaruError('ROW_REFUSED', `${label} holds bytes that are no UTF-8`, { cause: error })
  }
}

/** The key of a row that was read with columns k0, k1 …. */
export function keyOf(row: Row, length: number): Value[] {
  return Array.from({ length }, (_, i) => row[`k${i}`])
}

/** Rows of a table with a value in the column, in key order; of a table without a key, its distinct values. */
export async function* columnPages(db: Database, c: AddressColumn): AsyncGenerator<readonly AddressRow[]> {
  const d = db.engine.dialect
  const key = rowKey(c.table)
  const label = columnLabel(c.table.name, c.column.name)
  let last: AddressRow | null = null
  for (;;) {
    const after: AddressRow | null = last
    const sql: string =
      key === null ? distinctSql(d, c, after?.value ?? null, PAGE) : pageSql(d, c, key, after?.key ?? null, PAGE)
    const rows: readonly AddressRow[] = (await db.query(sql)).map((row) => ({
      key: keyOf(row, key?.length ?? 0),
      value: textOf(row.v, label),
    }))
    if (rows.length > 0) yield rows
    if (rows.length < PAGE) return
    last = rows[rows.length - 1]
  }
}

/**
 * Each distinct address of a column of text, by keyset inside the database (equal only where the bytes are). For collecting what a copy
 * has to move.
 */
export async function* columnAddresses(db: Database, c: AddressColumn): AsyncGenerator<string> {
  const label = columnLabel(c.table.name, c.column.name)
  let last: string | null = null
  for (;;) {
    const sql: string = distinctSql(db.engine.dialect, c, last, PAGE)
    const values: readonly string[] = (await db.query(sql)).map((row) => textOf(row.v, label))
    yield* values
    if (values.length < PAGE) return
    last = values[values.length - 1]
  }
}
