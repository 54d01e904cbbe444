/** Addresses from anywhere into a store, told as events: what `naru files move`, `retry` and a transfer do alike. */
import type { Reporter } from '../../core/event.ts'
import type { FileLedger } from '../../core/file-ledger.ts'
import { moveFiles } from '../../files/move.ts'
import type { Store } from '../../files/store.ts'
import { type FilesTally, keepTally } from '../../files/tally.ts'
import { filesProgress } from './progress.ts'
import { withMover } from './session.ts'

export interface MoveAddressesOptions {
  readonly store: Store
  /** Prepared, over a connection that is in no transaction while files move. */
  readonly ledger: FileLedger
  readonly addresses: AsyncIterable<string> | Iterable<string>
  readonly reporter: Reporter
  /** How many there are, where that is known. */
  readonly of?: number
  /** Files that are done are asked for again by ETag or date. */
  readonly refresh?: boolean
  /** Also what was settled before: missing, empty, wrong type, too large, refused. */
  readonly again?: boolean
  /** Begins no more files; those under way are finished. */
  readonly signal?: AbortSignal
}

/**
 * Moves the files behind addresses; each once, whatever the number of its addresses. What an address then becomes is asked of the ledger
 * (`resolveFiles`, `newValues`). Throws STORE_FAILED, what the ledger's database throws; what is noted by then stays.
 */
export async function moveAddresses(o: MoveAddressesOptions): Promise<FilesTally> {
  const { store, ledger, signal, refresh, again } = o
  const keeper = keepTally()
  const show = filesProgress(store.name, keeper, o.reporter, o.of)
  const parts = { store, ledger, signal, refresh }
  try {
    await withMover({ ...parts, progress: keeper.progress }, async (mover) => {
      const options = { ...parts, again, mover, settled: keeper.settled }
      for await (const _ of moveFiles(o.addresses, options)) show.tick()
    })
  } finally {
    show.end()
  }
  return keeper.tally()
}
