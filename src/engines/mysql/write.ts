/** The sink: rows and mark in one transaction. */
import type { Address, RowSink, SinkOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { type Key, type KeyRange, listedKeys } from '../../core/key.ts'
import type { Mark, RejectRecord } from '../../core/ledger.ts'
import type { ObjectName, Table } from '../../core/schema.ts'
import { markStatement, rejectStatements } from '../../core/sql-ledger.ts'
import type { Session } from './connect.ts'
import { rangePredicates, whereSql } from './keyset.ts'
import { ledgerDialect } from './ledger-dialect.ts'
import { literal } from './literal.ts'
import { type RowLoader, rowLoader } from './load.ts'
import type { Stored } from './loading.ts'
import { asText, type Statements } from './query.ts'
import { lower } from './show-create.ts'
import { tableSql } from './table-name.ts'

const SAVEPOINT = 'naru_rows'

/** Opens the sink of a table. Throws TABLE_MISSING. */
export async function tableSink(
  session: Session,
  address: Address,
  q: Statements,
  table: Table,
  columns: readonly WireColumn[],
  o: SinkOptions,
): Promise<RowSink> {
  const stored = await storedColumns(q, o.like ?? table.name)
  if (stored.size === 0) throw new NaruError('TABLE_MISSING', `there is no table ${table.name.name}`)
  const { connection, server } = session
  const loader = rowLoader({ connection, server, statements: q, table, columns, stored, way: wayOf(address) })
  return sink(q, table, loader, await isTransactional(q, o.like ?? table.name))
}

function wayOf({ params }: Address): string | undefined {
  return /^(0|off|false|no)$/i.test(params['local-infile'] ?? '') ? 'insert' : params.load
}

const place = ({ schema, name }: ObjectName): string =>
  `table_schema = ${schema === undefined ? 'database()' : literal(schema)} AND table_name = ${literal(name)}`

async function storedColumns(q: Statements, table: ObjectName): Promise<ReadonlyMap<string, Stored>> {
  const sql = `SELECT column_name, data_type, character_set_name FROM information_schema.columns WHERE ${place(table)}`
  const rows = (await q.query(sql)).map(lower)
  return new Map(
    rows.map((r) => [
      String(asText(r.column_name)).toLowerCase(),
      { dataType: String(asText(r.data_type)).toLowerCase(), charset: asText(r.character_set_name) },
    ]),
  )
}

/** Whether a table's storage engine has transactions. */
export async function isTransactional(q: Statements, table: ObjectName): Promise<boolean> {
  const sql = `SELECT e.transactions FROM information_schema.tables t JOIN information_schema.engines e ON e.engine = t.engine WHERE ${place(table)}`
  const [row] = (await q.query(sql)).map(lower)
  return asText(row?.transactions) === 'YES'
}

function sink(q: Statements, table: Table, loader: RowLoader, atomic: boolean): RowSink {
  let open = false
  const end = async (sql: string) => {
    open = false
    await q.execute(sql)
  }
  return {
    atomic,
    async begin() {
      await q.execute('START TRANSACTION')
      open = true
    },
    rows: (bytes, rows, o) =>
      o.savepoint ? withSavepoint(q, () => loader.store(bytes, rows)) : loader.store(bytes, rows),
    mark: (mark, rejects) => storeMark(q, mark, rejects),
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
    clear: (range, after) => clear(q, table, range, after),
    async empty(range, key) {
      const columns = (key ?? []).flatMap((name) => table.columns.filter((c) => c.name === name))
      await q.execute(`DELETE FROM ${tableSql(table.name)}${whereSql(rangePredicates(columns, range))}`)
    },
    async [Symbol.asyncDispose]() {
      // The connection may be gone; then the server has rolled back by itself.
      if (open) await end('ROLLBACK').catch(() => {})
      await loader[Symbol.asyncDispose]()
    },
  }
}

async function withSavepoint(q: Statements, work: () => Promise<void>): Promise<void> {
  await q.execute(`SAVEPOINT ${SAVEPOINT}`)
  try {
    await work()
  } catch (error) {
    if (error instanceof NaruError && error.code === 'ROW_REFUSED')
      await q.execute(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`)
    throw error
  }
  await q.execute(`RELEASE SAVEPOINT ${SAVEPOINT}`)
}

async function storeMark(q: Statements, mark: Mark, rejects: readonly RejectRecord[]): Promise<void> {
  if ((await markRow(q, mark)) !== 1) throw outOfOrder(mark)
  for (const sql of rejectStatements(ledgerDialect, mark, rejects)) await q.execute(sql)
}

/** Two writers of one mark at the same moment meet at its primary key. */
async function markRow(q: Statements, mark: Mark): Promise<number> {
  try {
    return (await q.run(markStatement(ledgerDialect, mark))).affectedRows
  } catch (error) {
    if (error instanceof NaruError && error.details.errno === 1062) throw outOfOrder(mark)
    throw error
  }
}

function outOfOrder(mark: Mark): NaruError {
  return new NaruError(
    'MARK_OUT_OF_ORDER',
    `chunk ${mark.seq} of unit ${mark.unit} does not follow the last one on the target`,
  )
}

async function clear(q: Statements, table: Table, range: KeyRange, after: Key | null): Promise<void> {
  const names = table.primaryKey?.columns ?? table.uniques[0]?.columns ?? []
  const columns = names.flatMap((n) => table.columns.filter((c) => c.name === n))
  const rest: KeyRange = range.kind === 'key' && after !== null ? { ...range, after } : range
  const ends = rest.kind === 'key' ? [rest.after, rest.upto, ...(listedKeys(rest)?.slice(0, 1) ?? [])] : []
  if (ends.some((k) => k !== null && k.length !== columns.length)) {
    throw new NaruError('UNSUPPORTED', `${table.name.name} has no key that its rows could be cleared by`, {
      why: 'its storage engine has no transactions, so an interrupted unit must be emptied before it is written again',
      hint: 'Copy this table again with --redo, or give it the engine InnoDB.',
    })
  }
  await q.execute(`DELETE FROM ${tableSql(table.name)}${whereSql(rangePredicates(columns, rest))}`)
}
