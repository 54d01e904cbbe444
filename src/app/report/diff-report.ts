/** A comparison as a report: the same content for Markdown and HTML. */
import type { SchemaObject } from '../../core/change.ts'
import { displayName } from '../../core/schema.ts'
import type { SchemaDiff } from '../../core/schema-diff.ts'
import { columnText } from '../../diff/describe.ts'
import { stepsSql } from '../diff-sql.ts'
import { count, plural } from '../format.ts'
import { diffPicture } from './diff-picture.ts'
import { candidateText, diffVerdict } from './diff-verdict.ts'
import { type DiffItem, type DiffRow, diffItems, type Mark, tableSummary, tally, wholeText } from './diff-view.ts'
import { type Block, type Cell, type Report, type Section, section, type Tone } from './document.ts'
import { noteSection, product } from './run-report.ts'
import { moves, textDiff } from './text-diff.ts'

const TONES: Readonly<Record<Mark, Tone>> = { '+': 'good', '−': 'bad', '~': 'warn' }
const ABSENT = '–'
/** Longer texts stand below their table, line by line. */
const LONG = 90

const isLong = (text: string | null): boolean => text !== null && (text.includes('\n') || text.length > LONG)

function summarySection(items: readonly DiffItem[]): Section[] {
  const number = (n: number): Cell => (n === 0 ? { text: '0', tone: 'quiet' } : count(n))
  const rows = tally(items).map((t) => [t.what, number(t.dropped), number(t.added), number(t.changed)])
  const columns = ['', 'only in FROM', 'only in TO', 'different'].map((title, i) => ({ title, number: i > 0 }))
  return section('summary', 'Summary', 'Columns, keys and so on are counted in tables that both sides have.', [
    { kind: 'table', columns, rows },
  ])
}

function cellsOf(row: DiffRow): Cell[] {
  const what = row.part === 'option' ? row.name : row.part === 'order' ? 'column order' : row.part
  const name = row.part === 'option' || row.part === 'order' ? '' : row.name
  const side = (text: string | null): Cell => (text === null ? ABSENT : isLong(text) ? 'see below' : text)
  return [{ text: row.mark, tone: TONES[row.mark] }, what, name, row.property, side(row.from), side(row.to)]
}

function longBlocks(item: DiffItem): Block[] {
  return item.rows
    .filter((row) => isLong(row.from) || isLong(row.to))
    .map((row) => {
      const title = [row.part === 'option' ? row.name : row.part, row.part === 'option' ? '' : row.name, row.property]
      return {
        kind: 'code',
        title: title.filter((t) => t !== '').join(' '),
        code: diffCode(row.from ?? '', row.to ?? ''),
      }
    })
}

const diffCode = (from: string, to: string): string =>
  textDiff(from, to)
    .map((l) => `${l.mark} ${l.text}`.trimEnd())
    .join('\n')

/** Both sides next to each other. */
function sides(item: DiffItem): Block[] {
  const columns = ['', 'what', 'name', 'property', 'FROM', 'TO'].map((title, i) => ({ title, code: i === 2 || i > 3 }))
  const order = item.rows.filter((r) => r.part === 'order')
  const rows = item.rows.map(cellsOf)
  return [
    { kind: 'table', columns, rows },
    ...order.map(
      (r): Block => ({ kind: 'text', text: `Moved: ${moves(r.from!.split(', '), r.to!.split(', ')).join(', ')}.` }),
    ),
    ...longBlocks(item),
  ]
}

const titleOf = (item: DiffItem): string =>
  `${item.kind === 'other' ? '' : `${item.kind} `}${item.name}${item.was === null ? '' : ` (was ${item.was})`}${item.on === null ? '' : ` on ${item.on}`}`

function differentSections(items: readonly DiffItem[]): Section[] {
  return items
    .filter((i) => i.mark === '~')
    .flatMap((item, n) => {
      const renamed: Block = { kind: 'text', text: `Called ${item.was} in FROM and ${item.name} in TO.` }
      const blocks = item.rows.length === 0 ? [] : sides(item)
      return section(`differs-${n + 1}`, titleOf(item), undefined, [...(item.was === null ? [] : [renamed]), ...blocks])
    })
}

/** The columns of a table, or the definition of another object. */
function wholeCode(o: SchemaObject): string {
  if (o.kind === 'object') return wholeText(o)
  return o.table.columns.map((c) => `${c.name}  ${columnText(c)}`).join('\n')
}

function oneSided(items: readonly DiffItem[], mark: '+' | '−'): Section[] {
  const found = items.filter((i) => i.mark === mark)
  const side = mark === '+' ? 'TO' : 'FROM'
  const rows = found.map((i): Cell[] => {
    const whole = (i.to ?? i.from)!
    const about = whole.kind === 'table' ? tableSummary(whole.table) : i.on === null ? '' : `on ${i.on}`
    const size =
      whole.kind === 'table' && (whole.table.rows ?? 0) > 0 ? `about ${plural(whole.table.rows!, 'row')}` : ''
    return [i.kind, i.name, about, size]
  })
  const columns = [{ title: 'kind' }, { title: 'name', code: true }, { title: 'holds' }, { title: 'rows' }]
  const codes = found.map((i): Block => ({ kind: 'code', title: titleOf(i), code: wholeCode((i.to ?? i.from)!) }))
  return section(
    `only-${side.toLowerCase()}`,
    `Only in ${side}`,
    undefined,
    rows.length === 0 ? [] : [{ kind: 'table', columns, rows }, ...codes],
  )
}

function openSections(d: SchemaDiff): Section[] {
  const unplanned = d.unplanned.map((u) => [u.object, u.why])
  const candidates = d.candidates.map(candidateText).map((c) => [c.question, c.evidence, c.option])
  return [
    ...section(
      'unplanned',
      'Not expressible as a statement',
      'These differ, and neither the script below nor naru apply changes them.',
      [{ kind: 'table', columns: [{ title: 'object' }, { title: 'why' }], rows: unplanned }],
    ),
    ...section(
      'renames',
      'Perhaps renamed',
      'Told as dropped and added, which loses what they hold, until it is said that they were renamed.',
      [
        {
          kind: 'table',
          columns: [{ title: 'question' }, { title: 'what speaks for it' }, { title: 'option', code: true }],
          rows: candidates,
        },
      ],
    ),
  ]
}

function statementSection(d: SchemaDiff): Section[] {
  if (d.steps === null || d.steps.length === 0) return []
  const code = stepsSql(d.steps, { engine: d.from.engine, transactional: d.transactional })
  return section('statements', 'Statements', 'In executable order: FROM becomes TO.', [
    { kind: 'code', title: plural(d.steps.length, 'statement'), code },
  ])
}

function ignoredSection(d: SchemaDiff): Section[] {
  const rows = d.ignored.map((i) => [i.rule, count(i.count)])
  return section('ignored', 'Ignored as asked', undefined, [
    {
      kind: 'table',
      columns: [
        { title: 'rule', code: true },
        { title: 'differences', number: true },
      ],
      rows,
    },
  ])
}

/** SchemaDiff → report; a diagram where it can be drawn. */
export function diffReport(d: SchemaDiff, o: { readonly drawn: boolean }): Report {
  const items = diffItems(d)
  const tables = (mark: Mark) => items.filter((i) => i.kind === 'table' && i.mark === mark).length
  const figure = (label: string, n: number, tone: Tone) => ({ label, value: count(n), ...(n > 0 && { tone }) })
  const known = new Set(
    d.changes.flatMap((c) => (c.kind === 'alter' && c.to.kind === 'table' ? [displayName(c.to.table.name)] : [])),
  )
  const same = d.after.tables.filter((t) => !known.has(displayName(t.name))).length - tables('+')
  return {
    title: `${d.from.label} → ${d.to.label}`,
    verdict: diffVerdict(d),
    figures: [
      { label: 'tables the same', value: count(same) },
      figure('tables that differ', tables('~'), 'warn'),
      figure('only in FROM', tables('−'), 'bad'),
      figure('only in TO', tables('+'), 'good'),
    ],
    facts: [
      { label: 'FROM', value: `${d.from.label} (${product(d.from)})` },
      { label: 'TO', value: `${d.to.label} (${product(d.to)})` },
    ],
    sections: [
      ...summarySection(items),
      ...openSections(d),
      ...(o.drawn ? diffPicture(d, items) : []),
      ...differentSections(items),
      ...oneSided(items, '−'),
      ...oneSided(items, '+'),
      ...statementSection(d),
      ...ignoredSection(d),
      ...noteSection(d.notes),
    ],
    footer: ['+ only in TO, − only in FROM, ~ different. Nothing was changed.'],
  }
}
