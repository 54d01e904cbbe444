/**
 * Rows into PostgreSQL: COPY FROM STDIN (FORMAT binary) and the mark, in one transaction. A chunk is sent while it is read, as one COPY,
 * for each costs the server about 2 ms beside its rows (measured: 1,000 slots for tuples, memory taken and given back). All its statements
 * go along with its rows, so it takes one round trip. Columns whose binary form belongs to one database (arrays of enums, composites …)
 * arrive in a temporary table as text and are cast on their way into the target.
 */
import type { ChunkStream, RowSink, SinkOptions, WireColumn } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Mark, RejectRecord } from '../../core/ledger.ts'
import type { Table } from '../../core/schema.ts'
import { markStatement, rejectStatements } from '../../core/sql-ledger.ts'
import { columnList, nameLiteral } from './ddl-text.ts'
import { loadError, statementError } from './failure.ts'
import { rangeSql } from './key-sql.ts'
import { ledgerDialect } from './ledger.ts'
import type { ServerError } from './messages.ts'
import { qualified, quote } from './names.ts'
import { fromSql } from './select.ts'
import type { Loading, Outcome, Session } from './session.ts'
import { speaksWire, typeOfWire, wireOf } from './wire-form.ts'

/** How rows get into the table. */
interface Statements {
  /** Statements of one load; the first is the COPY. */
  readonly statements: readonly string[]
  /** Undoes what was made for it. */
  readonly drop?: string
}

function copySql(target: string, columns: readonly WireColumn[]): string {
  const list = columns.length === 0 ? '' : ` ${columnList(columns.map((c) => c.name))}`
  return `COPY ${target}${list} FROM STDIN (FORMAT binary)`
}

/** Whether the column takes the bytes as they come; what files hold of types that only PostgreSQL knows does not. */
function passes(c: WireColumn): boolean {
  return speaksWire(c.column.type) && (wireOf(c.column.type).kind !== 'raw' || c.wire.kind === 'raw')
}

let stages = 0

/** The types that the target's columns have by the server's own account, as this session must spell them. */
async function typesOf(session: Session, table: Table): Promise<Map<string, string>> {
  const rows = await session.query(
    `SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = ${nameLiteral(table.name)}::regclass AND attnum > 0 AND NOT attisdropped`,
  )
  return new Map(rows.map((r) => [String(r.attname), String(r.type)]))
}

async function staged(session: Session, table: Table, columns: readonly WireColumn[]): Promise<Statements> {
  const types = await typesOf(session, table)
  const stage = `pg_temp.naru_stage_${++stages}`
  const made = columns.map((c) => `${quote(c.name)} ${passes(c) ? types.get(c.name) : typeOfWire(c.wire)}`)
  const cast = columns.map((c) => (passes(c) ? quote(c.name) : `${quote(c.name)}::${types.get(c.name)}`))
  await session.execute(`CREATE TEMPORARY TABLE ${stage.slice('pg_temp.'.length)} (${made.join(', ')})`)
  return {
    statements: [
      copySql(stage, columns),
      `INSERT INTO ${qualified(table.name)} ${columnList(columns.map((c) => c.name))} OVERRIDING SYSTEM VALUE SELECT ${cast.join(', ')} FROM ${stage}`,
      `TRUNCATE ${stage}`,
    ],
    drop: `DROP TABLE IF EXISTS ${stage}`,
  }
}

/** Rows and mark go together, so it is enough that both survive or neither; the ledger's own connection waits for the disk. */
function beginning(o: SinkOptions, mayDisable: boolean): string[] {
  const quiet = o.existing && mayDisable ? ['SET LOCAL session_replication_role TO replica'] : []
  return ['BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE', 'SET LOCAL synchronous_commit TO off', ...quiet]
}

const SAVEPOINT = 'naru_rows'

function outOfOrder(mark: Mark, cause: unknown): NaruError {
  return new NaruError(
    'MARK_OUT_OF_ORDER',
    `chunk ${mark.seq} of unit ${mark.unit} does not follow the last one stored`,
    {
      cause,
    },
  )
}

/** The statement of a mark with an error in place of a row where the seq before is not stored: what follows it is then not run. */
function strictMark(mark: Mark): string {
  const insert = `${markStatement(ledgerDialect, mark)} RETURNING 1`
  return `WITH stored AS (${insert}) SELECT CASE count(*) WHEN 1 THEN 1 ELSE ('out of order ' || count(*))::int END FROM stored`
}

/** SQLSTATEs of a mark that is out of order: as `strictMark` has it, and where another naru stored the same seq a moment ago. */
const OUT_OF_ORDER: ReadonlySet<string> = new Set(['22P02', '23505'])

/** A sink for one table on one session. `mayDisable`: triggers and foreign keys can be switched off. */
export async function rowSink(
  session: Session,
  table: Table,
  columns: readonly WireColumn[],
  o: SinkOptions & { readonly mayDisable: boolean },
): Promise<RowSink> {
  const direct = columns.every(passes)
  const load: Statements = direct
    ? { statements: [copySql(qualified(table.name), columns)] }
    : await staged(session, table, columns)
  const begin = beginning(o, o.mayDisable)
  let state: 'idle' | 'pending' | 'open' = 'idle'

  /** Statements with BEGIN in front where the transaction is yet to begin. */
  const opening = (statements: readonly string[]): string => {
    const all = state === 'pending' ? [...begin, ...statements] : statements
    state = 'open'
    return all.join('; ')
  }

  /** The COPY of a chunk that is being read. */
  let running: Loading | null = null
  let marked: Mark | null = null
  const [copy, ...casts] = load.statements
  const before = begin.length + load.statements.length
  const failure = (error: ServerError, sql: string, tags: readonly string[]): NaruError => {
    if (tags.length < before) return loadError(error, sql)
    const known = statementError(error, sql)
    return tags.length === before && marked !== null && OUT_OF_ORDER.has(error.code) ? outOfOrder(marked, known) : known
  }
  const rollback = async () => {
    await running?.end('ROLLBACK').catch(() => {}) // what refused the rows was thrown before
    running = null
    if (state === 'open' && session.transaction !== 'idle') await session.execute('ROLLBACK')
    state = 'idle'
  }
  const stream: ChunkStream = {
    async send(bytes) {
      state = 'open'
      running ??= await session.loading([...begin, copy].join('; '), failure)
      await running.send(bytes)
    },
    async commit(mark, rejects) {
      marked = mark
      const kept = rejectStatements(ledgerDialect, mark, rejects)
      const outcome = running?.end([...casts, strictMark(mark), ...kept, 'COMMIT'].join('; '))
      running = null
      if (outcome === undefined) throw new NaruError('INTERNAL', 'a chunk without rows was to be stored')
      committed(await outcome)
      state = 'idle'
    },
  }

  return {
    atomic: true,
    async begin() {
      if (state === 'idle') state = 'pending'
    },
    async rows(bytes, _rows, { savepoint }) {
      if (!savepoint) {
        await session.load(opening(load.statements), bytes)
        return
      }
      const statements = [`SAVEPOINT ${SAVEPOINT}`, ...load.statements, `RELEASE SAVEPOINT ${SAVEPOINT}`]
      try {
        await session.load(opening(statements), bytes)
      } catch (error) {
        if (session.transaction === 'failed')
          await session.execute(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}; RELEASE SAVEPOINT ${SAVEPOINT}`)
        throw error
      }
    },
    async mark(mark: Mark, rejects: readonly RejectRecord[]) {
      await session.execute(opening([strictMark(mark)])).catch((error: NaruError) => {
        throw OUT_OF_ORDER.has(String(error.details.sqlstate)) ? outOfOrder(mark, error) : error
      })
      const kept = rejectStatements(ledgerDialect, mark, rejects)
      if (kept.length > 0) await session.execute(kept.join('; '))
    },
    async commit() {
      if (state === 'open') committed(await session.execute('COMMIT'))
      state = 'idle'
    },
    ...(session.channel.push !== undefined && { stream }),
    rollback,
    async clear() {
      throw new NaruError('INTERNAL', 'PostgreSQL keeps rows and mark together: nothing is to be cleared')
    },
    async empty(range, key) {
      const columns = (key ?? []).flatMap((name) => table.columns.filter((c) => c.name === name))
      const where = rangeSql(table, columns, range)
      const sql = `DELETE FROM ${fromSql(table)}${where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''}`
      await session.execute(opening([sql]))
    },
    async [Symbol.asyncDispose]() {
      await rollback().catch(() => {})
      if (load.drop !== undefined) await session.execute(load.drop).catch(() => {})
    },
  }
}

/** A COMMIT of a failed transaction is a ROLLBACK that reports success: the tag tells. */
function committed({ tags }: Outcome): void {
  if (tags.at(-1) !== 'COMMIT') throw new NaruError('INTERNAL', 'the transaction of a chunk was rolled back')
}
