/** What the rows of a table that differ have in common. Pure; fed row by row; never a claim that does not hold for the rows it counts. */
import type { DriftColumn, DriftEntry, DriftPattern } from '../core/report.ts'
import { addDifference, type ColumnTally, columnPattern, columnTally } from './pattern-column.ts'
import { addMissing, type MissingAt, rangePattern, rangeTally } from './pattern-range.ts'
import { share } from './pattern-words.ts'

export interface PatternTally {
  /** `key` for people; `at`: where a row lies that is missing, null where rows share no order. */
  add(entry: DriftEntry, key: string, at: Omit<MissingAt, 'key'> | null): void
  /** `key`: the name of the key; `targetRows`: rows of the target in all. */
  finish(o: { readonly key: string; readonly targetRows: number }): DriftPattern[]
}

/** Pairs of columns whose exchange is counted. */
const SWAPS = 64

/** An empty tally. */
export function patternTally(): PatternTally {
  const columns = new Map<string, ColumnTally>()
  const swaps = new Map<string, { readonly names: readonly [string, string]; rows: number }>()
  const missing = rangeTally()
  let different = 0
  return {
    add(entry, key, at) {
      if (entry.kind === 'missing on target') addMissing(missing, at === null ? null : { ...at, key })
      if (entry.kind !== 'differs') return
      different++
      for (const c of entry.columns) {
        const tally = columns.get(c.name) ?? columnTally()
        columns.set(c.name, tally)
        addDifference(tally, c.source, c.target)
      }
      for (const names of swapped(entry.columns)) {
        const id = names.join('\0')
        const known = swaps.get(id)
        if (known !== undefined) known.rows++
        else if (swaps.size < SWAPS) swaps.set(id, { names, rows: 1 })
      }
    },
    finish({ key, targetRows }) {
      const exchanged = [...swaps.values()].filter((s) => s.rows >= 2 && s.rows >= different * 0.6)
      const explained = new Set(exchanged.flatMap((s) => s.names))
      const range = rangePattern(missing, key, targetRows)
      return [
        ...(range === null ? [] : [range]),
        ...exchanged.map(({ names, rows }) => swapPattern(names, rows, different)),
        ...[...columns].flatMap(([name, t]) => (explained.has(name) ? [] : (columnPattern(name, t) ?? []))),
      ]
    },
  }
}

/** Pairs of columns that hold each other's values. */
function swapped(columns: readonly DriftColumn[]): [string, string][] {
  if (columns.length < 2 || columns.length > 20) return []
  return columns.flatMap((a, i) =>
    columns.slice(i + 1).flatMap((b): [string, string][] => {
      const both = a.source !== null && a.source === b.target && b.source !== null && b.source === a.target
      return both ? [[a.name, b.name]] : []
    }),
  )
}

function swapPattern([a, b]: readonly [string, string], rows: number, of: number): DriftPattern {
  const text = `${a} and ${b}: ${share(rows, of)} hold each other's value`
  return { kind: 'swapped', column: a, rows, of, text }
}
