/** Rows of numbers in SQL that MariaDB and MySQL both take; the former has tables seq_1_to_…, the latter has not. */

const DIGITS = `(SELECT 0 AS d${Array.from({ length: 9 }, (_, i) => ` UNION ALL SELECT ${i + 1}`).join('')})`

/** A table of the numbers from `first` to `last` in its column `seq`, for a FROM. */
export function numbers(first: number, last: number): string {
  const places = Array.from({ length: String(last - first).length }, (_, i) => i)
  const number = places.map((i) => `d${i}.d * ${10 ** i}`).join(' + ')
  const from = places.map((i) => `${DIGITS} AS d${i}`).join(' CROSS JOIN ')
  return `(SELECT ${first} + ${number} AS seq FROM ${from} WHERE ${number} <= ${last - first}) AS numbers`
}
