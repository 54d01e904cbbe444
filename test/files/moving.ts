/** Moves addresses through a store whose ledger is a SQLite database in memory, for tests of what sources and destinations do. */

import { withMover } from '../../src/app/files/session.ts'
import { readStore } from '../../src/app/files/store.ts'
import type { StoreConfig } from '../../src/app/store-form.ts'
import type { Database } from '../../src/core/engine.ts'
import type { FileLedger, FileRecord } from '../../src/core/file-ledger.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { type MoveFilesOptions, moveFiles } from '../../src/files/move.ts'
import type { FileOutcome } from '../../src/files/outcome.ts'
import type { Store } from '../../src/files/store.ts'
import { type FilesTally, keepTally } from '../../src/files/tally.ts'

/** A store as a config in `folder` describes it. */
export function storeOf(config: StoreConfig, folder: string, name = 'images'): Store {
  return readStore(name, { config: { path: null, folder, config: { stores: { [name]: config } } }, env: {} }).store
}

export interface Ledgered extends AsyncDisposable {
  readonly database: Database
  readonly ledger: FileLedger
}

/** A ledger in memory. */
export async function memoryLedger(): Promise<Ledgered> {
  const database = await sqlite.open(sqlite.parse('sqlite::memory:'), { role: 'target' })
  const ledger = database.fileLedger!()
  await ledger.prepare()
  return { database, ledger, [Symbol.asyncDispose]: () => database.close() }
}

export interface Moved {
  readonly outcomes: ReadonlyMap<string, FileOutcome>
  readonly tally: FilesTally
  /** What the ledger has of an address's file. */
  readonly records: ReadonlyMap<string, FileRecord | undefined>
}

/** Moves these addresses. */
export async function moveAll(
  store: Store,
  ledger: FileLedger,
  addresses: readonly string[],
  o: Partial<MoveFilesOptions> = {},
): Promise<Moved> {
  const keeper = keepTally()
  const outcomes = new Map<string, FileOutcome>()
  const records = new Map<string, FileRecord | undefined>()
  const settled: MoveFilesOptions['settled'] = (outcome, record, fetched) => {
    keeper.settled(outcome, record, fetched)
    records.set(outcome.address, record)
  }
  await withMover({ store, ledger, progress: keeper.progress, refresh: o.refresh }, async (mover) => {
    for await (const outcome of moveFiles(addresses, { store, ledger, ...o, mover, settled })) {
      outcomes.set(outcome.address, outcome)
    }
  })
  return { outcomes, tally: keeper.tally(), records }
}
