/** From decisions to statements in executable order. */
import type { PlanInput, PlannedSteps, Step } from '../../../core/change.ts'
import { quote } from '../names.ts'
import { dropStage } from './assemble-drop.ts'
import { makeStage } from './assemble-make.ts'
import { sequenceOwners } from './assemble-object.ts'
import { objectRenames, partRenames, tableRenames } from './assemble-rename.ts'
import { type Assembly, assemblyOf, ownerBack } from './assembly.ts'
import { step } from './reference.ts'
import { optionSteps, tableAttributes, traitSteps } from './tables.ts'

/** Properties of tables: those that stay, then traits of new ones. */
function optionStage(a: Assembly): { early: Step[]; late: Step[] } {
  const early: Step[] = []
  const late: Step[] = []
  for (const c of a.d.tables) {
    const told = optionSteps(c.from.table, c.to.table, c.edits)
    const to = { ...c.to.table, ...ownerBack(a, c.from.table, c.to.table) }
    early.push(...told.early)
    late.push(...told.late, ...tableAttributes(c.from.table, to, undefined))
    a.unplanned.push(...told.unplanned)
  }
  for (const [id, work] of a.d.work) {
    const node = a.d.after.nodes.get(id)
    if (node?.kind === 'table' && work.mode === 'create') late.push(...traitSteps(node.table))
  }
  return { early, late }
}

/** A label that other statements of the plan name must be there for good before them. */
function labelsFirst(steps: readonly Step[]): Step[] {
  const labels = steps.flatMap((s) => {
    const match = / ADD VALUE ('(?:[^']|'')*')/.exec(s.sql)
    return match === null ? [] : [[s.object, match[1]] as const]
  })
  const used = new Set(
    labels.flatMap(([object, text]) =>
      steps.some((s) => s.object !== object && s.sql.includes(text)) ? [object] : [],
    ),
  )
  const first = steps.filter((s) => used.has(s.object) && / (ADD|RENAME) VALUE /.test(s.sql))
  return [...first.map((s) => ({ ...s, inTransaction: false })), ...steps.filter((s) => !first.includes(s))]
}

/** Settings of the session on which texts depend. */
function sessionSteps(input: PlanInput, steps: readonly Step[]): Step[] {
  if (steps.length === 0) return []
  const { name } = input.to
  const path = name === '' ? "''" : `${quote(name)}, public`
  const why = name === '' ? 'names stand with their schemas' : 'names without a schema are of this one'
  return [
    ...(name === 'public' ? [] : [step(`SET search_path TO ${path}`, why, 'session')]),
    ...(steps.some((s) => /^CREATE (OR REPLACE )?(FUNCTION|PROCEDURE)/.test(s.sql))
      ? [step('SET check_function_bodies = off', 'routines may name what comes later', 'session')]
      : []),
  ]
}

/** See `Planner.plan`. */
export function plan(input: PlanInput): PlannedSteps {
  const a = assemblyOf(input)
  const { early, late } = dropStage(a)
  const options = optionStage(a)
  const made = makeStage(a)
  const steps = labelsFirst([
    ...early,
    ...tableRenames(a),
    ...partRenames(a),
    ...objectRenames(a),
    ...options.early,
    ...made,
    ...sequenceOwners(a),
    ...options.late,
    ...late,
  ])
  return { steps: [...sessionSteps(input, steps), ...steps], unplanned: a.unplanned }
}
