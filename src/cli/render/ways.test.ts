import { expect, test } from 'vitest'
import { typedWays } from './ways.ts'

test('policies become one flag, the rest stays', () => {
  const ways = [
    "--cast 'orders.shipped_at=text'",
    "policies: { 'ZERO_DATE:orders.shipped_at': 'null' }",
    "policies: { 'ZERO_DATE:orders.shipped_at': 'clip' }",
    "policies: { 'ZERO_DATE:orders.shipped_at': 'reject' }",
    '--accept ZERO_DATE:orders.shipped_at',
  ]
  expect(typedWays(ways)).toEqual([
    "--cast 'orders.shipped_at=text'",
    '--policy ZERO_DATE:orders.shipped_at=null  (or clip, reject)',
    '--accept ZERO_DATE:orders.shipped_at',
  ])
})

test('names that a shell would take apart are quoted', () => {
  expect(typedWays(["policies: { 'NUL_BYTE:my table.it's': 'replace' }"])).toEqual([
    `--policy 'NUL_BYTE:my table.it'\\''s=replace'`,
  ])
  expect(typedWays([])).toEqual([])
})
