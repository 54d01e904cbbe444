/** A plan on the terminal. */
import { type CastGroup, castGroups, RULES, unchanged } from '../../app/casts.ts'
import { count, plural, printable, size, someOf } from '../../app/format.ts'
import { type Cell, cellText, type Section } from '../../app/report/document.ts'
import { planVerdict } from '../../app/report/other-reports.ts'
import { byOutcome, movingRows, placeOf, standing, tableSection, valuesOf } from '../../app/report/plan-sections.ts'
import { product } from '../../app/report/run-report.ts'
import { sampleRemarks } from '../../app/sample-notes.ts'
import type { PlannedPhase } from '../../app/script.ts'
import type { CopyPlan, Finding, Leftover, SamplePlan } from '../../core/plan.ts'
import { mappingLines } from './mapping.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'
import { typedWays } from './ways.ts'
import { displayWidth, wrap } from './width.ts'

export interface PlanView {
  readonly plan: CopyPlan
  readonly phases: readonly PlannedPhase[]
  /** Lists everything instead of the first few. */
  readonly full: boolean
}

const MANY = 1e6

const limitOf = (o: PlanView, few: number) => (o.full ? MANY : few)

function heading(text: string, note: string, s: Style): string {
  return `\n${s.bold(text)}${note === '' ? '' : s.dim(`  ${note}`)}`
}

function sides({ plan }: PlanView, s: Style): string[] {
  const rows = [plan.from, plan.to].map((side, i) => [i === 0 ? 'from' : 'to', side.label, product(side)])
  return textTable({ columns: [{ title: '' }, { title: '' }, { title: '' }], rows, head: false }, s)
}

function tables(o: PlanView, s: Style): string[] {
  const { plan } = o
  const block = tableSection(plan).flatMap((part: Section) => part.blocks)[0]
  if (block?.kind !== 'table') return [heading('Tables', 'none', s)]
  const filters = plan.tables.some((t) => t.filtered > 0)
  const keep = <T>(cells: readonly T[]) => cells.filter((_, i) => filters || i !== 2)
  const sum = (f: (t: CopyPlan['tables'][number]) => number) => plan.tables.reduce((n, t) => n + f(t), 0)
  const total = [
    'in all',
    count(sum((t) => t.rows)),
    count(sum((t) => t.filtered)),
    size(sum((t) => t.bytes)),
    '',
    ...sampleTotal(plan),
  ]
  const rows = block.rows.slice(0, limitOf(o, 60)).map(keep)
  const hidden = block.rows.length - rows.length
  return [
    heading('Tables', count(plan.tables.length), s),
    ...textTable({ columns: keep(block.columns), rows, total: keep(total) }, s),
    ...(plan.sample === undefined ? [] : remarks(plan.sample, s)),
    ...(hidden > 0 ? [s.dim(`  and ${plural(hidden, 'more table')}; --full lists them`)] : []),
  ]
}

function remarks(sample: SamplePlan, s: Style): string[] {
  return sampleRemarks(sample).flatMap((line) => wrap(printable(line), s.width - 2).map((part) => s.dim(`  ${part}`)))
}

function sampleTotal(plan: CopyPlan): string[] {
  return plan.sample === undefined ? [] : [count(movingRows(plan))]
}

function casts(o: PlanView, s: Style): string[] {
  const groups = castGroups(o.plan)
  const changed = groups.filter((g) => !unchanged(g))
  const kept = groups.filter(unchanged).reduce((n, g) => n + g.columns.length, 0)
  const total = changed.reduce((n, g) => n + g.columns.length, 0)
  if (total === 0) return [heading('Types', `${plural(kept, 'column')} as they are`, s)]
  const columns = [{ title: 'from' }, { title: 'to' }, { title: 'columns', number: true }]
  const rows = changed.map((g): Cell[] => [abridged(g.from), `→ ${abridged(g.to)}`, count(g.columns.length)])
  const [head, ...lines] = textTable({ columns, rows }, s)
  return [
    heading('Types', `${plural(total, 'column')} cast, ${count(kept)} as they are`, s),
    head,
    ...lines.flatMap((line, i) => withNames(line, castNames(changed[i], limitOf(o, 3)), s)),
  ]
}

function castNames(g: CastGroup, limit: number): string {
  const rule = g.rule === 'default' || g.rule === 'same' ? '' : ` (${RULES[g.rule]})`
  return printable(`${someOf(g.columns, limit)}${rule}${g.loss === null ? '' : `; ${g.loss}`}`)
}

/** The names behind the line where they fit, else below it. */
function withNames(line: string, names: string, s: Style): string[] {
  if (displayWidth(line) + 2 + displayWidth(names) <= s.width) return [`${line}  ${names}`]
  return [line, ...wrap(names, s.width - 6).map((part) => `      ${s.dim(part)}`)]
}

/** A long enum would push everything else off the line. */
function abridged(type: string): string {
  return type.length <= 30 ? type : `${type.slice(0, 29)}…`
}

const KIND: Readonly<Partial<Record<PlannedPhase['phase'], RegExp>>> = {
  indexes: /^index /,
  'foreign keys': /^foreign key /,
  counters: /^counter /,
  statistics: /^(statistics|analyze) /,
}

/** `index orders.orders_idx` → `orders.orders_idx` where the phase says already what it is. */
function bare(phase: PlannedPhase['phase'], object: string): string {
  return object.replace(KIND[phase] ?? /^$/, '')
}

function order(o: PlanView, s: Style): string[] {
  const rows = o.phases.flatMap(({ phase, steps }): Cell[][] => {
    if (phase === 'rows') {
      const moving = movingRows(o.plan)
      return [['rows', '', plural(moving, 'row')]]
    }
    if (steps.length === 0) return []
    const names = [...new Set(steps.map((step) => bare(phase, step.object)))]
    return [[phase, count(steps.length), someOf(names, limitOf(o, 4))]]
  })
  const numbered = rows.map((cells, i) => [`${i + 1}`, ...cells])
  const columns = [{ title: '', number: true }, { title: '' }, { title: '', number: true }, { title: '', flex: true }]
  return [heading('Order', '', s), ...textTable({ columns, rows: numbered, head: false }, s)]
}

interface LeftoverGroup {
  readonly outcome: Leftover['outcome']
  readonly kind: string
  readonly names: readonly string[]
  /** Null where the members have reasons of their own. */
  readonly why: string | null
}

const nameOfLeftover = (l: Leftover) =>
  l.table === undefined || l.name.startsWith(`${l.table}.`) ? l.name : `${l.name} on ${l.table}`

/** What comes along without loss needs one line a kind; the rest is put together where the reason is the same. */
function leftoverGroups(all: readonly Leftover[]): LeftoverGroup[] {
  const groups = Map.groupBy(all, (l) => JSON.stringify([l.outcome, l.kind, l.outcome === 'converted' ? '' : l.why]))
  return [...groups.values()].map((members) => ({
    outcome: members[0].outcome,
    kind: members[0].kind,
    names: members.map(nameOfLeftover),
    why: members.every((m) => m.why === members[0].why) ? members[0].why : null,
  }))
}

function leftovers(o: PlanView, s: Style): string[] {
  const all = byOutcome(o.plan.leftovers)
  if (all.length === 0) return []
  const tones = { left: 'bad', approximated: 'warn', converted: 'good' } as const
  const rows = leftoverGroups(all).map((g): Cell[] => {
    const names = someOf(g.names, limitOf(o, 4))
    return [
      { text: g.outcome, tone: tones[g.outcome] },
      g.kind,
      count(g.names.length),
      g.why === null ? names : `${names}: ${g.why}`,
    ]
  })
  const stubs = all.filter((l) => l.stub !== undefined).length
  const note = stubs > 0 ? [s.dim(`  --stubs FILE.sql writes ${plural(stubs, 'statement')} to start from`)] : []
  const columns = [
    { title: 'outcome' },
    { title: 'kind' },
    { title: '', number: true },
    { title: 'which, and why', flex: true },
  ]
  return [heading('What does not simply come along', count(all.length), s), ...textTable({ columns, rows }, s), ...note]
}

function finding(f: Finding, s: Style): string[] {
  const state = standing(f)
  const values = valuesOf(f) === '' ? [] : [plural(f.count, 'value')]
  const head = [s.bold(f.code), printable(placeOf(f)), ...values].join('  ')
  const samples =
    f.samples.length === 0 ? '' : ` Keys: ${printable(f.samples.join(', '))}${f.count > f.samples.length ? ' …' : ''}`
  const body = wrap(`${printable(f.message)}${samples === '' ? '' : `.${samples}`}`, s.width - 6)
  const ways =
    f.severity === 'blocks'
      ? typedWays(f.ways).map(
          (way, i, all) => `${i > 0 ? 'or     ' : all.length > 1 ? 'either ' : ''}${printable(way)}`,
        )
      : []
  const sign = f.severity === 'blocks' ? '✗' : f.severity === 'note' ? '·' : '✓'
  return [
    `  ${s.tone(state.tone, sign)} ${head}  ${s.tone(state.tone, cellText(state))}`,
    ...body.map((line) => `      ${line}`),
    ...ways.map((way) => `      ${s.dim(way)}`),
  ]
}

const WEIGHT = { blocks: 0, accepted: 1, settled: 2, note: 3 } as const

/** Findings, the open ones first. */
export function findings(all: readonly Finding[], s: Style): string[] {
  if (all.length === 0) return []
  const tally = (severity: Finding['severity'], word: string) => {
    const n = all.filter((f) => f.severity === severity).length
    return n === 0 ? [] : [`${n} ${word}`]
  }
  const note = [
    ...tally('blocks', 'open'),
    ...tally('accepted', 'accepted'),
    ...tally('settled', 'settled'),
    ...tally('note', 'to know'),
  ]
  const sorted = all.toSorted((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity])
  return [heading('Findings', note.join(', '), s), ...sorted.flatMap((f) => finding(f, s))]
}

function versions({ plan }: PlanView, s: Style): string[] {
  if (plan.versionTables.length === 0) return []
  const rows = plan.versionTables.map((v) => [v.framework, v.table, v.version ?? '–'])
  const columns = [{ title: 'framework' }, { title: 'table' }, { title: 'version' }]
  return [heading('Version tables', '', s), ...textTable({ columns, rows }, s)]
}

/** The whole plan as text that ends with the verdict. */
export function planText(o: PlanView, s: Style): string {
  const lines = [
    ...sides(o, s),
    ...tables(o, s),
    ...(o.plan.mappings === undefined ? casts(o, s) : mappingLines(o.plan, s)),
    ...order(o, s),
    ...leftovers(o, s),
    ...versions(o, s),
    ...findings(o.plan.findings, s),
    '',
    verdictLine(planVerdict(o.plan), s),
  ]
  return `${lines.join('\n')}\n`
}
