/** What stands in a generated revision: the statements of a plan with the reason of each, and the way back with what it loses. Pure. */
import type { Hazard, PlannedSteps, Step } from '../core/change.ts'
import { printable } from '../core/printable.ts'
import type { Family } from '../schema/sql-body.ts'
import { closedSql } from '../schema/sql-close.ts'
import { splitSql } from '../schema/sql-split.ts'

/** Texts of the two sections of a file, without their heads. */
export interface Generated {
  readonly up: string
  readonly down: string
}

/** One line, whatever is in the text, and never one that a reader of the file takes for its own. */
export function commentLine(text: string): string {
  const line = printable(text).trim()
  return `-- ${/^naru\s*:/i.test(line) ? `"${line}"` : line}`.trimEnd()
}

/** What was there and is not afterwards. An index, a view or a routine that goes can be made again; what holds values cannot. */
const losesValues = ({ kind, count, what }: Hazard): boolean =>
  kind === 'drop-table' ||
  kind === 'drop-column' ||
  kind === 'lossy' ||
  (kind === 'drop-object' && (count !== undefined || / with its (rows|values)\b/.test(what)))

/** Sentences of what a way loses, each once. */
export function lossesOf(steps: readonly Step[]): string[] {
  return [...new Set(steps.flatMap((s) => s.hazards.filter(losesValues).map((h) => h.what)))]
}

function hazardLine(h: Hazard): string {
  return commentLine(losesValues(h) ? `loses data: ${h.what}` : `hazard ${h.kind}: ${h.what}`)
}

/** Statements of a step, each with its terminator, and with the mark of one that must not run inside a transaction. */
function statements(step: Step, family: Family): string[] {
  const outside = !step.inTransaction && family !== 'mysql'
  return splitSql(step.sql, family).map(({ sql }) => {
    const closed = closedSql(sql, family)
    return outside ? `-- naru:no-transaction\n${closed}` : closed
  })
}

/** How many statements the steps are in a file: one step may take several. */
export function statementCount(steps: readonly Step[], family: Family): number {
  return steps.reduce((sum, step) => sum + splitSql(step.sql, family).length, 0)
}

function stepText(step: Step, family: Family): string {
  const name = step.object.replace(/^\S+ /, '')
  const why = step.why.includes(name) ? step.why : `${step.object}: ${step.why}`
  const how = step.algorithm === undefined ? '' : ` (${step.algorithm})`
  const comments = [commentLine(`${why}${how}`), ...step.hazards.map(hazardLine)]
  return [...comments, ...statements(step, family)].join('\n')
}

const missing = (plan: PlannedSteps): string[] =>
  plan.unplanned.map((u) => commentLine(`NOT IN THIS FILE: ${u.object}: ${u.why}`))

const doubts = (renames: readonly string[]): string[] => renames.map((text) => commentLine(`PERHAPS RENAMED: ${text}`))

function section(head: readonly string[], plan: PlannedSteps, family: Family): string {
  const top = head.length === 0 ? [] : [head.join('\n')]
  return [...top, ...plan.steps.map((s) => stepText(s, family))].join('\n\n')
}

function downSection(up: PlannedSteps, down: PlannedSteps, family: Family): string {
  if (down.steps.length === 0) {
    const why = down.unplanned.map((u) => `${u.object}: ${u.why}`).join('; ')
    return why === '' ? '-- naru:nothing' : `-- naru:irreversible ${printable(why)}`
  }
  const gone = lossesOf(up.steps).map((what) => commentLine(`does not bring back: ${what}`))
  return section([...missing(down), ...gone], down, family)
}

/**
 * The sections of a revision that goes by `up` and comes back by `down`. splitSql reads the statements of both back as the plans have
 * them, a step of several as several.
 */
export function generated(o: {
  readonly up: PlannedSteps
  readonly down: PlannedSteps
  readonly family: Family
  /** What is dropped and made anew and may be one and the same, each with the flag that says so. */
  readonly renames?: readonly string[]
}): Generated {
  return {
    up: section([...doubts(o.renames ?? []), ...missing(o.up)], o.up, o.family),
    down: downSection(o.up, o.down, o.family),
  }
}
