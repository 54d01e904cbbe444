/** A chunk: rows of one table and kind, changed in one transaction with the mark and the images of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError } from '../../core/error.ts'
import type { TriggersAside } from '../../core/mend.ts'
import type { RepairChunk, RepairLedger } from '../../core/repair-ledger.ts'
import { type Changed, left, type RowChange } from './change.ts'
import type { Changer } from './changer.ts'
import { packImages } from './images.ts'

export interface ChunkInput {
  readonly changer: Changer
  readonly ledger: RepairLedger
  readonly repair: string
  readonly seq: number
  /** Place of the table in the repair's list. */
  readonly table: number
  readonly changes: readonly RowChange[]
  /** Changes that are not to be tried, with what is known of them. */
  readonly known: readonly Changed[]
  /** The table's own triggers do not fire. */
  readonly quiet: boolean
  /** The record names the rows that were written, too: they are no run of a plan's rows. */
  readonly listed: boolean
}

/** Transactions that others cut short are begun again so often. */
export const TRIES = 4

type RecordInput = Pick<ChunkInput, 'repair' | 'seq' | 'table' | 'listed'>

/** Rows of a first try that are put off together where one of them refers to a row that is not there: most of them do. */
const TOGETHER = 64

/** Carries out a chunk. Where others hold its rows for too long, they are left for later. Throws CONNECTION_LOST and the like. */
export async function runChunk(i: ChunkInput): Promise<Changed[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(i, () => i.changer.apply(i.changes, i.listed ? {} : { together: TOGETHER }))
    } catch (error) {
      if (!(error instanceof NaruError) || error.code !== 'LOCK_TIMEOUT') throw error
      if (tries < TRIES) await sleep(20 * tries * (1 + Math.random()))
      else {
        const why = `others held the row: ${error.why ?? error.message}`
        return once(i, async () => i.changes.map((c) => left(c, 'deferred', why)))
      }
    }
  }
}

/** The table's own triggers, where they are to be set aside. */
export function triggersOf(changer: Changer, quiet: boolean): TriggersAside | null {
  const { aside } = changer.table.around
  return quiet && aside !== undefined && aside.triggers.length > 0 ? aside : null
}

async function once(i: ChunkInput, work: () => Promise<Changed[]>): Promise<Changed[]> {
  const { db, sql } = i.changer.table
  const aside = triggersOf(i.changer, i.quiet)
  try {
    await db.execute(sql.begin)
    if (aside !== null) await db.execute(aside.drop)
    const done = i.changes.length === 0 ? [...i.known] : [...i.known, ...(await work())]
    if (aside !== null) await db.execute(aside.restore)
    await storeChanges(i.ledger, i, done)
    await db.execute('COMMIT')
    return done
  } catch (error) {
    // Where the connection or the server ended the transaction there is nothing to take back.
    await db.execute('ROLLBACK').catch(() => {})
    throw error
  }
}

/** Stores what became of changes of one table and kind, within the transaction that makes them. */
export async function storeChanges(ledger: RepairLedger, i: RecordInput, done: readonly Changed[]): Promise<void> {
  await ledger.store(recordOf(i, done), packImages(imagesOf(done)))
}

function imagesOf(done: readonly Changed[]) {
  return done.filter((d) => d.result === 'written').map((d) => ({ n: d.change.n, ...d.image }))
}

function recordOf(i: RecordInput, done: readonly Changed[]): RepairChunk {
  const { op } = done[0].change
  const written = done.filter((d) => d.result === 'written').length
  const others = done.flatMap((d) =>
    d.result === 'written' && !i.listed ? [] : [[d.change.n, d.result, d.why] as const],
  )
  return { repair: i.repair, seq: i.seq, table: i.table, op, written, others }
}
