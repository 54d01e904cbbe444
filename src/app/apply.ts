/** `naru apply`: makes a live database's schema what a state says: plan, hazards, rehearsal, a word of the user, lock, statements, proof. */
import { existsSync } from 'node:fs'
import type { ApplyOptions, ApplyPlan, ApplyReport } from '../core/apply.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Schema } from '../core/schema.ts'
import { sameDatabase } from './address.ts'
import { carryOut, lockSchema } from './apply/carry-out.ts'
import { changeLines, type Difference, differenceOf, plannerOf } from './apply/difference.ts'
import { stoppedBetween } from './apply/failure.ts'
import { makePlan } from './apply/make-plan.ts'
import { rehearse } from './apply/rehearse.ts'
import { settledRenames } from './apply/renames.ts'
import { samePrinter, spelledAlike } from './apply/spelling.ts'
import { refuseStrangers } from './apply/strangers.ts'
import { refusedKinds } from './apply/weigh.ts'
import { type ApplyContext, inspectNow, type Work } from './apply/work.ts'
import { plural, someOf } from './format.ts'
import { openDatabase } from './open.ts'
import type { ScratchOptions } from './scratch.ts'
import { loadState } from './state.ts'
import type { State } from './state-form.ts'

export type { ApplyContext } from './apply/work.ts'

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
  await using database = await openDatabase(address, { ...ALTERING, look: true })
  plannerOf(database)
  const record = (await database.journal?.().read()) ?? null
  await using _ = await lockForRest(database, record !== null && !options.dryRun ? options : null, context)
  const present = await inspectNow({ database, address })
  const goal = await loadState(state, { ...context.states, engine: database.flavor, schema: address.schema })
  refuseItself(address, goal)
  const rename = await renamesOf(database, { from: present, to: goal.schema }, options, context)
  const ends = { database, address, present, record, goal, options: { ...options, rename }, context, started }
  const wanted = await spelled({ ...ends, wanted: goal.schema }, present)
  const work: Work = { ...ends, wanted }
  return await change(work, differenceOf(database, present, wanted, work.options))
}

/** Asked only where something differs at all: another server has to be made for it. */
async function spelled(work: Work, present: Schema): Promise<Schema> {
  const { database, address, goal, options } = work
  if (samePrinter(present, goal.schema)) return goal.schema
  const { changes } = differenceOf(database, present, goal.schema, options)
  if (!changes.some((c) => c.kind === 'alter')) return goal.schema
  const { normalize } = plannerOf(database)
  return await spelledAlike({ normalize, present, goal: goal.schema, scratch: scratchOf(work), home: address.schema })
}

function scratchOf({ database, context }: Work): ScratchOptions {
  const { dev, beside } = context.states
  return { engine: database.engine.name, dev, beside }
}

const ALTERING = { role: 'target', alters: true, name: 'naru apply' } as const

/** Of a change that broke off the server may still run a statement: its lock is held so long, and what is there is not final. */
async function lockForRest(database: Database, options: ApplyOptions | null, context: ApplyContext) {
  return options === null ? null : await lockSchema(database, options, context)
}

function refuseItself(address: Address, goal: State): void {
  if (goal.address === undefined || !sameDatabase(address, goal.address)) return
  throw new NaruError('USAGE', 'both sides are the same database', {
    why: `both are ${goal.label}`,
    hint: 'Name another state with --to.',
    state: 'nothing was changed',
  })
}

async function renamesOf(
  database: Database,
  sides: Parameters<typeof settledRenames>[1],
  options: ApplyOptions,
  { askRename, reporter }: ApplyContext,
): Promise<readonly string[]> {
  const rename = await settledRenames(database, sides, options, options.dryRun ? undefined : askRename)
  const done = (options.rename ?? []).length - rename.length
  if (done > 0) reporter.report({ type: 'note', message: `${plural(done, 'rename')} of --rename done already` })
  return rename
}

async function change(work: Work, difference: Difference): Promise<ApplyReport> {
  const { database, address, options, context, goal, record } = work
  const drawn = await makePlan({ database, goal: goal.label, difference, options, record })
  if (drawn.steps.length === 0) return await nothingToDo(work, drawn)
  if (options.dryRun !== true) {
    refuseHazards(drawn)
    refuseStrangers(drawn.strangers, address.label)
  }
  const plan = { ...drawn, rehearsal: await rehearsed(work, drawn) }
  if (context.signal?.aborted) throw stoppedBetween(0, plan.steps.length)
  if (options.dryRun === true) return report(work, plan, 'planned', { remaining: changeLines(difference) })
  if (!(await context.agree(plan))) throw notConfirmed()
  if (isThere(work.address)) return await carryOutAndProve(work, plan)
  // Until now an empty database in memory stood for what is to be made.
  await using made = await openDatabase(work.address, ALTERING)
  return await carryOutAndProve({ ...work, database: made }, plan)
}

const isThere = ({ path }: Address) => path === undefined || existsSync(path)

/** What is left of an interrupted change is its journal at most. */
async function nothingToDo(work: Work, plan: ApplyPlan): Promise<ApplyReport> {
  if (work.record !== null && work.options.dryRun !== true) await work.database.journal?.().clear()
  return report(work, plan, 'unchanged', { remaining: plan.unplanned.map((u) => `${u.object}: ${u.why}`) })
}

function refuseHazards(plan: ApplyPlan): void {
  const refused = plan.steps.flatMap((s) => s.hazards).filter((h) => h.verdict === 'refused')
  if (refused.length === 0) return
  const kinds = refusedKinds(refused).join(',')
  const sentences = refused.map((h) => h.what.replace(/\.$/, ''))
  throw new NaruError('HAZARD_REFUSED', `the plan holds ${plural(refused.length, 'hazard')} that nobody allowed`, {
    why: someOf(sentences, 3),
    hint: `If that is what you want, add --allow ${kinds}${plan.database.engine === 'postgres' && !plan.online && /blocking/.test(kinds) ? '; --online may do without blocking' : ''}`,
    state: 'nothing was changed',
    details: { plan },
  })
}

async function rehearsed(work: Work, plan: ApplyPlan): Promise<ApplyPlan['rehearsal']> {
  const { address, options, context, present, goal } = work
  context.reporter.report({ type: 'phase', phase: 'rehearsal', state: 'begin' })
  const began = performance.now()
  const found = await rehearse({
    plan,
    present,
    goal: goal.schema,
    options,
    scratch: scratchOf(work),
    schema: address.schema,
    signal: context.signal,
  })
  context.reporter.report({ type: 'phase', phase: 'rehearsal', state: 'end', ms: performance.now() - began })
  return found
}

function notConfirmed(): NaruError {
  return new NaruError('NOT_CONFIRMED', 'the plan was not confirmed', { state: 'nothing was changed' })
}

/** Runs the statements and inspects again: what still differs is told, and decides the exit code. */
async function carryOutAndProve(work: Work, plan: ApplyPlan): Promise<ApplyReport> {
  const steps = await carryOut(work, plan)
  const after = { ...work, options: { ...work.options, rename: undefined } }
  const present = await inspectNow(work)
  const rest = differenceOf(work.database, present, await spelled(after, present), after.options)
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
