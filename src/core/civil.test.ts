import fc from 'fast-check'
import { expect, test } from 'vitest'
import { civilFromDays, daysFromCivil, daysInMonth } from './civil.ts'

const EPOCH = Date.UTC(2000, 0, 1) / 86400000
/** Days that both PostgreSQL's date and JavaScript's Date can hold. */
const day = fc.integer({ min: -2451545, max: 95000000 })

test('agrees with the calendar of JavaScript', () => {
  fc.assert(
    fc.property(day, (days) => {
      const date = new Date((days + EPOCH) * 86400000)
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
      expect(civilFromDays(days)).toEqual(civil)
      expect(daysFromCivil(civil.year, civil.month, civil.day)).toBe(days)
    }),
    { numRuns: 2000 },
  )
})

test('leads back over the whole range of int32 dates', () => {
  fc.assert(
    fc.property(fc.integer({ min: -2451545, max: 2145031948 }), (days) => {
      const { year, month, day } = civilFromDays(days)
      expect(daysFromCivil(year, month, day)).toBe(days)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [2000, 2, 29],
  [1900, 2, 28],
  [2023, 2, 28],
  [2024, 2, 29],
  [0, 2, 29],
  [2024, 4, 30],
  [2024, 12, 31],
])('year %i month %i has %i days', (y, m, days) => {
  expect(daysInMonth(y, m)).toBe(days)
})
