/** Repairs for programs; see `library.ts`. */
import { resolve } from 'node:path'
import type { NaruEvent } from '../core/event.ts'
import type { ApplyRepairOptions, RepairOptions, RepairPlan, RepairReport, RepairRow } from '../core/repair.ts'
import type { RepairRecord } from '../core/repair-ledger.ts'
import { type Hooks, type Place, resolvePlace } from './library.ts'
import { fromConfig, mergeOptions } from './options.ts'
import type { RepairOutcome } from './repair.ts'

/** How `repair` is allowed to go on. */
export interface RepairHooks extends Hooks {
  /** Looks at the plan and its first rows; what it gives back is the word of the user. Not called where there is nothing to do. */
  readonly confirm: (plan: RepairPlan, rows: readonly RepairRow[]) => boolean | Promise<boolean>
  /** Where the plan is kept; without it a repair that broke off is not continued but planned anew. */
  readonly file?: string
}

const contextOf = (hooks: Hooks) => ({
  reporter: { report: (event: NaruEvent) => hooks.onEvent?.(event) },
  signal: hooks.signal,
})

/**
 * Makes the target agree with the source, row by row, where it still holds what was seen. `report` is null where nothing was to be
 * done or `confirm` said no. Throws NaruError: REPAIR_LIMIT before anything is written; STOPPED, CONNECTION_LOST with what is done kept.
 * @example
 * const { report } = await repair('legacy', 'app', { only: ['missing'], maxRows: 1000 }, { config, confirm: () => true })
 * for (const row of report?.left ?? []) console.log(row.table, row.key, row.why)
 */
export async function repair(
  from: Place,
  to: Place,
  options: RepairOptions & ApplyRepairOptions,
  hooks: RepairHooks,
): Promise<RepairOutcome> {
  const { repair } = await import('./repair.ts')
  const { by, ...rest } = options
  const { verify: _, by: _by, ...defaults } = fromConfig(hooks.config?.copy)
  const merged = { ...mergeOptions(defaults, rest), ...(by !== undefined && { by }) } as RepairOptions
  return repair(await resolvePlace(from, hooks), await resolvePlace(to, hooks), merged, {
    ...contextOf(hooks),
    agree: async (plan, rows) => hooks.confirm(plan, rows),
    ...(hooks.file !== undefined && { file: resolve(hooks.file) }),
  })
}

/**
 * Carries out a plan that `repair` wrote to a file, or goes on with it. Throws NaruError: PLAN_INVALID, SCHEMA_CHANGED, REPAIR_LIMIT before
 * anything is written.
 * @example
 * const report = await applyRepair('repair.ndjson', 'legacy', 'app', { triggers: 'off' }, { config })
 */
export async function applyRepair(
  file: string,
  from: Place,
  to: Place,
  options: ApplyRepairOptions & Pick<RepairOptions, 'maxRows' | 'maxPercent'> = {},
  hooks: Hooks = {},
): Promise<RepairReport> {
  const { applyRepair } = await import('./repair.ts')
  const [source, target] = [await resolvePlace(from, hooks), await resolvePlace(to, hooks)]
  return applyRepair(resolve(file), source, target, options, contextOf(hooks))
}

/**
 * Gives every row that a repair wrote the bytes it had before, where it still has those of the repair. Throws NaruError: REPAIR_UNKNOWN,
 * SCHEMA_CHANGED before anything is written.
 * @example
 * const { repaired, left } = await undoRepair('app', '20260301-091500-1a2b3c', {}, { config })
 */
export async function undoRepair(
  to: Place,
  id: string,
  options: ApplyRepairOptions = {},
  hooks: Hooks = {},
): Promise<RepairReport> {
  const { undo } = await import('./repair.ts')
  return undo(await resolvePlace(to, hooks), id, options, contextOf(hooks))
}

/**
 * The repairs that a target remembers, newest first.
 * @example
 * const [last] = await repairs('postgres://app@localhost/shop')
 */
export async function repairs(target: Place, hooks: Hooks = {}): Promise<readonly RepairRecord[]> {
  const { repairs } = await import('./repair.ts')
  return repairs(await resolvePlace(target, hooks))
}
