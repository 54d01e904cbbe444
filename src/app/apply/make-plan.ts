/** Makes the plan of a change: what differs, by which statements it goes, and what they may do to the rows that are there. */
import type { ApplyOptions, ApplyPlan, Interrupted, WeighedStep } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import type { JournalRecord } from '../../core/journal.ts'
import { comparisonNotes } from '../diff-compare.ts'
import { askHazards } from './counts.ts'
import { debrisOf, debrisSteps } from './debris.ts'
import type { Difference } from './difference.ts'
import { transactionOf } from './groups.ts'
import { schemaHash } from './hash.ts'
import { renameHints } from './renames.ts'
import { strangersOf, strangersText } from './strangers.ts'
import { weigh } from './weigh.ts'

export interface PlanParts {
  readonly database: Database
  readonly goal: string
  readonly difference: Difference
  readonly options: ApplyOptions
  readonly record: JournalRecord | null
}

/** The plan with every hazard asked and weighed. Changes nothing. */
export async function makePlan(p: PlanParts): Promise<ApplyPlan> {
  const { database, difference, options } = p
  const { address, flavor, version, engine, can } = database
  const debris = debrisSteps(await debrisOf(database), difference.after)
  const planned = [...debris.steps, ...difference.plan.steps]
  const answers = await askHazards(planned, { address, database })
  const steps = planned.map((step, i): WeighedStep => {
    const hazards = step.hazards.map((h) =>
      weigh(h, answers.get(h) ?? { found: null, small: null }, options.allow ?? []),
    )
    return { ...step, number: i + 1, hazards }
  })
  const to = schemaHash(difference.after)
  const strangers = await strangersOf(database, planned)
  const missing = strangers.length === 0 ? [] : [strangersText(strangers, address.label)]
  return {
    database: { label: address.label, engine: engine.name, flavor, version },
    goal: p.goal,
    from: schemaHash(difference.before),
    to,
    steps,
    unplanned: difference.plan.unplanned,
    online: options.online === true,
    transaction: transactionOf(steps, can.transactionalDdl),
    renames: renameHints(difference.changes),
    ...(p.record !== null && { interrupted: interruptedBy(p.record, to) }),
    strangers,
    notes: [...comparisonNotes(difference), ...debris.notes, ...missing],
  }
}

function interruptedBy(record: JournalRecord, to: string): Interrupted {
  const running = record.steps.find((s) => s.state === 'started')
  const failed = record.steps.find((s) => s.state === 'failed')
  return {
    started: record.started,
    goal: record.goal,
    done: record.steps.filter((s) => s.state === 'done').length,
    of: record.steps.length,
    ...(running !== undefined && { running: running.object }),
    ...(failed !== undefined && { failed: failed.object }),
    sameGoal: record.to === to,
  }
}
