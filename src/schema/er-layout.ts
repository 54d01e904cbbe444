/**
 * Where the boxes of a diagram stand. Tables that refer to others stand right of them, column by column; within a column, near what
 * they refer to. Groups that no key connects are laid out each for itself and stacked; tables without any key come last, in a grid.
 */
import type { ErDiagram, ErEdge, ErTable } from './er-diagram.ts'
import { groupsOf, layersOf } from './er-layers.ts'

/** A box with its place, in pixels. */
export interface ErBox {
  readonly table: ErTable
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface ErLayout {
  readonly width: number
  readonly height: number
  readonly boxes: readonly ErBox[]
}

/** Measures that layout and drawing share, in pixels. */
export const ER = {
  head: 30,
  row: 20,
  foot: 8,
  side: 12,
  gapX: 72,
  gapY: 24,
  margin: 16,
  drop: 60,
  letter: 7.1,
} as const

const LONGEST = 44
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f000}-\u{3fffd}]/gu

/** Letters that a text is as wide as: East Asian ones count twice. */
function letters(text: string): number {
  return [...text].length + (text.match(WIDE)?.length ?? 0)
}

/** The text in at most so many letters, ending in … where it was cut. */
export function shorten(text: string, limit = LONGEST): string {
  if (letters(text) <= limit) return text
  let kept = ''
  for (const ch of text) {
    if (letters(kept + ch) >= limit) break
    kept += ch
  }
  return `${kept}…`
}

type Size = Omit<ErBox, 'x' | 'y'>

function sizeOf(table: ErTable): Size {
  const rows = table.columns.map((c) => letters(shorten(c.name)) + letters(shorten(c.type, 24)) + 7)
  const widest = Math.max(14, letters(shorten(table.title)) + 2, ...rows)
  const lines = table.columns.length + (table.hidden > 0 ? 1 : 0)
  return { table, width: Math.ceil(widest * ER.letter + 2 * ER.side), height: ER.head + lines * ER.row + ER.foot }
}

/** Boxes with the extent that they take together. */
interface Block {
  readonly boxes: readonly ErBox[]
  readonly width: number
  readonly height: number
}

/** A group: its layers as columns, each centred but never far below the top, where the eye begins; a column that would be far too high becomes several. */
function group(sizes: readonly Size[], edges: readonly ErEdge[]): Block {
  const byKey = new Map(sizes.map((s) => [s.table.key, s]))
  const area = sizes.reduce((n, s) => n + (s.width + ER.gapX) * (s.height + ER.gapY), 0)
  const limit = Math.max(700, Math.sqrt(area) * 0.9)
  const columns = layersOf([...byKey.keys()], edges).flatMap((layer) =>
    cut(
      layer.flatMap((key) => byKey.get(key) ?? []),
      limit,
    ),
  )
  const heights = columns.map((c) => c.reduce((n, s) => n + s.height + ER.gapY, -ER.gapY))
  const height = Math.max(...heights)
  const boxes: ErBox[] = []
  let x = 0
  columns.forEach((column, i) => {
    let y = Math.min((height - heights[i]) / 2, ER.drop)
    const width = Math.max(...column.map((s) => s.width))
    for (const size of column) {
      boxes.push({ ...size, x, y: Math.round(y) })
      y += size.height + ER.gapY
    }
    x += width + ER.gapX
  })
  return { boxes, width: x - ER.gapX, height }
}

function cut(layer: readonly Size[], limit: number): Size[][] {
  const columns: Size[][] = [[]]
  let height = 0
  for (const size of layer) {
    if (height + size.height > limit && height > 0) {
      columns.push([])
      height = 0
    }
    columns[columns.length - 1].push(size)
    height += size.height + ER.gapY
  }
  return columns
}

/** Blocks beside each other in rows of about `width`. */
function shelves(blocks: readonly Block[], width: number): Block {
  const boxes: ErBox[] = []
  let [x, y, high, wide] = [0, 0, 0, 0]
  for (const block of blocks) {
    if (x > 0 && x + block.width > width) {
      y += high + ER.gapY * 2
      x = 0
      high = 0
    }
    boxes.push(...block.boxes.map((b) => ({ ...b, x: b.x + x, y: b.y + y })))
    high = Math.max(high, block.height)
    wide = Math.max(wide, x + block.width)
    x += block.width + ER.gapX
  }
  return { boxes, width: wide, height: y + high }
}

/** Places all boxes. Pure, and the same for the same diagram. */
export function layoutEr(diagram: ErDiagram): ErLayout {
  const sizes = new Map(diagram.tables.map((t) => [t.key, sizeOf(t)]))
  const groups = groupsOf(
    diagram.tables.map((t) => t.key),
    diagram.edges,
  )
  const blocks = groups.map((keys) => {
    const own = new Set(keys)
    return group(
      keys.flatMap((k) => sizes.get(k) ?? []),
      diagram.edges.filter((e) => own.has(e.from)),
    )
  })
  const width = Math.max(1100, ...blocks.map((b) => b.width))
  const all = shelves(blocks, width)
  return {
    width: all.width + 2 * ER.margin,
    height: all.height + 2 * ER.margin,
    boxes: all.boxes.map((b) => ({ ...b, x: b.x + ER.margin, y: b.y + ER.margin })),
  }
}
