/**
 * Rows of tables that are brought up to date by the keys of their rows, and that no row of the sources has any more: no unit names them.
 * Looked for only where the target holds more rows than its units, and before units that differ are copied.
 */

import { LISTED_ROWS, listedRanges, rowKeys } from '../copy/refresh.ts'
import { sampleStore, type TakenKeys } from '../copy/sample/store.ts'
import { BATCH } from '../core/batch.ts'
import type { Database, RowSource } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { type TablePlan, targetColumns } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { plannedSource } from '../transfer/planned-source.ts'
import { plural } from './format.ts'
import { type Session, sourceOf } from './session.ts'
import { openStages } from './stage.ts'
import { temporaryStore } from './temporary-store.ts'

/** Takes such rows away from the tables whose last writers are of this phase. Connections of the session, in their snapshots, are free. */
export async function removeExtras(session: Session, phase: number): Promise<void> {
  const groups = Map.groupBy(
    session.plan.tables.filter((t) => t.refresh?.rows !== undefined),
    (t) => displayName(t.target.name),
  )
  for (const group of groups.values()) {
    if (Math.max(...group.map((t) => t.phase ?? 0)) !== phase) continue
    const more = (await countRows(session.target, group[0])) - (await namedRows(session, group))
    if (more > 0) await removeFrom(session, group, more)
  }
}

async function countRows(target: Database, plan: TablePlan): Promise<number> {
  return Number(await target.source(plan.target, targetColumns(plan), { key: null }).count())
}

/** Rows that the units of these plans have on the target by now. */
async function namedRows({ ledger, run }: Session, group: readonly TablePlan[]): Promise<number> {
  const labels = new Set(group.map((t) => t.label))
  const own = new Set((await ledger.units(run)).filter((u) => labels.has(u.table)).map((u) => u.unit))
  const marks = (await ledger.marks(run)).filter((m) => own.has(m.unit))
  return marks.reduce((n, m) => n + m.written + (m.kept ?? 0), 0)
}

async function removeFrom(session: Session, group: readonly TablePlan[], more: number): Promise<void> {
  const [first] = group
  const names = first.refresh?.rows ?? []
  const name = displayName(first.target.name)
  const { refuse } = first.refresh ?? {}
  if (refuse !== undefined) {
    throw new NaruError('UNSUPPORTED', `${plural(more, 'row')} of ${name} must go, and cannot be taken out`, {
      why: refuse,
      hint: `Mend them with naru repair, or leave ${first.label} out with --exclude.`,
      state: 'every unit that was finished is on the target with its mark',
    })
  }
  await using db = await temporaryStore('keys of rows')
  const store = sampleStore(db)
  await store.open()
  const [wanted, extra] = [await store.keys(0), await store.keys(1)]
  await readWanted(session, group, wanted)
  await findExtra(session.target, first, names, { wanted, extra })
  const { taken } = await extra.counts()
  // Somebody else writes to this table: which rows are nobody's cannot be said.
  if (taken !== more) session.notes.push(`${name}: ${plural(more, 'row')} more than the sources make; left as they are`)
  else await remove(session.target, first, names, extra)
}

/** The keys of all rows that the sources make. */
async function readWanted(session: Session, group: readonly TablePlan[], wanted: TakenKeys): Promise<void> {
  const stages = openStages({ to: session.to, tables: session.plan.tables, ...session.lanes }, session.target)
  try {
    for (const plan of group) {
      const source = plannedSource(plan, sourceOf(session, plan), { keyed: false, stages })
      await eachKeys(source, rowKeys(plan, plan.refresh?.rows ?? []), (keys) => wanted.add(candidates(keys), false))
    }
  } finally {
    await stages.close()
  }
}

async function findExtra(
  target: Database,
  plan: TablePlan,
  names: readonly string[],
  keys: { readonly wanted: TakenKeys; readonly extra: TakenKeys },
): Promise<void> {
  const held = target.source(plan.target, targetColumns(plan), { key: null })
  await eachKeys(held, rowKeys(plan, names), async (all) => {
    // What is added now was not wanted.
    const fresh = await keys.wanted.add(candidates(all), true)
    await keys.extra.add(candidates([...fresh]), true)
  })
}

async function remove(target: Database, plan: TablePlan, names: readonly string[], extra: TakenKeys): Promise<void> {
  const sink = await target.sink(plan.target, targetColumns(plan), { existing: true })
  try {
    await sink.begin()
    for await (const keys of extra.pages(LISTED_ROWS)) {
      for (const range of listedRanges(keys)) await sink.empty(range, names)
    }
    await sink.commit()
  } finally {
    await sink[Symbol.asyncDispose]()
  }
}

async function eachKeys(
  source: RowSource,
  keysOf: (bytes: Uint8Array, rows: number) => string[],
  take: (keys: readonly string[]) => Promise<unknown>,
): Promise<void> {
  for await (const batch of source.read({ kind: 'all' }, BATCH)) {
    const keys = keysOf(batch.bytes, batch.rows)
    batch.release()
    await take(keys)
  }
}

const candidates = (keys: readonly string[]) => keys.map((key) => ({ key, place: 0, chance: 0 }))
