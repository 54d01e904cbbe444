/** Transfers for programs: the use cases of `naru plan NAME` and `naru copy NAME`, with a configuration in place of a file. */
import { dirname, resolve } from 'node:path'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import type { RunReport } from '../core/report.ts'
import { type Hooks, prepare, resolvePlace } from './library.ts'
import type { Rehearsals } from './rehearsals.ts'
import type { TransferSet } from './transfer-set.ts'

/** What a set of transfers is found by. */
export interface TransferHooks extends Hooks {
  /** Path of the module whose default export `config` is: threads import it for its row functions, and it is needed for those alone. */
  readonly module?: string
}

async function setOf(name: string, options: CopyOptions, hooks: TransferHooks): Promise<TransferSet> {
  const { findTransfers } = await import('./transfer-set.ts')
  const { readStore } = await import('./files/store.ts')
  const folder = hooks.module === undefined ? process.cwd() : dirname(resolve(hooks.module))
  const loaded = { path: hooks.module ?? null, folder, config: hooks.config ?? {} }
  return findTransfers(name, loaded, {
    only: options.tables,
    exclude: options.exclude,
    resolve: (database) => resolvePlace(database, hooks),
    store: async (store) => readStore(store, { config: loaded, env: process.env }).store,
  })
}

/**
 * What transfers would do: what goes where, findings, order. `name`: of a set, or of one transfer. Changes nothing. Throws NaruError where a
 * side cannot be read, CONFIG_INVALID, COLUMN_MISSING.
 * @example
 * const { mappings = [], findings } = await planTransfers('relaunch', {}, { config })
 * for (const m of mappings) console.log(m.transfer, m.from, m.to, m.left)
 */
export async function planTransfers(
  name: string,
  options: CopyOptions = {},
  hooks: TransferHooks = {},
): Promise<CopyPlan> {
  const { planTransfer } = await import('./transfer.ts')
  const [merged, reporter] = prepare(options, hooks)
  return planTransfer(await setOf(name, options, hooks), merged, reporter)
}

/**
 * The runs of transfers that their target remembers, the newest first, and how long the next full one would take. Changes nothing. Throws
 * NaruError where the target cannot be read.
 * @example
 * const { prediction } = await rehearsals('relaunch', { config })
 * if (prediction !== null) console.log(prediction)
 */
export async function rehearsals(name: string, hooks: TransferHooks = {}): Promise<Rehearsals> {
  const { rehearsals } = await import('./rehearsals.ts')
  return rehearsals({ kind: 'transfers', set: await setOf(name, {}, hooks) }, prepare({}, hooks)[1])
}

/**
 * Runs transfers and proves what they wrote; continues what an earlier call left unfinished. Throws NaruError: UNSETTLED_FINDINGS before
 * anything is changed, STOPPED, CONNECTION_LOST … resumable.
 * @example
 * const report = await copyTransfers('relaunch', { tables: ['products'] }, { config })
 * if (report.exit !== 0) console.error(report.verdict)
 */
export async function copyTransfers(
  name: string,
  options: CopyOptions = {},
  hooks: TransferHooks = {},
): Promise<RunReport> {
  const { copyTransfer } = await import('./transfer.ts')
  const [merged, reporter] = prepare(options, hooks)
  return copyTransfer(await setOf(name, options, hooks), merged, reporter, hooks.signal)
}
