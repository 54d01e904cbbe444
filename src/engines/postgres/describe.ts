/** The types of a query's columns, as the server tells them with a result. */
import type { ColumnType } from '../../core/schema.ts'
import type { Session } from './session.ts'
import { parseType } from './types.ts'

/** Types of the columns of a SELECT, in order; no row is read. Throws QUERY_FAILED. */
export async function describeQuery(session: Session, sql: string): Promise<ColumnType[]> {
  const { columns } = await session.execute(`${sql} LIMIT 0`)
  if (columns.length === 0) return []
  const names = columns.map((c) => `format_type(${c.oid}, ${c.modifier})`)
  const [row] = await session.query(`SELECT ${names.map((n, i) => `${n} AS t${i}`).join(', ')}`)
  return columns.map((_, i) => parseType(String(row[`t${i}`])))
}
