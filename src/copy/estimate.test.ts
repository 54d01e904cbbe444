import { expect, test } from 'vitest'
import type { TablePlan } from '../core/plan.ts'
import { plainTable } from '../core/schema.ts'
import { estimate } from './estimate.ts'

const table = plainTable({ name: 't' }, [], { primaryKey: { name: 'p', columns: ['a'] } })
const plan = (rows: number, bytes: number, filtered = 0): TablePlan => ({
  label: 't',
  source: table,
  target: table,
  columns: [],
  key: null,
  ordered: false,
  action: 'create',
  rows,
  filtered,
  bytes,
})

test('an estimate grows with rows and bytes, and is round', () => {
  const small = estimate([plan(1000, 100_000)], {})
  const large = estimate([plan(20_000_000, 4e9)], {})
  expect(small.seconds).toBe(1)
  expect(large.seconds).toBeGreaterThan(40)
  expect(large.seconds).toBeLessThan(200)
  expect(String(large.seconds)).toMatch(/^\d\d0*$/)
  expect(large.bytes).toBeGreaterThan(4e9)
})
test('what --where leaves out, --rate and --schema-only count', () => {
  const all = estimate([plan(10_000_000, 1e9)], {})
  expect(estimate([plan(10_000_000, 1e9, 9_000_000)], {}).seconds).toBeLessThan(all.seconds / 4)
  expect(estimate([plan(10_000_000, 1e9)], { rate: 1e6 }).seconds).toBeGreaterThanOrEqual(1000)
  expect(estimate([plan(10_000_000, 1e9)], { schemaOnly: true })).toEqual({ seconds: 1, bytes: 0 })
  expect(estimate([], {})).toEqual({ seconds: 0, bytes: 0 })
})
