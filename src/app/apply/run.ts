/** Runs the statements of a plan: in transactions where the engine has them for DDL, noting down each one where it has not. */
import type { ApplyReport, WeighedStep } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { Journal } from '../../core/journal.ts'
import { debrisOf, sweep } from './debris.ts'
import { stepFailure, stoppedBetween } from './failure.ts'
import { type Group, groupSteps, lasting } from './groups.ts'
import { persistently } from './persist.ts'

export interface Execution {
  readonly database: Database
  readonly steps: readonly WeighedStep[]
  /** Refuses with CHANGED_UNDERNEATH. Runs inside the first transaction where that is the only lock. */
  readonly check: () => Promise<void>
  /** Absent where transactions hold everything. */
  readonly journal: Journal | null
  /** Statements (by their text) that an interrupted run had begun: they may be done. */
  readonly begun: ReadonlySet<string>
  /** How often a lock is waited for again. */
  readonly retries: number
  /** Around each statement: says who holds a lock that it waits for. */
  readonly watched?: <T>(work: () => Promise<T>) => Promise<T>
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

type Ran = ApplyReport['steps'][number]

/**
 * Runs all steps in order. Throws STEP_FAILED, LOCK_TIMEOUT, PERMISSION_DENIED where nothing was changed, APPLY_STOPPED and CONNECTION_LOST
 * where something may have been, STOPPED when the signal fires; each says in `state` what was left behind.
 */
export async function runSteps(e: Execution): Promise<Ran[]> {
  const ran: Ran[] = []
  let checked = e.database.lock !== undefined
  for (const group of groupSteps(e.steps, e.database.can.transactionalDdl)) {
    const stays = lasting(e.steps, ran.length)
    if (e.signal?.aborted) throw stoppedBetween(stays, e.steps.length)
    const check = checked || !group.together ? undefined : e.check
    const stopped = () => stoppedBetween(stays, e.steps.length)
    ran.push(...(await persistently({ ...e, stopped }, () => runGroup(e, group, stays, check))))
    checked ||= check !== undefined
  }
  return ran
}

async function runGroup(
  e: Execution,
  group: Group<WeighedStep>,
  committed: number,
  check: (() => Promise<void>) | undefined,
): Promise<Ran[]> {
  if (group.together) return runTogether(e, group.steps, committed, check)
  return [await runAlone(e, group.steps[0], committed)]
}

/** One transaction; whatever goes wrong, it is taken back as a whole. */
async function runTogether(
  e: Execution,
  steps: readonly WeighedStep[],
  committed: number,
  check: (() => Promise<void>) | undefined,
): Promise<Ran[]> {
  const db = e.database
  const position = { committed, of: e.steps.length, rolledBack: true }
  const ran: Ran[] = []
  let at = steps[0]
  try {
    await db.execute('BEGIN')
    await check?.()
    for (const step of steps) {
      if (e.signal?.aborted) throw stoppedBetween(committed, e.steps.length)
      at = step
      ran.push(await runStep(e, step))
    }
    await db.execute('COMMIT')
    return ran
  } catch (error) {
    await db.execute('ROLLBACK').catch(() => {}) // a connection that is gone rolls back by itself
    throw stepFailure(error, at, { ...position, committing: ran.length === steps.length })
  }
}

/** A statement that is final by itself. What a failed one leaves half-made (an invalid index) is taken away again. */
async function runAlone(e: Execution, step: WeighedStep, committed: number): Promise<Ran> {
  const position = { committed, of: e.steps.length, rolledBack: false, committing: false }
  const before = await debrisOf(e.database)
  try {
    if (await isDone(e, step)) return skip(e, step)
    await e.journal?.note(step.number, 'started')
    const ran = await runStep(e, step)
    await e.journal?.note(step.number, 'done')
    return ran
  } catch (error) {
    await e.journal?.note(step.number, 'failed').catch(() => {}) // a connection that is gone leaves it as started
    await sweep(e.database, before).catch(() => {}) // the next plan finds it
    throw stepFailure(error, step, position)
  }
}

/** Only a statement that an interrupted run had begun is asked for. */
async function isDone(e: Execution, step: WeighedStep): Promise<boolean> {
  if (step.done === undefined || !e.begun.has(step.sql)) return false
  return (await e.database.query(step.done)).length > 0
}

function skip(e: Execution, { number, object }: WeighedStep): Ran {
  e.reporter.report({ type: 'statement', number, of: e.steps.length, object, state: 'skipped', ms: 0 })
  return { number, ms: 0, skipped: true }
}

async function runStep(e: Execution, step: WeighedStep): Promise<Ran> {
  const { number, object } = step
  const tell = (state: 'begin' | 'end', ms: number) =>
    e.reporter.report({ type: 'statement', number, of: e.steps.length, object, state, ms })
  tell('begin', 0)
  const began = performance.now()
  const watched = e.watched ?? ((work) => work())
  await watched(() => e.database.execute(step.sql))
  const ms = performance.now() - began
  tell('end', ms)
  return { number, ms, skipped: false }
}
