/** A diagram as SVG, drawn here: no script, nothing loaded. Colours are those of the page that it stands on. */
import { escapeMarkup } from '../core/markup.ts'
import type { ErColumn, ErDiagram, ErEdge, ErMark } from './er-diagram.ts'
import { ER, type ErBox, layoutEr, shorten } from './er-layout.ts'

/** Style rules for the page (variables: app/report/style.ts); the SVG has none of its own. */
export const ER_STYLE = `
.er{display:block;font:12px/1 var(--mono)}
.er .box{fill:var(--card);stroke:var(--line);stroke-width:1.2}
.er .head{fill:var(--head)}
.er text{fill:var(--ink)}
.er .title{font-weight:650;font-size:12.5px}
.er .type{fill:var(--soft);text-anchor:end}
.er .key{fill:var(--accent);font-size:10px;font-weight:700}
.er .more{fill:var(--soft);font-style:italic}
.er .edge{fill:none;stroke:var(--soft);stroke-width:1.3}
.er .added .box{stroke:var(--good);stroke-width:2}.er .added .head,.er rect.added{fill:var(--good-bg)}.er text.added,.er .added .title{fill:var(--good)}
.er .changed .box{stroke:var(--warn);stroke-width:2}.er .changed .head,.er rect.changed{fill:var(--warn-bg)}.er text.changed,.er .changed .title{fill:var(--warn)}
.er .removed .box{stroke:var(--bad);stroke-width:2;stroke-dasharray:5 4}.er .removed .head,.er rect.removed{fill:var(--bad-bg)}
.er text.removed,.er .removed .title{fill:var(--bad);text-decoration:line-through}
.er .edge.added{stroke:var(--good);stroke-width:2}.er .edge.changed{stroke:var(--warn);stroke-width:2}
.er .edge.removed{stroke:var(--bad);stroke-width:2;stroke-dasharray:5 4}
`

/** Text for SVG: markup escaped, control characters, which XML cannot hold, made visible. */
function escaped(text: string): string {
  return escapeMarkup(text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu, '�'))
}

const classes = (...names: (string | undefined)[]) => ` class="${names.filter((n) => n !== undefined).join(' ')}"`
const SIGN: Readonly<Record<ErMark, string>> = { added: '+ ', changed: '~ ', removed: '− ' }
const sign = (mark: ErMark | undefined) => (mark === undefined ? '' : SIGN[mark])

/** Middle of a column's row within its box. */
function rowMiddle(box: ErBox, column: string | undefined): number {
  const at = box.table.columns.findIndex((c) => c.name === column)
  return at < 0 ? box.y + ER.head / 2 : box.y + ER.head + (at + 0.5) * ER.row
}

function row(box: ErBox, c: ErColumn, i: number): string {
  const y = box.y + ER.head + i * ER.row
  const base = y + ER.row / 2 + 4
  const band =
    c.mark === undefined
      ? ''
      : `<rect${classes(c.mark)} x="${box.x + 1}" y="${y}" width="${box.width - 2}" height="${ER.row}"/>`
  const key = c.primary ? 'PK' : c.foreign ? 'FK' : ''
  const name = shorten(`${sign(c.mark)}${c.name}`)
  const type = `${shorten(c.type, 24)}${c.nullable ? '?' : ''}`
  return `${band}<text${classes('key')} x="${box.x + ER.side - 4}" y="${base}">${key}</text><text${classes('name', c.mark)} x="${box.x + ER.side + 16}" y="${base}">${escaped(name)}<title>${escaped(`${c.name} ${c.type}${c.nullable ? '' : ' NOT NULL'}`)}</title></text><text${classes('type')} x="${box.x + box.width - ER.side}" y="${base}">${escaped(type)}</text>`
}

function boxSvg(box: ErBox): string {
  const { table: t, x, y, width, height } = box
  const more =
    t.hidden === 0
      ? ''
      : `<text${classes('more')} x="${x + ER.side + 16}" y="${y + ER.head + t.columns.length * ER.row + 14}">… ${t.hidden} more</text>`
  return [
    `<g${classes('table', t.mark)}>`,
    `<rect${classes('box')} x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`,
    `<path${classes('head')} d="M${x + 1} ${y + ER.head - 3}V${y + 7}q0 -6 6 -6H${x + width - 7}q6 0 6 6V${y + ER.head - 3}z"/>`,
    `<text${classes('title')} x="${x + ER.side}" y="${y + 19}">${escaped(shorten(`${sign(t.mark)}${t.title}`))}<title>${escaped(t.title)}</title></text>`,
    ...t.columns.map((c, i) => row(box, c, i)),
    more,
    '</g>',
  ].join('')
}

/** A crow's foot at the many side, a bar at the one side; the way between bends out of both boxes. */
function edgeSvg(e: ErEdge, from: ErBox, to: ErBox): string {
  const [y1, y2] = [rowMiddle(from, e.columns[0]), rowMiddle(to, e.referencedColumns[0])]
  const right = from.x + from.width / 2 < to.x + to.width / 2
  const same = from === to || Math.abs(from.x - to.x) < 4
  const [d1, d2] = same ? [1, 1] : right ? [1, -1] : [-1, 1]
  const x1 = d1 > 0 ? from.x + from.width : from.x
  const x2 = d2 > 0 ? to.x + to.width : to.x
  const bend = same ? 34 : Math.max(30, Math.abs(x2 - x1) / 2)
  const way = `M${x1} ${y1}C${x1 + d1 * bend} ${y1} ${x2 + d2 * bend} ${y2} ${x2} ${y2}`
  const foot = e.single
    ? `M${x1 + d1 * 6} ${y1 - 5}v10`
    : `M${x1 + d1 * 10} ${y1}L${x1} ${y1 - 5}M${x1 + d1 * 10} ${y1}L${x1} ${y1 + 5}`
  const bar = `M${x2 + d2 * 6} ${y2 - 5}v10`
  const told = `${from.table.title} (${e.columns.join(', ')}) → ${to.table.title} (${e.referencedColumns.join(', ')})`
  return `<path${classes('edge', e.mark)} d="${way}${foot}${bar}"><title>${escaped(told)}</title></path>`
}

/** The diagram as one `<svg>` element. Goes with ER_STYLE. */
export function erSvg(diagram: ErDiagram): string {
  const layout = layoutEr(diagram)
  const boxes = new Map(layout.boxes.map((b) => [b.table.key, b]))
  const edges = diagram.edges.flatMap((e) => {
    const [from, to] = [boxes.get(e.from), boxes.get(e.to)]
    return from === undefined || to === undefined ? [] : [edgeSvg(e, from, to)]
  })
  const [w, h] = [Math.ceil(layout.width), Math.ceil(layout.height)]
  const label = `Diagram of ${diagram.tables.length} tables and ${diagram.edges.length} foreign keys`
  return `<svg class="er" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">\n${[...edges, ...layout.boxes.map(boxSvg)].join('\n')}\n</svg>`
}
