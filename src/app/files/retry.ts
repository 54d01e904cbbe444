/** `naru files retry`: what was not moved is asked for again. */
import type { Address } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { FileLedger, FileRecord, FileState } from '../../core/file-ledger.ts'
import { urlOf } from '../../files/address.ts'
import { openGate } from '../../files/gate.ts'
import type { Store } from '../../files/store.ts'
import type { FilesTally } from '../../files/tally.ts'
import { moveAddresses } from './move-addresses.ts'
import { records } from './pages.ts'
import type { RetryState } from './retry-states.ts'
import { openLedger, withDestination } from './session.ts'

export interface FilesRetryReport {
  readonly store: string
  readonly stopped: boolean
  readonly tally: FilesTally
  readonly exit: 0 | 1 | 130
}

/**
 * Asks again for the files in these states. Files that stood in the address itself cannot be: the ledger does not hold them. Throws
 * STORE_FAILED.
 */
export async function retryFiles(
  address: Address,
  store: Store,
  wanted: readonly RetryState[],
  reporter: Reporter,
  signal?: AbortSignal,
): Promise<FilesRetryReport> {
  await using session = await openLedger(address, { writes: true })
  const { ledger } = session
  if (wanted.includes('gone')) await forgetGone(ledger, store)
  const states = wanted.map((s): FileState => (s === 'gone' ? 'pending' : s))
  const counts = (await ledger.counts()).filter((c) => c.store === store.name && states.includes(c.state))
  const tally = await moveAddresses({
    store,
    ledger,
    addresses: sources(ledger, store.name, states),
    reporter,
    of: counts.reduce((n, c) => n + c.files, 0),
    again: true,
    signal,
  })
  const stopped = signal?.aborted === true
  return { store: store.name, stopped, tally, exit: stopped ? 130 : tally.refused > 0 ? 1 : 0 }
}

/** Files whose object is not there, or has another size, become pending. They keep their names. */
async function forgetGone(ledger: FileLedger, store: Store): Promise<void> {
  const gate = openGate(store.limits)
  await withDestination(store, async (destination) => {
    const isGone = async (r: FileRecord) => {
      if (r.key === null || r.source.startsWith('naru-inline:')) return false
      const { key, bytes } = r
      const object = await gate.run('destination', () => destination.head(key))
      return object === null || (bytes !== null && object.bytes !== bytes)
    }
    for await (const page of records(ledger, store.name, ['done'])) {
      const gone = await Promise.all(page.map(isGone))
      const found = page.filter((_, i) => gone[i])
      await ledger.note(found.map((r) => ({ ...r, state: 'pending', error: 'its object was gone' })))
    }
  })
}

async function* sources(ledger: FileLedger, store: string, states: readonly FileState[]): AsyncGenerator<string> {
  for await (const page of records(ledger, store, states)) {
    for (const { source } of page) if (!source.startsWith('naru-inline:')) yield urlOf(source)
  }
}
