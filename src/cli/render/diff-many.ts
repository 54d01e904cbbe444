/** Several states on the terminal: a column for each, whoever deviates marked. */
import { printable } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import { cutValues, deviations, letter, manyVerdict, whatOf } from '../../app/report/many-report.ts'
import { product } from '../../app/report/run-report.ts'
import type { ManyDiff, ManyRow } from '../../core/schema-diff.ts'
import type { Style } from './style.ts'
import { textTable } from './table.ts'
import { verdictLine } from './verdict.ts'
import { displayWidth, truncate } from './width.ts'

const LEAST = 10
/** The first column takes at most this share. */
const WHAT = 0.35

function itemLines(m: ManyDiff, item: string, rows: readonly ManyRow[], s: Style): string[] {
  const what = Math.min(
    Math.floor(s.width * WHAT),
    Math.max(...rows.map((row) => displayWidth(printable(whatOf(row))))),
  )
  const room = Math.max(LEAST, Math.floor((s.width - what - 2) / m.states.length) - 2)
  const cellsOf = (row: ManyRow): Cell[] => {
    const values = cutValues(row.values, room - 2).map((v) => printable(v ?? '–'))
    return values.map((text, i) =>
      row.deviating.includes(i) ? { text: truncate(`≠ ${text}`, room), tone: 'warn' } : truncate(text, room),
    )
  }
  const columns = [{ title: '' }, ...m.states.map((_, i) => ({ title: letter(i) }))]
  const cells = rows.map((row): Cell[] => [truncate(printable(whatOf(row)), what), ...cellsOf(row)])
  return ['', s.bold(printable(item)), ...textTable({ columns, rows: cells }, s)]
}

/** A table for each object on which they do not agree, who deviates how often, and the verdict. */
export function manyText(m: ManyDiff, s: Style): string {
  const found = deviations(m)
  const states = m.states.map((side, i): Cell[] => [letter(i), side.label, product(side), String(found[i])])
  const columns = [{ title: '' }, { title: 'state' }, { title: 'engine' }, { title: 'deviates in', number: true }]
  const lines = [
    ...textTable({ columns, rows: states }, s),
    ...[...Map.groupBy(m.rows, (row) => row.item)].flatMap(([item, rows]) => itemLines(m, item, rows, s)),
    '',
    verdictLine(manyVerdict(m), s),
  ]
  return `${lines.join('\n')}\n`
}
