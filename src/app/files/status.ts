/** `naru files status`: what the ledger knows, by store and state. */
import type { Address } from '../../core/engine.ts'
import type { FileCount, FileRecord, FileState } from '../../core/file-ledger.ts'
import { shownAddress } from '../../files/address.ts'
import { records } from './pages.ts'
import { openLedger } from './session.ts'

export interface FilesStatus {
  readonly counts: readonly FileCount[]
  /** Files that are not done, of the store that was asked for: the first few, or all. */
  readonly troubles: readonly { readonly source: string; readonly state: FileState; readonly reason: string }[]
  /** There are more than these. */
  readonly more: boolean
}

const MOST_TROUBLES = 20
const NOT_DONE: readonly FileState[] = ['pending', 'missing', 'empty', 'wrong-type', 'too-large', 'refused', 'failed']

/** Counts of all stores, or of one. A database without a ledger of files has none. `all`: every file that is not done is listed. */
export async function filesStatus(
  address: Address,
  store: string | null,
  o: { readonly all?: boolean } = {},
): Promise<FilesStatus> {
  await using session = await openLedger(address, { writes: false })
  const { ledger } = session
  const counts = (await ledger.counts()).filter((c) => store === null || c.store === store)
  if (store === null) return { counts, troubles: [], more: false }
  const troubles: FilesStatus['troubles'][number][] = []
  for await (const page of records(ledger, store, NOT_DONE)) {
    troubles.push(...page.map(trouble))
    if (!o.all && troubles.length > MOST_TROUBLES) break
  }
  const shown = o.all ? troubles : troubles.slice(0, MOST_TROUBLES)
  return { counts, troubles: shown, more: shown.length < troubles.length }
}

const trouble = (r: FileRecord) => ({
  source: shownAddress(r.source),
  state: r.state,
  reason: r.error ?? 'not asked for yet',
})
