/** What a verification ends with on the terminal. */
import type { Certificate } from '../../app/certificate.ts'
import { count, duration, moment, plural, printable } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import { nameOf, verified } from '../../app/report/ledger-sections.ts'
import { verifyVerdict } from '../../app/report/other-reports.ts'
import { confidenceLines, sampleLine, share, WHOLE } from '../../app/report/sample-words.ts'
import type { CertificateCheck, DriftRow, TableVerification, VerifyReport } from '../../core/report.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

const shown = (text: string | null) => (text === null ? 'NULL' : `'${text}'`)

function driftLine(row: DriftRow, s: Style): string {
  const columns = (row.columns ?? []).map((c) => `${c.name}: ${shown(c.source)} ≠ ${shown(c.target)}`).join('; ')
  return `    ${s.tone('bad', row.kind)}  ${printable(row.key)}${columns === '' ? '' : s.dim(`  ${printable(columns)}`)}`
}

function drift(v: TableVerification, s: Style): string[] {
  if (v.same || v.driftCount === 0) return []
  const more = v.driftCount - v.drift.length
  return [
    `\n  ${s.bold(printable(nameOf(v)))}  ${plural(v.driftCount, 'row differs', 'rows differ')}${s.dim(kindsText(v))}`,
    ...(v.patterns ?? []).map((p) => `    ${s.tone('warn', 'pattern')}  ${printable(p.text)}`),
    ...v.drift.map((row) => driftLine(row, s)),
    ...(more > 0 ? [s.dim(`    and ${count(more)} more`)] : []),
  ]
}

/** ` (3 missing, 1 extra, 2 different)`, where there is more than one kind. */
function kindsText({ kinds }: TableVerification): string {
  const parts = Object.entries(kinds ?? {}).filter(([, n]) => n > 0)
  return parts.length < 2 ? '' : ` (${parts.map(([kind, n]) => `${count(n)} ${kind}`).join(', ')})`
}

function sampleLines(r: VerifyReport, s: Style): string[] {
  return r.tables.flatMap((t) => {
    const whole = t.note?.includes(WHOLE) ? [s.dim(`  sample    ${printable(`${t.table}: ${t.note}`)}`)] : []
    if (t.sample === undefined) return whole
    const lines = [sampleLine(t, t.sample), ...confidenceLines(t, t.sample)]
    return lines.map((line, i) =>
      i === 0 ? `  sample    ${printable(line)}` : s.dim(`            ${printable(line)}`),
    )
  })
}

/** Names of tables that are told together. */
const NAMED = 5

/** What is to be known of single tables; the same of several in one line. */
function tableNotes(r: VerifyReport): string[] {
  const told = r.tables.filter((t) => t.note !== undefined && !t.note.includes(WHOLE))
  return [...Map.groupBy(told, (t) => t.note as string)].map(([note, of]) => {
    const more = of.length > NAMED ? ` and ${of.length - NAMED} more` : ''
    return `${of
      .slice(0, NAMED)
      .map((t) => t.table)
      .join(', ')}${more}: ${note}`
  })
}

function certificateLines(c: CertificateCheck | undefined, s: Style): string[] {
  if (c === undefined) return []
  const head = `  certificate  ${printable(c.file)}  of ${moment(c.made)}`
  if (c.changes.length === 0) return [s.dim(`${head}  SHA-256 ${c.sha256}`)]
  return [head, ...c.changes.map((change) => `    ${s.tone('bad', 'changed')}  ${printable(change)}`)]
}

/** A certificate that is as it was made. */
export function certificateText(c: Certificate, s: Style): string {
  const rows = c.tables.reduce((n, t) => n + t.sourceRows, 0)
  const all = c.tables.reduce((n, t) => n + (t.sample?.ofSourceRows ?? t.sourceRows), 0)
  const looked = c.tables.some((t) => t.sample !== undefined)
    ? `a sample of ${count(rows)} of ${plural(all, 'row')} (${share(rows / Math.max(1, all))})`
    : plural(rows, 'row')
  const sentence = `${plural(c.tables.length, 'table')}, ${looked}: ${c.same ? 'the same on both sides' : 'different'} on ${moment(c.finished)}.`
  const sides = [c.from, c.to].map((side) => {
    const at = side.position === null ? '' : ` at ${side.position}`
    return s.dim(`  ${printable(side.label)}  ${side.engine} ${printable(side.version)}${printable(at)}`)
  })
  const verdict = { tone: 'good', headline: 'The certificate is as it was made', sentence } as const
  return `${[verdictLine(verdict, s), ...sides, s.dim(`  SHA-256 ${c.sha256}`)].join('\n')}\n`
}

/** One digest where both sides have the same. */
function digests({ sourceDigest, targetDigest }: TableVerification): string {
  if (sourceDigest === targetDigest) return sourceDigest ?? '–'
  return `${sourceDigest ?? '–'} ≠ ${targetDigest ?? '–'}`
}

/** The table of tables, the rows that differ by key, and the verdict as the last line. */
export function verifyText(r: VerifyReport, s: Style): string {
  const hashed = r.tables.some((v) => v.sourceDigest !== null)
  const rows = r.tables.map((v): Cell[] => [
    nameOf(v),
    count(v.sourceRows),
    count(v.targetRows),
    duration(v.ms),
    ...(hashed ? [digests(v)] : []),
    verified(v),
  ])
  const number = (title: string) => ({ title, number: true })
  const columns = [
    { title: 'table' },
    number('source rows'),
    number('target rows'),
    number('time'),
    ...(hashed ? [{ title: 'digest' }] : []),
    { title: 'result' },
  ]
  const lines = [
    ...textTable({ columns, rows }, s),
    ...r.tables.flatMap((v) => drift(v, s)),
    '',
    ...sampleLines(r, s),
    ...[...tableNotes(r), ...r.notes].map((note) => s.dim(`  note      ${printable(note)}`)),
    ...certificateLines(r.certificate, s),
    verdictLine(verifyVerdict(r), s),
  ]
  return `${lines.join('\n')}\n`
}
