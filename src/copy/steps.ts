/** Runs the statements around the rows, phase by phase, beside each other where they may; what is done is in the ledger. */
import type { Database, DdlStep } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { Ledger } from '../core/ledger.ts'
import type { FailedStep } from '../core/report.ts'
import { share, sideBySide } from '../core/share.ts'

export interface StepRun {
  readonly run: string
  /** Of the first connection. */
  readonly ledger: Ledger
  /** Connections to the target; steps marked `parallel` are shared among them. The first one also runs the others. */
  readonly connections: readonly Database[]
  readonly reporter: Reporter
  /**
   * One connection more, where the target's server has the processors of this machine, one for each connection. Steps then take one
   * processor each; the longest begins at once, over this one, with what helpers the server gives it, lest processors be idle while it is
   * done alone.
   */
  readonly spare?: Database
  /** Names of steps that the ledger holds for done. */
  readonly done: Set<string>
  /** A resumed run asks the database whether a step is done that a killed process did not come to record. */
  readonly resumed: boolean
}

/** Errors after which going on makes no sense: the run ends and is resumable. */
const FATAL = new Set(['CONNECTION_LOST', 'DISK_FULL', 'INTERNAL'])

/** Whether the whole run ends with it. */
export function isFatal(error: NaruError): boolean {
  return FATAL.has(error.code)
}

/**
 * Runs the steps of one phase. Without `tolerate` the first failure is thrown; with it every failure is gathered, so that one bad
 * index does not keep the others from being made.
 */
export async function runSteps(
  r: StepRun,
  steps: readonly DdlStep[],
  o: { readonly tolerate: boolean },
): Promise<FailedStep[]> {
  const failed: FailedStep[] = []
  const attempt = async (db: Database, step: DdlStep, crowded = false): Promise<void> => {
    try {
      if (crowded) await alone(db, () => runStep(r, db, step))
      else await runStep(r, db, step)
    } catch (error) {
      const known = toNaruError(error)
      if (!o.tolerate || isFatal(known)) throw stepError(step, known)
      failed.push({ object: step.object, sql: step.sql, reason: known.why ?? known.message, samples: [] })
    }
  }
  let batch: DdlStep[] = []
  const flush = async () => {
    // What takes longest begins first, so that nothing long is left to be done alone.
    const queue = batch.toSorted((a, b) => (b.work ?? 1) - (a.work ?? 1))
    batch = []
    const { spare } = r
    if (spare === undefined || queue.length < 2) return await share(r.connections, queue, attempt)
    const [longest, ...others] = queue
    const crowded = others.length < r.connections.length
    await sideBySide(
      attempt(spare, longest, crowded),
      share(r.connections, others, (db, step) => attempt(db, step, true)),
    )
  }
  for (const step of steps) {
    if (step.parallel) batch.push(step)
    else {
      await flush()
      await attempt(r.connections[0], step)
    }
  }
  await flush()
  return failed
}

/** With one processor of the server: the others have work of their own. */
async function alone(db: Database, work: () => Promise<void>): Promise<void> {
  await db.setHelpers?.('none')
  try {
    await work()
  } finally {
    await db.setHelpers?.('usual').catch(() => {}) // a session that is gone helps nobody
  }
}

async function runStep(r: StepRun, db: Database, step: DdlStep): Promise<void> {
  if (r.done.has(step.object)) return
  const began = performance.now()
  const there = r.resumed && step.exists !== undefined && (await db.query(step.exists)).length > 0
  if (!there) await db.execute(step.sql)
  r.done.add(step.object)
  // The ledger's own connection may be at work for minutes.
  await (db === r.connections[0] ? r.ledger : db.ledger()).stepDone(r.run, step.object)
  r.reporter.report({ type: 'step', object: step.object, ms: performance.now() - began })
}

function stepError(step: DdlStep, cause: NaruError): NaruError {
  return new NaruError(
    cause.code === 'QUERY_FAILED' ? 'FINISH_FAILED' : cause.code,
    `${step.object} could not be made`,
    {
      why: cause.why ?? cause.message,
      hint: cause.hint,
      details: { sql: step.sql },
      cause,
    },
  )
}
