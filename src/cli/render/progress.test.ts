import { expect, test } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import type { NaruEvent } from '../../core/event.ts'
import { type Progress, progress } from './progress.ts'
import { bar, standingBlock, standingLine } from './standing.ts'
import { styleOf } from './style.ts'

const chunk = (table: string, read: number, bytes: number, rejected = 0): NaruEvent => ({
  type: 'chunk',
  table,
  read,
  written: read - rejected,
  rejected,
  bytes,
})

function begun(): Progress {
  const p = progress()
  p.apply({ type: 'phase', phase: 'data', state: 'begin' }, 0)
  p.apply({ type: 'run', run: 'r', resumed: false, tables: 2, rows: 1000 }, 0)
  return p
}

test('rows, rates and the time left follow the chunks', () => {
  const p = begun()
  p.apply(chunk('a', 100, 10_000), 1000)
  p.apply(chunk('b', 100, 10_000, 3), 2000)
  expect(p.standing(2000)).toMatchObject({
    phase: 'data',
    rows: 200,
    total: 1000,
    rejected: 3,
    rowsPerSecond: 100,
    bytesPerSecond: 10_000,
    eta: 8000,
    running: [
      { table: 'a', rows: 100, total: null },
      { table: 'b', rows: 100, total: null },
    ],
  })
  expect(standingLine(p.standing(2000))).toBe(
    '20%  200 of 1,000 rows  100 rows/s  10.0 kB/s  ETA 8 s  0 of 2 tables  3 refused',
  )
})

test('no share is told before the rows are known', () => {
  const p = progress()
  p.apply({ type: 'phase', phase: 'data', state: 'begin' }, 0)
  const style = styleOf(fakeIo({ tty: true, columns: 100 }).stderr, { NO_COLOR: '1' })
  expect(standingLine(p.standing(100))).toBe('')
  expect(standingBlock(p.standing(100), 5, style)).toEqual(['  data'])
  p.apply({ type: 'pause', state: 'begin', reason: 'lag', ms: 0 }, 100)
  expect(standingBlock(p.standing(1100), 5, style)).toEqual(['  data  paused 1 s: lag'])
})

test('a narrow terminal loses the least telling parts', () => {
  const p = begun()
  p.apply(chunk('a', 200, 10_000), 2000)
  expect(standingLine(p.standing(2000), 50)).toBe('20%  200 of 1,000 rows  100 rows/s  ETA 8 s')
  expect(standingLine(p.standing(2000), 5)).toBe('20%  200 of 1,000 rows')
})

test('what an earlier process stored counts as done, not as speed', () => {
  const p = begun()
  p.apply(chunk('a', 500, 0), 10)
  p.apply(chunk('a', 100, 1000), 1000)
  expect(p.standing(1000)).toMatchObject({ rows: 600, rowsPerSecond: 100, eta: 4000 })
})

test('the rate is that of the last seconds', () => {
  const p = begun()
  p.apply(chunk('a', 500, 1), 1000)
  for (let at = 20_000; at <= 40_000; at += 1000) p.apply(chunk('a', 1, 1), at)
  expect(p.standing(40_000).rowsPerSecond).toBeCloseTo(1, 0)
})

test('nothing moves: no rate and no promise', () => {
  expect(begun().standing(5000)).toMatchObject({ rowsPerSecond: 0, eta: null })
})

test('finished tables are counted and leave the list', () => {
  const p = begun()
  p.apply({ type: 'table', table: 'a', rows: 400, state: 'begin' }, 0)
  p.apply(chunk('a', 100, 1), 500)
  expect(p.standing(500).running).toEqual([{ table: 'a', rows: 100, total: 400 }])
  p.apply({ type: 'table', table: 'a', rows: 400, state: 'end' }, 600)
  expect(p.standing(600)).toMatchObject({ running: [], tablesDone: 1, tables: 2 })
})

test('other phases count their own things', () => {
  const p = begun()
  p.apply({ type: 'phase', phase: 'indexes', state: 'begin' }, 0)
  p.apply({ type: 'step', object: 'index a', ms: 3 }, 0)
  expect(standingLine(p.standing(0))).toBe('1 done')
  p.apply({ type: 'phase', phase: 'verify', state: 'begin' }, 0)
  p.apply({ type: 'verified', table: 'a', rows: 1, same: true }, 0)
  expect(standingLine(p.standing(0))).toBe('1 of 2 tables verified')
})

test('bars are filled by eighths and never overflow', () => {
  expect(bar(0, 4)).toBe('░░░░')
  expect(bar(0.5, 4)).toBe('██░░')
  expect(bar(1 / 32, 4)).toBe('▏░░░')
  expect(bar(7, 4)).toBe('████')
})
