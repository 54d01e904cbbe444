/** Unfinished copies that are not continued. */
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Ledger, RunRecord } from '../core/ledger.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'

/**
 * A run that ended before it made or moved anything binds nobody to its options or to the schema that it saw: it is given up, and true returned,
 * where `error` says that they have changed.
 */
export async function mayBeginAnew(
  error: unknown,
  options: CopyOptions,
  ledger: Ledger,
  run: string,
): Promise<boolean> {
  const changed = error instanceof NaruError && (error.code === 'OPTIONS_CHANGED' || error.code === 'SCHEMA_CHANGED')
  if (!changed || options.redo !== undefined) return false
  if ((await ledger.steps(run)).length > 0 || (await ledger.units(run)).length > 0) return false
  await giveUp(ledger, run)
  return true
}

async function giveUp(ledger: Ledger, run: string): Promise<void> {
  await ledger.forget(run)
  await ledger.update(run, { state: 'abandoned', finished: new Date().toISOString(), summary: null })
}

/** --restart: what the unfinished run made goes; what was there before it stays. */
export async function abandon(target: Database, ledger: Ledger, run: RunRecord, plan: CopyPlan): Promise<void> {
  const appended = plan.tables.filter((t) => t.action === 'append' && t.stage?.unless === undefined).map((t) => t.label)
  if (appended.length > 0) {
    throw new NaruError('USAGE', '--restart cannot take back rows that were appended to existing tables', {
      why: `${appended.join(', ')} held rows before; which of them this copy brought is not known any more`,
      hint: 'Run without --restart to continue, or mend the tables by hand and run `naru clean` on the target.',
      state: 'nothing was changed',
    })
  }
  const ddl = target.engine.dialect.ddl
  for (const t of plan.tables.toReversed()) {
    if (t.action === 'append') continue
    if (t.action === 'fill') await target.execute(ddl.truncate(t.target.name))
    else if (t.action !== 'truncate') await target.execute(ddl.drop(t.target.name))
  }
  await giveUp(ledger, run.id)
}
