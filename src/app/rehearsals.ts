/** `naru rehearsals`: the runs of a target, table by table, and how long the next one would take. */
import type { Address } from '../core/engine.ts'
import { toNaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { RunRecord } from '../core/ledger.ts'
import type { CopyPlan } from '../core/plan.ts'
import { type Prediction, predict, type Rehearsal, rehearsalOf } from '../core/rehearsal.ts'
import type { RunReport } from '../core/report.ts'
import { plan } from './plan.ts'
import { redact } from './redact.ts'
import { runs } from './runs.ts'
import { planTransfer } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'

/** Whose runs. */
export type Rehearsed =
  | { readonly kind: 'target'; readonly to: Address }
  | { readonly kind: 'copy'; readonly from: Address; readonly to: Address }
  | { readonly kind: 'transfers'; readonly set: TransferSet }

export interface Rehearsals {
  /** The newest first. */
  readonly rehearsals: readonly Rehearsal[]
  /** Null: runs of all kinds were asked for, or none of them was full. */
  readonly prediction: Prediction | null
  readonly notes: readonly string[]
}

/** Runs that came to their end, with what they foretell. Sources that cannot be asked are told of in the notes. */
export async function rehearsals(what: Rehearsed, reporter: Reporter): Promise<Rehearsals> {
  const to = what.kind === 'transfers' ? what.set.target.address : what.to
  const own = (await runs(to)).filter((r) => labelOf(what) === null || r.source === labelOf(what))
  const found = own.flatMap((r) => parse(r) ?? [])
  const notes = found.length < own.length ? [`${own.length - found.length} of ${own.length} have not ended`] : []
  if (what.kind === 'target' || found.length === 0) return { rehearsals: found, prediction: null, notes }
  const now = await presentRows(what, reporter).catch((error: unknown) => {
    notes.push(`the source could not be asked: ${redact(toNaruError(error).message)}; rows are those of the last run`)
    return new Map(found[0].tables.map((t) => [t.table, t.rows]))
  })
  return { rehearsals: found, prediction: predict(found, now), notes }
}

function labelOf(what: Rehearsed): string | null {
  if (what.kind === 'target') return null
  return what.kind === 'copy' ? what.from.label : `transfers ${what.set.name}`
}

function parse(record: RunRecord): Rehearsal | null {
  if (record.state !== 'done' || record.summary === null) return null
  return rehearsalOf(record.source, JSON.parse(record.summary) as RunReport)
}

/** Rows that a run would read now, by table, counted in the sources. */
async function presentRows(
  what: Exclude<Rehearsed, { kind: 'target' }>,
  reporter: Reporter,
): Promise<ReadonlyMap<string, number>> {
  const planned: CopyPlan =
    what.kind === 'copy'
      ? await plan(what.from, what.to, { ifExists: 'truncate' }, reporter)
      : await planTransfer(what.set, {}, reporter)
  return new Map(planned.tables.map((t) => [t.label, t.rows]))
}
