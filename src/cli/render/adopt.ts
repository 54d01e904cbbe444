/** What became of a database that was taken over, on the terminal. */
import { plural, printable, someOf } from '../../app/format.ts'
import { product } from '../../app/report/run-report.ts'
import type { AdoptReport, Bookkeeping } from '../../core/adopt.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'
import { wrap } from './width.ts'

function toolText({ tool, table, applied, last }: Bookkeeping): string[] {
  const heads = tool === 'Alembic' && applied !== 1 ? `${plural(applied, 'head')}: ` : ''
  const at = last.length === 0 ? 'nothing is applied' : `${heads}${someOf(last, 5)}`
  const count = tool === 'Alembic' || applied === 0 ? '' : `, ${plural(applied, 'migration')}`
  return [`${tool} (table ${table})`, `${at}${count}`]
}

function facts(r: AdoptReport, s: Style): string[] {
  const { baseline, tool } = r
  const rows = [
    ['database', r.database.label, product(r.database)],
    tool === null ? ['until now', 'no tool', ''] : ['until now', ...toolText(tool)],
    ...(baseline === null
      ? [['revisions', r.heads.join(', '), 'those of the folder']]
      : [['baseline', baseline.path ?? baseline.id, plural(baseline.statements, 'statement')]]),
    ...(r.where === null
      ? []
      : [['replayed', r.where, r.remaining.length === 0 ? '✓ the same schema' : '✗ another schema']]),
  ].map((row) => row.map(printable))
  return textTable({ columns: [{ title: '' }, { title: '' }, { title: '' }], rows, head: false }, s)
}

function paragraphs(texts: readonly string[], s: Style): string[] {
  return texts.flatMap((text) => wrap(printable(text), s.width - 2).map((line) => `  ${line}`))
}

/** Statements stand on lines of their own: they are there to be copied. */
function leftText(r: AdoptReport, s: Style): string[] {
  if (r.left.length === 0) return []
  const names = r.left.map((l) => l.table).join(', ')
  const stay = r.left.length === 1 ? 'stays where it is' : 'stay where they are'
  const text = `· ${names} ${stay}, beside the revisions. Once nobody runs the old tool any more:`
  return [...paragraphs([text], s), ...r.left.map((l) => `    ${printable(l.drop)}`)]
}

function remarks(r: AdoptReport, s: Style): string[] {
  const open = (r.tool?.unfinished ?? []).map((u) => `! ${r.tool?.tool} calls something unfinished: ${u.what}`)
  const lines = [
    ...paragraphs(open, s),
    ...leftText(r, s),
    ...paragraphs(
      r.notes.map((n) => `· ${n}`),
      s,
    ),
  ]
  return lines.length === 0 ? [] : ['', ...lines]
}

/** The outcome in a line. */
export function adoptVerdict(r: AdoptReport) {
  const at = `${r.database.label} is at ${r.heads.join(', ')}`
  if (r.outcome === 'adopted') return { tone: 'good', headline: 'Taken over', sentence: `${at}.` } as const
  if (r.outcome === 'planned') {
    const would = `${r.database.label} would be at ${r.heads.join(', ')}.`
    return { tone: 'quiet', headline: 'Nothing was changed', sentence: would } as const
  }
  const file = r.baseline === null ? 'the revisions' : (r.baseline.path ?? 'the baseline')
  const next =
    r.baseline === null
      ? 'make the database what the revisions say (or the other way round), or leave out what does not count by an ignore rule, and run the same command again'
      : `mend ${file}, or leave out what does not count by an ignore rule, and run the same command again`
  return {
    tone: 'bad',
    headline: 'Not taken over',
    sentence: `${plural(r.remaining.length, 'difference')} between ${file} and the database; nothing was stamped. To go on, ${next}.`,
  } as const
}

/** What was found and done, and the verdict as the last line. */
export function adoptText(r: AdoptReport, s: Style): string {
  const differences =
    r.remaining.length === 0
      ? []
      : [
          '',
          ...paragraphs(
            r.remaining.map((line) => `✗ ${line}`),
            s,
          ),
        ]
  const text =
    r.outcome === 'planned' && r.baseline !== null ? ['', ...r.baseline.text.trimEnd().split('\n').map(printable)] : []
  return `${[...facts(r, s), ...text, ...differences, ...remarks(r, s), '', verdictLine(adoptVerdict(r), s)].join('\n')}\n`
}
