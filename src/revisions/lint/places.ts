/** Offsets in a text (UTF-16) → lines and columns that count from 1. */
import type { LintPlace } from '../../core/lint.ts'

/** For one text: gives the place of a stretch; the end is exclusive. */
export function placesOf(text: string): (from: number, to: number) => LintPlace {
  const starts = [0]
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1)
  const lineAt = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  return (from, to) => {
    const [first, last] = [lineAt(from), lineAt(to)]
    return { line: first + 1, column: from - starts[first] + 1, endLine: last + 1, endColumn: to - starts[last] + 1 }
  }
}
