/** Differences of numbers that are asked for to be passed over. */
import type { DriftColumn } from '../core/report.ts'
import { type Decimal, parseDecimal, plainDifference } from './decimal.ts'

/** Column → greatest difference that does not count, as a decimal text. */
export type Tolerances = Readonly<Record<string, string>>

/** Whether both values are numbers that are at most so far from each other. */
export function withinTolerance(tolerance: string | undefined, c: DriftColumn): boolean {
  if (tolerance === undefined || c.source === null || c.target === null) return false
  const numbers = [c.source, c.target, tolerance].map(parseDecimal)
  if (numbers.includes(null)) return false
  const [a, b, most] = numbers as Decimal[]
  const far = plainDifference(a, b)
  const size: Decimal = { digits: far.digits < 0n ? -far.digits : far.digits, scale: far.scale }
  return plainDifference(size, most).digits <= 0n
}
