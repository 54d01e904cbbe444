/** What a copy ends with on the terminal. */
import { count, duration, plural, printable, size, someOf } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import { nameOf, sourceRows, verified } from '../../app/report/ledger-sections.ts'
import { leftBehind } from '../../app/report/left-behind.ts'
import { verdictOf } from '../../app/report/run-report.ts'
import type { FailedStep, RunReport, TableOutcome } from '../../core/report.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

type Field = 'rejected' | 'filtered' | 'merged' | 'kept'

/** `2 of 20`: units that were copied, of a table that was there already. */
function unitsOf({ units }: TableOutcome): string {
  return units === undefined ? '' : `${count(units.of - units.kept)} of ${count(units.of)}`
}

function sampleOf({ sample }: TableOutcome, what: 'of' | 'needed'): string {
  return sample === undefined ? '' : count(sample[what])
}

/** A column that is zero everywhere is left out; read and written always stand. */
function ledger(tables: readonly TableOutcome[], s: Style): string[] {
  const fields = (['rejected', 'filtered', 'merged', 'kept'] as const).filter((f: Field) =>
    tables.some((t) => (t[f] ?? 0) > 0),
  )
  const units = tables.some((t) => t.units !== undefined)
  const sampled = tables.some((t) => t.sample !== undefined)
  const sum = (f: (t: TableOutcome) => number) => count(tables.reduce((n, t) => n + f(t), 0))
  const total = size(tables.reduce((n, t) => n + t.bytes, 0))
  const row =
    (name: (t: TableOutcome) => string) =>
    (t: TableOutcome): Cell[] => [
      name(t),
      count(sourceRows(t)),
      ...(sampled ? [sampleOf(t, 'of'), sampleOf(t, 'needed')] : []),
      count(t.written),
      ...(units ? [unitsOf(t)] : []),
      ...fields.map(
        (f): Cell => ({ text: count(t[f] ?? 0), tone: f === 'rejected' && t.rejected > 0 ? 'warn' : undefined }),
      ),
      size(t.bytes),
      duration(t.ms),
      t.closes ? verified(t.verification) : { text: '✗ does not add up', tone: 'bad' },
    ]
  const number = (title: string) => ({ title, number: true })
  const table = (name: (t: TableOutcome) => string) =>
    textTable(
      {
        columns: [
          { title: 'table' },
          number('rows'),
          ...(sampled ? [number('of'), number('closure')] : []),
          number('written'),
          ...(units ? [number('units copied')] : []),
          ...fields.map(number),
          number('size'),
          number('time'),
          { title: 'verified' },
        ],
        rows: tables.map(row(name)),
        total: [
          plural(tables.length, 'table'),
          sum(sourceRows),
          ...(sampled ? [sum((t) => t.sample?.of ?? 0), sum((t) => t.sample?.needed ?? 0)] : []),
          sum((t) => t.written),
          ...(units ? [''] : []),
          ...fields.map((f) => sum((t) => t[f] ?? 0)),
          total,
          '',
          '',
        ],
      },
      s,
    )
  // A name that is cut tells less than the table's own without that on the target.
  const lines = table(nameOf)
  return lines.some((line) => line.includes('…')) ? table((t) => t.table) : lines
}

function failed(steps: readonly FailedStep[], s: Style): string[] {
  return steps.flatMap((step) => [
    `${s.tone('bad', '✗')} ${printable(step.object)} ${step.broken ? 'does not hold' : 'could not be made'}: ${printable(step.reason)}`,
    ...(step.samples.length === 0 ? [] : [s.dim(`  rows ${printable(step.samples.join(', '))}`)]),
  ])
}

function rejects(r: RunReport, s: Style): string[] {
  if (r.rejects.count === 0) return []
  const lines = r.rejects.samples.slice(0, 5).map((x) => `  ${printable(`${x.table} ${x.key}: ${x.reason}`)}`)
  const where = r.rejects.file === null ? '' : `, kept in ${r.rejects.file}`
  const again =
    r.plan.mappings === undefined
      ? `correct them, then: naru replay ${r.rejects.file} TO`
      : 'they are as the sources have them: correct the rows or the mapping, then run the same command again'
  const next = r.rejects.file === null ? [] : [s.dim(`  ${again}`)]
  return [`${s.tone('warn', '!')} ${plural(r.rejects.count, 'row')} refused${where}`, ...lines, ...next]
}

function around(r: RunReport): string[] {
  const times = r.times.filter((t) => t.ms >= 1).map((t) => `${t.phase} ${duration(t.ms)}`)
  const counters = r.counters.flatMap((c) => (c.after === null ? [] : [`${c.table}.${c.column} ${c.after}`]))
  return [
    ...(counters.length === 0 ? [] : [`counters  ${printable(someOf(counters, 4))}`]),
    ...r.versionTables.map((v) => printable(`${v.framework}  ${v.source ?? '–'} → ${v.target ?? '–'}`)),
    ...(times.length === 0 ? [] : [`times     ${times.join(', ')}`]),
  ]
}

/** What did not come along, and where the reasons are read. */
function left(r: RunReport, reports: readonly string[], s: Style): string[] {
  const line = leftBehind(r.plan.leftovers)
  if (line === null) return []
  const where =
    reports.length > 0
      ? `${reports[0]} has the reasons and statements to start from`
      : 'the reasons and statements to start from: naru plan before a copy, or --report FILE with it'
  return [`${s.tone('warn', '!')} ${printable(line)}`, s.dim(`  ${printable(where)}`)]
}

/** Summary table, what went wrong, and the verdict as the last line. */
export function copyText(r: RunReport, s: Style, reports: readonly string[] = []): string {
  const lines = [
    ...(r.tables.length === 0 ? [] : ledger(r.tables, s)),
    '',
    ...around(r).map((line) => s.dim(`  ${line}`)),
    ...r.notes.map((note) => s.dim(`  note      ${printable(note)}`)),
    ...rejects(r, s),
    ...failed(r.failedSteps, s),
    ...left(r, reports, s),
    verdictLine(verdictOf(r), s),
  ]
  return `${lines.join('\n')}\n`
}
