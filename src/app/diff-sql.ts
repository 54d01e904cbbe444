/** The statements of a comparison as a script that can be read, kept and run by an engine's own client. */
import type { Hazard, Step } from '../core/change.ts'
import { NaruError } from '../core/error.ts'
import type { SchemaDiff } from '../core/schema-diff.ts'
import { closedSql } from '../schema/sql-close.ts'
import { groupSteps } from './apply/groups.ts'
import { plural, printable, size } from './format.ts'
import { candidateText } from './report/diff-verdict.ts'
import { product } from './report/run-report.ts'

/** One comment, a line each, whatever is in the text. */
const comment = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map((line) => `-- ${printable(line)}`.trimEnd())
    .join('\n')

/** `hazard rewrite: the table is written anew (about 1,204 rows, 1.2 MB)` */
function hazardText(h: Hazard): string {
  const rows = h.rows === undefined || h.rows <= 0 ? [] : [`about ${plural(h.rows, 'row')}`]
  const bytes = h.bytes === undefined || h.bytes <= 0 ? [] : [size(h.bytes)]
  const about = [...rows, ...bytes].join(', ')
  return `hazard ${h.kind}: ${h.what}${about === '' || h.what.includes(about) ? '' : ` (${about})`}`
}

function statement(step: Step, engine: string): string {
  const how = step.algorithm === undefined ? '' : ` (${step.algorithm})`
  const name = step.object.replace(/^\S+ /, '')
  const why = step.why.includes(name) ? step.why : `${step.object}: ${step.why}`
  const lines = [`${why}${how}`, ...step.hazards.map(hazardText)]
  return `${lines.map(comment).join('\n')}\n${closedSql(step.sql, engine)}`
}

/** The steps with their reasons, in transactions where the engine has them. */
export function stepsSql(
  steps: readonly Step[],
  o: { readonly engine: string; readonly transactional: boolean },
): string {
  return groupSteps(steps, o.transactional)
    .map((group) => {
      const texts = group.steps.map((s) => statement(s, o.engine))
      return (group.together ? ['BEGIN;', ...texts, 'COMMIT;'] : texts).join('\n\n')
    })
    .join('\n\n')
}

/** A script: comments, a line each, and the steps in transactions where the engine has them. */
export function headedSql(
  head: readonly string[],
  steps: readonly Step[],
  o: { readonly engine: string; readonly transactional: boolean },
): string {
  const body = stepsSql(steps, o)
  return `${head.map(comment).join('\n')}\n${body === '' ? '' : `\n${body}\n`}`
}

/**
 * The DDL that leads from FROM to TO, in executable order; what no statement can express stands at the top.
 * Throws UNSUPPORTED where nothing was planned: between two engines, and for engines whose schemas are not altered.
 */
export function diffSql(d: SchemaDiff): string {
  if (d.steps === null) {
    const across = d.from.engine !== d.to.engine
    throw new NaruError('UNSUPPORTED', `no statements lead from ${d.from.label} to ${d.to.label}`, {
      why: across
        ? `They are of two engines (${product(d.from)}, ${product(d.to)}): what differs is compared by meaning, and no statement of one is one of the other.`
        : `Schemas of ${d.from.engine} are not altered.`,
      hint: across
        ? 'Use --format text, markdown, html or json; naru copy makes the tables of one on the other.'
        : 'Use another --format.',
      state: 'nothing was changed',
    })
  }
  const head = [
    `FROM  ${d.from.label}  (${product(d.from)})`,
    `TO    ${d.to.label}  (${product(d.to)})`,
    d.same ? 'no difference' : `${plural(d.steps.length, 'statement')}: FROM becomes TO`,
    ...d.ignored.map((i) => `ignored: ${i.rule} (${plural(i.count, 'difference')})`),
    ...d.unplanned.map((u) => `NOT IN THIS SCRIPT: ${u.object}: ${u.why}`),
    ...d.candidates.map(candidateText).map((c) => `PERHAPS RENAMED: ${c.question} (${c.evidence}) ${c.option}`),
    ...d.notes.map((note) => `note: ${note}`),
  ]
  return headedSql(head, d.steps, { engine: d.from.engine, transactional: d.transactional })
}
