/** Carries a plan out that was agreed to: under a lock, only on the schema that it was made for, with an honest word when it fails. */
import type { ApplyOptions, ApplyPlan, ApplyReport } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Journal } from '../../core/journal.ts'
import { differenceOf } from './difference.ts'
import { schemaHash } from './hash.ts'
import { openJournal } from './journal.ts'
import { takeLock } from './lock.ts'
import { runSteps } from './run.ts'
import { watchLocks } from './watch.ts'
import { type ApplyContext, inspectNow, type Work } from './work.ts'

/** Seconds that locks of others are waited for. Online the wait is short, for whoever comes after waits behind it. */
const PATIENCE = { plain: 10, online: 2 }
/** How often a lock is tried for again, online. */
const RETRIES = 10

/** Takes the lock on the schema and makes the session as patient as asked. Throws LOCK_TIMEOUT. */
export async function lockSchema(
  database: Database,
  options: ApplyOptions,
  { reporter, signal }: Pick<ApplyContext, 'reporter' | 'signal'>,
): Promise<AsyncDisposable> {
  const seconds = options.lockTimeout ?? (options.online ? PATIENCE.online : PATIENCE.plain)
  const held = await takeLock(database, { wait: seconds * 1000, reporter, signal })
  await database.setPatience?.({ lock: seconds * 1000 })
  return held
}

async function isStill(work: Work, plan: ApplyPlan): Promise<boolean> {
  const { database, wanted, options } = work
  const now = differenceOf(database, await inspectNow(work), wanted, options)
  return schemaHash(now.before) === plan.from
}

/** Throws CHANGED_UNDERNEATH unless the schema is still the one that the plan was made for. */
async function checkUnderneath(work: Work, plan: ApplyPlan): Promise<void> {
  if (await isStill(work, plan).catch(changedNames)) return
  throw new NaruError('CHANGED_UNDERNEATH', 'the schema changed after the plan was made', {
    why: 'somebody else altered the database between the plan and its first statement',
    state: 'nothing was changed',
  })
}

/** A table or a column to be renamed that is not there any more was there when the plan was made. */
function changedNames(error: unknown): boolean {
  if (error instanceof NaruError && (error.code === 'USAGE' || error.code === 'TABLE_MISSING')) return false
  throw error
}

/** Runs the plan's statements under the lock. Throws what runSteps throws, LOCK_TIMEOUT and CHANGED_UNDERNEATH. */
export async function carryOut(work: Work, plan: ApplyPlan): Promise<ApplyReport['steps']> {
  const { database, options, context } = work
  await using _ = await lockSchema(database, options, context)
  if (database.lock !== undefined) await checkUnderneath(work, plan)
  await using watch = await watchLocks(database, context.reporter)
  const journal = await openJournal(database, plan, context.reporter)
  const begun = new Set(work.record?.steps.filter((s) => s.state !== 'planned').map((s) => s.sql))
  context.reporter.report({ type: 'phase', phase: 'apply', state: 'begin' })
  try {
    const steps = await runSteps({
      database,
      steps: plan.steps,
      check: () => checkUnderneath(work, plan),
      journal,
      begun,
      retries: options.online ? RETRIES : 0,
      watched: watch.watched,
      reporter: context.reporter,
      signal: context.signal,
    })
    await journal?.clear()
    return steps
  } catch (error) {
    throw await honest(work, plan, journal, error)
  }
}

/** Where no transaction takes anything back, only the schema itself says whether a failed first statement did nothing. */
async function honest(work: Work, plan: ApplyPlan, journal: Journal | null, error: unknown): Promise<unknown> {
  const untouched = error instanceof NaruError && error.state === 'nothing was changed'
  if (work.database.can.transactionalDdl || !untouched) return error
  try {
    if (!(await isStill(work, plan))) return inPart(error)
    await journal?.clear()
    return error
  } catch {
    return inPart(error) // who cannot look does not know
  }
}

function inPart(error: NaruError): NaruError {
  return new NaruError('APPLY_STOPPED', error.message, {
    ...(error.why !== undefined && { why: error.why }),
    hint: error.hint,
    state: 'the statement may be done in part; run the same command again to go on',
    details: error.details,
    cause: error,
  })
}
