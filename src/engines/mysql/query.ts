/** Statements over the text protocol: for catalogues, counts, DDL and the ledger. Rows of tables do not come this way. */
import type { Connection } from 'mysql2'
import type { Row, Value } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type Field, type Outcome, runText } from './driver.ts'
import { queryError } from './errors.ts'
import { literal } from './literal.ts'
import { fieldKind, TYPE } from './protocol.ts'

/** The statements of one connection. */
export interface Statements {
  query(sql: string, params?: readonly Value[]): Promise<Row[]>
  execute(sql: string): Promise<void>
  /** Several statements in one round trip; the rows of each. One that fails, fails all. */
  batch(sqls: readonly string[]): Promise<Row[][]>
  /** For statements without rows. */
  run(sql: string): Promise<Outcome>
}

/** The statements of a connection; errors are NaruErrors. */
export function statements(connection: Connection): Statements {
  const send = async (sql: string) => {
    try {
      return await runText(connection, sql)
    } catch (error) {
      throw queryError(error)
    }
  }
  return {
    async query(sql, params = []) {
      const { rows, fields } = await send(params.length === 0 ? sql : bind(sql, params))
      return fields === undefined || !Array.isArray(rows) ? [] : rows.map((r) => readRow(fields, r))
    },
    async execute(sql) {
      await send(sql)
    },
    async batch(sqls) {
      if (sqls.length === 0) return []
      const { rows, fields } = await send(sqls.join(';\n'))
      // One statement alone is answered without a list around its rows.
      const sets = (sqls.length === 1 ? [rows] : rows) as readonly (readonly (Buffer | null)[][])[]
      const heads = (sqls.length === 1 ? [fields] : fields) as unknown as readonly (readonly Field[] | undefined)[]
      return sets.map((set, i) => set.map((r) => readRow(heads[i] ?? [], r)))
    },
    async run(sql) {
      return (await send(sql)).rows as Outcome
    },
  }
}

/** Puts literals in place of the `?` that stand outside of quotes and comments. */
export function bind(sql: string, params: readonly Value[]): string {
  let used = 0
  const bound = sql.replace(
    /'(?:[^'\\]|''|\\.)*'|"(?:[^"\\]|""|\\.)*"|`(?:[^`]|``)*`|--\s[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|\?/g,
    (found) => (found === '?' ? literal(params[used++] ?? null) : found),
  )
  if (used !== params.length) throw new NaruError('INTERNAL', `${params.length} parameters for ${used} places`)
  return bound
}

function readRow(fields: readonly Field[], raw: readonly (Buffer | null)[]): Row {
  const row: Record<string, Value> = {}
  fields.forEach((field, i) => {
    const bytes = raw[i]
    row[field.name] = bytes === null || bytes === undefined ? null : readValue(field, bytes)
  })
  return row
}

function readValue(field: Field, bytes: Buffer): Value {
  switch (fieldKind(field)) {
    case 'int':
      return field.columnType === TYPE.longlong ? BigInt(bytes.toString('latin1')) : Number(bytes.toString('latin1'))
    case 'float':
      return Number(bytes.toString('latin1'))
    case 'bits':
      return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n)
    case 'bytes':
    case 'geometry':
      return new Uint8Array(bytes)
    default:
      return bytes.toString('utf8')
  }
}

/** A value of a catalogue as text, also where the server sends it as bytes; null stays null. */
export function asText(value: Value | undefined): string | null {
  if (value === null || value === undefined) return null
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value)
}
