/** Rows of a query as naru's values. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { Row, Value } from '../../core/engine.ts'

/** Runs one statement. Integers are numbers as long as a number is exact, else bigints. */
export function selectRows(db: DatabaseSync, sql: string, params: readonly Value[]): Row[] {
  const statement = db.prepare(sql)
  statement.setReadBigInts(true)
  return statement.all(...params.map(input)).map(toRow)
}

function input(value: Value): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : value
}

function toRow(raw: Record<string, unknown>): Row {
  const row: Record<string, Value> = {}
  for (const [name, value] of Object.entries(raw)) {
    row[name] = typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : (value as Value)
  }
  return row
}
