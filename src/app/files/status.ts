/** `naru files status`: what the ledger knows, by store and state. */
import type { Address } from '../../core/engine.ts'
import type { FileCount, FileRecord, FileState } from '../../core/file-ledger.ts'
import { openLedger } from './session.ts'

export interface FilesStatus {
  readonly counts: readonly FileCount[]
  /** The first few files that are not done, of the store that was asked for. */
  readonly troubles: readonly { readonly source: string; readonly state: FileState; readonly reason: string }[]
}

const MOST_TROUBLES = 20
const NOT_DONE: readonly FileState[] = ['pending', 'missing', 'empty', 'wrong-type', 'too-large', 'refused', 'failed']

/** Counts of all stores, or of one. A database without a ledger of files has none. */
export async function filesStatus(address: Address, store: string | null): Promise<FilesStatus> {
  await using session = await openLedger(address, { writes: false })
  const all = await session.ledger.counts()
  const counts = all.filter((c) => store === null || c.store === store)
  if (store === null) return { counts, troubles: [] }
  const page = await session.ledger.page(store, { after: null, limit: MOST_TROUBLES, states: NOT_DONE })
  return { counts, troubles: page.map(trouble) }
}

const trouble = (r: FileRecord) => ({ source: r.source, state: r.state, reason: r.error ?? 'not asked for yet' })
