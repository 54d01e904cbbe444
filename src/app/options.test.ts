import { expect, test } from 'vitest'
import { fromConfig, mergeOptions } from './options.ts'
import { parseRate } from './rate.ts'

test('rates are decimal unless they say otherwise', () => {
  const bytes = ['20MB', '512k', '1.5GiB', '20 MB/s', '100', '1b'].map((text) => parseRate(text)?.bytes)
  expect(bytes).toEqual([20_000_000, 512_000, 1_610_612_736, 20_000_000, 100, 1])
  const rows = ['5000/s', '5k rows/s', '1 row/s', '2.5k rows/s'].map((text) => parseRate(text)?.rows)
  expect(rows).toEqual([5000, 5000, 1, 2500])
  expect(['', 'fast', '-1', '0', '0.1', '1TB', '1e3'].map(parseRate)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
    null,
  ])
})

test('the config may write casts as an object and rates as text', () => {
  expect(fromConfig({ casts: { 'users.flags': 'smallint', 'type:a=b': 'text' }, rate: '1MB', jobs: 2 })).toEqual({
    casts: ['users.flags=smallint', 'type:a=b=text'],
    rate: 1_000_000,
    jobs: 2,
  })
  expect(fromConfig({ rate: '5000/s' })).toEqual({ rowRate: 5000 })
  expect(fromConfig()).toEqual({})
})

test('exceptions add up with the command line last, everything else is replaced by it', () => {
  const merged = mergeOptions(
    { tables: ['a'], exclude: ['x'], casts: ['a.b=int'], accept: ['A'], policies: { Z: 'null', Y: 'clip' }, jobs: 4 },
    {
      tables: ['b'],
      exclude: ['y'],
      casts: ['a.b=text'],
      policies: { Z: 'reject' },
      where: { b: 'id > 1' },
      verify: undefined,
    },
  )
  expect(merged).toEqual({
    tables: ['b'],
    exclude: ['x', 'y'],
    casts: ['a.b=int', 'a.b=text'],
    accept: ['A'],
    policies: { Z: 'reject', Y: 'clip' },
    where: { b: 'id > 1' },
    jobs: 4,
  })
  expect('verify' in merged).toBe(false)
})
