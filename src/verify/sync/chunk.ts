/** The due rows of a chunk, over all tables of a job, in one transaction with the account of the run. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { MendSql } from '../../core/mend.ts'
import type { Changed, RowChange } from '../repair/change.ts'
import type { SyncFailure, SyncTable, TableWork } from './table.ts'

/** What became of a chunk. */
export interface ChunkOutcome {
  readonly written: number
  readonly failures: readonly SyncFailure[]
}

export interface ChunkInput {
  readonly target: Database
  readonly sql: MendSql
  /** In the order in which rows refer to each other: what is referred to first. */
  readonly work: readonly TableWork[]
  /** Stores the account, within the transaction. */
  record(outcome: ChunkOutcome): Promise<void>
}

/** Transactions that others cut short are begun again so often. */
const TRIES = 4

/** Writes a chunk. Throws LOCK_TIMEOUT after some tries, CONNECTION_LOST and the like: nothing of the chunk is then written. */
export async function writeChunk(i: ChunkInput): Promise<ChunkOutcome> {
  for (let tries = 1; ; tries++) {
    try {
      return await once(i)
    } catch (error) {
      if (!(error instanceof NaruError) || error.code !== 'LOCK_TIMEOUT' || tries === TRIES) throw error
      await sleep(20 * tries * (1 + Math.random()))
    }
  }
}

async function once(i: ChunkInput): Promise<ChunkOutcome> {
  const { target } = i
  try {
    await target.execute(i.sql.begin)
    const outcome = await carryOut(i.work)
    await i.record(outcome)
    await target.execute('COMMIT')
    return outcome
  } catch (error) {
    await target.execute('ROLLBACK').catch(() => {}) // the connection, or the server, may have ended it
    throw error
  }
}

interface Step {
  readonly table: SyncTable
  readonly changes: readonly RowChange[]
}

/** Rows that stood in each other's way are tried again while that helps. */
async function carryOut(work: readonly TableWork[]): Promise<ChunkOutcome> {
  const of = (w: TableWork, op: RowChange['op']): Step => ({
    table: w.table,
    changes: w.changes.filter((c) => c.op === op),
  })
  const steps = [
    ...work.flatMap((w) => [of(w, 'insert'), of(w, 'update')]),
    ...[...work].reverse().map((w) => of(w, 'delete')),
  ]
  const failures: SyncFailure[] = []
  let written = 0
  let open = steps.filter((s) => s.changes.length > 0)
  for (let before = -1; open.length > 0; ) {
    const waiting: { table: SyncTable; changed: Changed }[] = []
    for (const { table, changes } of open) {
      for (const changed of await table.changer.apply(changes)) {
        if (changed.result === 'written') written++
        else if (changed.result === 'deferred') waiting.push({ table, changed })
        else if (changed.result !== 'equal') failures.push(failureOf(table, changed))
      }
    }
    if (waiting.length === 0) break
    if (waiting.length === before) {
      failures.push(...waiting.map((w) => failureOf(w.table, w.changed)))
      break
    }
    before = waiting.length
    open = steps.map((s) => ({
      table: s.table,
      changes: s.changes.filter((c) => waiting.some((w) => w.changed.change === c)),
    }))
    open = open.filter((s) => s.changes.length > 0)
  }
  return { written, failures }
}

function failureOf(table: SyncTable, { change, why }: Changed): SyncFailure {
  return { table: table.label, key: table.name(change), reason: why }
}
