/** Remembered hashes over SQL, the same statements for every engine. */
import type { BaseLedger } from './base-ledger.ts'
import type { Row } from './engine.ts'
import type { LedgerDialect } from './sql-ledger.ts'

interface Connection {
  query(sql: string): Promise<Row[]>
  execute(sql: string): Promise<void>
}

/** The memory of hashes over one SQL connection. */
export function sqlBases(db: Connection, d: LedgerDialect): BaseLedger {
  const l = d.literal
  const { text, key, big, blob } = d.types
  const [base, part] = [d.name('base'), d.name('base_part')]
  const present = async () => (await db.query(d.exists('base_part'))).length > 0
  return {
    async prepare() {
      if (await present()) return
      for (const sql of [
        ...d.before,
        `CREATE TABLE IF NOT EXISTS ${base} (shape ${key} NOT NULL PRIMARY KEY, table_name ${text} NOT NULL, made ${key} NOT NULL, rows_kept ${big} NOT NULL, buckets ${big} NOT NULL, parts ${key} NOT NULL)${d.suffix}`,
        `CREATE TABLE IF NOT EXISTS ${part} (parts ${key} NOT NULL, bucket ${big} NOT NULL, n ${big} NOT NULL, bytes ${blob} NOT NULL, PRIMARY KEY (parts, bucket, n))${d.suffix}`,
      ])
        await db.execute(sql)
    },
    async find(shape) {
      if (!(await present())) return null
      const [r] = await db.query(`SELECT * FROM ${base} WHERE shape = ${l(shape)}`)
      if (r === undefined) return null
      const [rows, buckets] = [Number(r.rows_kept), Number(r.buckets)]
      return { shape, table: String(r.table_name), made: String(r.made), rows, buckets, parts: String(r.parts) }
    },
    async add(parts, bucket, n, bytes) {
      await db.execute(
        `INSERT INTO ${part} (parts, bucket, n, bytes) VALUES (${l(parts)}, ${bucket}, ${n}, ${l(bytes)})`,
      )
    },
    async replace(r) {
      const values = [l(r.shape), l(r.table), l(r.made), String(r.rows), String(r.buckets), l(r.parts)]
      const old = await db.query(`SELECT parts FROM ${base} WHERE shape = ${l(r.shape)}`)
      await db.execute(`DELETE FROM ${base} WHERE shape = ${l(r.shape)}`)
      await db.execute(
        `INSERT INTO ${base} (shape, table_name, made, rows_kept, buckets, parts) VALUES (${values.join(', ')})`,
      )
      for (const { parts } of old) await db.execute(`DELETE FROM ${part} WHERE parts = ${l(parts)}`)
    },
    async bucket(parts, bucket) {
      const rows = await db.query(
        `SELECT bytes FROM ${part} WHERE parts = ${l(parts)} AND bucket = ${bucket} ORDER BY n`,
      )
      return Buffer.concat(rows.map((r) => r.bytes as Uint8Array))
    },
  }
}
