/** How MySQL and MariaDB compare and change their own schemas. */
import type { PlanInput, PlannedSteps, Planner, Step, Unplanned } from '../../../core/change.ts'
import { displayName, type ForeignKey, type Table } from '../../../core/schema.ts'
import { createWhole } from '../ddl-table.ts'
import { quote } from '../literal.ts'
import { tableSql } from '../table-name.ts'
import { alignPrinters } from './align.ts'
import { featuresOf } from './features.ts'
import { addKeySteps, algorithm, dropKeySteps, keyMoves } from './foreign-keys.ts'
import { grantSteps, revokeSteps } from './grants.ts'
import { dropTableHazard } from './hazards.ts'
import { type Planning, type Sorted, sortChanges, step } from './names.ts'
import { normalize } from './normalize.ts'
import { earlySteps, lateSteps } from './objects.ts'
import { renameSteps } from './renames.ts'
import { alterSteps } from './tables.ts'
import { dropTriggerSteps } from './triggers.ts'

/** The planner. */
export const planner: Planner = { align: alignPrinters, normalize, ordersColumns: true, plan }

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
    ...dropTables(p, sorted),
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

/** The foreign keys of a table that refer to another one. */
const keysTo = (table: Table, to: Table): ForeignKey[] =>
  table === to ? [] : table.foreignKeys.filter((fk) => displayName(fk.references) === displayName(to.name))

/** Those that refer to others before those that are referred to; where that goes round in a circle, the keys go by themselves first. */
function dropTables(p: Planning, sorted: Sorted): Step[] {
  let left = [...sorted.dropped]
  const keys: Step[] = []
  const tables: Step[] = []
  while (left.length > 0) {
    const free = left.find((t) => left.every((o) => keysTo(o, t).length === 0))
    const next = free ?? left[0]
    left = left.filter((t) => t !== next)
    if (free === undefined) keys.push(...left.flatMap((o) => dropKeys(p, o, keysTo(o, next))))
    tables.push(
      step(`DROP TABLE ${tableSql(next.name)}`, 'not there any more', `table ${displayName(next.name)}`, {
        hazards: [dropTableHazard(next)],
      }),
    )
  }
  return [...keys, ...tables]
}

function dropKeys(p: Planning, table: Table, keys: readonly ForeignKey[]): Step[] {
  if (keys.length === 0) return []
  const sql = `ALTER TABLE ${tableSql(table.name)} ${keys.map((fk) => `DROP FOREIGN KEY ${quote(fk.name)}`).join(', ')}`
  return [
    step(sql, 'tables that go refer to each other in a circle', `foreign keys of ${displayName(table.name)}`, {
      algorithm: algorithm(p, table),
    }),
  ]
}
