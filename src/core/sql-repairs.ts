/** The memory of repairs over SQL, the same statements for every engine. */
import type { Row, Value } from './engine.ts'
import { NaruError } from './error.ts'
import type { RepairChunk, RepairLedger, RepairRecord } from './repair-ledger.ts'
import type { LedgerDialect } from './sql-ledger.ts'

interface Connection {
  query(sql: string): Promise<Row[]>
  execute(sql: string): Promise<void>
}

/** Bytes of images in one row: a statement stays well below what servers take at once. */
const PART = 384 * 1024

function tables(d: LedgerDialect): string[] {
  const { text, key, big, blob } = d.types
  const make = (name: string, body: string) => `CREATE TABLE IF NOT EXISTS ${d.name(name)} (${body})${d.suffix}`
  return [
    ...d.before,
    make(
      'repair',
      `id ${key} NOT NULL PRIMARY KEY, started ${key} NOT NULL, source ${text} NOT NULL, target ${text} NOT NULL, undoes ${key}, state ${key} NOT NULL, header ${text} NOT NULL, finished ${key}, summary ${text}`,
    ),
    make(
      'repair_chunk',
      `repair ${key} NOT NULL, seq ${big} NOT NULL, table_no ${big} NOT NULL, op ${key} NOT NULL, rows_written ${big} NOT NULL, others ${text} NOT NULL, PRIMARY KEY (repair, seq)`,
    ),
    make(
      'repair_image',
      `repair ${key} NOT NULL, seq ${big} NOT NULL, part ${big} NOT NULL, bytes ${blob} NOT NULL, PRIMARY KEY (repair, seq, part)`,
    ),
  ]
}

const text = (v: Value): string | null => (v === null ? null : String(v))

function toRecord(r: Row): RepairRecord {
  return {
    id: String(r.id),
    started: String(r.started),
    source: String(r.source),
    target: String(r.target),
    undoes: text(r.undoes),
    state: String(r.state) as RepairRecord['state'],
    header: String(r.header),
    finished: text(r.finished),
    summary: text(r.summary),
  }
}

function toChunk(r: Row): RepairChunk {
  return {
    repair: String(r.repair),
    seq: Number(r.seq),
    table: Number(r.table_no),
    op: String(r.op) as RepairChunk['op'],
    written: Number(r.rows_written),
    others: JSON.parse(String(r.others)) as RepairChunk['others'],
  }
}

/** The memory of repairs over one SQL connection. */
export function sqlRepairs(db: Connection, d: LedgerDialect): RepairLedger {
  const l = d.literal
  const t = (name: string) => d.name(name)
  const present = async () => (await db.query(d.exists('repair'))).length > 0
  const asked = async (sql: string) => ((await present()) ? db.query(sql) : [])
  return {
    async prepare() {
      if (await present()) return
      for (const sql of tables(d)) await db.execute(sql)
    },
    async list() {
      return (await asked(`SELECT * FROM ${t('repair')} ORDER BY started DESC, id DESC`)).map(toRecord)
    },
    async begin(r) {
      const values = [r.id, r.started, r.source, r.target, r.undoes, r.state, r.header, r.finished, r.summary]
      await db.execute(
        `INSERT INTO ${t('repair')} (id, started, source, target, undoes, state, header, finished, summary) VALUES (${values.map(l).join(', ')})`,
      )
    },
    async update(id, change) {
      const sets = Object.entries(change).map(([column, value]) => `${column} = ${l(value as Value)}`)
      if (sets.length > 0) await db.execute(`UPDATE ${t('repair')} SET ${sets.join(', ')} WHERE id = ${l(id)}`)
    },
    store: (chunk, images) => store(db, d, chunk, images),
    async chunks(id) {
      return (await asked(`SELECT * FROM ${t('repair_chunk')} WHERE repair = ${l(id)} ORDER BY seq`)).map(toChunk)
    },
    async images(id, seq) {
      const rows = await db.query(
        `SELECT bytes FROM ${t('repair_image')} WHERE repair = ${l(id)} AND seq = ${seq} ORDER BY part`,
      )
      return Buffer.concat(rows.map((r) => r.bytes as Uint8Array))
    },
    async forget(id) {
      if (!(await present())) return
      for (const [table, column] of [
        ['repair_image', 'repair'],
        ['repair_chunk', 'repair'],
        ['repair', 'id'],
      ])
        await db.execute(`DELETE FROM ${t(table)} WHERE ${column} = ${l(id)}`)
    },
  }
}

async function store(db: Connection, d: LedgerDialect, chunk: RepairChunk, images: Uint8Array): Promise<void> {
  const l = d.literal
  const of = `${l(chunk.repair)}, ${chunk.seq}`
  const last = `SELECT coalesce(max(seq), 0) AS seq FROM ${d.name('repair_chunk')} WHERE repair = ${l(chunk.repair)}`
  const [row] = await db.query(last)
  if (Number(row.seq) !== chunk.seq - 1) throw outOfOrder(chunk)
  await db.execute(
    `INSERT INTO ${d.name('repair_chunk')} (repair, seq, table_no, op, rows_written, others) VALUES (${of}, ${chunk.table}, ${l(chunk.op)}, ${chunk.written}, ${l(JSON.stringify(chunk.others))})`,
  )
  for (let at = 0, part = 0; at < images.length; at += PART, part++) {
    await db.execute(
      `INSERT INTO ${d.name('repair_image')} (repair, seq, part, bytes) VALUES (${of}, ${part}, ${l(images.subarray(at, at + PART))})`,
    )
  }
}

function outOfOrder(chunk: RepairChunk): NaruError {
  return new NaruError('MARK_OUT_OF_ORDER', `chunk ${chunk.seq} of repair ${chunk.repair} is stored already`, {
    why: 'another process is carrying out the same repair',
    hint: 'Let the other one end, then run the same command again.',
    state: 'this chunk was rolled back; nothing was written twice',
  })
}
