/**
 * Tables whose rows are merged of several (`match`, `upsert`): no row of the target is that of one row of a source. They are brought up to date
 * row by row (copy-merged-rows.ts) where it can be said what each must be. Else what a run was given and what it came to is kept with it as
 * digests; where a later run is given the same, and the target still holds the same, nothing is written.
 */

import { createHash } from 'node:crypto'
import { foldOf } from '../copy/fold.ts'
import { mergedGroups } from '../copy/refresh.ts'
import { BATCH } from '../core/batch.ts'
import { tupleHasher } from '../core/digest.ts'
import type { Database, RowSource } from '../core/engine.ts'
import { KEPT, type Mark, type UnitRecord } from '../core/ledger.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import type { MergeDigest, RunReport } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { addSums, parseSum, sumText } from '../core/sum.ts'
import type { WireType } from '../core/wire.ts'
import { plannedSource } from '../transfer/planned-source.ts'
import { type MergedPart, mergeTasks, refreshRows } from './copy-merged-rows.ts'
import { type Session, sourceOf } from './session.ts'
import { openStages } from './stage.ts'

/** What decides how rows are merged beside the rows themselves. */
function rulesOf(group: readonly TablePlan[]): string {
  const rules = group.map((t) => [
    t.label,
    t.upsert,
    t.action === 'append',
    t.columns.map((c) => [c.target.name, c.wire]),
  ])
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex')
}

interface Sum {
  readonly rows: number
  readonly sum: bigint
  /** No row was refused. */
  readonly whole: boolean
}

async function sumOf(source: RowSource, wires: readonly WireType[]): Promise<Sum> {
  const hasher = tupleHasher(wires)
  let all: Sum = { rows: 0, sum: 0n, whole: true }
  for await (const batch of source.read({ kind: 'all' }, BATCH)) {
    const sum = addSums(all.sum, hasher.sum(batch.bytes, batch.rows))
    all = { rows: all.rows + batch.rows, sum, whole: all.whole && batch.rejects.length === 0 }
    batch.release()
  }
  return all
}

/** Everything that a table of the target holds. */
function sumTarget(target: Database, { target: table }: TablePlan): Promise<Sum> {
  const { dialect } = target.engine
  const columns = table.columns.map((column) => ({ name: column.name, column, wire: dialect.wire(column.type) }))
  return sumOf(
    target.source(table, columns, { key: null }),
    columns.map((c) => c.wire),
  )
}

/** Digests of what this run was given for merged tables, and of what they hold now; none of tables whose rows were not hashed. */
export async function mergeDigests(
  session: Session,
  written: { readonly units: readonly UnitRecord[]; readonly marks: readonly Mark[] },
) {
  const found: MergeDigest[] = []
  for (const group of mergedGroups(session.plan.tables)) {
    if (isByRow(group)) continue // they are compared themselves
    const parts = group.map(({ label }) => {
      const own = new Set(written.units.filter((u) => u.table === label).map((u) => u.unit))
      const marks = written.marks.filter((m) => own.has(m.unit))
      const sum = (of: (m: Mark) => number) => marks.reduce((n, m) => n + of(m), 0)
      return { label, marks, written: sum((m) => m.written + (m.kept ?? 0)), merged: sum((m) => m.merged) }
    })
    const marks = parts.flatMap((p) => p.marks)
    const table = displayName(group[0].target.name)
    const kept = marks.find((m) => m.digest === KEPT)
    const before = kept === undefined ? undefined : await lastDigest(session, table)
    if (before !== undefined) found.push(before)
    if (kept !== undefined || marks.some((m) => m.digest === '' && m.read > 0)) continue
    const input = marks.reduce((sum, m) => (m.digest === '' ? sum : addSums(sum, parseSum(m.digest))), 0n)
    const output = await sumTarget(session.target, group[0])
    found.push({
      table,
      rules: rulesOf(group),
      input: sumText(input),
      output: sumText(output.sum),
      parts: parts.map(({ label, written, merged }) => ({ label, written, merged })),
    })
  }
  return found
}

/** What the last run that came to its end between these ends said of a merged table. */
async function lastDigest({ ledger, label, target }: Session, table: string): Promise<MergeDigest | undefined> {
  const runs = await ledger.runs()
  const last = runs.find((r) => r.state === 'done' && r.source === label && r.target === target.address.label)
  if (last?.summary == null) return undefined
  return (JSON.parse(last.summary) as Partial<RunReport>).merges?.find((m) => m.table === table)
}

/** Before the first rows of a merged table move: kept where nothing has changed, else emptied where it is to be. */
export async function refreshMerged(session: Session, phase: number): Promise<void> {
  for (const group of mergedGroups(session.plan.tables)) {
    const [first] = group
    if (first.refresh === undefined || first.phase !== phase) continue
    if ((await session.ledger.steps(session.run)).includes(stepOf(group)) || (await isThrough(session, group))) continue
    if (isByRow(group) && (await bringUp(session, group))) continue
    const last = isByRow(group) ? undefined : await lastDigest(session, displayName(first.target.name))
    if (last !== undefined && (await isSame(session, group, last))) await keep(session, group, partsOf(last))
    else if (first.action !== 'append') {
      const { target } = session
      const { name } = first.target
      await target.execute((await target.emptying?.(name)) ?? target.engine.dialect.ddl.truncate(name))
    }
    await session.ledger.stepDone(session.run, stepOf(group))
  }
}

/** The note of a table that is written as a whole. */
const stepOf = ([first]: readonly TablePlan[]) => `merge ${displayName(first.target.name)}`

const isByRow = ([first]: readonly TablePlan[]) => first.refresh?.merged === true && first.refresh.asWhole === undefined

/** Row by row; false: too many differ. */
async function bringUp(session: Session, group: readonly TablePlan[]): Promise<boolean> {
  const fold = foldOf(group)
  const found = typeof fold === 'string' ? null : await refreshRows(session, group, fold)
  if (found === null) return false
  if (found.keys.length === 0 && !found.refused) await keep(session, group, found.parts)
  else session.merging = new Map([...(session.merging ?? []), ...mergeTasks(found)])
  return true
}

/** All units of these plans have come to their end. */
async function isThrough(
  { ledger, run }: Pick<Session, 'ledger' | 'run'>,
  group: readonly TablePlan[],
): Promise<boolean> {
  const labels = new Set(group.map((t) => t.label))
  const done = new Set((await ledger.marks(run)).flatMap((m) => (m.done ? [m.unit] : [])))
  return (await ledger.units(run)).every((u) => !labels.has(u.table) || done.has(u.unit))
}

/**
 * A run goes on: merged tables that were being brought up to date row by row are compared anew, for which rows were taken off is not known
 * any more. Those that are finished, or were emptied, go on where they were.
 */
export async function forgetBegun(session: Pick<Session, 'ledger' | 'run' | 'plan'>): Promise<void> {
  const steps = await session.ledger.steps(session.run)
  for (const group of mergedGroups(session.plan.tables)) {
    if (!isByRow(group) || steps.includes(stepOf(group)) || (await isThrough(session, group))) continue
    for (const { label } of group) await session.ledger.forget(session.run, label)
  }
}

async function isSame(session: Session, group: readonly TablePlan[], last: MergeDigest): Promise<boolean> {
  if (last.rules !== rulesOf(group)) return false
  if (sumText((await sumTarget(session.target, group[0])).sum) !== last.output) return false
  const stages = openStages({ to: session.to, tables: session.plan.tables, ...session.lanes }, session.target)
  try {
    let input = 0n
    for (const plan of group) {
      const source = plannedSource(plan, sourceOf(session, plan), { keyed: false, stages })
      const part = await sumOf(
        source,
        targetColumns(plan).map((c) => c.wire),
      )
      if (!part.whole) return false
      input = addSums(input, part.sum)
    }
    return sumText(input) === last.input
  } finally {
    await stages.close()
  }
}

function partsOf(last: MergeDigest): MergedPart[] {
  return last.parts.map(({ label, written, merged }) => ({ label, kept: written, merged, filtered: 0 }))
}

/** Marks all units of the group as kept; the first of each plan has the counts. */
async function keep(session: Session, group: readonly TablePlan[], parts: readonly MergedPart[]): Promise<void> {
  const units = await session.ledger.units(session.run)
  const marked = new Set((await session.ledger.marks(session.run)).map((m) => m.unit))
  for (const plan of group) {
    const part = parts.find((p) => p.label === plan.label)
    const sink = await session.target.sink(plan.target, targetColumns(plan), { existing: true })
    try {
      for (const [n, { unit }] of units.filter((u) => u.table === plan.label).entries()) {
        if (marked.has(unit)) continue // by a process that was killed then
        const { kept, merged, filtered } = (n === 0 ? part : undefined) ?? { kept: 0, merged: 0, filtered: 0 }
        const counts = { read: kept + merged + filtered, written: 0, rejected: 0, filtered, merged, kept }
        await sink.begin()
        await sink.mark({ run: session.run, unit, seq: 1, after: null, ...counts, digest: KEPT, done: true }, [])
        await sink.commit()
      }
    } finally {
      await sink[Symbol.asyncDispose]()
    }
  }
}
