/** The closing account. */
import type { LeftRow, RepairReport } from '../../core/repair.ts'
import type { Account } from '../../verify/repair/account.ts'
import { plural } from '../format.ts'

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
  /** Rows that the target has changed itself. */
  readonly heldBack: number
}

/** The report of what was carried out: planned = repaired + changed + refused + failed. */
export function reportOf(i: ReportInput): RepairReport {
  const { account, unreadable, heldBack, ...rest } = i
  const results = [...account.others.values()].map(([result]) => result)
  const count = (...of: readonly string[]) => results.filter((r) => of.includes(r)).length
  const equal = count('equal')
  const notes = [
    ...i.notes,
    ...(unreadable === 0
      ? []
      : [`${plural(unreadable, 'row that differs', 'rows that differ')} cannot be read by one side: left as they are`]),
    ...(heldBack === 0
      ? []
      : [
          `${plural(heldBack, 'row')} that the target has changed itself left as they are (--include overwritten,both)`,
        ]),
  ]
  const leftOver = count('changed', 'refused', 'failed') + i.differing + unreadable + heldBack
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
