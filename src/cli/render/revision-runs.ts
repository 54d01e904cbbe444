/** What became of an upgrade, a downgrade or a stamp, and where databases stand, on the terminal. */
import { duration, moment, plural, printable } from '../../app/format.ts'
import { product } from '../../app/report/run-report.ts'
import type { EnsuredVersion } from '../../app/revisions/ensure-version.ts'
import type { AppliedRevision, CurrentReport, RevisionRun, UpgradeReport } from '../../core/revision.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'

type Command = 'upgrade' | 'downgrade' | 'stamp'

const named = (heads: readonly string[]) => (heads.length === 0 ? 'base' : heads.join(', '))

function statementsText({ statements, resumedAt }: RevisionRun): string {
  if (statements === null) return 'TypeScript'
  const from = resumedAt === 0 ? '' : `, from statement ${resumedAt + 1} on`
  return `${plural(statements, 'statement')}${from}`
}

function runLines(report: UpgradeReport, s: Style): string[] {
  const planned = report.outcome === 'planned'
  const rows = report.runs.map((run) => [
    `${planned ? '·' : '✓'} ${run.id}`,
    run.message,
    statementsText(run),
    planned ? '' : duration(run.ms),
  ])
  const columns = [{ title: '' }, { title: '', flex: true }, { title: '' }, { title: '', number: true }]
  return rows.length === 0 ? [] : textTable({ columns, rows, head: false }, s)
}

const DONE = { upgrade: 'Upgraded', downgrade: 'Downgraded', stamp: 'Stamped' } as const
const WOULD = { upgrade: 'Would upgrade', downgrade: 'Would downgrade', stamp: 'Would stamp' } as const

function verdictOf(r: UpgradeReport, command: Command) {
  const way = `from ${named(r.before)} to ${named(r.after)}`
  const ran = command === 'stamp' ? 'Nothing was run.' : `${plural(r.runs.length, 'revision')}.`
  if (r.outcome === 'unchanged') {
    return { tone: 'good', headline: 'Nothing to do', sentence: `The database stands at ${named(r.after)}.` } as const
  }
  if (r.outcome === 'planned') {
    const headline = command === 'stamp' ? WOULD.stamp : WOULD[command]
    return { tone: 'quiet', headline: `${headline} ${way}`, sentence: `${ran} Nothing was changed.` } as const
  }
  return { tone: 'good', headline: `${DONE[command]} ${way}`, sentence: ran } as const
}

function backupLines({ backup }: UpgradeReport, s: Style): string[] {
  if (backup === null) return []
  const tables = backup.tables.map((t) => `${t.table} (${plural(t.rows, 'row')})`).join(', ')
  const place = backup.place === null ? [] : [`  backup of ${printable(tables)} in ${printable(backup.place)}`]
  const restore = backup.restore.length === 0 ? [] : [s.dim('  to bring it back:')]
  return [
    ...place,
    ...restore,
    ...backup.restore.map((line) => `    ${printable(line)}`),
    ...noteLines(backup.notes, s),
  ]
}

const noteLines = (notes: readonly string[], s: Style) => notes.map((note) => s.dim(`  ${printable(note)}`))

function titleOf(r: UpgradeReport | CurrentReport, s: Style): string {
  return `${s.bold(printable(r.database.label))}  ${s.dim(product(r.database))}`
}

/** Each database with what ran on it. */
export function runsText(reports: readonly UpgradeReport[], command: Command, s: Style): string {
  const blocks = reports.map((r) =>
    [
      titleOf(r, s),
      ...runLines(r, s),
      ...backupLines(r, s),
      ...noteLines(r.notes, s),
      verdictLine(verdictOf(r, command), s),
    ].join('\n'),
  )
  return `${blocks.join('\n\n')}\n`
}

/** The verdicts alone, for --quiet. */
export function runsLine(reports: readonly UpgradeReport[], command: Command, s: Style): string {
  const name = (r: UpgradeReport) => (reports.length === 1 ? '' : `${printable(r.database.label)}: `)
  return reports.map((r) => `${name(r)}${verdictLine(verdictOf(r, command), s)}`).join('\n')
}

/** `3f2a9c1b7d04 (2 of 5 statements)`. */
function progressText({ id, progress, state }: AppliedRevision): string {
  if (progress === null) return id
  const back = state === 'downgrading' ? ' taken back' : ''
  return `${id} (${progress.done} of ${plural(progress.of, 'statement')}${back})`
}

function headLines(r: CurrentReport, s: Style): string[] {
  if (r.heads.length === 0) return [s.dim('  base: no revision is applied')]
  return r.heads.map((h) => {
    const mark = h.progress === null && r.folderHeads.includes(h.id) ? s.tone('good', ' (head)') : ''
    return `  ${s.bold(printable(progressText(h)))}${mark} ${printable(h.message)}`.trimEnd()
  })
}

function missingLines(r: CurrentReport, s: Style): string[] {
  return r.missing.map((h) => s.dim(`  not applied: ${printable(`${h.id} (head) ${h.message}`)}`.trimEnd()))
}

function appliedLines(r: CurrentReport, s: Style): string[] {
  const rows = r.applied.map((a) => [
    String(a.position),
    progressText(a),
    a.message,
    a.state,
    moment(a.at),
    a.by,
    duration(a.ms),
  ])
  const columns = ['', 'revision', 'message', 'state', 'when', 'by', 'took'].map((title) => ({
    title,
    flex: title === 'message',
    number: title === '' || title === 'took',
  }))
  return rows.length === 0 ? [] : ['', ...textTable({ columns, rows }, s)]
}

/** Where each database stands. */
export function currentText(reports: readonly CurrentReport[], s: Style, verbose: boolean): string {
  const blocks = reports.map((r) =>
    [
      titleOf(r, s),
      ...headLines(r, s),
      ...missingLines(r, s),
      ...(verbose ? appliedLines(r, s) : []),
      ...r.troubles.map((line) => s.tone('warn', `  ! ${printable(line)}`)),
    ].join('\n'),
  )
  return `${blocks.join('\n\n')}\n`
}

/** The heads alone, for --quiet. */
export function currentLine(reports: readonly CurrentReport[]): string {
  return reports.map((r) => printable(r.heads.length === 0 ? 'base' : r.heads.map(progressText).join(', '))).join('\n')
}

/** The version tables that are there now. */
export function ensuredText(tables: readonly EnsuredVersion[], s: Style): string {
  return tables
    .map((t) => {
      const sentence = `${t.table} is there on ${t.database.label}.`
      return `${verdictLine({ tone: 'good', headline: 'Done', sentence }, s)}\n`
    })
    .join('')
}
