/** The ledger over SQL, the same statements for every engine; only names, literals and three type names differ. */

import type { Row, Value } from './engine.ts'
import { parseKey, parseRange, serializeKey, serializeRange } from './key.ts'
import type { Ledger, Mark, RejectRecord, RunRecord, UnitRecord } from './ledger.ts'
import type { ObjectName } from './schema.ts'

/** What an engine gives for its ledger. */
export interface LedgerDialect {
  /** Quoted name of a ledger table: run, unit, mark, reject, step, file → `naru_run` … */
  name(table: string): string
  literal(value: Value): string
  /** Types for long text, keys of up to 255 characters, 64-bit integers, bytes. */
  readonly types: { readonly text: string; readonly key: string; readonly big: string; readonly blob: string }
  /** Statements before the first table (CREATE SCHEMA). */
  readonly before: readonly string[]
  /** After CREATE TABLE (…): ` ENGINE=InnoDB …`. */
  readonly suffix: string
  /** A script that is sent at once is a transaction of its own: after an error nothing is left open. */
  readonly atomicScripts?: true
  /** Statement(s) that remove everything in `clean`. */
  readonly drop: readonly string[]
  /** A query that yields a row where that table of naru's is there. */
  exists(table: string): string
  /** A query that yields a row where a ledger table has a column. */
  hasColumn(table: string, column: string): string
  idMap(transfer: string): ObjectName
  /** Statements before the first id map. */
  readonly beforeIdMaps: readonly string[]
}

/** CREATE TABLE statements of the ledger. */
function ledgerTables(d: LedgerDialect): string[] {
  const { text, key, big } = d.types
  const make = (name: string, body: string) => `CREATE TABLE IF NOT EXISTS ${d.name(name)} (${body})${d.suffix}`
  return [
    ...d.before,
    make(
      'run',
      `id ${key} NOT NULL PRIMARY KEY, started ${key} NOT NULL, source ${text} NOT NULL, target ${text} NOT NULL, options ${text} NOT NULL, schema_hash ${key} NOT NULL, state ${key} NOT NULL, finished ${key}, summary ${text}`,
    ),
    make(
      'unit',
      `run ${key} NOT NULL, unit ${key} NOT NULL, table_name ${text} NOT NULL, position ${big} NOT NULL, key_range ${text} NOT NULL, whole ${big} NOT NULL, PRIMARY KEY (run, unit)`,
    ),
    make(
      'mark',
      `run ${key} NOT NULL, unit ${key} NOT NULL, seq ${big} NOT NULL, after_key ${text} NOT NULL, rows_read ${big} NOT NULL, rows_written ${big} NOT NULL, rows_rejected ${big} NOT NULL, rows_filtered ${big} DEFAULT 0 NOT NULL, rows_merged ${big} DEFAULT 0 NOT NULL, rows_kept ${big} DEFAULT 0 NOT NULL, digest ${text} NOT NULL, done ${big} NOT NULL, PRIMARY KEY (run, unit, seq)`,
    ),
    make(
      'reject',
      `run ${key} NOT NULL, unit ${key} NOT NULL, seq ${big} NOT NULL, n ${big} NOT NULL, table_name ${text} NOT NULL, row_key ${text} NOT NULL, reason ${text} NOT NULL, line ${text} NOT NULL, PRIMARY KEY (run, unit, seq, n)`,
    ),
    make('step', `run ${key} NOT NULL, step ${key} NOT NULL, PRIMARY KEY (run, step)`),
  ]
}

/**
 * The statement that stores a mark, for use inside the sink's transaction. It inserts one row only if the unit's stored seq is
 * mark.seq − 1; a sink must check that exactly one row was inserted and throw MARK_OUT_OF_ORDER otherwise.
 */
export function markStatement(d: LedgerDialect, m: Mark): string {
  const l = d.literal
  const n = (x: number) => String(x)
  const table = d.name('mark')
  return `INSERT INTO ${table} (run, unit, seq, after_key, rows_read, rows_written, rows_rejected, rows_filtered, rows_merged, rows_kept, digest, done) SELECT ${l(m.run)}, ${l(m.unit)}, ${n(m.seq)}, ${l(serializeKey(m.after))}, ${n(m.read)}, ${n(m.written)}, ${n(m.rejected)}, ${n(m.filtered)}, ${n(m.merged)}, ${n(m.kept ?? 0)}, ${l(m.digest)}, ${m.done ? 1 : 0} FROM (SELECT coalesce(max(seq), 0) AS last FROM ${table} WHERE run = ${l(m.run)} AND unit = ${l(m.unit)}) AS newest WHERE newest.last = ${n(m.seq - 1)}`
}

/** Statements that store a chunk's rejects in the same transaction; empty for none. */
export function rejectStatements(d: LedgerDialect, mark: Mark, rejects: readonly RejectRecord[]): string[] {
  const l = d.literal
  return rejects.map(
    (r, i) =>
      `INSERT INTO ${d.name('reject')} (run, unit, seq, n, table_name, row_key, reason, line) VALUES (${l(mark.run)}, ${l(mark.unit)}, ${mark.seq}, ${i}, ${l(r.table)}, ${l(r.key)}, ${l(r.reason)}, ${l(r.line)})`,
  )
}

interface LedgerConnection {
  query(sql: string): Promise<Row[]>
  execute(sql: string): Promise<void>
}

/** Columns that ledgers of earlier versions lack. */
const ADDED = [
  ['mark', 'rows_filtered'],
  ['mark', 'rows_merged'],
  ['mark', 'rows_kept'],
] as const

async function addColumns(db: LedgerConnection, d: LedgerDialect): Promise<void> {
  for (const [table, column] of ADDED) {
    if ((await db.query(d.hasColumn(table, column))).length > 0) continue
    await db.execute(`ALTER TABLE ${d.name(table)} ADD COLUMN ${column} ${d.types.big} DEFAULT 0 NOT NULL`)
  }
}

const number = (v: Value): number => Number(v)
const string = (v: Value): string => String(v)

function toMark(r: Row): Mark {
  return {
    run: string(r.run),
    unit: string(r.unit),
    seq: number(r.seq),
    after: parseKey(string(r.after_key)),
    read: number(r.rows_read),
    written: number(r.rows_written),
    rejected: number(r.rows_rejected),
    // A ledger of an earlier version has no such columns until it is prepared.
    filtered: number(r.rows_filtered ?? 0),
    merged: number(r.rows_merged ?? 0),
    ...(Number(r.rows_kept ?? 0) > 0 && { kept: number(r.rows_kept) }),
    digest: string(r.digest),
    done: number(r.done) === 1,
  }
}

function toRun(r: Row): RunRecord {
  return {
    id: string(r.id),
    started: string(r.started),
    source: string(r.source),
    target: string(r.target),
    options: string(r.options),
    schemaHash: string(r.schema_hash),
    state: string(r.state) as RunRecord['state'],
    finished: r.finished === null ? null : string(r.finished),
    summary: r.summary === null ? null : string(r.summary),
  }
}

/** A Ledger over one SQL connection. */
export function sqlLedger(db: LedgerConnection, d: LedgerDialect): Ledger {
  const l = d.literal
  const t = (name: string) => d.name(name)
  const present = async () => (await db.query(d.exists('run'))).length > 0
  const all = async (sql: string) => ((await present()) ? db.query(sql) : [])
  const insertUnit = (u: UnitRecord) =>
    db.execute(
      `INSERT INTO ${t('unit')} (run, unit, table_name, position, key_range, whole) VALUES (${l(u.run)}, ${l(u.unit)}, ${l(u.table)}, ${u.position}, ${l(serializeRange(u.range))}, ${u.whole ? 1 : 0})`,
    )
  return {
    idMap: (transfer) => d.idMap(transfer),
    async prepare(o) {
      for (const sql of ledgerTables(d)) await db.execute(sql)
      await addColumns(db, d)
      if (o?.idMaps) for (const sql of d.beforeIdMaps) await db.execute(sql)
    },
    async runs() {
      return (await all(`SELECT * FROM ${t('run')} ORDER BY started DESC, id DESC`)).map(toRun)
    },
    async begin(r) {
      await db.execute(
        `INSERT INTO ${t('run')} (id, started, source, target, options, schema_hash, state, finished, summary) VALUES (${[r.id, r.started, r.source, r.target, r.options, r.schemaHash, r.state, r.finished, r.summary].map(l).join(', ')})`,
      )
    },
    async update(run, change) {
      const sets = Object.entries(change).map(([column, value]) => `${column} = ${l(value as Value)}`)
      if (sets.length > 0) await db.execute(`UPDATE ${t('run')} SET ${sets.join(', ')} WHERE id = ${l(run)}`)
    },
    async addUnits(units) {
      await db.execute('BEGIN')
      for (const unit of units) await insertUnit(unit)
      await db.execute('COMMIT')
    },
    async units(run) {
      const rows = await all(`SELECT * FROM ${t('unit')} WHERE run = ${l(run)} ORDER BY position`)
      return rows.map((r) => ({
        run: string(r.run),
        unit: string(r.unit),
        table: string(r.table_name),
        position: number(r.position),
        range: parseRange(string(r.key_range)),
        whole: number(r.whole) === 1,
      }))
    },
    async marks(run) {
      return (await all(`SELECT * FROM ${t('mark')} WHERE run = ${l(run)} ORDER BY unit, seq`)).map(toMark)
    },
    async rejects(run) {
      const rows = await all(`SELECT * FROM ${t('reject')} WHERE run = ${l(run)} ORDER BY unit, seq, n`)
      return rows.map((r) => ({
        table: string(r.table_name),
        key: string(r.row_key),
        reason: string(r.reason),
        line: string(r.line),
      }))
    },
    async stepDone(run, step) {
      await db.execute(
        `INSERT INTO ${t('step')} (run, step) SELECT ${l(run)}, ${l(step)} FROM (SELECT count(*) AS n FROM ${t('step')} WHERE run = ${l(run)} AND step = ${l(step)}) AS have WHERE have.n = 0`,
      )
    },
    async steps(run) {
      return (await all(`SELECT step FROM ${t('step')} WHERE run = ${l(run)}`)).map((r) => string(r.step))
    },
    async forget(run, table) {
      if (!(await present())) return
      const units = `SELECT unit FROM ${t('unit')} WHERE run = ${l(run)}${table === undefined ? '' : ` AND table_name = ${l(table)}`}`
      await db.execute(`DELETE FROM ${t('mark')} WHERE run = ${l(run)} AND unit IN (${units})`)
      await db.execute(`DELETE FROM ${t('reject')} WHERE run = ${l(run)} AND unit IN (${units})`)
      await db.execute(
        `DELETE FROM ${t('unit')} WHERE run = ${l(run)}${table === undefined ? '' : ` AND table_name = ${l(table)}`}`,
      )
      if (table === undefined) await db.execute(`DELETE FROM ${t('step')} WHERE run = ${l(run)}`)
    },
    async clean() {
      for (const sql of d.drop) await db.execute(sql)
    },
  }
}
