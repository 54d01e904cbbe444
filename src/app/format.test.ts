import { expect, test } from 'vitest'
import { count, duration, moment, percent, plural, printable, roughly, size, someOf } from './format.ts'

test('numbers are grouped, bigints too', () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567'])
  expect(count(18446744073709551615n)).toBe('18,446,744,073,709,551,615')
  expect([plural(1, 'row'), plural(2, 'row'), plural(0, 'index', 'indexes')]).toEqual(['1 row', '2 rows', '0 indexes'])
})

test('sizes keep three digits and roll over to the next unit', () => {
  expect([0, 999, 1000, 1500, 99_940, 999_499, 999_500, 363e6, 2.5e15].map(size)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.5 kB',
    '99.9 kB',
    '999 kB',
    '1.0 MB',
    '363 MB',
    '2.5 PB',
  ])
})

test('durations roll over without a 60', () => {
  expect([3.4, 999, 1000, 59_949, 59_950, 61_000, 3_599_600, 7_620_000].map(duration)).toEqual([
    '3 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '1 min 00 s',
    '1 min 01 s',
    '1 h 00 min',
    '2 h 07 min',
  ])
})

test('estimates do not pretend', () => {
  expect([0.2, 12.4, 61].map(roughly)).toEqual(['less than a second', 'about 12 s', 'about 1 min 01 s'])
})

test('100% means all of it', () => {
  expect([percent(0, 0), percent(0, 10), percent(9_999, 10_000), percent(10, 10), percent(11, 10)]).toEqual([
    '100%',
    '0%',
    '99%',
    '100%',
    '100%',
  ])
})

test('lists end in how many more there are', () => {
  expect(someOf(['a', 'b'], 2)).toBe('a, b')
  expect(someOf(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
})

test('time stamps lose their fraction, other texts stay', () => {
  expect(moment('2026-03-15T09:30:12.123Z')).toBe('2026-03-15 09:30:12 UTC')
  expect(moment('yesterday')).toBe('yesterday')
})

test('nothing from a database moves the cursor or turns the line around', () => {
  expect(printable('a\u001b[2Jb\nc\u202ed\u0000')).toBe('a\\u001b[2Jb\\u000ac\\u202ed\\u0000')
  expect(printable('한글 👍 é')).toBe('한글 👍 é')
})
