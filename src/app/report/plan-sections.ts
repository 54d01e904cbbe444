/** Sections about the plan: findings, casts, what does not come along, version tables. */

import { countsValues } from '../../copy/findings.ts'
import type { CopyPlan, Finding, Leftover, SamplePlan, TablePlan, VersionTable } from '../../core/plan.ts'
import { displayName } from '../../core/schema.ts'
import { castGroups, RULES, unchanged } from '../casts.ts'
import { count, plural, size, someOf } from '../format.ts'
import { sampleRemarks } from '../sample-notes.ts'
import { type Block, type Cell, type Section, section, type Tone } from './document.ts'
import { nameOf } from './ledger-sections.ts'

const SETTLED: Readonly<Record<Finding['severity'], { text: string; tone: Tone }>> = {
  blocks: { text: 'open', tone: 'bad' },
  accepted: { text: 'accepted', tone: 'warn' },
  settled: { text: 'settled', tone: 'good' },
  note: { text: 'note', tone: 'quiet' },
}

/** How a finding stands: open, accepted, or the policy that settles it. */
export function standing(f: Finding): { text: string; tone: Tone } {
  const { text, tone } = SETTLED[f.severity]
  return { text: f.policy === undefined ? text : `${text}: ${f.policy}`, tone }
}

/** Where a finding was made: `table.column` or `table`. */
export function placeOf(f: Finding): string {
  return f.column === null ? f.table : `${f.table}.${f.column}`
}

/** How many values a finding is of; empty where it is of a name or an object. */
export function valuesOf(f: Finding): string {
  return countsValues(f.code) ? count(f.count) : ''
}

/** Values that the target would have refused or changed, and how each was settled. */
export function findingSection(findings: readonly Finding[]): Section[] {
  return section(
    'findings',
    'Findings',
    'What the target would refuse or change, values counted in the source, and what was decided about it.',
    [
      {
        kind: 'table',
        columns: [
          { title: 'code', code: true },
          { title: 'where' },
          { title: 'values', number: true },
          { title: 'decision' },
          { title: 'what it means' },
          { title: 'sample keys', code: true },
        ],
        rows: findings.map((f) => [
          f.code,
          placeOf(f),
          valuesOf(f),
          standing(f),
          f.severity === 'blocks' ? `${f.message}. Ways out: ${f.ways.join(' · ')}` : f.message,
          f.samples.join(', '),
        ]),
      },
    ],
  )
}

/** How types went over: the rules first, then every column. */
export function castSection(plan: CopyPlan): Section[] {
  const groups = castGroups(plan)
  const changed = groups.filter((g) => !unchanged(g))
  const kept = groups.filter(unchanged).reduce((n, g) => n + g.columns.length, 0)
  const all = plan.tables.flatMap((t) =>
    t.columns.map(
      (c) => `${t.label}.${c.source.name}: ${c.source.type.native} → ${c.target.type.native} (${RULES[c.rule]})`,
    ),
  )
  const total = all.length
  if (total === 0) return []
  return section(
    'casts',
    'Types',
    `${plural(total - kept, 'column')} changed type by ${plural(changed.length, 'rule')}, ${count(kept)} kept it.`,
    [
      {
        kind: 'table',
        columns: [
          { title: 'source type', code: true },
          { title: 'target type', code: true },
          { title: 'columns', number: true },
          { title: 'which' },
          { title: 'rule' },
          { title: 'what changes' },
        ],
        rows: changed.map((g) => [
          g.from,
          g.to,
          count(g.columns.length),
          someOf(g.columns, 6),
          RULES[g.rule],
          g.loss === null ? { text: 'nothing', tone: 'quiet' as const } : { text: g.loss, tone: 'warn' as const },
        ]),
      },
      { kind: 'code', title: `every column (${count(total)})`, code: all.join('\n') },
    ],
  )
}

const OUTCOMES: Readonly<Record<Leftover['outcome'], Tone>> = { converted: 'good', approximated: 'warn', left: 'bad' }
const WEIGHT: Readonly<Record<Leftover['outcome'], number>> = { left: 0, approximated: 1, converted: 2 }

/** Leftovers with what was left behind first, alike kinds together. */
export function byOutcome(leftovers: readonly Leftover[]): Leftover[] {
  return leftovers.toSorted(
    (a, b) => WEIGHT[a.outcome] - WEIGHT[b.outcome] || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0),
  )
}

/** `o_emp_fkey on o`. */
export const labelOf = (l: Leftover) =>
  l.table === undefined || l.name.startsWith(`${l.table}.`) ? l.name : `${l.name} on ${l.table}`

/** Objects that are not rows: converted, approximated or left, with SQL to start from. */
export function leftoverSection(leftovers: readonly Leftover[]): Section[] {
  const sorted = byOutcome(leftovers)
  const tally = (o: Leftover['outcome']) => count(leftovers.filter((l) => l.outcome === o).length)
  return section(
    'leftovers',
    'What did not simply come along',
    `${tally('left')} left behind, ${tally('approximated')} approximated, ${tally('converted')} converted.`,
    [
      {
        kind: 'table',
        columns: [{ title: 'kind' }, { title: 'name' }, { title: 'outcome' }, { title: 'why' }],
        rows: sorted.map((l): Cell[] => [l.kind, labelOf(l), { text: l.outcome, tone: OUTCOMES[l.outcome] }, l.why]),
      },
      ...sorted.flatMap((l): Block[] =>
        l.stub === undefined
          ? []
          : [{ kind: 'code', title: `SQL to start from: ${l.kind} ${labelOf(l)}`, code: l.stub }],
      ),
    ],
  )
}

/** Version tables of frameworks that a plan found. */
export function versionSection(versions: readonly VersionTable[]): Section[] {
  return section('versions', 'Version tables', 'Frameworks that keep their schema version in this database.', [
    {
      kind: 'table',
      columns: [{ title: 'framework' }, { title: 'table' }, { title: 'version', code: true }],
      rows: versions.map((v) => [v.framework, v.table, v.version ?? '–']),
    },
  ])
}

/** Tables with rows and bytes, as planned. */
export function tableSection(plan: CopyPlan): Section[] {
  return section('tables', 'Tables', plan.sample === undefined ? undefined : sampleRemarks(plan.sample).join('. '), [
    {
      kind: 'table',
      columns: [
        { title: 'table' },
        { title: 'rows', number: true },
        { title: 'filtered', number: true },
        { title: 'size', number: true },
        { title: 'on the target' },
        ...(plan.sample === undefined ? [] : [{ title: 'sample, about', number: true }]),
      ],
      rows: tableRows(plan),
    },
  ])
}

/** About how many rows of a table a sample takes, and why where that is all. */
function sampleCell({ tables }: SamplePlan, t: TablePlan): Cell {
  const own = tables.find((s) => s.table === (t.of ?? t.label))
  if (own === undefined) return ''
  return own.whole === undefined ? count(own.taken) : { text: 'all', tone: 'quiet' }
}

/** About how many rows will move. */
export function movingRows(plan: CopyPlan): number {
  const of = (t: TablePlan) => plan.sample?.tables.find((s) => s.table === (t.of ?? t.label))?.taken
  return plan.tables.reduce((n, t) => n + (of(t) ?? t.rows - t.filtered), 0)
}

function tableRows(plan: CopyPlan): Cell[][] {
  return plan.tables.map((t) => [
    nameOf({ table: t.label, target: displayName(t.target.name) }),
    count(t.rows),
    t.filtered === 0 ? { text: '0', tone: 'quiet' } : count(t.filtered),
    size(t.bytes),
    t.action,
    ...(plan.sample === undefined ? [] : [sampleCell(plan.sample, t)]),
  ])
}
