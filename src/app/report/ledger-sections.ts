/** Sections about rows: the ledger, digests, differences, rejects, steps that failed. */
import type { FailedStep, RunReport, TableOutcome, TableVerification } from '../../core/report.ts'
import { count, duration, plural, size } from '../format.ts'
import { type Block, type Cell, type Section, section, type Tone } from './document.ts'

/** Rows of the source that the ledger has to account for. */
export function sourceRows(t: TableOutcome): number {
  return t.read + t.filtered
}

const accounted = (t: TableOutcome) => t.written + t.rejected + t.filtered + t.merged + (t.kept ?? 0)

function closing(t: TableOutcome): Cell {
  if (t.closes) return { text: '✓', tone: 'good' }
  const gap = sourceRows(t) - accounted(t)
  return { text: gap === 0 ? '✗ not finished' : `✗ ${count(gap)} not accounted for`, tone: 'bad' }
}

/** `orders`, or `orders → shop_orders` where the target calls it otherwise. */
export function nameOf(t: { readonly table: string; readonly target: string }): string {
  const bare = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  return bare(t.table) === bare(t.target) ? t.table : `${t.table} → ${t.target}`
}

/** The result of a verification in a few words. */
export function verified(v: TableVerification | null): { readonly text: string; readonly tone: Tone } {
  if (v === null || v.how === 'not verified') return { text: 'not verified', tone: 'quiet' }
  if (v.same && v.sample !== undefined) return { text: '✓ same in the sample', tone: 'good' }
  if (v.same && v.how === 'count') return { text: '✓ same count', tone: 'good' }
  const hashed = v.sourceDigest !== null && v.sourceDigest === v.targetDigest
  if (v.same) return { text: hashed ? '✓ same digest' : '✓ same rows', tone: 'good' }
  if (v.sample !== undefined && v.driftCount === 0) return { text: '✗ counts differ', tone: 'bad' }
  const rows = v.driftCount > 0 ? plural(v.driftCount, 'row differs', 'rows differ') : 'contents differ'
  return { text: v.sourceRows === v.targetRows ? `✗ ${rows}` : '✗ counts differ', tone: 'bad' }
}

function verifiedWithNote(v: TableVerification): Cell {
  const { text, tone } = verified(v)
  return { text: v.note === undefined ? text : `${text} (${v.note})`, tone }
}

const warnIfAny = (n: number): Cell => (n === 0 ? { text: '0', tone: 'quiet' } : { text: count(n), tone: 'warn' })
const quietZero = (n: number): Cell => (n === 0 ? { text: '0', tone: 'quiet' } : count(n))

function ledgerRow(t: TableOutcome): Cell[] {
  return [
    nameOf(t),
    count(sourceRows(t)),
    count(t.written),
    warnIfAny(t.rejected),
    quietZero(t.filtered),
    quietZero(t.merged),
    quietZero(t.kept ?? 0),
    closing(t),
    verified(t.verification),
    size(t.bytes),
    duration(t.ms),
  ]
}

function ledgerTotal(tables: readonly TableOutcome[]): Cell[] {
  const sum = (f: (t: TableOutcome) => number) => tables.reduce((all, t) => all + f(t), 0)
  const fields = [
    sourceRows,
    ...(['written', 'rejected', 'filtered', 'merged', 'kept'] as const).map((f) => (t: TableOutcome) => t[f] ?? 0),
  ]
  const closes = tables.every((t) => t.closes)
  return [
    plural(tables.length, 'table'),
    ...fields.map((f) => count(sum(f))),
    { text: closes ? '✓' : '✗', tone: closes ? 'good' : 'bad' },
    '',
    size(sum((t) => t.bytes)),
    '',
  ]
}

/** source rows = written + rejected + filtered + merged + kept, table by table. */
export function ledgerSection(tables: readonly TableOutcome[]): Section[] {
  const number = (title: string) => ({ title, number: true })
  const columns = [
    { title: 'table' },
    ...['source rows', 'written', 'rejected', 'filtered', 'merged', 'kept'].map(number),
    { title: 'closes' },
    { title: 'verified' },
    number('size'),
    number('time'),
  ]
  return section(
    'ledger',
    'Ledger',
    'For every table: source rows = written + rejected + filtered + merged + kept. Filtered rows were left out by --where or a mapping; kept ones were there already (--incremental).',
    [{ kind: 'table', columns, rows: tables.map(ledgerRow), total: ledgerTotal(tables) }],
  )
}

/** Counts and digests of both sides, for who wants to check. */
export function digestSection(verifications: readonly TableVerification[]): Section[] {
  return section(
    'verification',
    'Verification',
    'Each table was read again on the target. Equal digests (128 bits or more over the rows in one common form) mean equal rows.',
    [
      {
        kind: 'table',
        columns: [
          { title: 'table' },
          { title: 'source rows', number: true },
          { title: 'target rows', number: true },
          { title: 'source digest', code: true },
          { title: 'target digest', code: true },
          { title: 'result' },
          { title: 'time', number: true },
        ],
        rows: verifications.map((v) => [
          nameOf(v),
          count(v.sourceRows),
          count(v.targetRows),
          v.sourceDigest ?? '–',
          v.targetDigest ?? '–',
          verifiedWithNote(v),
          duration(v.ms),
        ]),
      },
    ],
  )
}

const shown = (text: string | null) => (text === null ? 'NULL' : `'${text}'`)

function driftTable(v: TableVerification): Block {
  return {
    kind: 'table',
    columns: [{ title: `key in ${nameOf(v)}`, code: true }, { title: 'what' }, { title: 'columns: source ≠ target' }],
    rows: v.drift.map((row) => [
      row.key,
      { text: row.kind, tone: 'bad' },
      (row.columns ?? []).map((c) => `${c.name}: ${shown(c.source)} ≠ ${shown(c.target)}`).join('; '),
    ]),
  }
}

/** Rows that differ, by key. */
export function driftSection(verifications: readonly TableVerification[]): Section[] {
  const different = verifications.filter((v) => !v.same)
  const blocks = different.flatMap((v): Block[] => {
    const more = v.driftCount - v.drift.length
    const found = `${nameOf(v)}: ${count(v.sourceRows)} rows in the source, ${count(v.targetRows)} on the target`
    const text = v.driftCount > 0 ? `${found}; ${plural(v.driftCount, 'row differs', 'rows differ')}` : found
    return [
      { kind: 'text', text: more > 0 ? `${text}, the first ${count(v.drift.length)} of them here.` : `${text}.` },
      ...(v.patterns ?? []).map((p): Block => ({ kind: 'text', text: `Pattern: ${p.text}.`, tone: 'warn' })),
      driftTable(v),
    ]
  })
  return section('differences', 'Rows that differ', undefined, blocks)
}

/** Refused rows: how many, where they lie, some of them. */
export function rejectSection(rejects: RunReport['rejects']): Section[] {
  if (rejects.count === 0) return []
  const where = rejects.file === null ? '' : ` All of them, with their contents, are in ${rejects.file}.`
  return section('rejects', 'Refused rows', `The target refused ${plural(rejects.count, 'row')}.${where}`, [
    {
      kind: 'table',
      columns: [{ title: 'table' }, { title: 'key', code: true }, { title: 'reason' }],
      rows: rejects.samples.map((r) => [r.table, r.key, r.reason]),
    },
    { kind: 'text', text: `Correct the file, then: naru replay ${rejects.file ?? 'REJECTS'} TO` },
  ])
}

/** Indexes, constraints and counters that could not be made, and keys that do not hold, with the statement to make them later. */
export function failedSection(steps: readonly FailedStep[]): Section[] {
  const blocks = steps.flatMap((s): Block[] => [
    { kind: 'text', text: `${s.object}: ${s.reason}`, tone: 'bad' },
    ...(s.samples.length === 0 ? [] : [{ kind: 'list' as const, items: s.samples.map((k) => `row ${k}`) }]),
    { kind: 'code', title: `the statement for ${s.object}`, code: s.sql },
  ])
  return section(
    'failed',
    steps.every((s) => s.broken) ? 'Does not hold' : 'Could not be made',
    'The rows are all there; these statements failed, or these keys do not hold. Mend the cause and run the same command again: only what is missing is made.',
    blocks,
  )
}
