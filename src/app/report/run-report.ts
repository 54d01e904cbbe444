/** RunReport → the report of a copy. */
import type { RunReport, TableOutcome, Verdict } from '../../core/report.ts'
import { count, duration, moment, plural, size, someOf } from '../format.ts'
import { type Block, type Cell, type Report, type Section, section, type Tone } from './document.ts'
import {
  digestSection,
  driftSection,
  failedSection,
  ledgerSection,
  rejectSection,
  sourceRows,
} from './ledger-sections.ts'
import { leftBehind, schemasLeft } from './left-behind.ts'
import { fileSection, mappingSection } from './mapping-sections.ts'
import { castSection, findingSection, leftoverSection } from './plan-sections.ts'

const TONES: Readonly<Record<Verdict, Tone>> = {
  done: 'good',
  rejects: 'bad',
  differs: 'bad',
  incomplete: 'bad',
  stopped: 'warn',
  failed: 'bad',
}

const HEADLINES: Readonly<Record<Verdict, string>> = {
  done: 'Everything arrived',
  rejects: 'Rows were refused',
  differs: 'Source and target differ',
  incomplete: 'Not complete',
  stopped: 'Stopped before the end',
  failed: 'The copy failed',
}

const sum = (tables: readonly TableOutcome[], f: (t: TableOutcome) => number) => tables.reduce((n, t) => n + f(t), 0)

/** How the tables of a run were verified: all by digest, all at least by count, or not all. */
function proof(r: RunReport): 'digest' | 'count' | 'none' {
  const how = r.tables.map((t) => t.verification?.how ?? 'not verified')
  if (how.length > 0 && how.every((h) => h === 'digest')) return 'digest'
  return how.length > 0 && how.every((h) => h !== 'not verified') ? 'count' : 'none'
}

function proofSentence(r: RunReport): string {
  const words = ['', 'The table has', 'Both tables have']
  const tables = words[r.tables.length] ?? `All ${count(r.tables.length)} tables have`
  if (proof(r) === 'digest') return `${tables} the same digest on both sides.`
  const hashed = r.tables.filter((t) => t.verification?.how === 'digest').length
  if (proof(r) === 'count' && hashed > 0)
    return `${count(hashed)} of ${count(r.tables.length)} tables have the same digest on both sides, the others the same number of rows.`
  if (proof(r) === 'count') return `${tables} the same number of rows on both sides; contents were not compared.`
  return 'The target was not read back: run `naru verify` to prove the copy.'
}

function reasons(r: RunReport): string[] {
  const different = r.tables.filter((t) => t.verification !== null && !t.verification.same).length
  const open = r.tables.filter((t) => !t.closes).length
  const broken = r.failedSteps.filter((s) => s.broken).length
  const failed = r.failedSteps.length - broken
  return [
    ...(open > 0 ? [`The ledger of ${plural(open, 'table')} does not close.`] : []),
    ...(different > 0
      ? [`${plural(different, 'table')} hold${different === 1 ? 's' : ''} other rows than the source.`]
      : []),
    ...(r.rejects.count > 0 ? [`The target refused ${plural(r.rejects.count, 'row')}.`] : []),
    ...(failed > 0 ? [`${plural(failed, 'statement')} around the rows failed.`] : []),
    ...(broken > 0 ? [`${plural(broken, 'foreign key')} ${broken === 1 ? 'does' : 'do'} not hold.`] : []),
  ]
}

/** What is claimed of a copy that went well: no more than came along. */
function arrived(r: RunReport): string {
  const { leftovers, sample } = r.plan
  if (sample !== undefined) return 'The sample arrived'
  if (leftBehind(leftovers) === null) return HEADLINES.done
  if (!schemasLeft(leftovers)) return 'All rows arrived'
  const names = [...new Set(r.plan.tables.flatMap((t) => t.source.name.schema ?? []))].sort()
  if (names.length === 0) return 'All rows arrived'
  return `All rows of the schema${names.length === 1 ? '' : 's'} ${someOf(names, 5)} arrived`
}

/** The verdict in a headline and a sentence or two, for people. */
export function verdictOf(r: RunReport): Report['verdict'] {
  const written = sum(r.tables, (t) => t.written)
  const moved = `${plural(written, 'row')} of ${plural(r.tables.length, 'table')} ${written === 1 ? 'was' : 'were'} written.`
  if (r.verdict !== 'done') {
    const broken = r.verdict === 'stopped' || r.verdict === 'failed'
    const said = broken ? [moved, 'The same command goes on from there.'] : [...reasons(r), moved]
    return { tone: TONES[r.verdict], headline: HEADLINES[r.verdict], sentence: said.join(' ') }
  }
  if (r.tables.length === 0) {
    const made = plural(r.plan.tables.length, 'table')
    return { tone: 'good', headline: 'The schema is in place', sentence: `${made} without rows, as asked.` }
  }
  if (r.rejects.count > 0) {
    const headline = `${arrived(r)} but ${plural(r.rejects.count, 'refused row')}`
    return { tone: 'warn', headline, sentence: `${moved} The refused rows are within --max-rejects.` }
  }
  const unproven = proof(r) === 'none'
  return {
    tone: unproven ? 'warn' : 'good',
    headline: unproven ? 'Copied, not verified' : arrived(r),
    sentence: `${moved} ${proofSentence(r)}`,
  }
}

/** The verdict, and what did not come along. */
export function wholeVerdict(r: RunReport): Report['verdict'] {
  const verdict = verdictOf(r)
  const left = leftBehind(r.plan.leftovers)
  return left === null ? verdict : { ...verdict, sentence: `${verdict.sentence} ${left}.` }
}

function elapsed(r: RunReport): number {
  return r.times.reduce((ms, t) => ms + t.ms, 0)
}

function figures(r: RunReport): Report['figures'] {
  const written = sum(r.tables, (t) => t.written)
  const filtered = sum(r.tables, (t) => t.filtered)
  const source = sum(r.tables, sourceRows)
  const bytes = sum(r.tables, (t) => t.bytes)
  const data = r.times.find((t) => t.phase === 'data')?.ms ?? 0
  const good = r.tables.filter((t) => t.verification?.same && t.verification.how !== 'not verified').length
  const rate =
    data > 0 ? `${size((bytes * 1000) / data)}/s, ${count(Math.round((written * 1000) / data))} rows/s` : undefined
  return [
    {
      label: 'rows written',
      value: count(written),
      note: `of ${count(source)} in the source${filtered > 0 ? `, ${count(filtered)} filtered` : ''}`,
    },
    {
      label: 'tables verified',
      value: `${count(good)} of ${count(r.tables.length)}`,
      note: proof(r) === 'digest' ? 'by digest' : proof(r) === 'count' ? 'by count' : undefined,
      tone: good === r.tables.length ? 'good' : 'warn',
    },
    { label: 'rows refused', value: count(r.rejects.count), tone: r.rejects.count === 0 ? undefined : 'warn' },
    { label: r.resumed ? 'data since it went on' : 'data', value: size(bytes), note: rate },
    { label: 'time', value: duration(elapsed(r)), note: `${plural(r.jobs, 'lane')}` },
  ]
}

const FLAVORS: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  pglite: 'PGlite',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  sqlite: 'SQLite',
  csv: 'CSV folder',
}

/** `MariaDB 10.11.6` */
export function product(side: { readonly flavor: string; readonly version: string }): string {
  return `${FLAVORS[side.flavor] ?? side.flavor} ${side.version}`.trim()
}

function counterSection(r: RunReport): Section[] {
  return section(
    'counters',
    'Counters',
    'The next number that each counter hands out. The target may be ahead, never behind.',
    [
      {
        kind: 'table',
        columns: [
          { title: 'column' },
          { title: 'source', number: true },
          { title: 'target before', number: true },
          { title: 'target after', number: true },
        ],
        rows: r.counters
          .filter((c) => c.source !== '' || c.after !== null)
          .map((c) => [`${c.table}.${c.column}`, c.source || '–', c.before ?? '–', counterAfter(c)]),
      },
    ],
  )
}

/** A counter behind the source's would hand out a number twice. */
function counterAfter(c: RunReport['counters'][number]): Cell {
  if (c.source === '') return c.after ?? '–'
  const behind = c.after === null || BigInt(c.after) < BigInt(c.source)
  return { text: c.after ?? '–', tone: behind ? 'bad' : 'good' }
}

function versionPairs(r: RunReport): Section[] {
  return section('versions', 'Version tables', 'Schema versions that frameworks keep, on both sides.', [
    {
      kind: 'table',
      columns: [
        { title: 'framework' },
        { title: 'table' },
        { title: 'source', code: true },
        { title: 'target', code: true },
        { title: '' },
      ],
      rows: r.versionTables.map((v) => [
        v.framework,
        v.table,
        v.source ?? '–',
        v.target ?? '–',
        v.source === v.target ? { text: '✓ in step', tone: 'good' } : { text: '✗ not in step', tone: 'bad' },
      ]),
    },
  ])
}

/** What took how long. */
function timeSection(times: RunReport['times']): Section[] {
  const all = times.reduce((ms, t) => ms + t.ms, 0)
  const items = times
    .filter((t) => t.ms >= 1)
    .map((t) => ({ label: t.phase, value: duration(t.ms), share: all === 0 ? 0 : t.ms / all }))
  return items.length === 0 ? [] : section('times', 'Times', undefined, [{ kind: 'bars', items }])
}

/** What a reader must know about how the run went. */
export function noteSection(notes: readonly string[]): Section[] {
  const block: Block = { kind: 'list', items: notes }
  return notes.length === 0 ? [] : section('notes', 'Notes', undefined, [block])
}

/** The whole report of a copy: first what needs attention, then the proof, then how it was done. */
export function runReport(r: RunReport): Report {
  const verifications = r.tables.flatMap((t) => (t.verification === null ? [] : [t.verification]))
  const { from, to } = r.plan
  return {
    title: `${from.label} → ${to.label}`,
    verdict: wholeVerdict(r),
    figures: figures(r),
    facts: [
      { label: 'from', value: `${from.label} (${product(from)})` },
      { label: 'to', value: `${to.label} (${product(to)})` },
      { label: 'run', value: r.resumed ? `${r.run}, continued after a stop` : r.run },
      { label: 'started', value: moment(r.started) },
      { label: 'finished', value: moment(r.finished) },
      { label: 'exit code', value: String(r.exit) },
    ],
    sections: [
      ...failedSection(r.failedSteps),
      ...driftSection(verifications),
      ...rejectSection(r.rejects),
      ...ledgerSection(r.tables),
      ...digestSection(verifications.filter((v) => v.how !== 'not verified')),
      ...findingSection(r.plan.findings),
      ...mappingSection(r.plan),
      ...fileSection(r.plan),
      ...leftoverSection(r.plan.leftovers),
      ...castSection(r.plan),
      ...counterSection(r),
      ...versionPairs(r),
      ...timeSection(r.times),
      ...noteSection(r.notes),
    ],
    footer: [`Check it again at any time: naru verify ${from.label} ${to.label}`],
  }
}
