import { expect, test } from 'vitest'
import type { Hazard } from '../../core/change.ts'
import { refusedKinds, weigh } from './weigh.ts'

const hazard = (kind: Hazard['kind']): Hazard => ({ kind, what: 'x' })
const verdict = (
  kind: Hazard['kind'],
  answer: { found?: number | null; small?: number | null },
  allow: Hazard['kind'][] = [],
) => weigh(hazard(kind), { found: null, small: null, ...answer }, allow).verdict

test('what deletes takes a word, also of what is empty', () => {
  for (const kind of ['drop-table', 'drop-column', 'drop-object'] as const) {
    expect(verdict(kind, { found: 0, small: 0 })).toBe('refused')
    expect(verdict(kind, { found: 7 }, [kind])).toBe('allowed')
    expect(verdict(kind, { found: 7 }, ['may-fail'])).toBe('refused')
  }
})

test('what may fail or lose is fine where no row is concerned, and only where the database said so', () => {
  for (const kind of ['may-fail', 'lossy'] as const) {
    expect(verdict(kind, { found: 0 })).toBe('fine')
    expect(verdict(kind, { found: 1 })).toBe('refused')
    expect(verdict(kind, { found: null })).toBe('refused')
    expect(verdict(kind, { found: 1 }, [kind])).toBe('allowed')
  }
})

test('what rewrites or blocks is fine on a small table, whatever the statistics say', () => {
  for (const kind of ['rewrite', 'blocking'] as const) {
    expect(verdict(kind, { small: 12 })).toBe('fine')
    expect(verdict(kind, { small: null })).toBe('refused')
    expect(verdict(kind, { small: null }, [kind])).toBe('allowed')
  }
  const big = weigh({ ...hazard('rewrite'), rows: 5 }, { found: null, small: null }, [])
  expect(big).toMatchObject({ verdict: 'refused', rows: 5 })
  expect(weigh({ ...hazard('rewrite'), rows: 5 }, { found: null, small: 90 }, [])).toMatchObject({ rows: 90 })
})

test('each refused kind is named once, in the order of the plan', () => {
  const all = (['rewrite', 'drop-column', 'rewrite', 'lossy'] as const).map((kind) =>
    weigh(hazard(kind), { found: null, small: null }, ['lossy']),
  )
  expect(refusedKinds(all)).toEqual(['rewrite', 'drop-column'])
})
