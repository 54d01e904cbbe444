/** `naru apply`: makes a live database's schema what a state says: plan, hazards, rehearsal, a word of the user, lock, statements, proof. */
import type { ApplyOptions, ApplyPlan, ApplyReport } from '../core/apply.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { JournalRecord } from '../core/journal.ts'
import type { Schema } from '../core/schema.ts'
import type { RenameCandidate } from '../core/schema-diff.ts'
import { sameDatabase } from './address.ts'
import { changeLines, type Difference, differenceOf, plannerOf } from './apply/difference.ts'
import { stoppedBetween } from './apply/failure.ts'
import { schemaHash } from './apply/hash.ts'
import { openJournal } from './apply/journal.ts'
import { makePlan } from './apply/make-plan.ts'
import { rehearse } from './apply/rehearse.ts'
import { settledRenames } from './apply/renames.ts'
import { runSteps } from './apply/run.ts'
import { refusedKinds } from './apply/weigh.ts'
import { plural, someOf } from './format.ts'
import { openDatabase } from './open.ts'
import { loadState } from './state.ts'
import type { StateOptions } from './state-form.ts'

export interface ApplyContext {
  /** How the state is found, and where scratch databases may be made. */
  readonly states: StateOptions
  /** Shows the plan and asks; false: nothing is changed. Not called where there is nothing to do. */
  readonly agree: (plan: ApplyPlan) => Promise<boolean>
  /** Asked for each table or column that may have been renamed; absent: they are told in the plan. */
  readonly askRename?: (candidate: RenameCandidate) => Promise<boolean>
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

interface Work {
  readonly database: Database
  readonly address: Address
  /** As it was inspected, whole. */
  readonly present: Schema
  /** What an earlier change left unfinished. */
  readonly record: JournalRecord | null
  readonly goal: { readonly schema: Schema; readonly label: string }
  readonly options: ApplyOptions
  readonly context: ApplyContext
  readonly started: string
}

/**
 * Makes the schema of a database what `state` says, and proves it by inspecting again.
 * @throws NaruError: HAZARD_REFUSED and REHEARSAL_FAILED (the plan in their details), NOT_CONFIRMED, LOCK_TIMEOUT, CHANGED_UNDERNEATH,
 * STEP_FAILED with nothing changed; APPLY_STOPPED, CONNECTION_LOST, STOPPED with the state that was left.
 */
export async function apply(
  address: Address,
  state: string,
  options: ApplyOptions,
  context: ApplyContext,
): Promise<ApplyReport> {
  const started = new Date().toISOString()
  await using database = await openDatabase(address, { role: 'target', look: true, alters: true, name: 'naru apply' })
  plannerOf(database)
  const record = (await database.journal?.().read()) ?? null
  // Of a change that broke off the server may still run a statement: its lock is held so long, and what is there is not final.
  await using _ = await lock(database, record === null || options.dryRun ? null : options, context)
  const present = await database.inspect({ schema: address.schema })
  const goal = await loadState(state, { ...context.states, engine: database.flavor, schema: address.schema })
  if (goal.address !== undefined && sameDatabase(address, goal.address)) {
    throw new NaruError('USAGE', 'both sides are the same database', {
      why: `both are ${goal.label}`,
      hint: 'Name another state with --to.',
      state: 'nothing was changed',
    })
  }
  const sides = { from: present, to: goal.schema }
  const rename = await settledRenames(database, sides, options, options.dryRun ? undefined : context.askRename)
  for (const text of (options.rename ?? []).filter((t) => !rename.includes(t))) {
    context.reporter.report({ type: 'note', message: `--rename ${text}: it is called so already` })
  }
  const work: Work = { database, address, present, record, goal, options: { ...options, rename }, context, started }
  return await change(work, differenceOf(database, present, goal.schema, work.options))
}

async function change(work: Work, difference: Difference): Promise<ApplyReport> {
  const { database, options, context, goal } = work
  const { record } = work
  const drawn = await makePlan({ database, goal: goal.label, difference, options, record })
  if (drawn.steps.length === 0) return await nothingToDo(work, drawn)
  if (options.dryRun !== true) refuseHazards(drawn)
  const plan = { ...drawn, rehearsal: await rehearsed(work, drawn) }
  if (context.signal?.aborted) throw stoppedBetween(0, plan.steps.length)
  if (options.dryRun === true) return report(work, plan, 'planned', { remaining: changeLines(difference) })
  if (!(await context.agree(plan))) throw notConfirmed()
  await using _ = await lock(database, options, context)
  if (database.lock !== undefined) await checkUnderneath(work, plan)
  const steps = await run(work, plan)
  return await prove(work, plan, steps)
}

/** What is left of an interrupted change is its journal at most. */
async function nothingToDo(work: Work, plan: ApplyPlan): Promise<ApplyReport> {
  if (work.record !== null && work.options.dryRun !== true) await work.database.journal?.().clear()
  return report(work, plan, 'unchanged', { remaining: plan.unplanned.map((u) => `${u.object}: ${u.why}`) })
}

function refuseHazards(plan: ApplyPlan): void {
  const hazards = plan.steps.flatMap((s) => s.hazards)
  const kinds = refusedKinds(hazards)
  if (kinds.length === 0) return
  const refused = hazards.filter((h) => h.verdict === 'refused').length
  throw new NaruError('HAZARD_REFUSED', `the plan holds ${plural(refused, 'hazard')} that nobody allowed`, {
    why: someOf(
      hazards.filter((h) => h.verdict === 'refused').map((h) => h.what.replace(/\.$/, '')),
      3,
    ),
    hint: `If that is what you want, add --allow ${kinds.join(',')}`,
    state: 'nothing was changed',
    details: { plan },
  })
}

async function rehearsed(work: Work, plan: ApplyPlan): Promise<ApplyPlan['rehearsal']> {
  const { database, address, options, context, present, goal } = work
  const { dev, beside } = context.states
  context.reporter.report({ type: 'phase', phase: 'rehearsal', state: 'begin' })
  const began = performance.now()
  const scratch = { engine: database.engine.name, dev, beside }
  const found = await rehearse({
    plan,
    present,
    goal: goal.schema,
    options,
    scratch,
    schema: address.schema,
    signal: context.signal,
  })
  context.reporter.report({ type: 'phase', phase: 'rehearsal', state: 'end', ms: performance.now() - began })
  return found
}

function notConfirmed(): NaruError {
  return new NaruError('NOT_CONFIRMED', 'the plan was not confirmed', { state: 'nothing was changed' })
}

/** Seconds that locks of others are waited for. Online the wait is short, for whoever comes after waits behind it. */
const PATIENCE = { plain: 10, online: 2 }
/** How often a lock is tried for again, online. */
const RETRIES = 10

async function lock(database: Database, options: ApplyOptions | null, context: ApplyContext): Promise<AsyncDisposable> {
  const none = { async [Symbol.asyncDispose]() {} }
  if (options === null) return none
  const seconds = options.lockTimeout ?? (options.online ? PATIENCE.online : PATIENCE.plain)
  const held = await database.lock?.({ timeout: seconds * 1000, signal: context.signal })
  await database.setPatience?.({ lock: seconds * 1000 })
  return held ?? none
}

/** Throws CHANGED_UNDERNEATH unless the schema is still the one that the plan was made for. */
async function checkUnderneath({ database, address, goal, options }: Work, plan: ApplyPlan): Promise<void> {
  const now = differenceOf(database, await database.inspect({ schema: address.schema }), goal.schema, options)
  if (schemaHash(now.before) === plan.from) return
  throw new NaruError('CHANGED_UNDERNEATH', 'the schema changed after the plan was made', {
    why: 'somebody else altered the database between the plan and its first statement',
    state: 'nothing was changed',
  })
}

async function run(work: Work, plan: ApplyPlan): Promise<ApplyReport['steps']> {
  const { database, options, context } = work
  const journal = await openJournal(database, plan, context.reporter)
  const begun = new Set(work.record?.steps.filter((s) => s.state !== 'planned').map((s) => s.sql))
  context.reporter.report({ type: 'phase', phase: 'apply', state: 'begin' })
  const steps = await runSteps({
    database,
    steps: plan.steps,
    check: () => checkUnderneath(work, plan),
    journal,
    begun,
    retries: options.online ? RETRIES : 0,
    reporter: context.reporter,
    signal: context.signal,
  })
  await journal?.clear()
  return steps
}

/** Inspects again: what still differs is told, and decides the exit code. */
async function prove(work: Work, plan: ApplyPlan, steps: ApplyReport['steps']): Promise<ApplyReport> {
  const { database, address, goal, options } = work
  const now = await database.inspect({ schema: address.schema })
  const rest = differenceOf(database, now, goal.schema, { ...options, rename: undefined })
  const unplanned = rest.plan.unplanned.map((u) => `${u.object}: ${u.why}`)
  const remaining = unplanned.length > 0 ? unplanned : changeLines(rest)
  return report(work, plan, remaining.length === 0 ? 'done' : 'differs', { remaining, steps })
}

function report(
  work: Work,
  plan: ApplyPlan,
  outcome: ApplyReport['outcome'],
  found: { readonly remaining: readonly string[]; readonly steps?: ApplyReport['steps'] },
): ApplyReport {
  return {
    plan,
    outcome,
    exit: found.remaining.length === 0 ? 0 : 1,
    remaining: found.remaining,
    started: work.started,
    finished: new Date().toISOString(),
    steps: found.steps ?? [],
  }
}
