/** Report → one self-contained page: no scripts, nothing loaded from anywhere, every text escaped. */
import { escapeMarkup } from '../../core/markup.ts'
import { printable } from '../format.ts'
import { type Block, type Cell, type ColumnHead, cellText, type Report, type Section, type Tone } from './document.ts'
import { STYLE } from './style.ts'

const SIGNS = { good: '✓', warn: '!', bad: '✗' } as const

/** A page that judges nothing has no sign. */
function signOf(tone: Tone): string {
  return tone === 'quiet' ? '' : `<div class="sign" aria-hidden="true">${SIGNS[tone]}</div>`
}

/** Text for HTML: markup characters escaped, control characters made visible, line ends kept. */
function escapeHtml(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => escapeMarkup(printable(line)))
    .join('\n')
}

const tag = (name: string, className: string, body: string) =>
  `<${name}${className === '' ? '' : ` class="${className}"`}>${body}</${name}>`

const anchor = (link: string, inner: string) => `<a href="${escapeHtml(link)}">${inner}</a>`

/** A sum over rows, or a hash over chunks. */
const DIGEST = /^(?:[0-9a-f]{32}){1,2}$/
/** Short results stay on one line; a sentence may wrap. */
const SHORT = 24
/** A longer word may be broken anywhere; shorter ones stay whole. */
const LONG_WORD = 20

function cell(value: Cell, head: ColumnHead): string {
  const text = cellText(value)
  const { tone, link }: Exclude<Cell, string> = typeof value === 'string' ? { text } : value
  const isCode = head.code && text !== '–'
  const inner = isCode ? tag('code', '', escapeHtml(text)) : escapeHtml(text)
  const body = link === undefined ? inner : anchor(link, inner)
  const classes = [
    head.number ? 'n' : '',
    DIGEST.test(text) ? 'digest' : '',
    tone === undefined ? '' : `t-${tone}`,
    tone !== undefined && text.length <= SHORT ? 'w' : '',
    text.split(/\s/).some((word) => word.length > LONG_WORD) ? 'l' : '',
  ]
  return tag('td', classes.filter((c) => c !== '').join(' '), body)
}

function table(block: Extract<Block, { kind: 'table' }>): string {
  const { columns, total } = block
  const row = (cells: readonly Cell[]) => tag('tr', '', cells.map((c, i) => cell(c, columns[i])).join(''))
  const head = columns.map((c) => `<th scope="col"${c.number ? ' class="n"' : ''}>${escapeHtml(c.title)}</th>`).join('')
  const foot = total === undefined ? '' : `<tfoot>${row(total)}</tfoot>`
  const body = block.rows.map(row).join('\n')
  return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody>${foot}</table></div>`
}

function bars(block: Extract<Block, { kind: 'bars' }>): string {
  const items = block.items.map(
    (i) =>
      `<span>${escapeHtml(i.label)}</span><span><i style="width:${(Math.min(1, i.share) * 100).toFixed(1)}%"></i></span><span>${escapeHtml(i.value)}</span>`,
  )
  return `<div class="bars">${items.join('\n')}</div>`
}

function render(block: Block): string {
  switch (block.kind) {
    case 'text':
      return tag('p', block.tone === undefined ? '' : `t-${block.tone}`, escapeHtml(block.text))
    case 'list':
      return tag('ul', '', block.items.map((item) => tag('li', '', escapeHtml(item))).join(''))
    case 'table':
      return table(block)
    case 'code':
      return `<details><summary>${escapeHtml(block.title)}</summary><pre>${escapeHtml(block.code)}</pre></details>`
    case 'picture':
      return tag('div', 'wide', block.svg)
    case 'bars':
      return bars(block)
  }
}

function part(s: Section): string {
  const intro = s.intro === undefined ? '' : `<p class="intro">${escapeHtml(s.intro)}</p>`
  return `<section id="${s.id}">\n<h2>${escapeHtml(s.title)}</h2>\n${intro}${s.blocks.map(render).join('\n')}\n</section>`
}

function figures(report: Report): string {
  const items = report.figures.map((f) => {
    const note = f.note === undefined ? '' : tag('dd', 'note', escapeHtml(f.note))
    const tone = f.tone === undefined ? 'value' : `value t-${f.tone}`
    return `<div><dt>${escapeHtml(f.label)}</dt>${tag('dd', tone, escapeHtml(f.value))}${note}</div>`
  })
  return `<dl class="figures">${items.join('')}</dl>`
}

/** The report as one HTML page. */
export function html(report: Report): string {
  const { verdict } = report
  const facts = report.facts.map((f) => `<dt>${escapeHtml(f.label)}</dt><dd>${escapeHtml(f.value)}</dd>`).join('')
  const links = report.sections.map((s) => anchor(`#${s.id}`, escapeHtml(s.title))).join('')
  const ways = (report.ways ?? []).map((w) => anchor(w.link, escapeHtml(w.text))).join('')
  const footer = [...report.footer, 'Written by naru. This page loads nothing from anywhere.']
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${[...new Set([verdict.headline, report.title])].map(escapeHtml).join(' · ')}</title>
<style>${STYLE}</style>
</head>
<body>
<div class="top"><b>naru</b><span>${escapeHtml(report.title)}</span>${ways}</div>
<main>
<div class="verdict ${verdict.tone}">${signOf(verdict.tone)}<div><h1>${escapeHtml(verdict.headline)}</h1><p>${escapeHtml(verdict.sentence)}</p></div></div>
${figures(report)}
<dl class="facts">${facts}</dl>
<nav>${links}</nav>
${report.sections.map(part).join('\n')}
</main>
<footer>${footer.map((line) => `<div>${escapeHtml(line)}</div>`).join('')}</footer>
</body>
</html>
`
}
