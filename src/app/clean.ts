/** `naru clean`: removes what naru keeps for itself on a target: ledger, summaries, marks. */
import type { Address } from '../core/engine.ts'
import { openDatabase } from './open.ts'

/** Drops the ledger. Copied rows are not touched; a run that was not finished cannot be continued afterwards. */
export async function clean(target: Address): Promise<void> {
  await using db = await openDatabase(target, { role: 'target' })
  await db.ledger().clean()
}
