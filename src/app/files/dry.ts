/** What a move would do: addresses counted by what the ledger knows of them. */
import type { FileLedger } from '../../core/file-ledger.ts'
import { resolveFiles } from '../../files/lookup.ts'
import type { Addressing } from '../../files/store.ts'
import { type FilesTally, keepTally } from '../../files/tally.ts'

const BATCH = 1000

/** Counts without asking any source. `pending`: would be fetched. */
export async function dryTally(
  addresses: AsyncIterable<string>,
  a: Addressing,
  ledger: Pick<FileLedger, 'find'>,
): Promise<FilesTally> {
  const keeper = keepTally()
  let batch: string[] = []
  const count = async () => {
    for (const outcome of await resolveFiles(batch, a, ledger)) keeper.settled(outcome, undefined, false)
    batch = []
  }
  for await (const address of addresses) if (batch.push(address) >= BATCH) await count()
  await count()
  return keeper.tally()
}
