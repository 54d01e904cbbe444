/** Addresses → what becomes of them, from the ledger alone: nothing is fetched. For lanes, which rewrite rows after the files have been moved. */
import type { FileLedger, FileRecord } from '../core/file-ledger.ts'
import { type FileAddress, readAddress } from './address.ts'
import { type FileOutcome, outcomeOf } from './outcome.ts'
import type { Addressing } from './store.ts'

/** The id under which the ledger has it; null for what is no file of the store. */
export function idOf(read: FileAddress): string | null {
  return read.kind === 'file' || read.kind === 'inline' ? read.id : null
}

/**
 * One outcome for each address, in their order; equal addresses cost one look-up. A file that was never moved is `pending` and rejects its
 * row. One query for up to 1,000 files. Memory: that of the addresses.
 */
export async function resolveFiles(
  addresses: readonly string[],
  addressing: Addressing,
  ledger: Pick<FileLedger, 'find'>,
): Promise<readonly FileOutcome[]> {
  const reads = addresses.map((address) => readAddress(address, addressing))
  const ids = new Set(reads.map(idOf).filter((id) => id !== null))
  const records = new Map<string, FileRecord>()
  if (ids.size > 0) for (const r of await ledger.find(addressing.store, [...ids])) records.set(r.id, r)
  return reads.map((read, i) => outcomeOf(addresses[i], read, records.get(idOf(read) ?? ''), addressing))
}
