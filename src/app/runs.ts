/** `naru runs`: what the ledger of a target remembers. */
import type { Address } from '../core/engine.ts'
import type { RunRecord } from '../core/ledger.ts'
import { openDatabase } from './open.ts'

/** Runs on this target, newest first; empty where there is no ledger. */
export async function runs(target: Address): Promise<readonly RunRecord[]> {
  await using db = await openDatabase(target, { role: 'source' })
  return await db.ledger().runs()
}

/** Whether a run was begun and neither finished nor given up: `clean` would take away what it needs to go on. */
export function isUnfinished(run: RunRecord): boolean {
  return run.state === 'copying' || run.state === 'finishing' || run.state === 'failed'
}
