/**
 * The catalogue speaks utf8mb3: characters beyond the basic plane in enum labels and defaults, and bytes in defaults of binary columns,
 * are printed as `?`. The true ones are asked of the server in other ways.
 */
import type { Column, LogicalType, Table } from '../../core/schema.ts'
import { quote } from './literal.ts'
import { labelList, nativeName, parseType } from './native.ts'
import { asText, type Statements } from './query.ts'

/** The table with what `?` stands for put right. */
export async function repairTable(q: Statements, table: Table): Promise<Table> {
  const named: Column[] = []
  for (const column of table.columns) named.push(await repairLabels(q, table, column))
  const doubtful = named.filter(doubtfulDefault)
  if (doubtful.length === 0) return { ...table, columns: named }
  const list = doubtful.map((c, i) => `hex(${inUtf8(c, `default(t.${quote(c.name)})`)}) AS c${i}`).join(', ')
  // DEFAULT() answers also where the outer join finds no row.
  const [row] = await q.query(`SELECT ${list} FROM (SELECT 1 AS one) o LEFT JOIN ${quote(table.name.name)} t ON false`)
  const values = new Map(doubtful.map((c, i) => [c.name, asText(row[`c${i}`])]))
  return { ...table, columns: named.map((c) => withDefault(c, values.get(c.name))) }
}

const isBytes = (l: LogicalType): boolean => l.kind === 'bytes'

function inUtf8(column: Column, expression: string): string {
  return isBytes(column.type.logical) ? expression : `convert(${expression} USING utf8mb4)`
}

function doubtfulDefault(column: Column): boolean {
  const { default: value, type } = column
  if (value?.kind !== 'value') return false
  return isBytes(type.logical) || value.text.includes('?')
}

function withDefault(column: Column, hex: string | null | undefined): Column {
  if (hex === null || hex === undefined) return column
  const text = isBytes(column.type.logical) ? hex.toLowerCase() : Buffer.from(hex, 'hex').toString('utf8')
  return { ...column, default: { kind: 'value', text } }
}

/** Labels that rows use are told by the rows; one that no row uses stays as it was printed. */
async function repairLabels(q: Statements, table: Table, column: Column): Promise<Column> {
  const { logical } = column.type
  if (logical.kind !== 'enum' || column.generated || !logical.values.some((v) => v.includes('?'))) return column
  const name = quote(column.name)
  const rows = await q.query(
    `SELECT DISTINCT ${name} + 0 AS n, ${name} AS v FROM ${quote(table.name.name)} WHERE ${name} + 0 > 0`,
  )
  const values = logical.values.map((v, i) => asText(rows.find((r) => Number(r.n) === i + 1)?.v) ?? v)
  return { ...column, type: parseType(`${nativeName(column.type.native)}(${labelList(values)})`) }
}
