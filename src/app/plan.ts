/** `naru plan`: reads both sides, changes nothing. */

import { planCopy } from '../copy/plan.ts'
import type { Address } from '../core/engine.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import type { CopyPlan } from '../core/plan.ts'
import { facing } from './facing.ts'
import { openDatabase, openEnds } from './open.ts'
import { withRights } from './rights.ts'

/**
 * What a copy with these options would do, with the findings counted in the source.
 * @throws NaruError as `open` and the databases do; findings are not errors here.
 */
export async function plan(from: Address, into: Address, options: CopyOptions, reporter: Reporter): Promise<CopyPlan> {
  const to = facing(from, into)
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
  })
  return await withRights({ sources: [{ address: from, database: source }], target, options, plan: made })
}
