/** What a run of a job looks at: where it begins, and from which watermark on. */
import { randomUUID } from 'node:crypto'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { serializeKey } from '../../core/key.ts'
import type { TablePlan } from '../../core/plan.ts'
import type { SyncRecord } from '../../core/sync-ledger.ts'
import type { Sync } from '../../transfer/sync.ts'

/** The part of the source that a run looks at. */
export interface Part {
  /** As the run stands when it begins. */
  readonly record: SyncRecord
  readonly resumed: boolean
  /** A plan with no other rows than those of the part. */
  narrow(plan: TablePlan): TablePlan
  /** The predicate of rows that have changed, in the source's SQL; undefined: all count. */
  readonly changed: string | undefined
}

interface PartInput {
  readonly job: Sync
  readonly plan: TablePlan
  readonly source: Database
  /** Earlier runs, newest first. */
  readonly known: readonly SyncRecord[]
  readonly options: { readonly dryRun?: boolean; readonly full?: boolean }
}

/** Finds where to begin. Throws COLUMN_MISSING for a watermark that the source does not have. */
export async function partOf(i: PartInput): Promise<Part> {
  const { job, plan, source, options } = i
  const broken = options.full || options.dryRun ? undefined : i.known.find((r) => r.state !== 'done')
  const newest = i.known.find((r) => r.state === 'done')
  // A run that was broken off goes on only where no other has come to its end since.
  const latest = newest === undefined || (broken !== undefined && broken.started > newest.started)
  // Rows that a scope has too many of are only known once all have been seen: such a run begins anew.
  const goesOn = job.scope === undefined || !job.repair?.includes('extra')
  const earlier = latest && goesOn ? broken : undefined
  const since = earlier !== undefined ? earlier.since : options.full ? null : sinceOf(job, newest)
  const record: SyncRecord = earlier ?? {
    id: `${new Date().toISOString()} ${randomUUID().slice(0, 8)}`,
    job: job.name,
    started: new Date().toISOString(),
    finished: null,
    state: 'running',
    cursor: serializeKey(null),
    since,
    watermark: await greatest(job, plan, source),
    looked: 0,
    due: 0,
    written: 0,
    failed: 0,
    seconds: 0,
  }
  const d = source.engine.dialect
  const changed =
    since === null || job.watermark === undefined ? undefined : `${d.quote(job.watermark)} >= ${d.literal(since)}`
  return {
    record: { ...record, state: 'running' },
    resumed: earlier !== undefined,
    changed,
    narrow: (p) =>
      changed === undefined ? p : { ...p, where: p.where === undefined ? changed : `(${p.where}) AND ${changed}` },
  }
}

function sinceOf(job: Sync, newest: SyncRecord | undefined): string | null {
  return job.watermark === undefined ? null : (newest?.watermark ?? null)
}

async function greatest(job: Sync, plan: TablePlan, source: Database): Promise<string | null> {
  if (job.watermark === undefined) return null
  if (!plan.source.columns.some((c) => c.name === job.watermark)) {
    throw new NaruError('COLUMN_MISSING', `${job.name}: ${plan.source.name.name} has no column ${job.watermark}`, {
      why: 'watermark names a column of the source',
      state: 'nothing was changed',
    })
  }
  const d = source.engine.dialect
  const type = source.engine.name === 'mysql' ? 'CHAR' : 'TEXT'
  const [row] = await source.query(
    `SELECT CAST(max(${d.quote(job.watermark)}) AS ${type}) AS top FROM ${d.table(plan.source.name)}`,
  )
  return row?.top === null || row?.top === undefined ? null : String(row.top)
}
