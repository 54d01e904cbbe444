/** Report → Markdown (GitHub's tables). Every text is escaped so that no name or value becomes markup. */
import { printable } from '../format.ts'
import { type Block, type Cell, cellText, type Report, type Section } from './document.ts'

const MARKS = { good: '✅', warn: '⚠️', bad: '❌', quiet: '' } as const

/** Text in which nothing is markup. */
function plain(text: string): string {
  return lines(text).replace(/[\\`*_{}[\]<>#|~$&!]|(?<=^\s*)[-+](?=\s)|(?<=^\s*\d+)\.(?=\s)/g, '\\$&')
}

const lines = (text: string) =>
  text
    .split(/\r?\n/)
    .map((l) => printable(l))
    .join(' ')

/** A code span that holds any text, backticks included; `|` would end a table's cell even inside it. */
function code(text: string): string {
  const inner = lines(text)
  if (inner === '') return ''
  const fence = '`'.repeat(Math.max(0, ...(inner.match(/`+/g) ?? []).map((m) => m.length)) + 1)
  const padded = inner.startsWith('`') || inner.endsWith('`') ? ` ${inner} ` : inner
  return fence + padded.replaceAll('|', '\\|') + fence
}

function cell(value: Cell, isCode: boolean | undefined): string {
  const text = cellText(value)
  const inner = isCode && text !== '–' ? code(text) : plain(text)
  const link = typeof value === 'string' ? undefined : value.link
  return link === undefined ? inner : anchor(inner, link)
}

/** In pointed brackets an address may hold any parentheses; `|` is escaped as everywhere in a table. */
const anchor = (inner: string, link: string) => `[${inner}](<${link.replace(/[<>|\\]/g, encodeURIComponent)}>)`

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function table(block: Extract<Block, { kind: 'table' }>): string {
  const { columns } = block
  const body = block.total === undefined ? block.rows : [...block.rows, block.total]
  return [
    row(columns.map((c) => plain(c.title))),
    row(columns.map((c) => (c.number ? '---:' : '---'))),
    ...body.map((cells) => row(cells.map((value, i) => cell(value, columns[i].code)))),
  ].join('\n')
}

function fenced(block: Extract<Block, { kind: 'code' }>): string {
  const longest = Math.max(2, ...(block.code.match(/`+/g) ?? []).map((m) => m.length))
  const fence = '`'.repeat(longest + 1)
  const body = block.code.split(/\r?\n/).map(printable).join('\n')
  return `**${plain(block.title)}**\n\n${fence}\n${body}\n${fence}`
}

function render(block: Block): string {
  switch (block.kind) {
    case 'text':
      return plain(block.text)
    case 'list':
      return block.items.map((item) => `- ${plain(item)}`).join('\n')
    case 'table':
      return table(block)
    case 'code':
      return fenced(block)
    case 'picture':
      return block.mermaid === undefined
        ? plain(block.instead ?? '')
        : `\`\`\`mermaid\n${block.mermaid.trimEnd()}\n\`\`\``
    case 'bars':
      return table({
        kind: 'table',
        columns: [{ title: 'phase' }, { title: 'time', number: true }],
        rows: block.items.map((i) => [i.label, i.value]),
      })
  }
}

function part(s: Section): string {
  const intro = s.intro === undefined ? [] : [plain(s.intro)]
  return [`## ${plain(s.title)}`, ...intro, ...s.blocks.map(render)].join('\n\n')
}

/** What the title says already is not said again. */
function verdictText({ title, verdict }: Report): string {
  const sentence = plain(verdict.sentence)
  if (verdict.headline === title) return sentence
  return `**${`${MARKS[verdict.tone]} ${plain(verdict.headline)}`.trim()}.** ${sentence}`
}

/** The report as one Markdown file. */
export function markdown(report: Report): string {
  const figures = report.figures.map((f) => [f.label, f.note === undefined ? f.value : `${f.value} (${f.note})`])
  const facts = report.facts.map((f) => [f.label, f.value])
  const head = [
    `# ${plain(report.title)}`,
    ...(report.ways === undefined ? [] : [report.ways.map((w) => anchor(plain(w.text), w.link)).join(' · ')]),
    verdictText(report),
    [row(['', '']), row(['---', '---']), ...[...figures, ...facts].map((r) => row(r.map(plain)))].join('\n'),
  ]
  const footer = [...report.footer, 'Written by naru.'].map(plain).join('  \n')
  return `${[...head, ...report.sections.map(part), '---', footer].join('\n\n')}\n`
}
