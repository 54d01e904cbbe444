/** `naru plan`: reads both sides, changes nothing. */

import type { Answers } from '../copy/answers.ts'
import { planCopy } from '../copy/plan.ts'
import type { Address } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { PlanOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import { facing } from './facing.ts'
import { openDatabase, openEnds } from './open.ts'
import { withRights } from './rights.ts'

/**
 * What a copy with these options would do, with the findings counted in the source.
 * @throws NaruError as `open`, the databases and, with `save` or `plan`, the files do; findings are not errors here.
 */
export async function plan(from: Address, into: Address, options: PlanOptions, reporter: Reporter): Promise<CopyPlan> {
  const to = facing(from, into)
  const asked = new Date().toISOString()
  const saved =
    options.plan === undefined ? undefined : await (await import('./saved-plan.ts')).readPlan(options.plan, from)
  const answers: Answers | undefined = saved?.answers ?? (options.save === undefined ? undefined : new Map())
  const ends = await openEnds(from, to, { role: 'target', look: true })
  await using source = ends[0]
  await using target = ends[1]
  await source.check?.()
  const made = await planCopy({
    source,
    target,
    options,
    counting: true,
    parallel: source.can.inProcess ? undefined : () => openDatabase(from, { role: 'source', like: source }),
    report: reporter,
    ...(answers && { answers }),
  })
  if (options.save !== undefined && answers !== undefined)
    await (await import('./saved-plan.ts')).savePlan(options.save, { from, to, asked, answers })
  return await withRights({ sources: [{ address: from, database: source }], target, options, plan: made })
}
