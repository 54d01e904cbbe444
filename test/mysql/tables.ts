/** Building, copying and digesting tables between two MySQL databases: what the tests of this folder share. */
import { tupleHasher } from '../../src/core/digest.ts'
import type { Database, WireColumn } from '../../src/core/engine.ts'
import type { Column, Schema, Table } from '../../src/core/schema.ts'
import { dataColumns } from '../../src/core/schema.ts'

export function wireColumns(db: Database, columns: readonly Column[]): WireColumn[] {
  return columns.map((column) => ({
    name: column.name,
    column,
    wire: db.engine.dialect.exactWire?.(column.type) ?? db.engine.dialect.wire(column.type),
  }))
}

export async function buildTables(db: Database, schema: Schema): Promise<void> {
  const { ddl } = db.engine.dialect
  for (const step of [...ddl.before(schema), ...schema.tables.flatMap((t) => ddl.table(t))]) await db.execute(step.sql)
}

export async function finishTables(db: Database, schema: Schema): Promise<void> {
  const { ddl } = db.engine.dialect
  const phases = [ddl.indexes, ddl.constraints, ddl.foreignKeys]
  for (const phase of phases) for (const t of schema.tables) for (const step of phase(t)) await db.execute(step.sql)
  for (const t of schema.tables) {
    if (t.counter) for (const step of ddl.counter(t, t.counter.next)) await db.execute(step.sql)
    for (const step of ddl.after(t)) await db.execute(step.sql)
  }
}

/** A key that pages a table: its primary key, or none. */
function keyOf(table: Table): readonly string[] | null {
  return table.primaryKey?.columns ?? null
}

let units = 0

/** Copies all rows, one transaction a batch; returns how many. */
export async function copyTable(
  from: Database,
  to: Database,
  table: Table,
  columns: readonly Column[],
): Promise<number> {
  const wires = wireColumns(to, columns)
  const source = from.source(table, wires, { key: keyOf(table) })
  await using sink = await to.sink(table, wires, { existing: false })
  const unit = `test.${units++}`
  let rows = 0
  let seq = 0
  for (const range of await source.split({ rows: 5000 })) {
    for await (const batch of source.read(range, { bytes: 1 << 18, rows: 3000 })) {
      if (batch.rejects.length > 0)
        throw new Error(`${table.name.name}: ${JSON.stringify(batch.rejects[0].row)} ${batch.rejects[0].reason}`)
      await sink.begin()
      await sink.rows(batch.bytes, batch.rows, { savepoint: false })
      const counts = { read: batch.rows, written: batch.rows, rejected: 0, filtered: 0, merged: 0 }
      await sink.mark({ run: 'test', unit, seq: ++seq, after: batch.last, ...counts, digest: '', done: false }, [])
      await sink.commit()
      rows += batch.rows
      batch.release()
    }
  }
  return rows
}

/** Rows and their digest, independent of order. */
export async function digestOf(db: Database, table: Table): Promise<{ rows: number; sum: string }> {
  const columns = wireColumns(db, dataColumns(table))
  const hasher = tupleHasher(columns.map((c) => c.wire))
  let rows = 0
  let sum = 0n
  const source = db.source(table, columns, { key: null })
  for await (const batch of source.read({ kind: 'all' }, { bytes: 1 << 20, rows: 50_000 })) {
    rows += batch.rows
    sum += hasher.sum(batch.bytes, batch.rows)
    batch.release()
  }
  return { rows, sum: BigInt.asUintN(128, sum).toString(16) }
}
