/** Plans of repairs and what they came to, on the terminal. */
import { count, moment, plural, printable } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import type { RepairPlan, RepairReport, RepairRow, RepairTable } from '../../core/repair.ts'
import type { RepairRecord } from '../../core/repair-ledger.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

const SIGN = { insert: '+', update: '~', delete: '−' } as const
const TONE = { insert: 'good', update: 'warn', delete: 'bad' } as const
/** Longest text of a value, in UTF-16 units. */
const LONGEST = 60

function shown(text: string | null): string {
  if (text === null) return 'NULL'
  return `'${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}'`
}

function rowLine(plan: RepairPlan, row: RepairRow, s: Style): string {
  const key = row.key === null ? '' : row.key.map((k) => k.value ?? 'NULL').join(', ')
  const cells = row.cells.map((c) => {
    if (row.op === 'insert') return `${c.name}: ${shown(c.source)}`
    return row.op === 'delete' ? `${c.name}: ${shown(c.target)}` : `${c.name}: ${shown(c.target)} → ${shown(c.source)}`
  })
  const who = row.who === 'unknown' ? '' : `  (${row.who})`
  const head = s.tone(TONE[row.op], `${SIGN[row.op]} ${printable(plan.tables[row.t].table)}`)
  return `  ${head}  ${printable(key)}  ${s.dim(printable(cells.join('; ')))}${who}`
}

const touched = (t: RepairTable) => t.insert + t.update + t.delete + t.unreadable + t.leftOut + t.heldBack > 0

function tables(plan: RepairPlan, s: Style): string[] {
  const some = plan.tables.filter(touched)
  if (some.length === 0) return []
  const number = (title: string) => ({ title, number: true })
  const columns = [
    { title: 'table' },
    number('insert'),
    number('update'),
    number('delete'),
    number('left out'),
    number('held back'),
    number('unreadable'),
  ]
  const rows = some.map((t): Cell[] => [
    t.table,
    ...[t.insert, t.update, t.delete, t.leftOut, t.heldBack, t.unreadable].map((n) => (n === 0 ? '–' : count(n))),
  ])
  return [...textTable({ columns, rows }, s), '']
}

function whose(plan: RepairPlan): string[] {
  const sum = (of: keyof RepairTable['who']) => plan.tables.reduce((n, t) => n + t.who[of], 0)
  const parts = [
    [sum('missed'), 'missed a change of the source'],
    [sum('overwritten'), 'overwritten on the target'],
    [sum('both'), 'changed on both sides'],
    [sum('unknown'), 'nobody knows by whom'],
  ] as const
  const told = parts.filter(([n]) => n > 0)
  if (told.length === 0 || (told.length === 1 && sum('unknown') > 0)) return []
  return [`  changed   ${told.map(([n, what]) => `${count(n)} ${what}`).join(', ')}`]
}

/** The plan: counts by table, the first rows, what was left out. */
export function repairPlanText(plan: RepairPlan, rows: readonly RepairRow[], s: Style): string {
  const more = plan.planned - rows.length
  const lines = [
    ...tables(plan, s),
    ...rows.map((row) => rowLine(plan, row, s)),
    ...(rows.length > 0 && more > 0 ? [s.dim(`  and ${plural(more, 'row')} more`)] : []),
    ...(rows.length > 0 ? [''] : []),
    ...whose(plan),
    ...plan.notes.map((note) => s.dim(`  note      ${printable(note)}`)),
    repairPlanLine(plan, s),
  ]
  return `${lines.join('\n')}\n`
}

/** The plan in a line. */
export function repairPlanLine(plan: RepairPlan, s: Style): string {
  const left = plan.tables.reduce((n, t) => n + t.leftOut + t.heldBack + t.unreadable, 0)
  if (plan.planned === 0) {
    const sentence =
      left === 0
        ? 'No row of the tables compared differs.'
        : `${plural(left, 'row differs and is', 'rows differ and are')} left out.`
    return verdictLine({ tone: left === 0 ? 'good' : 'warn', headline: 'Nothing to mend', sentence }, s)
  }
  const some = plan.tables.filter((t) => t.insert + t.update + t.delete > 0).length
  const sentence = `${plural(plan.planned, 'row')} of ${plural(some, 'table')} of ${plan.to.label}, to agree with ${plan.from.label}. Nothing is changed yet.`
  return verdictLine({ tone: 'warn', headline: `Plan ${plan.id}`, sentence }, s)
}

/** What is asked before rows are written. */
export function repairQuestion(plan: RepairPlan): string {
  return `Change ${plural(plan.planned, 'row')} of ${plan.to.label}?`
}

/** The closing account. */
export function repairText(r: RepairReport, s: Style): string {
  const account = `  account   ${count(r.planned)} planned = ${count(r.repaired)} ${r.undoes === null ? 'repaired' : 'taken back'} + ${count(r.changed)} changed meanwhile + ${count(r.refused)} refused + ${count(r.failed)} failed`
  const named = r.left.map(
    (l) =>
      `  ${s.tone('bad', l.result)}  ${printable(`${l.table} ${l.key}`)}  ${s.dim(printable(`${l.op}: ${l.why}`))}`,
  )
  const more = r.changed - r.equal + r.refused + r.failed + r.differing - r.left.length
  const lines = [
    ...named,
    ...(more > 0 && named.length > 0 ? [s.dim(`  and ${plural(more, 'row')} more`)] : []),
    ...(named.length > 0 ? [''] : []),
    account,
    `  written   ${count(r.written.insert)} inserted, ${count(r.written.update)} updated, ${count(r.written.delete)} deleted`,
    ...(r.equal > 0 ? [`  equal     ${plural(r.equal, 'row was', 'rows were')} as they shall be already`] : []),
    ...(r.verified > 0
      ? [
          `  verified  ${plural(r.verified, 'row')} again: ${r.differing === 0 ? 'all equal' : `${count(r.differing)} differ`}`,
        ]
      : []),
    ...r.counters.map((c) => `  counter   ${printable(c)}`),
    ...r.notes.map((note) => s.dim(`  note      ${printable(note)}`)),
    repairLine(r, s),
  ]
  return `${lines.join('\n')}\n`
}

/** The account in a line. */
export function repairLine(r: RepairReport, s: Style): string {
  const done = r.undoes === null ? 'Mended' : 'Taken back'
  if (r.exit === 0) {
    const way = r.undoes === null && r.repaired > 0 ? ` To take it back: naru repair --undo ${r.id} TO` : ''
    return verdictLine({ tone: 'good', headline: done, sentence: `${plural(r.repaired, 'row')} of ${r.to}.${way}` }, s)
  }
  const left = r.changed - r.equal + r.refused + r.failed
  const sentence = `${plural(r.repaired, 'row')} written, ${plural(left, 'row')} left${r.differing > 0 ? `, ${count(r.differing)} different again` : ''} (${r.id}).`
  return verdictLine({ tone: 'warn', headline: `${done} in part`, sentence }, s)
}

const STATES: Readonly<Record<RepairRecord['state'], Cell>> = {
  applying: { text: 'not finished', tone: 'warn' },
  stopped: { text: 'stopped', tone: 'warn' },
  done: { text: '✓ done', tone: 'good' },
}

/** The repairs of a target. */
export function repairsText(repairs: readonly RepairRecord[], s: Style): string {
  if (repairs.length === 0) return 'no repairs are remembered here\n'
  const columns = ['repair', 'state', 'started', 'rows'].map((title) => ({ title }))
  const rows = repairs.map((r): Cell[] => {
    const summary = r.summary === null ? null : (JSON.parse(r.summary) as RepairReport)
    return [r.id, STATES[r.state], moment(r.started), summary === null ? '–' : count(summary.repaired), r.source]
  })
  return `${textTable({ columns: [...columns, { title: 'from', flex: true }], rows }, s).join('\n')}\n`
}
