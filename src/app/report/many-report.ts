/** Several states as a report: a table for each object on which they do not agree, a column for each state. */
import type { ManyDiff, ManyRow } from '../../core/schema-diff.ts'
import { count, plural } from '../format.ts'
import { type Block, type Cell, type Report, section } from './document.ts'
import { product } from './run-report.ts'

/** `A`, `B` … for the columns of a table; what they stand for is told once. */
export const letter = (i: number): string => String.fromCharCode(65 + (i % 26))

/** How often each state deviates. */
export function deviations(m: ManyDiff): number[] {
  return m.states.map((_, i) => m.rows.filter((row) => row.deviating.includes(i)).length)
}

/** The verdict of a comparison of several. */
export function manyVerdict(m: ManyDiff): Report['verdict'] {
  const states = plural(m.states.length, 'state')
  if (m.same) return { tone: 'good', headline: 'Same', sentence: `${states}, no difference.` }
  const who = deviations(m).flatMap((n, i) => (n === 0 ? [] : [`${letter(i)} in ${count(n)}`]))
  const ties = m.rows.filter((row) => row.against === 'first').length
  const tied = ties === 0 ? '' : ` Where no value has the most (${count(ties)}), A is taken for right.`
  return {
    tone: 'bad',
    headline: 'Different',
    sentence: `${states} disagree in ${plural(m.rows.length, 'place')}; these deviate from what most have: ${who.join(', ')}.${tied}`,
  }
}

/** `column total type` */
export const whatOf = (row: ManyRow): string => [row.part, row.name, row.property].filter((t) => t !== '').join(' ')

const LONG = 120
/** What stays of the beginning that all values have in common, where they are too long to be shown whole. */
const LEAD = 6

/** Values of a row in at most `room` characters, cut so that what differs is seen. */
export function cutValues(values: readonly (string | null)[], room: number): (string | null)[] {
  const there = values.filter((v) => v !== null)
  if (there.every((v) => v.length <= room)) return [...values]
  const shortest = Math.min(...there.map((v) => v.length))
  let same = 0
  while (same < shortest && there.every((v) => v[same] === there[0][same])) same++
  const from = same > LEAD * 2 && there.length > 1 ? same - LEAD : 0
  return values.map((v) => {
    const shown = v === null || from === 0 ? v : `…${v.slice(from)}`
    return shown === null || shown.length <= room ? shown : `${shown.slice(0, room - 1)}…`
  })
}

function cellOf(row: ManyRow, values: readonly (string | null)[], i: number): Cell {
  const text = values[i] ?? '–'
  return row.deviating.includes(i) ? { text: `≠ ${text}`, tone: 'warn' } : text
}

function itemBlocks(m: ManyDiff, rows: readonly ManyRow[]): Block[] {
  const columns = [{ title: '' }, ...m.states.map((_, i) => ({ title: letter(i), code: true }))]
  const cells = rows.map((row): Cell[] => {
    const values = cutValues(row.values, LONG)
    return [whatOf(row), ...m.states.map((_, i) => cellOf(row, values, i))]
  })
  return [{ kind: 'table', columns, rows: cells }]
}

/** ManyDiff → report. */
export function manyReport(m: ManyDiff): Report {
  const found = deviations(m)
  const items = [...Map.groupBy(m.rows, (row) => row.item)]
  const places = m.states.map((s, i): Cell[] => [letter(i), s.label, product(s), count(found[i])])
  return {
    title: `${m.states.length} states`,
    verdict: manyVerdict(m),
    figures: [{ label: 'places', value: count(m.rows.length) }],
    facts: [],
    sections: [
      ...section('states', 'States', undefined, [
        {
          kind: 'table',
          columns: [{ title: '' }, { title: 'state' }, { title: 'engine' }, { title: 'deviates in', number: true }],
          rows: places,
        },
      ]),
      ...items.flatMap(([item, rows], i) => section(`item-${i + 1}`, item, undefined, itemBlocks(m, rows))),
    ],
    footer: ['≠ deviates from what most states have, or from A where no value has the most. – is not there.'],
  }
}
