/** Statements by which changes reach a table: bulk loads, one update a set of columns, one delete; never one round trip a row. */
import { disposables } from '../../core/disposables.ts'
import type { RowSink, WireColumn } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { Refusal, Stage } from '../../core/mend.ts'
import { targetColumns } from '../../core/plan.ts'
import type { RowChange } from './change.ts'
import type { Mendable } from './mendable.ts'
import { parkingSql } from './park.ts'
import { isWhole, pick } from './tuple.ts'

/** Writes changes of one kind within an open transaction. */
export interface RowWriter extends AsyncDisposable {
  /** Throws what the database throws; the transaction is then as it was before. */
  write(changes: readonly RowChange[]): Promise<void>
  /** An update that first takes the rows' old values out of each other's way; false where it cannot. */
  exchange(changes: readonly RowChange[]): Promise<boolean>
  /** The rule that an error of `write` was about; null: no row is to blame. */
  refusal(error: unknown): Refusal | null
}

let stages = 0
const SAVEPOINT = 'naru_mend'

/** A writer for one table. Makes a temporary table on the target: to be opened outside of a transaction. */
export async function rowWriter(m: Mendable): Promise<RowWriter> {
  const columns = writable(m)
  const at = columns.map((c) => m.plan.columns.findIndex((p) => p.target.name === c.name))
  const whole = isWhole(at, m.plan.columns.length)
  const stage = m.sql.stage(
    m.plan.target,
    columns.map((c) => c.column),
    ++stages,
  )
  if (m.key !== null) await m.db.execute(stage.create)
  const sinks = disposables()
  const rows = sinks.use(await m.db.sink(m.plan.target, columns, { existing: false }))
  const staged =
    m.key === null
      ? null
      : sinks.use(await m.db.sink(stage.table, columns, { existing: false, like: m.plan.target.name }))
  const keep = m.plan.target.columns.filter((c) => c.onUpdateNow).map((c) => c.name)

  const tuples = (changes: readonly RowChange[]) =>
    Buffer.concat(changes.map((c) => (whole ? (c.after as Uint8Array) : pick(c.after as Uint8Array, 0, at))))
  const update = async (sink: RowSink, changes: readonly RowChange[]) => {
    for (const group of Map.groupBy(changes, (c) => c.set.join()).values()) {
      await m.db.execute(stage.empty)
      await sink.rows(tuples(group), group.length, { savepoint: false })
      const set = group[0].set.map((i) => m.plan.columns[i].target.name)
      await m.db.execute(updateSql(m, stage, set, keep))
    }
  }
  const plainWrite = async (changes: readonly RowChange[]) => {
    const { op } = changes[0]
    if (op === 'insert') return rows.rows(tuples(changes), changes.length, { savepoint: false })
    if (op === 'update' && staged !== null) return update(staged, changes)
    const keys = changes.map((c) => m.keyOf(c.before as Uint8Array))
    await m.db.execute(m.sql.remove(m.plan.target, m.sql.keys(m.plan.target, m.keyColumns, keys)))
  }
  return {
    write: (changes) => within(m, () => plainWrite(changes)),
    async exchange(changes) {
      const statements = await parkingSql(m, changes, keep)
      if (statements === null) return false
      await within(m, async () => {
        await m.db.execute(statements.join(';\n'))
        await plainWrite(changes)
      })
      return true
    },
    refusal: (error) => (error instanceof NaruError ? m.sql.refusal(error) : null),
    async [Symbol.asyncDispose]() {
      await sinks.disposeAsync().catch(() => {})
      if (m.key !== null) await m.db.execute(stage.drop).catch(() => {})
    },
  }
}

/** What a target generates is never written. */
function writable(m: Mendable): WireColumn[] {
  return targetColumns(m.plan).filter((c) => c.column.generated === undefined)
}

function updateSql(m: Mendable, stage: Stage, set: readonly string[], keep: readonly string[]): string {
  const key = m.keyColumns.map((c) => c.name)
  return m.sql.update(m.plan.target, stage, { key, set, keep: keep.filter((c) => !set.includes(c)) })
}

async function within(m: Mendable, work: () => Promise<void>): Promise<void> {
  await m.db.execute(`SAVEPOINT ${SAVEPOINT}`)
  try {
    await work()
  } catch (error) {
    // Without a transaction (a deadlock took it, the connection is gone) there is no way back to a point of it.
    await m.db.execute(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`).catch(() => {})
    throw toNaruError(error)
  }
  await m.db.execute(`RELEASE SAVEPOINT ${SAVEPOINT}`)
}
