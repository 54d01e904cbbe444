/** Changes → steps. All of them are one transaction; foreign keys are off outside of it. */
import type { Hazard, PlanInput, PlannedSteps, Step } from '../../../core/change.ts'
import type { Schema, Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { freeName } from './free-name.ts'
import { foreignKeyGuard, script } from './guards.ts'
import { dropColumnHazards, dropTableHazard, rebuildHazards } from './hazards.ts'
import { createIndexSteps, dropIndexSteps, indexWork } from './indexes.ts'
import { checkHazards } from './may-fail.ts'
import { normalize } from './normalize.ts'
import { objectSteps } from './objects.ts'
import { isNothing, type Pair, pairsOf, statementOf } from './pair.ts'
import { rebuild } from './rebuild.ts'
import { renameSteps } from './renames.ts'

interface Work {
  readonly from: Schema
  readonly to: Schema
  readonly changes: PlanInput['changes']
  readonly pairs: readonly Pair[]
  readonly created: readonly Table[]
  readonly dropped: readonly Table[]
}

/** See Planner.plan. SQLite can express every difference: what ALTER TABLE cannot do, a rebuild does. */
export function plan(input: PlanInput): PlannedSteps {
  const [from, to] = [normalize(input.from), normalize(input.to)]
  const { changes } = input
  const w: Work = {
    from,
    to,
    changes,
    pairs: pairsOf(from, to, changes),
    created: tablesOf(changes, 'create'),
    dropped: tablesOf(changes, 'drop'),
  }
  return { steps: aroundForeignKeys(w, stepsOf(w)), unplanned: [] }
}

function tablesOf(changes: PlanInput['changes'], kind: 'create' | 'drop'): Table[] {
  return changes.flatMap((c) => (c.kind === kind && c.object.kind === 'table' ? [c.object.table] : []))
}

function stepsOf(w: Work): Step[] {
  const rebuilt = w.pairs.filter((p) => p.way === 'rebuild')
  const inPlace = w.pairs.filter((p) => p.way !== 'rebuild')
  const objects = objectSteps(
    w,
    blockedNames(w.pairs),
    new Set([...rebuilt.map((p) => p.from), ...w.dropped].map((t) => t.name.name)),
  )
  const works = inPlace.map((pair) => ({ pair, ...indexWork(pair) }))
  return [
    ...objects.drops,
    ...works.flatMap((i) => dropIndexSteps(i.pair.from, i.drop)),
    ...w.dropped.map(dropTable),
    ...renameSteps(w.pairs, [w.from, w.to]),
    ...inPlace.flatMap(alterSteps),
    ...rebuilt.map((p) => rebuildStep(p, w)),
    ...w.created.map(createTable),
    ...works.flatMap((i) => createIndexSteps(i.pair.to, i.create, i.pair)),
    ...rebuilt.flatMap((p) => createIndexSteps(p.to, p.to.indexes, p)),
    ...w.created.flatMap((t) => createIndexSteps(t, t.indexes)),
    ...objects.remade,
    ...objects.creates,
  ]
}

/** ALTER TABLE reads every view and trigger when it renames or drops: those that name what changes must not be there. */
function blockedNames(pairs: readonly Pair[]): Set<string> {
  return new Set(
    pairs.flatMap((p) => {
      const renamed = p.from.name.name !== p.to.name.name || p.renames.length > 0
      const resolves = renamed || (p.way === 'rebuild' ? p.namesItself : p.way.drop.length > 0)
      return resolves ? [p.from.name.name, p.to.name.name] : []
    }),
  )
}

function tableStep(name: string, sql: string, why: string, hazards: readonly Hazard[] = []): Step {
  return { sql, why, object: `table ${name}`, inTransaction: true, hazards }
}

function dropTable(table: Table): Step {
  return tableStep(table.name.name, `DROP TABLE ${quote(table.name.name)}`, 'not wanted', [dropTableHazard(table)])
}

function createTable(table: Table): Step {
  return tableStep(table.name.name, statementOf(table), 'new')
}

function alterSteps(pair: Pair): Step[] {
  if (pair.way === 'rebuild' || isNothing(pair.way)) return []
  const name = pair.to.name.name
  const alter = `ALTER TABLE ${quote(name)}`
  const lost = dropColumnHazards(pair)
  const checks = checkHazards(pair)
  return [
    ...pair.way.drop.map((column) => {
      const hazards = lost.filter((h) => h.column === column)
      return tableStep(name, `${alter} DROP COLUMN ${quote(column)}`, `${column} is not wanted`, hazards)
    }),
    ...pair.way.add.map((column, i) =>
      tableStep(name, `${alter} ADD COLUMN ${column.definition}`, `${column.name} is new`, i === 0 ? checks : []),
    ),
  ]
}

function rebuildStep(pair: Pair, w: Work): Step {
  const other = freeName(`naru_${pair.to.name.name}`, [w.from, w.to])
  const why = 'ALTER TABLE cannot do this: the table is made anew with its rows'
  return tableStep(pair.to.name.name, script(rebuild(pair, other)), why, rebuildHazards(pair, w.from))
}

/** With foreign keys on, dropping a table would delete the rows that refer to it; the switch is ignored inside a transaction. */
function aroundForeignKeys(w: Work, steps: readonly Step[]): Step[] {
  const touched = [...w.pairs.filter(disturbs).flatMap((p) => [p.from, p.to]), ...w.dropped, ...w.created]
  const quiet = w.dropped.length === 0 && !w.pairs.some(disturbs)
  if (quiet) return [...steps]
  const guard = foreignKeyGuard(w.from, w.to, new Set(touched.map((t) => t.name.name)))
  const pragma = (state: 'OFF' | 'ON', why: string): Step => ({
    sql: `PRAGMA foreign_keys = ${state}`,
    why,
    object: 'foreign keys',
    inTransaction: false,
    session: true,
    hazards: [],
  })
  return [
    pragma('OFF', 'tables that others may refer to are replaced, renamed or dropped'),
    ...(guard === null ? steps : [guard[0], ...steps, guard[1]]),
    pragma('ON', 'on again'),
  ]
}

function disturbs(pair: Pair): boolean {
  return pair.way === 'rebuild' || pair.from.name.name !== pair.to.name.name || pair.renames.length > 0
}
