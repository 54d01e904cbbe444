/** What a verification ends with on the terminal. */
import { count, duration, plural, printable } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import { nameOf, verified } from '../../app/report/ledger-sections.ts'
import { verifyVerdict } from '../../app/report/other-reports.ts'
import type { DriftRow, TableVerification, VerifyReport } from '../../core/report.ts'
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

/** The table of tables, the rows that differ by key, and the verdict as the last line. */
export function verifyText(r: VerifyReport, s: Style): string {
  const rows = r.tables.map((v): Cell[] => [
    nameOf(v),
    count(v.sourceRows),
    count(v.targetRows),
    duration(v.ms),
    verified(v),
  ])
  const number = (title: string) => ({ title, number: true })
  const columns = [
    { title: 'table' },
    number('source rows'),
    number('target rows'),
    number('time'),
    { title: 'result' },
  ]
  const lines = [
    ...textTable({ columns, rows }, s),
    ...r.tables.flatMap((v) => drift(v, s)),
    '',
    ...r.notes.map((note) => s.dim(`  note      ${printable(note)}`)),
    verdictLine(verifyVerdict(r), s),
  ]
  return `${lines.join('\n')}\n`
}
