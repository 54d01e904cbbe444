/** What becomes of the rows of a table that differ: counted by kind, the first ones named, all of them told to whoever asks, and explained. */
import { displayKey } from '../core/key.ts'
import { carriedKey, type TablePlan } from '../core/plan.ts'
import type { DriftEntry, DriftPattern, DriftRow } from '../core/report.ts'
import { entryOfReject, pairReader, REPORTED, reportRow } from './drift.ts'
import type { Pair, PairTaker } from './pair.ts'
import { type PatternTally, patternTally } from './pattern.ts'
import { appended } from './side.ts'
import type { Tally, Unreadable } from './tally.ts'
import type { Tolerances } from './tolerance.ts'
import type { RawValue } from './tuple-key.ts'

/** Told of every row that differs, whole, while the table is compared. */
export interface DriftListener {
  /** `pair` is null for a row that a side could not read; its views are good until the call has ended. */
  row(entry: DriftEntry, pair: Pair | null): void | Promise<void>
  /** Forget the rows of this table told so far: it is compared once more from its beginning. */
  restart(): void | Promise<void>
}

export interface CollectOptions {
  readonly plan: TablePlan
  readonly raw: RawValue
  /** Rows that are named; 100 when absent. */
  readonly limit?: number
  readonly tolerances?: Tolerances
  readonly listener?: DriftListener
}

/** All that differs in a table. */
export interface Collected {
  readonly drift: readonly DriftRow[]
  readonly kinds: { readonly missing: number; readonly extra: number; readonly different: number }
  readonly patterns: readonly DriftPattern[]
  /** Rows that differ by no more than a tolerance. */
  readonly tolerated: number
  /** Rows of different bytes that mean the same. */
  readonly same: number
}

export interface Collector extends PairTaker {
  /** No more rows come. Rows that could not be read, and stand for themselves, are added. `targetRows`: of the whole table. */
  finish(tally: Tally, targetRows: number): Promise<Collected>
}

const KIND = { 'missing on target': 'missing', 'extra on target': 'extra', differs: 'different' } as const

interface State {
  drift: DriftRow[]
  kinds: { missing: number; extra: number; different: number }
  tolerated: number
  same: number
  patterns: PatternTally
  /** Rows of the source that could not be read, and were found under the same key on the target. */
  joined: Set<Unreadable>
}

const fresh = (): State => ({
  drift: [],
  kinds: { missing: 0, extra: 0, different: 0 },
  tolerated: 0,
  same: 0,
  patterns: patternTally(),
  joined: new Set(),
})

/** A collector for one table. `tally` holds the rows that could not be read so far. */
export function collector(o: CollectOptions, tally: () => Tally): Collector {
  const read = pairReader(o.plan, o.raw, o.tolerances)
  const limit = o.limit ?? REPORTED
  // The key of a row that a mapping refuses is the source's own.
  const sameKey = o.plan.stage === undefined || carriedKey(o.plan) !== null
  let state = fresh()
  const add = (entry: DriftEntry, key: string, pair: Pair | null) => {
    state.kinds[KIND[entry.kind]]++
    if (state.drift.length < limit) state.drift.push(reportRow(entry, key))
    return o.listener?.row(entry, pair)
  }
  return {
    async take(pair) {
      const entry = read(pair)
      if (entry === 'same' || entry === 'tolerated') {
        state[entry]++
        return
      }
      const key = displayKey(pair.key)
      const hidden = sameKey && entry.kind === 'extra on target' ? unjoined(state, tally(), key) : undefined
      if (hidden !== undefined) {
        state.joined.add(hidden)
        await add({ ...entryOfReject(o.plan, hidden), kind: 'differs' }, key, null)
        return
      }
      if (entry.kind === 'extra on target' && appended(o.plan)) return
      state.patterns.add(entry, key, pair.place === null ? null : { ...pair.place, after: displayAfter(pair) })
      await add(entry, key, pair)
    },
    async restart() {
      state = fresh()
      await o.listener?.restart()
    },
    async finish(tally, targetRows) {
      const rest = [...tally.unreadable.values()].filter((u) => !state.joined.has(u))
      for (const row of rest) await add(entryOfReject(o.plan, row), row.key, null)
      const beyond = tally.unreadableCount - tally.unreadable.size
      const { drift, kinds, tolerated, same, patterns } = state
      const names = o.plan.ordered ? o.plan.key : (o.plan.rowKey ?? o.plan.key)
      const key = names?.length === 1 ? names[0] : 'key'
      return {
        drift,
        kinds: { ...kinds, missing: kinds.missing + beyond },
        tolerated,
        same,
        patterns: patterns.finish({ key, targetRows }),
      }
    },
  }
}

function displayAfter(pair: Pair): string | null {
  return pair.place === null || pair.place.after === null ? null : displayKey(pair.place.after)
}

/** A row of the source that could not be read and has this key. */
function unjoined(state: State, tally: Tally, key: string): Unreadable | undefined {
  const row = tally.unreadable.get(`source of ${key}`)
  return row !== undefined && !state.joined.has(row) ? row : undefined
}
