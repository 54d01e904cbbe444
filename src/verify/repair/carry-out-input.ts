/** What carrying out needs. */
import type { RepairLedger } from '../../core/repair-ledger.ts'
import type { Changed, PlannedRow, RowChange } from './change.ts'
import type { Changer } from './changer.ts'

export interface CarryOutInput {
  readonly repair: string
  readonly ledger: RepairLedger
  /** The rows, always in the same order, numbered 1, 2, 3 …; asked for once a pass. */
  rows(): AsyncIterable<PlannedRow>
  changer(table: number): Promise<Changer>
  /** What is known of changes before they are tried: the source has other rows by now. */
  look?(table: number, changes: readonly RowChange[]): Promise<Changed[]>
  /** Told of every chunk that was carried out. */
  done?(table: number, changed: readonly Changed[]): void
  /** Waits until so many rows may be changed; resolves early when the signal fires. */
  ready?(rows: number, bytes: number): Promise<void>
  readonly quiet: boolean
  /** Bytes of a chunk, the same for whoever continues; default 1 MiB. */
  readonly chunkBytes?: number
  readonly signal?: AbortSignal
}
