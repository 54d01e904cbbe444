/** A store and its ledger, opened for the work of one command. */
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { FileLedger } from '../../core/file-ledger.ts'
import type { Destination } from '../../files/destination.ts'
import { openMover } from '../../files/mover.ts'
import { openDestination, openSource } from '../../files/open.ts'
import type { FileSource } from '../../files/source.ts'
import type { Store } from '../../files/store.ts'
import { openDatabase } from '../open.ts'

export interface FilesSession extends AsyncDisposable {
  readonly database: Database
  readonly ledger: FileLedger
}

/** Opens the database that keeps the ledger. `writes`: the ledger's table is made. Throws UNSUPPORTED where none can be kept. */
export async function openLedger(address: Address, o: { readonly writes: boolean }): Promise<FilesSession> {
  const database = await openDatabase(address, { role: o.writes ? 'target' : 'source' })
  try {
    const ledger = database.fileLedger?.()
    if (ledger === undefined) {
      throw new NaruError('UNSUPPORTED', `${address.label} keeps no ledger of files`, {
        why: `${database.engine.name} executes no statements`,
        hint: 'Name a PostgreSQL, PGlite, MySQL, MariaDB or SQLite database.',
        state: 'nothing was changed',
      })
    }
    if (o.writes) await ledger.prepare()
    return { database, ledger, [Symbol.asyncDispose]: () => database.close() }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Runs work with the destination of a store; whatever it throws there says which store. */
export async function withDestination<T>(store: Store, work: (destination: Destination) => Promise<T>): Promise<T> {
  const destination = openDestination(store)
  try {
    return await work(named(store, destination))
  } finally {
    await destination.close()
  }
}

function named(store: Store, d: Destination): Destination {
  const to = store.to.kind === 'folder' ? store.to.path : `s3://${store.to.bucket}/${store.to.prefix}`
  const told = (error: unknown): NaruError => {
    if (error instanceof NaruError) return error
    const e = error as Error & { code?: string }
    return new NaruError('STORE_FAILED', `the destination of the store ${store.name} failed: ${to}`, {
      why: `${e.name === 'Error' ? '' : `${e.name}: `}${e.message || e.code || 'no reason was given'}`,
      state: 'files that are noted in the ledger are there and are not fetched again',
      cause: error,
    })
  }
  const guard =
    <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) =>
    (...args: A) =>
      work(...args).catch((error: unknown) => {
        throw told(error)
      })
  return {
    md5: d.md5,
    temporary: guard(d.temporary),
    put: guard(d.put),
    head: guard(d.head),
    read: guard(d.read),
    async *list() {
      try {
        yield* d.list()
      } catch (error) {
        throw told(error)
      }
    },
    close: d.close,
  }
}

export interface MovingParts {
  readonly store: Store
  readonly ledger: FileLedger
  readonly signal?: AbortSignal
  readonly refresh?: boolean
  readonly progress: (bytes: number) => void
}

/** Runs work with a mover of the store. */
export async function withMover<T>(
  parts: MovingParts,
  work: (mover: ReturnType<typeof openMover>, source: FileSource) => Promise<T>,
): Promise<T> {
  const source = openSource(parts.store)
  try {
    return await withDestination(parts.store, async (destination) => {
      const mover = openMover({ ...parts, source, destination })
      try {
        return await work(mover, source)
      } finally {
        await mover.close()
      }
    })
  } finally {
    await source.close()
  }
}
