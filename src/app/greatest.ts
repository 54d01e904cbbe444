/** How far the numbers of a column have come. */
import type { Database } from '../core/engine.ts'
import type { ObjectName } from '../core/schema.ts'

/** The greatest number in a column, 0 where there is none. Throws what the database throws. */
export async function greatest(db: Database, table: ObjectName, column: string): Promise<bigint> {
  const d = db.engine.dialect
  const [row] = await db.query(`SELECT max(${d.quote(column)}) AS n FROM ${d.table(table)}`)
  return row.n === null ? 0n : BigInt(String(row.n))
}
