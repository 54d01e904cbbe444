/** The closing account. */
import type { LeftRow, RepairReport } from '../../core/repair.ts'
import type { Account } from '../../verify/repair/account.ts'

interface ReportInput
  extends Pick<
    RepairReport,
    | 'id'
    | 'undoes'
    | 'from'
    | 'to'
    | 'started'
    | 'resumed'
    | 'planned'
    | 'verified'
    | 'differing'
    | 'counters'
    | 'notes'
  > {
  readonly account: Account
  readonly left: readonly LeftRow[]
  /** Rows that differ and could be no part of the plan. */
  readonly unreadable: number
}

/** The report of what was carried out: planned = repaired + changed + refused + failed. */
export function reportOf(i: ReportInput): RepairReport {
  const { account, unreadable, ...rest } = i
  const results = [...account.others.values()].map(([result]) => result)
  const count = (...of: readonly string[]) => results.filter((r) => of.includes(r)).length
  const equal = count('equal')
  const notes =
    unreadable === 0
      ? i.notes
      : [...i.notes, `${unreadable} rows that differ cannot be read by one side: they are left as they are`]
  const leftOver = count('changed', 'refused', 'failed') + i.differing + unreadable
  return {
    ...rest,
    notes,
    finished: new Date().toISOString(),
    repaired: account.written,
    written: { ...account.byOp },
    changed: equal + count('changed'),
    equal,
    refused: count('refused'),
    failed: count('failed', 'deferred'),
    exit: leftOver === 0 ? 0 : 1,
  }
}
