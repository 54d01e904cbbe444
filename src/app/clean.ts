/** `naru clean`: removes what naru keeps for itself on a target: ledger, summaries, marks. */
import type { Address } from '../core/engine.ts'
import { openDatabase } from './open.ts'

/** Files that the target remembers as moved; 0 where it keeps no ledger of files. */
export async function rememberedFiles(target: Address): Promise<number> {
  await using db = await openDatabase(target, { role: 'source' })
  const counts = (await db.fileLedger?.().counts()) ?? []
  return counts.reduce((n, c) => (c.state === 'done' ? n + c.files : n), 0)
}

/** Drops the ledger. Copied rows are not touched; a run that was not finished cannot be continued afterwards. */
export async function clean(target: Address): Promise<void> {
  await using db = await openDatabase(target, { role: 'target' })
  await db.ledger().clean()
}
