/**
 * Proof of a table whose rows a run has merged of several: the sources are read again, and what the rows of each key come to is compared with what
 * the table holds. That proves something only as long as the sources give the rows that the run was given, which their digests say.
 */
import { type Fold, foldOf } from '../copy/fold.ts'
import { foldStore } from '../copy/fold-store.ts'
import { mergedGroups } from '../copy/refresh.ts'
import { tupleHasher } from '../core/digest.ts'
import type { Database } from '../core/engine.ts'
import { KEPT } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { addSums, parseSum, sumText } from '../core/sum.ts'
import type { StageContext } from '../transfer/context.ts'
import { asCopied, compareHeldRows, foldSources, type MadeEnds } from '../verify/folded.ts'
import type { Copied } from './copy-verify.ts'
import { type Session, sourceOf } from './session.ts'
import { openStages } from './stage.ts'
import { stopped } from './stopped.ts'
import { temporaryStore } from './temporary-store.ts'
import { verifyMerged } from './verify-merged.ts'

/** What was compared; a text: why numbers of rows are all that can be. Throws STOPPED. */
export async function mergedProof(
  session: Session,
  group: readonly Copied[],
  signal: AbortSignal | undefined,
): Promise<TableVerification | string> {
  const why = unprovable(session, group)
  if (why !== null) return why
  const [plans] = mergedGroups(group.map((t) => t.plan))
  const fold = foldOf(plans)
  if (typeof fold === 'string') return fold
  const began = performance.now()
  const stages = openStages({ to: session.to, tables: session.plan.tables, ...session.lanes }, session.target)
  try {
    const ends = { stages, sourceOf: (plan: TablePlan) => sourceOf(session, plan) }
    const found = await compare({ plans, fold }, { ...ends, target: session.target }, signal)
    const sent = group.map((t) => ({ label: t.plan.label, sum: sentSum(t) }))
    if (sent.some((s) => s.sum !== found.given.get(s.label))) return 'its sources give other rows by now'
    const note = 'what merged rows come to was compared, with the sources read again'
    if (found.same) return verdict(plans, found, { began, note })
    return { ...(await differences(session, { plans, fold }, { stages, signal })), note }
  } finally {
    await stages.close()
  }
}

function unprovable({ sample }: Session, group: readonly Copied[]): string | null {
  if (group.some((t) => t.plan.serial !== true)) return 'not all that fills it is merged'
  if (sample !== undefined) return 'a sample was taken'
  const marks = group.flatMap((t) => t.marks)
  if (marks.some((m) => m.rejected > 0)) return 'rows were refused'
  if (group.some((t) => t.kept > 0) || marks.some((m) => m.digest === KEPT))
    return 'rows were kept that had been compared'
  if (marks.some((m) => m.digest === '' && m.read > 0)) return 'digests of a part of it were not kept'
  return null
}

/** Of the rows that the target took from a plan. */
function sentSum({ marks }: Copied): string {
  return sumText(marks.reduce((sum, m) => (m.digest === '' ? sum : addSums(sum, parseSum(m.digest))), 0n))
}

/** Which rows differ. */
async function differences(
  session: Session,
  { plans, fold }: Merged,
  { stages, signal }: { readonly stages: StageContext; readonly signal: AbortSignal | undefined },
): Promise<TableVerification> {
  const sources: Database[] = []
  for (const plan of plans) sources[plan.origin ?? 0] = sourceOf(session, plan)
  const ends = { sources, target: session.target }
  const label = plans.map((p) => p.label).join(' and ')
  const whole = { label, plans, columns: fold.columns, selection: null, extras: true, notes: [] }
  const again = async () => ({ ...ends, async [Symbol.asyncDispose]() {} })
  return verifyMerged(whole, { ends, stages, options: {}, reads: asCopied, signal, again })
}

interface Merged {
  readonly plans: readonly TablePlan[]
  readonly fold: Fold
}

interface Found {
  readonly same: boolean
  readonly rows: number
  /** Of the rows that the source of each plan gives. */
  readonly given: ReadonlyMap<string, string>
}

async function compare(
  { plans, fold }: Merged,
  ends: MadeEnds & { readonly target: Database },
  signal: AbortSignal | undefined,
): Promise<Found> {
  await using db = await temporaryStore('merged rows')
  const merged = { plans, key: plans[0].upsert?.key ?? [], fold, store: await foldStore(db) }
  const hashers = plans.map((plan) => tupleHasher(plan.columns.map((c) => c.wire)))
  const sums = plans.map(() => 0n)
  await foldSources(merged, asCopied(ends), {
    look(n, bytes, rows) {
      if (signal?.aborted) throw stopped()
      sums[n] = addSums(sums[n], hashers[n].sum(bytes, rows))
    },
  })
  const rows = await compareHeldRows(merged, ends.target)
  const { other } = await merged.store.counts()
  return { same: other === 0, rows, given: new Map(plans.map((plan, n) => [plan.label, sumText(sums[n])])) }
}

function verdict(
  [{ label, target }]: readonly TablePlan[],
  { rows }: Found,
  { began, note }: { readonly began: number; readonly note: string },
): TableVerification {
  return {
    table: label,
    target: displayName(target.name),
    how: 'digest',
    sourceRows: rows,
    targetRows: rows,
    sourceDigest: null,
    targetDigest: null,
    same: true,
    drift: [],
    driftCount: 0,
    ms: performance.now() - began,
    note,
  }
}
