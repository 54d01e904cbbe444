/** Rows that are new on the source get their numbers before anything is written of them. */
import type { Database } from '../../core/engine.ts'
import { type CopyPlan, type TablePlan, targetColumns } from '../../core/plan.ts'
import type { StageContext } from '../../transfer/context.ts'
import { plannedSource } from '../../transfer/planned-source.ts'

/** Rows that get numbers in one transaction. */
const ROWS = 10_000

interface Numbering {
  readonly plan: CopyPlan
  /** Plans of id maps, with the rows that are looked at. */
  readonly maps: readonly TablePlan[]
  readonly sources: readonly Database[]
  readonly target: Database
  readonly stages: StageContext
  readonly begin: string
}

/** Fills the id maps; rows that have a number keep it. */
export async function numberRows(n: Numbering): Promise<void> {
  const { target } = n
  for (const map of n.maps) {
    const source = plannedSource(map, n.sources[map.origin ?? 0], { stages: n.stages })
    const sink = await target.sink(map.target, targetColumns(map), { existing: false })
    try {
      for (const range of await source.split({ rows: ROWS })) {
        for await (const batch of source.read(range, { bytes: 1 << 20, rows: ROWS })) {
          if (batch.rows > 0) {
            await target.execute(n.begin)
            try {
              await sink.rows(batch.bytes, batch.rows, { savepoint: false })
              await target.execute('COMMIT')
            } catch (error) {
              await target.execute('ROLLBACK').catch(() => {}) // the connection may be gone
              throw error
            }
          }
          batch.release()
        }
      }
    } finally {
      await sink[Symbol.asyncDispose]()
    }
  }
  n.stages.forget()
}
