/** Tables for the terminal: columns in line whatever the script, long texts wrapped in their own column. */
import { printable } from '../../app/format.ts'
import { type Cell, cellText } from '../../app/report/document.ts'
import type { Style } from './style.ts'
import { displayWidth, pad, truncate, wrap } from './width.ts'

export interface TextColumn {
  readonly title: string
  readonly number?: boolean
  /** Takes what room is left and wraps; at most one column of a table. */
  readonly flex?: boolean
}

const GAP = '  '
const LEAST_FLEX = 20

const shownText = (cell: Cell) => printable(cellText(cell))

function widths(columns: readonly TextColumn[], rows: readonly (readonly Cell[])[], style: Style): number[] {
  const wanted = columns.map((c, i) =>
    Math.max(displayWidth(c.title), ...rows.map((r) => displayWidth(shownText(r[i])))),
  )
  const gaps = GAP.length * columns.length
  const fixed = wanted.reduce((n, w, i) => (columns[i].flex ? n : n + w), gaps)
  const flexible = columns.some((c) => c.flex)
  if (flexible) {
    const room = Math.max(LEAST_FLEX, style.width - fixed)
    return wanted.map((w, i) => (columns[i].flex ? Math.min(w, room) : w))
  }
  const over = fixed - style.width
  return over > 0 ? [Math.max(LEAST_FLEX, wanted[0] - over), ...wanted.slice(1)] : wanted
}

function cellLines(cell: Cell, column: TextColumn, width: number): string[] {
  const text = shownText(cell)
  return column.flex ? wrap(text, width) : [truncate(text, width)]
}

function row(cells: readonly Cell[], columns: readonly TextColumn[], sizes: readonly number[], style: Style): string[] {
  const lines = cells.map((cell, i) => cellLines(cell, columns[i], sizes[i]))
  const height = Math.max(...lines.map((l) => l.length))
  return Array.from({ length: height }, (_, n) => {
    const parts = cells.map((cell, i) => {
      const text = pad(lines[i][n] ?? '', sizes[i], columns[i].number ? 'right' : 'left')
      return style.tone(typeof cell === 'string' ? undefined : cell.tone, text)
    })
    return `${GAP}${parts.join(GAP)}`.replace(/[ ]+$/, '')
  })
}

/** The lines of a table, indented by two; a `total` row stands below in bold. */
export function textTable(
  o: {
    readonly columns: readonly TextColumn[]
    readonly rows: readonly (readonly Cell[])[]
    readonly total?: readonly Cell[]
    readonly head?: boolean
  },
  style: Style,
): string[] {
  const all = o.total === undefined ? o.rows : [...o.rows, o.total]
  const sizes = widths(o.columns, all, style)
  const titles = o.columns.map((c): Cell => c.title)
  const head = o.head === false ? [] : row(titles, o.columns, sizes, style).map(style.dim)
  const body = o.rows.flatMap((cells) => row(cells, o.columns, sizes, style))
  const foot = o.total === undefined ? [] : row(o.total, o.columns, sizes, style).map(style.bold)
  return [...head, ...body, ...foot]
}
