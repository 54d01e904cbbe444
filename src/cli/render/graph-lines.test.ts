import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ASCII, drawGraph, type GraphPoint, UNICODE } from './graph-lines.ts'

const points = (...lines: readonly string[]): GraphPoint[] =>
  lines.map((line) => {
    const [id, ...down] = line.split(' ')
    return { id, down }
  })
const drawn = (all: readonly GraphPoint[], glyphs = UNICODE) =>
  drawGraph(all, glyphs).map((l) => `${l.drawing} ${l.id ?? ''}`.trimEnd())

test('a line, a branch, a merge, a merge of three, independent lines', () => {
  expect(drawn(points('c b', 'b a', 'a'))).toEqual(['● c', '● b', '● a'])
  expect(drawn(points('c a', 'b a', 'a'))).toEqual(['● c', '│ ● b', '├─╯', '● a'])
  expect(drawn(points('d b c', 'c a', 'b a', 'a'))).toEqual(['● d', '├─╮', '│ ● c', '● │ b', '├─╯', '● a'])
  expect(drawn(points('e b c d', 'd a', 'c a', 'b a', 'a'))).toEqual([
    '● e',
    '├─┬─╮',
    '│ │ ● d',
    '│ ● │ c',
    '● │ │ b',
    '├─┴─╯',
    '● a',
  ])
  expect(drawn(points('b a', 'y x', 'x', 'a'))).toEqual(['● b', '│ ● y', '│ ● x', '● a'])
})

test('lanes that are crossed, and plain characters', () => {
  const all = points('f c', 'e m', 'm b d', 'd c', 'c a', 'b a', 'a')
  expect(drawn(all)).toEqual(['● f', '│ ● e', '│ ● m', '│ ├─╮', '│ │ ● d', '├─┼─╯', '● │ c', '│ ● b', '├─╯', '● a'])
  expect(drawn(all, ASCII)).toEqual([
    '* f',
    '| * e',
    '| * m',
    '| +-.',
    '| | * d',
    "+-|-'",
    '* | c',
    '| * b',
    "+-'",
    '* a',
  ])
})

test('what a range leaves out ends its lane', () => {
  expect(drawn(points('c b x', 'b y'))).toEqual(['● c', '● b'])
})

/** Points by number, each joined to some of higher number. */
const graphs = fc.array(fc.array(fc.nat({ max: 5 }), { maxLength: 3 }), { minLength: 1, maxLength: 16 }).map((all) =>
  all.map((steps, i) => ({
    id: String(i),
    down: [...new Set(steps.map((n) => i + 1 + n).filter((n) => n < all.length))].map(String),
  })),
)

const JOINS: Readonly<Record<string, readonly [up: number, down: number, left: number, right: number]>> = {
  ' ': [0, 0, 0, 0],
  '─': [0, 0, 1, 1],
  '│': [1, 1, 0, 0],
  '╭': [0, 1, 0, 1],
  '╮': [0, 1, 1, 0],
  '╰': [1, 0, 0, 1],
  '╯': [1, 0, 1, 0],
  '├': [1, 1, 0, 1],
  '┤': [1, 1, 1, 0],
  '┬': [0, 1, 1, 1],
  '┴': [1, 0, 1, 1],
  '┼': [1, 1, 1, 1],
}

test('any graph: every stroke meets another, each point is drawn once in its order', () => {
  fc.assert(
    fc.property(graphs, (all) => {
      const lines = drawGraph(all, UNICODE)
      expect(lines.flatMap((l) => l.id ?? [])).toEqual(all.map((p) => p.id))
      for (const [row, { drawing }] of lines.entries()) {
        for (const [x, c] of [...drawing].entries()) {
          if (c === '●') continue
          const [up, down, left, right] = JOINS[c]
          const at = (r: number, i: number) => [...(lines[r]?.drawing ?? '')][i] ?? ' '
          const meets = (other: string, side: number) => other === '●' || JOINS[other][side] === 1
          if (up) expect(meets(at(row - 1, x), 1), `${row}:${x} up`).toBe(true)
          if (down) expect(meets(at(row + 1, x), 0), `${row}:${x} down`).toBe(true)
          if (left) expect(meets(at(row, x - 1), 3), `${row}:${x} left`).toBe(true)
          if (right) expect(meets(at(row, x + 1), 2), `${row}:${x} right`).toBe(true)
        }
      }
    }),
    { numRuns: 300 },
  )
})
