import { describe, expect, it } from 'vitest'
import type { NaruError } from '../core/error.ts'
import type { Revision } from '../core/revision.ts'
import { ancestors, buildGraph, type Graph } from './graph.ts'
import { downgradePath, upgradePath } from './path.ts'
import { rangeIds, resolveRange } from './range.ts'
import { resolveRevisions, resolveTarget } from './resolve.ts'

/** `id < down down`, a label before a colon: `billing:c1 < b1`. */
function graphOf(...lines: readonly string[]): Graph {
  return buildGraph(
    lines.map((line, i) => {
      const [head, below = ''] = line.split(' < ')
      const [id, label] = head.split(':').reverse()
      const [down, needs = ''] = below.split(' & ')
      const list = (text: string) => text.split(' ').filter((word) => word !== '')
      const date = `2026-01-${String(i + 1).padStart(2, '0')}T00:00:00Z`
      const rest = {
        dependsOn: list(needs),
        replaces: [],
        message: `m ${id}`,
        path: `/m/${id}.sql`,
        kind: 'sql',
      } as const
      return { id, down: list(down), labels: label === undefined ? [] : [label], date, ...rest } satisfies Revision
    }),
  )
}

/** r1 – r2 – a1 – a2 – m1 – t1, with b1 – b2 (label side) beside a1 – a2. */
const diamond = graphOf('r1', 'r2 < r1', 'a1 < r2', 'side:b1 < r2', 'a2 < a1', 'b2 < b1', 'm1 < a2 b2', 't1 < m1')
/** The same before the merge. */
const fork = graphOf('r1', 'r2 < r1', 'a1 < r2', 'side:b1 < r2', 'a2 < a1', 'b2 < b1')
/** Two lines of their own; the second needs a revision of the first. */
const forest = graphOf('shop:s1', 's2 < s1', 'bill:x1', 'x2 < x1 & s2')

function ids(graph: Graph, text: string, ...current: string[]): string {
  try {
    return resolveRevisions(graph, text, current).join(' ')
  } catch (error) {
    const { code, message, why } = error as NaruError
    return `${code} ${message}: ${why}`
  }
}

describe('what names revisions', () => {
  it.each([
    ['head', 't1'],
    ['heads', 't1'],
    ['base', ''],
    ['current', 'a1 b1'],
    ['a2', 'a2'],
    ['side', 't1'],
    ['side@head', 't1'],
    ['side@b1', 'b1'],
    ['side@base', ''],
    ['a1+1', 'a2'],
    ['r1+1', 'r2'],
    ['head-1', 'm1'],
    ['t1-1', 'm1'],
    ['r2-2', ''],
    [' r1 ', 'r1'],
  ])('%j', (text, expected) => {
    expect(ids(diamond, text, 'a1', 'b1')).toBe(expected)
  })

  it.each([
    ['zz', /^REVISION_UNKNOWN there is no revision "zz"/],
    ['hed', /^REVISION_UNKNOWN/],
    ['a1+9', /leads too far: after 3 of 9 steps the head is reached/],
    ['r2-3', /leads too far: after 2 of 3 steps the base is reached/],
    [
      'r2+1',
      /^SEVERAL_HEADS r2\+1 could mean several revisions: r2 \(m r2\) is followed by a1 \(m a1\); b1 \(m b1\), on branch side/,
    ],
    ['m1-1', /^REVISION_UNKNOWN m1-1 could mean several revisions: m1 \(m m1\) joins a2 \(m a2\); b2 \(m b2\)/],
    ['nope@head', /no branch is labelled nope: there are side/],
    ['+1', /^SEVERAL_HEADS \+1 could begin at several revisions/],
  ])('%j is refused', (text, expected) => {
    expect(ids(diamond, text, 'a1', 'b1')).toMatch(expected)
  })

  it('head: one, or an error that names all', () => {
    expect(ids(fork, 'head')).toMatch(/^SEVERAL_HEADS the revisions have 2 heads: a2 \(m a2\); b2 \(m b2\)/)
    expect(ids(fork, 'heads')).toBe('a2 b2')
    expect(ids(fork, 'side@head')).toBe('b2')
    expect(ids(fork, 'side@a1')).toMatch(/a1 is not on branch side/)
    expect(ids(graphOf(), 'head')).toBe('')
  })

  it('steps from where the database stands, on a branch where one is named', () => {
    expect(ids(diamond, '+1')).toBe('r1')
    expect(ids(diamond, '+2')).toBe('r2')
    expect(ids(diamond, 'side@+1', 'r2')).toBe('b1')
    expect(ids(diamond, 'side@+1', 'a1', 'b1')).toBe('b2')
    expect(ids(diamond, 'side@+3', 'a1', 'b1')).toBe('t1')
    expect(ids(forest, '+1')).toMatch(
      /the base is followed by s1 \(m s1\), on branch shop; x1 \(m x1\), on branch bill/,
    )
    expect(ids(forest, 'bill@+2')).toBe('x2')
  })

  it('ids that look like steps, and beginnings of ids', () => {
    const dated = graphOf('2026-11', '2026-12 < 2026-11', '2026-120 < 2026-12')
    expect(ids(dated, '2026-12')).toBe('2026-12')
    expect(ids(dated, '2026-12-1')).toBe('2026-11')
    expect(ids(dated, '2026-120')).toBe('2026-120')
    expect(ids(dated, '2026')).toMatch(/several revisions begin with 2026: 2026-11 \(m 2026-11\); 2026-12/)
    expect(ids(graphOf('abcdef'), 'ab')).toMatch(/ab is too short for an id: abcdef/)
    expect(ids(graphOf('abcdef'), 'abc')).toBe('abcdef')
    expect(ids(graphOf('abcdef'), 'abcdfe')).toMatch(/no revision "abcdfe"/)
  })
})

function way(graph: Graph, direction: 'up' | 'down', text: string, ...current: string[]): string {
  try {
    const target = resolveTarget(graph, text, current, direction)
    const applied = ancestors(graph, current)
    return (direction === 'up' ? upgradePath : downgradePath)(graph, applied, target)
      .map((r) => r.id)
      .join(' ')
  } catch (error) {
    return `${(error as NaruError).code} ${(error as NaruError).message}`
  }
}

describe('ways up', () => {
  it.each([
    ['head', [], 'r1 r2 a1 b1 a2 b2 m1 t1'],
    ['a2', ['r1'], 'r2 a1 a2'],
    ['m1', ['a2'], 'b1 b2 m1'],
    ['+1', ['t1'], 'REVISION_UNKNOWN +1 leads too far'],
    ['head', ['t1'], ''],
    ['r1', ['t1'], ''],
    ['base', ['t1'], ''],
    ['-1', ['t1'], 'REVISION_UNKNOWN -1 leads down'],
  ])('%j from %j', (text, current, expected) => {
    expect(way(diamond, 'up', text, ...current)).toBe(expected)
  })

  it('what a branch needs comes along', () => {
    expect(way(forest, 'up', 'bill@head')).toBe('s1 s2 x1 x2')
    expect(way(forest, 'up', 'shop@head')).toBe('s1 s2')
  })
})

describe('ways down', () => {
  it.each([
    ['base', ['t1'], 't1 m1 b2 a2 b1 a1 r2 r1'],
    ['-1', ['t1'], 't1'],
    ['-2', ['t1'], 't1 m1'],
    ['-1', ['m1'], 'm1'],
    ['-2', ['m1'], 'SEVERAL_HEADS -2 could mean several revisions'],
    ['-1', ['a2', 'b2'], 'SEVERAL_HEADS -1 could mean several revisions'],
    ['side@-1', ['a2', 'b2'], 'b2'],
    ['side@-2', ['a2', 'b2'], 'b2 b1'],
    ['a2', ['t1'], 't1 m1'],
    ['a1', ['t1'], 't1 m1 a2'],
    ['r2', ['t1'], 't1 m1 b2 a2 b1 a1'],
    ['r2', ['a2', 'b2'], 'b2 a2 b1 a1'],
    ['side@r2', ['a2', 'b2'], 'b2 b1'],
    ['side@base', ['a2', 'b2'], 'b2 b1'],
    ['side@base', ['t1'], 't1 m1 b2 b1'],
    ['side@base', ['b2'], 'b2 b1 r2 r1'],
    ['side@base', ['a2'], ''],
    ['side@-3', ['b2'], 'b2 b1 r2'],
    ['side@-3', ['a2', 'b2'], 'REVISION_UNKNOWN side@-3 leads too far'],
    ['side@-3', ['t1'], 't1 m1 b2'],
    ['t1', ['t1'], ''],
    ['-9', ['t1'], 'SEVERAL_HEADS -9 could mean several revisions'],
    ['-3', ['r2'], 'REVISION_UNKNOWN -3 leads too far'],
    ['-2', ['r2'], 'r2 r1'],
    ['t1', ['a2'], 'REVISION_UNKNOWN t1 (m t1) is not applied, so nothing leads down to it'],
    ['+1', ['a2'], 'REVISION_UNKNOWN +1 leads up'],
    ['-1', [], 'REVISION_UNKNOWN -1 leads too far'],
  ])('%j from %j', (text, current, expected) => {
    expect(way(diamond, 'down', text, ...current)).toBe(expected)
  })

  it('what needs a revision goes before it', () => {
    expect(way(forest, 'down', 'shop@base', 's2', 'x2')).toBe('x2 s2 s1')
    expect(way(forest, 'down', 'bill@base', 's2', 'x2')).toBe('x2 x1')
    expect(way(forest, 'down', 'shop@-1', 's2', 'x2')).toBe('x2 s2')
  })
})

describe('ranges', () => {
  const range = (text: string, ...current: string[]) => {
    try {
      return [...rangeIds(diamond, resolveRange(diamond, text, current))].sort().join(' ')
    } catch (error) {
      return (error as NaruError).message
    }
  }
  it.each([
    ['a1:m1', 'a1 a2 m1'],
    ['r2:b2', 'b1 b2 r2'],
    [':a1', 'a1 r1 r2'],
    ['m1:', 'm1 t1'],
    ['a1', 'a1'],
    ['-1:current', 'r1 r2'],
    ['current:+1', '+1 could mean several revisions'],
    ['-1:', 'm1 t1'],
    ['base:r2', 'r1 r2'],
    ['a1:b1', 'nothing leads from a1 (m a1) to b1 (m b1)'],
    ['m1:a1', 'nothing leads from m1 (m m1) to a1 (m a1)'],
  ])('%j', (text, expected) => {
    expect(range(text, 'r2')).toBe(expected)
  })
})
