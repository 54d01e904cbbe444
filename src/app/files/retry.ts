/** `naru files retry`: what was not moved is asked for again. */
import type { Address } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { FileLedger, FileState } from '../../core/file-ledger.ts'
import { urlOf } from '../../files/address.ts'
import { moveFiles } from '../../files/move.ts'
import type { Store } from '../../files/store.ts'
import { type FilesTally, keepTally } from '../../files/tally.ts'
import { records } from './pages.ts'
import { filesProgress } from './progress.ts'
import { openLedger, withMover } from './session.ts'

export interface FilesRetryReport {
  readonly store: string
  readonly stopped: boolean
  readonly tally: FilesTally
  readonly exit: 0 | 1 | 130
}

/** Asks again for the files in these states. Files that stood in the address itself cannot be: the ledger does not hold them. */
export async function retryFiles(
  address: Address,
  store: Store,
  states: readonly FileState[],
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<FilesRetryReport> {
  await using session = await openLedger(address, { writes: true })
  const { ledger } = session
  const keeper = keepTally()
  const counts = (await ledger.counts()).filter((c) => c.store === store.name && states.includes(c.state))
  const show = filesProgress(
    store.name,
    keeper,
    reporter,
    counts.reduce((n, c) => n + c.files, 0),
  )
  const options = { store, ledger, signal, again: true }
  try {
    await withMover({ ...options, progress: keeper.progress }, async (mover) => {
      for await (const _ of moveFiles(sources(ledger, store.name, states), {
        ...options,
        mover,
        settled: keeper.settled,
      }))
        show.tick()
    })
  } finally {
    show.end()
  }
  const tally = keeper.tally()
  const stopped = signal?.aborted === true
  return { store: store.name, stopped, tally, exit: stopped ? 130 : tally.refused > 0 ? 1 : 0 }
}

async function* sources(ledger: FileLedger, store: string, states: readonly FileState[]): AsyncGenerator<string> {
  for await (const page of records(ledger, store, states)) {
    for (const { source } of page) if (!source.startsWith('naru-inline:')) yield urlOf(source)
  }
}
