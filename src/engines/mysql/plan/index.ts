/** How MySQL and MariaDB compare and change their own schemas. */
import type { PlanInput, PlannedSteps, Planner, Step, Unplanned } from '../../../core/change.ts'
import { displayName, type Table } from '../../../core/schema.ts'
import { createWhole } from '../ddl-table.ts'
import { tableSql } from '../table-name.ts'
import { featuresOf } from './features.ts'
import { addKeySteps, dropKeySteps, keyMoves } from './foreign-keys.ts'
import { grantSteps, revokeSteps } from './grants.ts'
import { dropTableHazard } from './hazards.ts'
import { type Planning, type Sorted, sortChanges, step } from './names.ts'
import { normalize } from './normalize.ts'
import { earlySteps, lateSteps } from './objects.ts'
import { renameSteps } from './renames.ts'
import { alterSteps } from './tables.ts'
import { dropTriggerSteps } from './triggers.ts'

/** The planner. */
export const planner: Planner = { normalize, ordersColumns: true, plan }

/**
 * Objects that stand in the way go first; then foreign keys and tables that go, names, new tables, altered ones, foreign keys that come,
 * and at the end whatever is made over tables.
 */
function plan(input: PlanInput): PlannedSteps {
  const unplanned: Unplanned[] = []
  const p: Planning = {
    from: input.from,
    to: input.to,
    features: featuresOf(input.from),
    online: input.online === true,
    refuse: (u) => unplanned.push(u),
  }
  const sorted = sortChanges(input.changes)
  const moves = keyMoves(p, sorted)
  const steps = [
    ...revokeSteps(sorted),
    ...dropTriggerSteps(p, sorted),
    ...earlySteps(p, sorted),
    ...dropKeySteps(p, moves),
    ...dropTables(sorted),
    ...renameSteps(sorted),
    ...createTables(p, sorted),
    ...sorted.altered.flatMap((c) => alterSteps(p, c)),
    ...addKeySteps(p, sorted, moves),
    ...lateSteps(p, sorted),
    ...grantSteps(p, sorted),
  ]
  return { steps, unplanned }
}

function createTables(p: Planning, sorted: Sorted): Step[] {
  return sorted.created.map((table) => {
    if (table.options.more !== undefined && p.from.flavor !== p.to.flavor) {
      p.refuse({ object: `table ${displayName(table.name)}`, why: `options of another server: ${table.options.more}` })
    }
    return step(createWhole(table), 'not there yet', `table ${displayName(table.name)}`)
  })
}

/** Those that refer to others before those that are referred to, in case foreign_key_checks is on. */
function dropTables(sorted: Sorted): Step[] {
  const left = [...sorted.dropped]
  const ordered: Table[] = []
  while (left.length > 0) {
    const free = left.findIndex((t) =>
      left.every((o) => o === t || !o.foreignKeys.some((fk) => displayName(fk.references) === displayName(t.name))),
    )
    ordered.push(...left.splice(Math.max(free, 0), 1))
  }
  return ordered.map((table) =>
    step(`DROP TABLE ${tableSql(table.name)}`, 'not there any more', `table ${displayName(table.name)}`, {
      hazards: [dropTableHazard(table)],
    }),
  )
}
