/** Rows that are missing in a row: the copy that stopped, the range that was left out. */
import type { DriftPattern } from '../core/report.ts'
import { grouped, share } from './pattern-words.ts'

/** Where a missing row lies; keys for people. */
export interface MissingAt {
  readonly key: string
  readonly after: string | null
  /** Rows of the target that come before it. */
  readonly targetBefore: number
}

/** Missing rows with no row of the target between them. */
interface Run {
  readonly targetBefore: number
  readonly after: string | null
  readonly first: string
  last: string
  rows: number
}

export interface RangeTally {
  missing: number
  /** False once a row came whose place is not known. */
  placed: boolean
  current: Run | null
  longest: Run | null
}

/** Nothing counted yet. */
export function rangeTally(): RangeTally {
  return { missing: 0, placed: true, current: null, longest: null }
}

/** Counts a missing row, in key order; null: its place is not known. */
export function addMissing(t: RangeTally, at: MissingAt | null): void {
  t.missing++
  if (at === null) {
    t.placed = false
    return
  }
  if (t.current?.targetBefore === at.targetBefore) {
    t.current.rows++
    t.current.last = at.key
  } else {
    t.current = { targetBefore: at.targetBefore, after: at.after, first: at.key, last: at.key, rows: 1 }
  }
  if (t.longest === null || t.current.rows > t.longest.rows) t.longest = t.current
}

/** What the missing rows have in common; `key` names the key in the sentence. */
export function rangePattern(t: RangeTally, key: string, targetRows: number): DriftPattern | null {
  if (t.missing > 0 && targetRows === 0) {
    return pattern('empty', t.missing, t.missing, 'the target is empty')
  }
  const run = t.placed ? t.longest : null
  if (run === null || run.rows < 3 || run.rows < t.missing * 0.6) return null
  const who = share(run.rows, t.missing)
  return pattern('range missing', run.rows, t.missing, sentence(run, key, targetRows, who, run.rows === t.missing))
}

function sentence(run: Run, key: string, targetRows: number, who: string, all: boolean): string {
  const rows = all ? `${grouped(run.rows)} rows` : `${who} missing rows`
  if (run.targetBefore === targetRows)
    return `all rows after ${key} ${run.after} missing (${rows}): the copy stopped there`
  if (run.targetBefore === 0) return `all rows up to ${key} ${run.last} missing (${rows}): the copy began behind them`
  return `all rows from ${key} ${run.first} to ${run.last} missing (${rows}): a range was left out`
}

function pattern(kind: DriftPattern['kind'], rows: number, of: number, text: string): DriftPattern {
  return { kind, column: null, rows, of, text }
}
