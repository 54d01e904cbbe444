/** A plan to change a schema, and what became of it, on the terminal. */
import { groupSteps } from '../../app/apply/groups.ts'
import { isBySize, refusedKinds } from '../../app/apply/weigh.ts'
import { count, moment, plural, printable, size } from '../../app/format.ts'
import { product } from '../../app/report/run-report.ts'
import type { ApplyPlan, ApplyReport, Interrupted, WeighedHazard, WeighedStep } from '../../core/apply.ts'
import { SMALL_ROWS } from '../../core/size.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'
import { wrap } from './width.ts'

const SIGNS = { fine: '✓', allowed: '!', refused: '✗' } as const
const TONES = { fine: 'good', allowed: 'warn', refused: 'bad' } as const

/** Statements stand behind their number. */
const INDENT = '     '

function lines(text: string, indent: string, s: Style): string[] {
  return wrap(printable(text), s.width - indent.length).map((part) => `${indent}${part}`)
}

function sides(plan: ApplyPlan, s: Style): string[] {
  const rows = [
    ['database', plan.database.label, product(plan.database)],
    ['becomes', plan.goal, ''],
  ]
  return textTable({ columns: [{ title: '' }, { title: '' }, { title: '' }], rows, head: false }, s)
}

function rowsOf(h: WeighedHazard): string[] {
  if (isBySize(h) && h.verdict === 'fine') return [plural(h.rows ?? 0, 'row')]
  // Statistics may be old: that a table is not small was asked.
  if (isBySize(h) && h.unanswered === undefined && (h.rows ?? 0) <= SMALL_ROWS)
    return [`more than ${plural(SMALL_ROWS, 'row')}`]
  return h.rows === undefined ? [] : [`about ${plural(h.rows, 'row')}`]
}

/** `about 3,400,000 rows, 1.2 GB`. */
function extent(h: WeighedHazard): string[] {
  const rows = h.found === null ? rowsOf(h) : []
  const whole = isBySize(h) || h.kind === 'drop-table'
  return [...rows, ...(h.bytes === undefined || !whole ? [] : [size(h.bytes)])]
}

/** `rows that break it` → `row that breaks it`. */
function singular(what: string): string {
  return what
    .replace(/^(row|value|former version)s\b/, '$1')
    .replace(/^(\w+) that are\b/, '$1 that is')
    .replace(/^(\w+) that (refer|break|hold|point)\b/, '$1 that $2s')
}

/** `1 row with NULL`: what is counted is said in the plural. */
function counted(h: WeighedHazard): string {
  const what = h.counted ?? 'rows'
  return `${count(h.found ?? 0)} ${h.found === 1 ? singular(what) : what}`
}

function found(h: WeighedHazard): string[] {
  if (h.unanswered !== undefined) return [h.unanswered]
  if (h.found === null) return []
  return [counted(h)]
}

const FINE: Readonly<Partial<Record<WeighedHazard['kind'], string>>> = {
  rewrite: 'quick: a small table',
  blocking: 'quick: a small table',
  lossy: 'nothing is lost',
  'may-fail': 'nothing is in the way',
}

function judged(h: WeighedHazard): string {
  if (h.verdict === 'fine') return FINE[h.kind] ?? ''
  if (h.verdict === 'refused') return `needs --allow ${h.kind}`
  const rows = h.found === 1 ? 'this row is' : 'these rows are'
  const sure = h.kind === 'may-fail' && (h.found ?? 0) > 0
  return sure ? `allowed, and fails as long as ${rows} there` : 'allowed'
}

function hazardLines(h: WeighedHazard, s: Style): string[] {
  const facts = [...found(h), ...extent(h)].join(', ')
  const text = `${h.what.replace(/\.$/, '')}${facts === '' ? '' : ` (${facts})`}: ${judged(h)}`
  const head = `${SIGNS[h.verdict]} ${h.kind.padEnd(11)}  `
  const [first, ...rest] = wrap(printable(text), s.width - INDENT.length - head.length)
  const blank = ' '.repeat(INDENT.length + head.length)
  return [`${INDENT}${s.tone(TONES[h.verdict], head)}${first}`, ...rest.map((part) => `${blank}${part}`)]
}

/** The statement with its semicolon; one that ends in a comment stays as it is. */
function closed(sql: string): string {
  const text = sql.trimEnd()
  return /;$|--[^\n]*$/.test(text) ? text : `${text};`
}

/** Number, what it is about, why. */
function titleLines(step: WeighedStep, s: Style): string[] {
  const object = printable(step.object)
  const how = step.algorithm === undefined ? '' : ` (${step.algorithm})`
  const [first, ...rest] = wrap(`${object}: ${printable(step.why)}${how}`, s.width - INDENT.length)
  const number = String(step.number).padStart(INDENT.length - 2)
  const head = first.startsWith(object) ? `${s.bold(object)}${first.slice(object.length)}` : first
  return [`${number}  ${head}`, ...rest.map((part) => `${INDENT}${part}`)]
}

function stepLines(step: WeighedStep, s: Style): string[] {
  const sql = closed(step.sql).split('\n')
  return [
    '',
    ...titleLines(step, s),
    ...sql.map((line) => `${INDENT}${printable(line.replaceAll('\t', '  '))}`.trimEnd()),
    ...step.hazards.flatMap((h) => hazardLines(h, s)),
  ]
}

const TRANSACTION: Readonly<Record<ApplyPlan['transaction'], string>> = {
  all: 'in one transaction: all or none',
  parts: 'not all in one transaction: what is final stays when a later one fails',
  none: 'each final by itself: a journal on the database remembers what is done',
}

/** Of a single statement nothing more is to be said than whether it can be undone. */
const TRANSACTION_OF_ONE: Readonly<Record<ApplyPlan['transaction'], string>> = {
  all: 'in a transaction',
  parts: 'not in a transaction',
  none: 'final by itself',
}

function statements(plan: ApplyPlan, s: Style): string[] {
  const { length } = plan.steps
  const how = (length === 1 ? TRANSACTION_OF_ONE : TRANSACTION)[plan.transaction]
  const head = `\n${s.bold(plural(length, 'statement'))}${s.dim(`, ${how}`)}`
  const groups = groupSteps(plan.steps, plan.transaction !== 'none')
  const body = groups.flatMap((group, i) => {
    const follows = !group.together && groups[i - 1]?.together === false
    const title = group.together ? 'in one transaction' : 'each by itself'
    const mark = plan.transaction === 'parts' && length > 1 && !follows ? ['', s.dim(`  ── ${title} ──`)] : []
    return [...mark, ...group.steps.flatMap((step) => stepLines(step, s))]
  })
  return [head, ...body]
}

function unplanned(plan: ApplyPlan, s: Style): string[] {
  if (plan.unplanned.length === 0) return []
  const title = `\n${s.bold('Not in the plan')}${s.dim(': it differs, and there is no statement for it')}`
  return [title, ...plan.unplanned.flatMap((u) => lines(`✗ ${u.object}: ${u.why}`, '  ', s))]
}

function interruptedText(i: Interrupted): string {
  const running = i.running === undefined ? '' : `, ${i.running} was under way`
  const failed = i.failed === undefined ? '' : `, ${i.failed} failed`
  const goal = i.sameGoal ? '' : ` It was to become what ${i.goal} says, which is not the same.`
  return `! The change of ${moment(i.started)} was not finished: ${i.done} of ${plural(i.of, 'statement')} done${running}${failed}.${goal} This plan goes on from the present state.`
}

function remarks(plan: ApplyPlan, s: Style): string[] {
  const { rehearsal } = plan
  const tried =
    rehearsal === undefined
      ? []
      : rehearsal.state === 'passed'
        ? [`✓ Rehearsed on ${rehearsal.where}.`]
        : [`· Not rehearsed: ${rehearsal.why}.`]
  const texts = [
    ...(plan.interrupted === undefined ? [] : [interruptedText(plan.interrupted)]),
    ...plan.renames.map((r) => `? ${r.what} If so: ${r.flag}`),
    ...plan.notes.map((note) => `· ${note}`),
    ...tried,
  ]
  return texts.length === 0 ? [] : ['', ...texts.flatMap((text) => lines(text, '  ', s))]
}

/** What will run, why, and what it may do: all of it, for nobody should agree to what was left out. */
export function applyPlanText(plan: ApplyPlan, s: Style): string {
  const all = [
    ...sides(plan, s),
    ...(plan.steps.length === 0 ? [] : statements(plan, s)),
    ...unplanned(plan, s),
    ...remarks(plan, s),
    '',
  ]
  return `${all.join('\n')}\n`
}

/** The question before the first statement; what is deleted is named in it. */
export function applyQuestion(plan: ApplyPlan): string {
  const hazards = plan.steps.flatMap((step) => step.hazards)
  const deleted = hazards.filter((h) => h.kind === 'drop-table' || h.kind === 'drop-column')
  const names = deleted.map((h) => {
    const name = [h.table?.name, h.kind === 'drop-column' ? h.column : undefined]
      .filter((n) => n !== undefined)
      .join('.')
    return h.found === null ? name : `${name} (${counted(h)})`
  })
  const loss = names.length === 0 ? '' : `This deletes ${names.join(', ')}. `
  const what = plan.steps.length === 1 ? 'this statement' : `these ${count(plan.steps.length)} statements`
  return printable(`${loss}Run ${what} on ${plan.database.label}?`)
}

function plannedVerdict(plan: ApplyPlan) {
  const kinds = refusedKinds(plan.steps.flatMap((step) => step.hazards))
  const would = plural(plan.steps.length, 'statement')
  if (kinds.length === 0)
    return { tone: 'quiet', headline: 'Nothing was changed', sentence: `${would} would run.` } as const
  const sentence = `${would} would run with --allow ${kinds.join(',')}.`
  return { tone: 'warn', headline: 'Nothing was changed', sentence } as const
}

/** The outcome in a line. */
export function applyVerdict(r: ApplyReport) {
  const { plan } = r
  const some = plural(r.remaining.length, 'difference')
  const is = `${plan.database.label} is what ${plan.goal} says`
  switch (r.outcome) {
    case 'planned':
      return plannedVerdict(plan)
    case 'unchanged':
      return r.exit === 0
        ? ({ tone: 'good', headline: 'Nothing to do', sentence: `${is} already.` } as const)
        : ({
            tone: 'bad',
            headline: 'Nothing that could be done',
            sentence: `${some} left, and no statement for it.`,
          } as const)
    case 'done':
      return { tone: 'good', headline: 'Done', sentence: `${plural(r.steps.length, 'statement')} ran; ${is}.` } as const
    default:
      return {
        tone: 'bad',
        headline: 'Differences remain',
        sentence: `${plural(r.steps.length, 'statement')} ran, ${some} left.`,
      } as const
  }
}

/** What remains, and the verdict as the last line. */
export function applyText(r: ApplyReport, s: Style): string {
  const rest = r.outcome === 'planned' ? [] : r.remaining.flatMap((line) => lines(`✗ ${line}`, '  ', s))
  return `${[...rest, verdictLine(applyVerdict(r), s)].join('\n')}\n`
}
