/** Begins a copy or takes up an unfinished one: the plan, the run's record, and what is done already. */
import type { MergeTask } from '../copy/merge-filter.ts'
import { planCopy, unsettled } from '../copy/plan.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { KeyRange } from '../core/key.ts'
import type { Ledger, RunRecord } from '../core/ledger.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan, SamplePlan, TablePlan } from '../core/plan.ts'
import { displayName, type Schema } from '../core/schema.ts'
import { abandon, mayBeginAnew } from './abandon.ts'
import type { Addressings } from './files/lane-files.ts'
import type { TransferFiles } from './files/transfer-files.ts'
import { describeTarget } from './folder.ts'
import type { LaneSetup } from './lane-protocol.ts'
import { openDatabase } from './open.ts'
import {
  bindingOptions,
  checkOptions,
  checkRelations,
  checkSchema,
  newRunId,
  parsePlan,
  serializePlan,
  unfinished,
} from './resume.ts'
import { withRights } from './rights.ts'
import type { SavedPlan } from './saved-plan.ts'

/** A database that rows come from. */
export interface Origin {
  readonly address: Address
  readonly database: Database
}

/** How the plan of a run is made. */
export interface Planning {
  /** Ask the sources about their values. */
  readonly counting: boolean
  readonly options: CopyOptions
  /** Called once the source's schema is known, before its values are asked about. */
  readonly inspected?: (source: Schema) => void
}

export interface Session {
  /** What the ledger calls the source: its address, or the name of a set of transfers. */
  readonly label: string
  /** In the order of TablePlan.origin. */
  readonly sources: readonly Origin[]
  readonly to: Address
  readonly options: CopyOptions
  readonly target: Database
  readonly ledger: Ledger
  readonly reporter: Reporter
  readonly plan: CopyPlan
  readonly run: string
  readonly started: string
  readonly resumed: boolean
  /** Where the source stood when its rows were read; null until they are, or where it does not say. */
  position?: string | null
  readonly notes: string[]
  /** The sample that is taken: about what it comes to, exactly once its rows are chosen. */
  sample?: SamplePlan
  /** By label of plans that merge rows: which are written. */
  merging?: ReadonlyMap<string, MergeTask>
  /** What lanes are told for mappings. */
  readonly lanes?: Pick<LaneSetup, 'stages' | 'stores'>
  readonly hooks?: RunHooks
  /** Files that rows name, where mappings name stores. */
  readonly files?: TransferFiles & { readonly stores: Addressings }
}

/** Work around a run, and around the tables of a phase. */
export interface RunHooks {
  begin(): Promise<void>
  end(): Promise<void>
  /** `tables`: labels of those of the phase. */
  before(tables: readonly string[]): Promise<void>
  after(tables: readonly string[]): Promise<void>
}

/** The database that a table's rows come from. */
export function sourceOf(session: Pick<Session, 'sources'>, plan: TablePlan): Database {
  const origin = session.sources[plan.origin ?? 0]
  if (origin === undefined) throw new NaruError('INTERNAL', `${plan.label} has no source`)
  return origin.database
}

/** What a run begins with. */
export interface Ends
  extends Pick<Session, 'label' | 'sources' | 'to' | 'options' | 'target' | 'reporter' | 'hooks' | 'files'> {
  /** Id maps may be made. */
  readonly idMaps?: boolean
  /** What to say of how it was planned. */
  readonly note?: string
  makePlan(o: Planning): Promise<CopyPlan>
}

/** The ends of a copy from one database to another. */
export function copyEnds(o: {
  readonly source: Database
  readonly from: Address
  readonly target: Database
  readonly to: Address
  readonly options: CopyOptions
  readonly reporter: Reporter
  readonly saved?: SavedPlan
}): Ends {
  const { source, from, target, to, options, reporter, saved } = o
  const makePlan = ({ counting, options, inspected }: Planning) =>
    planCopy({
      source,
      target,
      options,
      counting,
      notes: false,
      ...(inspected && { inspected }),
      parallel: source.can.inProcess ? undefined : () => openDatabase(from, { role: 'source', like: source }),
      report: reporter,
      ...(saved && { answers: saved.answers }),
    })
  const sources = [{ address: from, database: source }]
  return { label: from.label, sources, to, options, target, reporter, makePlan, ...(saved && { note: saved.note }) }
}

/**
 * Throws UNSETTLED_FINDINGS (the plan in its details), OPTIONS_CHANGED, SCHEMA_CHANGED, TABLE_EXISTS before anything is changed.
 * `inspected`: as in Planning.
 */
export async function beginSession(ends: Ends, inspected: (source: Schema) => void): Promise<Session> {
  const ledger = ends.target.ledger()
  const open = unfinished(await ledger.runs(), ends.label, ends.target.address.label)
  const stored = open === undefined ? null : parsePlan(open.summary)
  if (open !== undefined && stored !== null) {
    if (!ends.options.restart) {
      return resume(ends, ledger, open, stored, inspected).catch(async (error: unknown) => {
        if (!(await mayBeginAnew(error, ends.options, ledger, open.id))) throw error
        return start(ends, ledger, inspected)
      })
    }
    await abandon(ends.target, ledger, open, stored)
  }
  return start(ends, ledger, inspected)
}

async function resume(
  ends: Ends,
  ledger: Ledger,
  run: RunRecord,
  plan: CopyPlan,
  inspected: Planning['inspected'],
): Promise<Session> {
  const options = ends.options
  checkOptions(run, options)
  const now = await ends.makePlan({ options: { ...options, ifExists: 'drop' }, counting: false, inspected })
  checkSchema(run, plan, now)
  checkRelations(run, plan, now)
  await ledger.prepare()
  const session: Session = { ...ends, ...begun(plan), ledger, run: run.id, started: run.started, resumed: true }
  const mapped = plan.mappings !== undefined
  session.notes.push(
    `continued the unfinished copy ${run.id} of ${run.started}; the first snapshot of the source is gone, so ${mapped ? 'rows that move from here on are as the sources have them now' : 'rows that changed meanwhile show in the verification'}`,
  )
  // Rows that the sources have got since have no numbers yet; those that have one keep it.
  const listed = new Set((await ledger.units(run.id)).flatMap((u) => (listsKeys(u.range) ? [u.table] : [])))
  for (const t of plan.tables)
    if (t.stage?.unless !== undefined && !listed.has(t.label)) await ledger.forget(run.id, t.label)
  for (const name of options.redo ?? []) await redoTable(session, tableNamed(plan, name))
  return session
}

/** What a session begins with. */
function begun(plan: CopyPlan): Pick<Session, 'plan' | 'notes' | 'sample'> {
  return { plan, notes: [], ...(plan.sample !== undefined && { sample: plan.sample }) }
}

const listsKeys = (range: KeyRange) => range.kind === 'key' && range.only !== undefined

async function start(ends: Ends, ledger: Ledger, inspected: Planning['inspected']): Promise<Session> {
  const redo = ends.options.redo ?? []
  if (redo.length > 0 && ends.options.ifExists === 'append') {
    throw new NaruError('USAGE', '--redo empties the table, and --if-exists append keeps what it holds', {
      hint: 'Leave one of them out.',
      state: 'nothing was changed',
    })
  }
  const options: CopyOptions = redo.length > 0 ? { ...ends.options, tables: redo, ifExists: 'truncate' } : ends.options
  const made = await ends.makePlan({ options, counting: true, inspected })
  const plan = await withRights({ ...ends, options, plan: made })
  if (redo.length > 0 && plan.mappings !== undefined) {
    throw new NaruError('USAGE', `--redo ${redo.join(', ')}: no run of ${ends.label} is unfinished`, {
      hint: "Choose transfers with --tables; write: 'replace' or 'upsert' says how rows that are there are met.",
      state: 'nothing was changed',
    })
  }
  const open = unsettled(plan)
  if (open.length > 0) throw findingsError(plan, open.length)
  const now = new Date()
  const run = newRunId(now, plan.from.label, plan.to.label)
  await ledger.prepare({ idMaps: ends.idMaps ?? false })
  await ledger.begin({
    id: run,
    started: now.toISOString(),
    source: ends.label,
    target: ends.target.address.label,
    options: bindingOptions(ends.options),
    schemaHash: plan.hash,
    state: 'copying',
    finished: null,
    summary: serializePlan(plan),
  })
  const session: Session = {
    ...ends,
    ...begun(plan),
    options,
    ledger,
    run,
    started: now.toISOString(),
    resumed: false,
    notes: ends.note === undefined ? [] : [ends.note],
  }
  await describeTarget(session)
  return session
}

function findingsError(plan: CopyPlan, count: number): NaruError {
  return new NaruError('UNSETTLED_FINDINGS', `${count} ${count === 1 ? 'finding is' : 'findings are'} not settled`, {
    why: 'each of them would end the copy, or change what arrives',
    state: 'nothing was changed on the target',
    details: { plan },
  })
}

function tableNamed(plan: CopyPlan, name: string): TablePlan {
  const found = plan.tables.find((t) => t.label === name) ?? plan.tables.find((t) => t.source.name.name === name)
  if (found) return found
  throw new NaruError('TABLE_MISSING', `--redo ${name}: this copy has no such table`, { state: 'nothing was changed' })
}

/** Where a target table may hold rows that did not come from this one; null where it cannot. */
function otherRows({ tables }: CopyPlan, table: TablePlan): string | null {
  if (table.action === 'append') return 'it held rows before'
  const name = displayName(table.target.name)
  const others = tables.filter((t) => t !== table && displayName(t.target.name) === name)
  if (others.length > 0) return `${others.map((t) => t.label).join(', ')} filled it too`
  return table.upsert === undefined ? null : 'its rows are matched with those that the table holds'
}

async function redoTable(session: Session, table: TablePlan): Promise<void> {
  const name = displayName(table.target.name)
  const held = otherRows(session.plan, table)
  if (held !== null) {
    throw new NaruError('USAGE', `--redo ${table.label} would empty ${name}`, {
      why: `${held}, and those rows would go`,
      hint: 'Run without --redo to continue.',
      state: 'nothing was changed',
    })
  }
  await session.ledger.forget(session.run, table.label)
  const created = (await session.ledger.steps(session.run)).some((step) => step !== '--before')
  if (created) await session.target.execute(session.target.engine.dialect.ddl.truncate(table.target.name))
}
