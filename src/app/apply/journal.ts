/** The journal of a change, where the engine needs one. */
import type { ApplyPlan } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import type { Journal } from '../../core/journal.ts'

/**
 * Begins the journal of a plan. A user who may alter tables but not make one goes without: the same command run again plans from the
 * present state in any case; only what was under way is not known then.
 */
export async function openJournal(database: Database, plan: ApplyPlan, reporter: Reporter): Promise<Journal | null> {
  const journal = database.journal?.() ?? null
  if (journal === null) return null
  const { from, to, goal } = plan
  try {
    await journal.begin({ started: new Date().toISOString(), from, to, goal }, plan.steps)
    return journal
  } catch (error) {
    if (!(error instanceof NaruError) || error.code !== 'PERMISSION_DENIED') throw error
    const message = `no journal is kept: ${error.message}`
    reporter.report({ type: 'warning', message })
    return null
  }
}
