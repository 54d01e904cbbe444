import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { Revision } from '../core/revision.ts'
import { ancestors, buildGraph, descendants, type Graph, headsOf, order } from './graph.ts'
import { downgradePath, upgradePath } from './path.ts'
import { findRevision, resolveTarget } from './resolve.ts'

function revision(id: string, down: string, more: Partial<Revision> = {}): Revision {
  const list = down.split(' ').filter((word) => word !== '')
  const date = null
  const path = `/m/${id}_x.sql`
  return { id, down: list, dependsOn: [], labels: [], replaces: [], message: '', date, path, kind: 'sql', ...more }
}

const failure = (...revisions: Revision[]) => {
  try {
    buildGraph(revisions)
  } catch (error) {
    const { code, message, why, hint } = error as { code: string; message: string; why: string; hint: string }
    return `${code}: ${message}; ${why}; ${hint}`
  }
  return 'none'
}

describe('a folder that contradicts itself', () => {
  it('names both files of an id that is there twice', () => {
    expect(failure(revision('aaa', ''), revision('aaa', '', { path: '/m/aaa_other.sql' }))).toMatch(
      /^REVISION_INVALID: revision aaa is there twice; in aaa_x.sql and in aaa_other.sql/,
    )
  })

  it('names the file and the nearest id where a revision follows an unknown one', () => {
    expect(failure(revision('aaaa', ''), revision('bbbb', 'aaab'))).toMatch(
      /bbbb_x\.sql follows aaab, which is not there; .*Did you mean aaaa\?/,
    )
    expect(failure(revision('aaaa', ''), revision('bbbb', 'aaaa', { dependsOn: ['zzz'] }))).toMatch(
      /bbbb_x\.sql depends on zzz/,
    )
  })

  it('names the members of a circle in their order', () => {
    const circle = failure(revision('root', ''), revision('a1', 'c1'), revision('b1', 'a1'), revision('c1', 'b1'))
    expect(circle).toMatch(/in a circle: (a1 → b1 → c1 → a1|b1 → c1 → a1 → b1|c1 → a1 → b1 → c1);/)
    expect(failure(revision('a1', 'a1'))).toContain('in a circle: a1 → a1')
    expect(failure(revision('a1', ''), revision('b1', 'a1', { dependsOn: ['c1'] }), revision('c1', 'b1'))).toContain(
      'circle',
    )
  })

  it('wants a label at each of several roots but one', () => {
    expect(failure(revision('a1', ''), revision('b1', ''))).toMatch(
      /2 revisions follow none: a1_x\.sql, b1_x\.sql; .*Set `revises`.*labels/,
    )
    const x = revision('x1', '', { labels: ['x'] })
    expect(failure(revision('a1', ''), revision('b1', ''), x)).toContain('a1, b1 have no branch label')
    expect(failure(revision('a1', ''), x)).toBe('none')
    expect(failure(revision('a1', '', { labels: ['y'] }), x)).toBe('none')
  })

  it('refuses words that mean something else, and labels that are there twice', () => {
    expect(failure(revision('head', ''))).toContain('"head" cannot be a revision')
    expect(failure(revision('a b', ''))).toContain('cannot be a revision')
    expect(failure(revision('a1', '', { labels: ['base'] }))).toContain('"base" cannot be a branch label')
    expect(failure(revision('a1', '', { labels: ['x'] }), revision('b1', 'a1', { labels: ['x'] }))).toContain('label x')
    expect(failure(revision('a1', '', { labels: ['b1'] }), revision('b1', 'a1'))).toContain('a revision has this id')
  })
})

describe('what was squashed', () => {
  const whole = revision('whole', '', { replaces: ['a1', 'a2'] })

  it('is another name of what stands for it', () => {
    const graph = buildGraph([whole, revision('b1', 'a2', { dependsOn: ['a1'] })])
    expect(graph.revisions.get('b1')).toMatchObject({ down: ['whole'], dependsOn: ['whole'] })
    expect(findRevision(graph, 'a1')).toBe('whole')
  })

  it('cannot be followed in its middle, be there still, or be replaced twice', () => {
    expect(failure(whole, revision('b1', 'a1'))).toMatch(/b1_x.sql follows a1, which was squashed/)
    expect(failure(whole, revision('a1', ''))).toMatch(/whole_x.sql replaces a1, and a1_x.sql is there still/)
    expect(failure(whole, revision('other', 'whole', { replaces: ['a1'] }))).toContain('a1 is replaced twice')
  })
})

test('order: by date where no edge puts in order, whatever the folder', () => {
  const dated = (id: string, down: string, day: number) => revision(id, down, { date: `2026-01-0${day}T00:00:00Z` })
  const all = [dated('r', '', 1), dated('a', 'r', 4), dated('b', 'r', 2), dated('c', 'b', 3), dated('m', 'a c', 5)]
  for (const found of [all, [...all].reverse()]) {
    const graph = buildGraph(found)
    expect(order(graph, graph.revisions.keys()).map((r) => r.id)).toEqual(['r', 'b', 'c', 'a', 'm'])
    expect(graph.heads).toEqual(['m'])
    expect(headsOf(graph, ['r', 'a', 'b'])).toEqual(['b', 'a'])
  }
})

/** Graphs with branches, merges, dependencies and independent roots. */
const graphs: fc.Arbitrary<Graph> = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      needs: fc.array(fc.nat(), { maxLength: 2 }),
      day: fc.integer({ min: 1, max: 28 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((nodes) => {
    const ids = nodes.map((_, i) => `${(i * 7919 + 4096).toString(16)}x${i}`)
    const pick = (numbers: readonly number[], i: number) =>
      i === 0 ? [] : [...new Set(numbers.map((n) => ids[n % i]))]
    return buildGraph(
      nodes.map((node, i) => {
        const down = pick(node.parents, i)
        const dependsOn = pick(node.needs, i).filter((id) => !down.includes(id))
        const labels = down.length === 0 ? [`root${i}`] : []
        const date = `2026-01-${String(node.day).padStart(2, '0')}T00:00:00Z`
        return revision(ids[i], down.join(' '), { dependsOn, labels, date })
      }),
    )
  })

/** Every revision comes after all that it follows and needs. */
function checkPrefixes(graph: Graph, applied: Set<string>): void {
  for (const id of applied) {
    const r = graph.revisions.get(id)!
    for (const before of [...r.down, ...r.dependsOn])
      if (!applied.has(before)) throw new Error(`${id} without ${before}`)
  }
  const heads = headsOf(graph, applied)
  const slow = [...applied].filter((id) => ![...applied].some((o) => graph.revisions.get(o)?.down.includes(id)))
  expect([...heads].sort()).toEqual(slow.sort())
}

describe('any graph', () => {
  it('goes up to the heads and down to the base, each revision once, consistent after every step', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const applied = new Set<string>()
        const up = upgradePath(graph, applied, resolveTarget(graph, 'heads', [], 'up'))
        expect(up.map((r) => r.id).sort()).toEqual([...graph.revisions.keys()].sort())
        for (const r of up) {
          applied.add(r.id)
          checkPrefixes(graph, applied)
        }
        expect(headsOf(graph, applied)).toEqual(graph.heads)
        const down = downgradePath(graph, applied, resolveTarget(graph, 'base', graph.heads, 'down'))
        expect(down.length).toBe(up.length)
        for (const r of down) {
          expect(applied.delete(r.id)).toBe(true)
          checkPrefixes(graph, applied)
        }
        expect(applied.size).toBe(0)
      }),
      { numRuns: 150 },
    )
  })

  it('goes to any revision and back below it', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), fc.nat(), (graph, a, b) => {
        const ids = [...graph.revisions.keys()]
        const [first, second] = [ids[a % ids.length], ids[b % ids.length]]
        const applied = new Set(upgradePath(graph, new Set(), resolveTarget(graph, first, [], 'up')).map((r) => r.id))
        expect(applied).toEqual(ancestors(graph, [first]))
        for (const r of upgradePath(graph, applied, resolveTarget(graph, second, headsOf(graph, applied), 'up'))) {
          expect(applied.has(r.id)).toBe(false)
          applied.add(r.id)
          checkPrefixes(graph, applied)
        }
        for (const r of downgradePath(graph, applied, resolveTarget(graph, first, headsOf(graph, applied), 'down'))) {
          applied.delete(r.id)
          checkPrefixes(graph, applied)
        }
        expect(applied.has(first)).toBe(true)
        expect([...descendants(graph, [first], { lineage: true })].filter((id) => applied.has(id))).toEqual([first])
      }),
      { numRuns: 150 },
    )
  })

  it('finds a revision by every beginning that only it has', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const ids = [...graph.revisions.keys()]
        for (const id of ids) {
          for (let n = 3; n <= id.length; n++) {
            const begin = id.slice(0, n)
            const same = ids.filter((other) => other.startsWith(begin))
            if (same.length === 1 || ids.includes(begin))
              expect(findRevision(graph, begin)).toBe(ids.includes(begin) ? begin : id)
            else expect(() => findRevision(graph, begin)).toThrow(/several revisions begin with/)
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})
