/** The memory of jobs over SQL: a table `naru_sync`, the same statements for every engine. */
import type { Row, Value } from './engine.ts'
import type { LedgerDialect } from './sql-ledger.ts'
import type { SyncLedger, SyncRecord } from './sync-ledger.ts'

interface Connection {
  query(sql: string): Promise<Row[]>
  execute(sql: string): Promise<void>
}

const COLUMNS = [
  'id',
  'job',
  'started',
  'finished',
  'state',
  'cursor_key',
  'since',
  'watermark',
  'looked',
  'due',
  'written',
  'failed',
  'seconds',
] as const

const valuesOf = (r: SyncRecord): readonly Value[] => [
  r.id,
  r.job,
  r.started,
  r.finished,
  r.state,
  r.cursor,
  r.since,
  r.watermark,
  r.looked,
  r.due,
  r.written,
  r.failed,
  String(r.seconds),
]

const text = (v: Value): string | null => (v === null ? null : String(v))

function toRecord(r: Row): SyncRecord {
  return {
    id: String(r.id),
    job: String(r.job),
    started: String(r.started),
    finished: text(r.finished),
    state: String(r.state) as SyncRecord['state'],
    cursor: String(r.cursor_key),
    since: text(r.since),
    watermark: text(r.watermark),
    looked: Number(r.looked),
    due: Number(r.due),
    written: Number(r.written),
    failed: Number(r.failed),
    seconds: Number(r.seconds),
  }
}

/** The memory of jobs over one SQL connection. */
export function sqlSyncs(db: Connection, d: LedgerDialect): SyncLedger {
  const l = d.literal
  const table = d.name('sync')
  const { text, key, big } = d.types
  const present = async () => (await db.query(d.exists('sync'))).length > 0
  return {
    async prepare() {
      if (await present()) return
      for (const sql of d.before) await db.execute(sql)
      await db.execute(
        `CREATE TABLE IF NOT EXISTS ${table} (id ${key} NOT NULL PRIMARY KEY, job ${key} NOT NULL, started ${key} NOT NULL, finished ${key}, state ${key} NOT NULL, cursor_key ${text} NOT NULL, since ${text}, watermark ${text}, looked ${big} NOT NULL, due ${big} NOT NULL, written ${big} NOT NULL, failed ${big} NOT NULL, seconds ${key} NOT NULL)${d.suffix}`,
      )
    },
    async list(job) {
      if (!(await present())) return []
      const where = job === undefined ? '' : ` WHERE job = ${l(job)}`
      return (await db.query(`SELECT * FROM ${table}${where} ORDER BY started DESC, id DESC`)).map(toRecord)
    },
    begin: (r) => db.execute(`INSERT INTO ${table} (${COLUMNS.join(', ')}) VALUES (${valuesOf(r).map(l).join(', ')})`),
    update(r) {
      const values = valuesOf(r)
      const sets = COLUMNS.map((name, i) => `${name} = ${l(values[i])}`).slice(1)
      return db.execute(`UPDATE ${table} SET ${sets.join(', ')} WHERE id = ${l(r.id)}`)
    },
  }
}
