/** What became of a plan's rows: counted, and each that was left named with its reason. */
import type { RepairChunk, RowResult } from '../../core/repair-ledger.ts'
import type { Changed } from './change.ts'

/** The account of a repair under way. Memory grows with the rows that were left, not with those that were written. */
export interface Account {
  /** Rows written. */
  written: number
  readonly byOp: Record<'insert' | 'update' | 'delete', number>
  /** Rows that were not written, by number. */
  readonly others: Map<number, readonly [result: RowResult, why: string]>
  /** The last chunk that was stored. */
  seq: number
  /** Rows that the first pass has dealt with: so many of the plan, from its beginning. */
  passed: number
}

/** Nothing done. */
export function newAccount(): Account {
  return { written: 0, byOp: { insert: 0, update: 0, delete: 0 }, others: new Map(), seq: 0, passed: 0 }
}

/** Adds a chunk that was carried out just now. `first`: its rows are the next ones of the plan. */
export function addChanges(a: Account, done: readonly Changed[], first: boolean): void {
  a.seq++
  if (first) a.passed += done.length
  for (const { change, result, why } of done) {
    if (result === 'written') {
      a.written++
      a.byOp[change.op]++
      a.others.delete(change.n)
    } else a.others.set(change.n, [result, why])
  }
}

/** Adds a chunk that an earlier process stored. */
export function addRecord(a: Account, chunk: RepairChunk): void {
  const listed = chunk.others.some(([n]) => a.others.has(n))
  a.seq = chunk.seq
  a.written += chunk.written
  a.byOp[chunk.op] += chunk.written
  if (!listed) a.passed += chunk.written + chunk.others.length
  for (const [n, result, why] of chunk.others) {
    if (result === 'written') a.others.delete(n)
    else a.others.set(n, [result, why])
  }
}

/** Numbers of rows that something stood in the way of. */
export function deferred(a: Account): Set<number> {
  return new Set([...a.others].flatMap(([n, [result]]) => (result === 'deferred' ? [n] : [])))
}
