/** A comparison of two schemas on the terminal: each difference on a line, both sides next to each other. */
import { printable } from '../../app/format.ts'
import { candidateText, diffVerdict } from '../../app/report/diff-verdict.ts'
import { type DiffItem, type DiffRow, diffItems, type Mark, wholeText } from '../../app/report/diff-view.ts'
import { product } from '../../app/report/run-report.ts'
import { moves, readableLines, textDiff } from '../../app/report/text-diff.ts'
import type { SchemaDiff } from '../../core/schema-diff.ts'
import type { Style } from './style.ts'
import { verdictLine } from './verdict.ts'
import { displayWidth, pad, wrap } from './width.ts'

const TONES = { '+': 'good', '−': 'bad', '~': 'warn', ' ': 'quiet', '…': 'quiet' } as const

const mark = (m: Mark, s: Style) => s.tone(TONES[m], m)
/** What stands for a property that one side has not. */
const NONE = 'none'

/** Widest name and property column, so that one long name does not push all values away. */
const NAME_LIMIT = 40
const PROPERTY_LIMIT = 22
/** Lines of a longer text that are shown; `--format sql` and the reports have all. */
const TEXT_LINES = 12

/** Candidates for a rename that are listed. */
const CANDIDATES = 8

interface Line {
  readonly mark: Mark
  readonly label: string
  readonly kind: string
  readonly property: string
  readonly row: DiffRow
}

/** `index ` before the name of an index; a column is just its name. */
function lineOf(row: DiffRow, before: DiffRow | undefined): Line {
  const again = before !== undefined && before.part === row.part && before.name === row.name && row.part !== 'option'
  const kind =
    row.part === 'column' || row.part === 'option' ? '' : row.part === 'order' ? 'column order' : `${row.part} `
  const hidden = row.part === 'primary key' && row.property !== 'name' ? '' : row.name
  return {
    mark: row.mark,
    kind: again ? '' : kind,
    label: again ? '' : hidden,
    property: row.property,
    row,
  }
}

const isLong = (text: string | null): boolean => text !== null && (text.includes('\n') || text.length > 60)

/** Lines of a definition that was exchanged, the first few. */
function longText(row: Pick<DiffRow, 'from' | 'to'>, indent: string, s: Style): string[] {
  const { from, to } = row
  const lines =
    from !== null && to !== null
      ? textDiff(from, to)
      : readableLines((to ?? from)!).map((text) => ({ mark: to === null ? ('−' as const) : ('+' as const), text }))
  const shown = lines.slice(0, TEXT_LINES).flatMap((line) => {
    const [, blanks, text] = /^([ \t]*)(.*)$/s.exec(line.text.trimEnd())!
    const inner = ' '.repeat(Math.min(12, blanks.replaceAll('\t', '  ').length))
    return wrap(printable(text), Math.max(20, s.width - indent.length - inner.length - 2)).map((part, i) =>
      s.tone(TONES[line.mark], `${indent}${i === 0 ? line.mark : ' '} ${inner}${part}`.trimEnd()),
    )
  })
  const more = lines.length - TEXT_LINES
  return more > 0 ? [...shown, s.dim(`${indent}… ${more} more ${more === 1 ? 'line' : 'lines'}`)] : shown
}

function valueText(row: DiffRow): string {
  if (row.part === 'order') return moves(row.from!.split(', '), row.to!.split(', ')).join(', ')
  if (row.property === '' && row.part !== 'option') return printable((row.to ?? row.from)!)
  return `${printable(row.from ?? NONE)} → ${printable(row.to ?? NONE)}`
}

function rowLines(line: Line, sizes: { name: number; property: number }, s: Style): string[] {
  const label = s.dim(line.kind) + printable(line.label)
  const gap = ' '.repeat(Math.max(0, sizes.name - displayWidth(line.kind + printable(line.label))))
  const first = line.label === '' && line.kind === '' ? ' ' : mark(line.mark, s)
  const head = `    ${first} ${label}${gap}${sizes.property === 0 ? '' : `  ${s.dim(pad(line.property, sizes.property))}`}`
  const { row } = line
  if (row.mark === '~' && row.part !== 'order' && (isLong(row.from) || isLong(row.to))) {
    return [head.trimEnd(), ...longText(row, ' '.repeat(8), s)]
  }
  const width = 6 + sizes.name + (sizes.property === 0 ? 0 : sizes.property + 2) + 2
  const text = valueText(row)
  if (displayWidth(text) <= s.width - width || s.width - width < 30) return [`${head}  ${text}`]
  return wrap(text, s.width - width).map((part, i) => (i === 0 ? `${head}  ${part}` : ' '.repeat(width) + part))
}

function rows(item: DiffItem, s: Style): string[] {
  const lines = item.rows.map((row, i) => lineOf(row, item.rows[i - 1]))
  const widest = (texts: readonly string[], limit: number) => Math.min(limit, Math.max(0, ...texts.map(displayWidth)))
  const sizes = {
    name: widest(
      lines.map((l) => l.kind + printable(l.label)),
      NAME_LIMIT,
    ),
    property: widest(
      lines.map((l) => l.property),
      PROPERTY_LIMIT,
    ),
  }
  return lines.flatMap((line) => rowLines(line, sizes, s))
}

function whole(item: DiffItem, s: Style): string[] {
  if (item.mark === '~') return []
  const text = wholeText((item.to ?? item.from)!)
  if (item.kind === 'table') {
    const side = (item.to ?? item.from)!
    const names = side.kind === 'table' ? side.table.columns.map((c) => printable(c.name)).join(', ') : ''
    return [`    ${s.dim(text)}`, ...wrap(names, s.width - 6).map((line) => `    ${line}`)]
  }
  if (text === '') return []
  return longText(item.mark === '+' ? { from: null, to: text } : { from: text, to: null }, ' '.repeat(4), s)
}

function itemLines(item: DiffItem, s: Style): string[] {
  const kind = item.kind === 'table' || item.kind === 'other' ? '' : `${item.kind} `
  const on = item.on === null ? '' : s.dim(` on ${printable(item.on)}`)
  const was = item.was === null ? '' : s.dim(` (was ${printable(item.was)})`)
  const where = item.mark === '~' ? '' : s.dim(item.mark === '+' ? '  only in TO' : '  only in FROM')
  return [
    '',
    `${mark(item.mark, s)} ${s.dim(kind)}${s.bold(printable(item.name))}${was}${on}${where}`,
    ...whole(item, s),
    ...rows(item, s),
  ]
}

/** A sign or label, and a text that goes on below itself. */
function hanging(head: string, width: number, text: string, s: Style): string[] {
  return wrap(printable(text), Math.max(30, s.width - width)).map(
    (line, i) => (i === 0 ? head : ' '.repeat(width)) + line,
  )
}

function candidateLines(d: SchemaDiff, s: Style): string[] {
  const lines = d.candidates.slice(0, CANDIDATES).flatMap((candidate) => {
    const { question, evidence, option } = candidateText(candidate)
    return [
      ...hanging(`  ${s.tone('warn', '?')} `, 4, question, s),
      ...hanging('    ', 4, evidence, s).map(s.dim),
      `    ${printable(option)}`,
    ]
  })
  const more = d.candidates.length - CANDIDATES
  return more > 0 ? [...lines, s.dim(`    … and ${more} more: --format markdown lists all`)] : lines
}

function hints(d: SchemaDiff, s: Style): string[] {
  const unplanned = d.unplanned.flatMap((u) => hanging(`  ${s.tone('bad', '✗')} `, 4, `${u.object}: ${u.why}`, s))
  const candidates = candidateLines(d, s)
  const notes = [
    ...d.notes.flatMap((note) => hanging('  note     ', 11, note, s)),
    ...d.ignored.flatMap((i) => hanging('  ignored  ', 11, `${i.rule}: ${i.count}`, s)),
  ]
  return [
    ...(unplanned.length > 0 ? ['', s.bold('Not expressible as a statement'), ...unplanned] : []),
    ...(candidates.length > 0 ? ['', s.bold('Perhaps renamed'), ...candidates] : []),
    ...(notes.length > 0 ? ['', ...notes.map(s.dim)] : []),
  ]
}

/** Everything that differs, hints, and the verdict as the last line. */
export function diffText(d: SchemaDiff, s: Style): string {
  const side = (label: string, of: SchemaDiff['from']) =>
    `${s.dim(label)}  ${printable(of.label)}  ${s.dim(of.kind === 'database' ? product(of) : of.kind)}`
  const lines = [
    side('FROM', d.from),
    side('TO  ', d.to),
    ...diffItems(d).flatMap((item) => itemLines(item, s)),
    ...hints(d, s),
    '',
    verdictLine(diffVerdict(d), s),
  ]
  return `${lines.join('\n')}\n`
}
