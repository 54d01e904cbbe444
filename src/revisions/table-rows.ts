/** Rows of a whole table in the order of its key, some at a time, so that memory does not grow with the table. */
import type { Database, Row, Value } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { RowsOptions, SqlFragment } from '../core/revision.ts'
import type { Family } from '../schema/sql-body.ts'

interface Reading {
  readonly database: Database
  readonly family: Family
  readonly query: (sql: string, params: readonly Value[]) => Promise<readonly Row[]>
}

/** What the rows are put in order by. */
interface TableKey {
  /** Expressions whose values are unique together and never NULL. */
  readonly order: readonly { readonly sql: string; readonly exact: boolean }[]
  /** Names of the key's columns. */
  readonly columns: readonly string[]
}

const BATCH = 1000

/** Names of the selected key values; taken out of the rows again. */
const keyName = (i: number) => `naru_key_${i}`

function keyless(table: string, why: string): NaruError {
  return new NaruError('USAGE', `rows of ${table} cannot be read in order`, {
    why,
    hint: 'Read them by a statement of your own.',
  })
}

async function postgresKey(r: Reading, table: string): Promise<TableKey> {
  const { quote, literal } = r.database.engine.dialect
  const found = await r.query(
    `SELECT a.attname::text AS name FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = ${literal(table)}::regclass AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    [],
  )
  const columns = found.map((row) => String(row.name))
  return { columns, order: columns.map((name) => ({ sql: quote(name), exact: false })) }
}

/** Labels are ordered by their numbers; numbers are compared as numbers, which a quoted literal would not be. */
function mysqlOrder(name: string, type: string, table: string): TableKey['order'][number] {
  if (/^float/i.test(type)) throw keyless(table, 'a key of type FLOAT cannot be compared exactly')
  if (/^(?:enum|set)\b/i.test(type)) return { sql: `${name} + 0`, exact: true }
  return { sql: name, exact: /^(?:decimal|double)/i.test(type) }
}

async function mysqlKey(r: Reading, table: string): Promise<TableKey> {
  const { quote } = r.database.engine.dialect
  const keys = await r.query(`SHOW KEYS FROM ${table} WHERE Key_name = 'PRIMARY'`, [])
  const types = await r.query(`SHOW COLUMNS FROM ${table}`, [])
  const typeOf = new Map(types.map((row) => [String(row.Field), asText(row.Type)]))
  const sorted = [...keys].sort((a, b) => Number(a.Seq_in_index) - Number(b.Seq_in_index))
  const columns = sorted.map((row) => String(row.Column_name))
  return { columns, order: columns.map((name) => mysqlOrder(quote(name), typeOf.get(name) ?? '', table)) }
}

const asText = (value: Value | undefined) =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value ?? '')

/** A key of SQLite may hold NULL, a rowid may not. */
async function sqliteKey(r: Reading, bare: string): Promise<TableKey> {
  const { quote, literal } = r.database.engine.dialect
  const info = await r.query(`SELECT name, pk FROM pragma_table_xinfo(${literal(bare)})`, [])
  const columns = info
    .filter((row) => Number(row.pk) > 0)
    .sort((a, b) => Number(a.pk) - Number(b.pk))
    .map((row) => String(row.name))
  const taken = new Set(info.map((row) => String(row.name).toLowerCase()))
  const rowid = ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name))
  const [list] = await r.query(`SELECT wr FROM pragma_table_list WHERE name = ${literal(bare)} COLLATE NOCASE`, [])
  if (Number(list?.wr ?? 0) === 0 && rowid !== undefined) return { columns, order: [{ sql: rowid, exact: false }] }
  return { columns, order: columns.map((name) => ({ sql: quote(name), exact: false })) }
}

/** The last part of a quoted name, as it is stored. */
function bareName(table: string | SqlFragment): string {
  if (typeof table === 'string') return table
  const last = /"((?:[^"]|"")*)"\s*$/.exec(table.fragment)
  return last === null ? table.fragment : last[1].replaceAll('""', '"')
}

function keyOf(r: Reading, table: string | SqlFragment, quoted: string): Promise<TableKey> {
  if (r.family === 'postgres') return postgresKey(r, quoted)
  return r.family === 'mysql' ? mysqlKey(r, quoted) : sqliteKey(r, bareName(table))
}

/** Places or literals for the values of a key, each time it is named. */
function binder(r: Reading, key: TableKey, last: readonly Value[], params: Value[]): (i: number) => string {
  const { literal } = r.database.engine.dialect
  return (i) => {
    const value = last[i]
    if (r.family === 'mysql') return key.order[i].exact ? asText(value) : literal(value)
    params.push(value)
    return r.family === 'postgres' ? `$${params.length}` : `?${params.length}`
  }
}

/** `a >= 1 AND (a > 1 OR (a = 1 AND b > 2))`: the first part is what an index is searched by. */
function beyond(key: TableKey, value: (i: number) => string): string {
  const terms = key.order.map(({ sql }, i) => {
    const before = key.order.slice(0, i).map((k, n) => `${k.sql} = ${value(n)}`)
    return `(${[...before, `${sql} > ${value(i)}`].join(' AND ')})`
  })
  return terms.length === 1 ? terms[0] : `${key.order[0].sql} >= ${value(0)} AND (${terms.join(' OR ')})`
}

function selectSql(r: Reading, s: { table: string; key: TableKey; o: RowsOptions; last: readonly Value[] | null }) {
  const { quote } = r.database.engine.dialect
  const names = s.o.columns === undefined ? null : [...new Set([...s.key.columns, ...s.o.columns])].map(quote)
  const own = names?.join(', ') ?? (r.family === 'mysql' ? `${s.table}.*` : '*')
  const keys = s.key.order.map(({ sql }, i) => `${sql} AS ${keyName(i)}`)
  const params: Value[] = []
  const after = s.last === null ? [] : [beyond(s.key, binder(r, s.key, s.last, params))]
  const where = [...(s.o.where === undefined ? [] : [s.o.where.fragment]), ...after].map((p) => `(${p})`)
  const order = s.key.order.map(({ sql }) => sql).join(', ')
  const sql = `SELECT ${own}, ${keys.join(', ')} FROM ${s.table}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`} ORDER BY ${order} LIMIT ${s.o.batch ?? BATCH}`
  return { sql, params }
}

function withoutKeys(row: Row, count: number): Row {
  const hidden = new Set(Array.from({ length: count }, (_, i) => keyName(i)))
  return Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.has(name)))
}

/** The rows of a table in batches, by its primary key (SQLite: by rowid where there is one). Throws USAGE where it has no key. */
export async function* tableRows(
  r: Reading,
  table: string | SqlFragment,
  o: RowsOptions,
): AsyncGenerator<readonly Row[]> {
  const quoted = typeof table === 'string' ? r.database.engine.dialect.quote(table) : table.fragment
  const key = await keyOf(r, table, quoted)
  if (key.order.length === 0) throw keyless(quoted, 'the table has no primary key')
  let last: readonly Value[] | null = null
  for (;;) {
    const { sql, params } = selectSql(r, { table: quoted, key, o, last })
    const rows: readonly Row[] = await r.query(sql, params)
    const end = rows.at(-1)
    if (end === undefined) return
    last = key.order.map((_, i) => end[keyName(i)])
    yield rows.map((row) => withoutKeys(row, key.order.length))
    if (rows.length < (o.batch ?? BATCH)) return
  }
}
