/** Many addresses: read, looked up in the ledger, fetched where they must be; one outcome each. */
import type { FileLedger, FileRecord } from '../core/file-ledger.ts'
import { type FileAddress, readAddress } from './address.ts'
import { idOf } from './lookup.ts'
import type { MovableFile, Mover } from './mover.ts'
import { type FileOutcome, outcomeOf } from './outcome.ts'
import type { Store } from './store.ts'

/** Addresses that are looked up at once. */
const BATCH = 500

export interface MoveFilesOptions {
  readonly store: Store
  readonly ledger: FileLedger
  readonly mover: Mover
  /** Also what is done is asked for again, by ETag or date. */
  readonly refresh?: boolean
  /** Also what was settled before (missing, empty, wrong type, too large, refused). */
  readonly again?: boolean
  /** Told of each outcome; `fetched`: this call brought it. */
  readonly settled?: (outcome: FileOutcome, record: FileRecord | undefined, fetched: boolean) => void
  readonly signal?: AbortSignal
}

type Addresses = AsyncIterable<string> | Iterable<string>

/**
 * One outcome for each address, as they come: not in their order. A file that the ledger knows as done or settled is not fetched; one that
 * several addresses name is fetched once. Ends early when the signal aborts: what is under way is finished, the rest has no outcome. Throws
 * where destination or ledger fail; what is noted by then stays.
 */
export async function* moveFiles(addresses: Addresses, o: MoveFilesOptions): AsyncGenerator<FileOutcome> {
  const most = o.store.limits.concurrency * 4
  const ready: FileOutcome[] = []
  let running = 0
  let failure: { error: unknown } | null = null
  let wake = () => {}
  /** When one of those that are under way has ended. */
  const ended = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  const begun: Begun = new Map()
  for await (const { found, seen } of ahead(lookUps(addresses, o, begun))) {
    for (const [id, entry] of seen) if (begun.get(id) === entry) begun.delete(id)
    for (const one of found) {
      if (o.signal?.aborted || failure !== null) break
      running++
      void moveOne(one, o, begun)
        .then(
          (outcome) => void (outcome !== null && ready.push(outcome)),
          (error: unknown) => {
            failure ??= { error }
          },
        )
        .then(() => {
          running--
          wake()
        })
      while (running >= most) await ended()
      if (ready.length > 0) yield* ready.splice(0)
    }
    if (o.signal?.aborted || failure !== null) break
  }
  while (running > 0) await ended()
  yield* ready.splice(0)
  if (failure !== null) throw (failure as { error: unknown }).error
}

/** Files that this call has begun to move since they were looked up last, by id. */
type Begun = Map<string, BegunFile>

interface BegunFile {
  readonly record: Promise<FileRecord | null>
  settled: boolean
}

interface Found {
  readonly address: string
  readonly read: FileAddress
  readonly record: FileRecord | undefined
}

async function* batches(addresses: Addresses): AsyncGenerator<string[]> {
  let batch: string[] = []
  for await (const address of addresses) {
    batch.push(address)
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

interface LookedUp {
  readonly found: readonly Found[]
  /** Files that this call had moved by then: the ledger knows of them. Whatever settles later must not be asked for a second time. */
  readonly seen: readonly (readonly [string, BegunFile])[]
}

async function* lookUps(addresses: Addresses, o: MoveFilesOptions, begun: Begun): AsyncGenerator<LookedUp> {
  for await (const batch of batches(addresses)) {
    const seen = [...begun].filter(([, { settled }]) => settled)
    yield { found: await lookUp(batch, o), seen }
  }
}

/** The same, one more than was asked for: it is made while the last one is worked on. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = source.next()
      // Whoever comes for it is told.
      next.catch(() => {})
      yield value
    }
  } finally {
    await next.catch(() => {})
    await source.return(undefined)
  }
}

const isFile = (read: FileAddress): read is MovableFile => read.kind === 'file' || read.kind === 'inline'

async function lookUp(addresses: readonly string[], { store, ledger }: MoveFilesOptions): Promise<Found[]> {
  const reads = addresses.map((address) => readAddress(address, store.addressing))
  const files = new Map(reads.filter(isFile).map((read) => [read.id, read]))
  const known = new Map<string, FileRecord>()
  if (files.size > 0) for (const r of await ledger.find(store.name, [...files.keys()])) known.set(r.id, r)
  const unknown = [...files.values()].filter(({ id }) => !known.has(id))
  if (unknown.length > 0) await ledger.expect(store.name, unknown)
  return reads.map((read, i) => ({ address: addresses[i], read, record: known.get(idOf(read) ?? '') }))
}

/** Whether a file must be asked for: it was never, or failed, or is to be asked for again. */
function isWanted(record: FileRecord | undefined, o: MoveFilesOptions): boolean {
  if (record === undefined || record.state === 'pending' || record.state === 'failed') return true
  return record.state === 'done' ? o.refresh === true && record.address === null : o.again === true
}

/** Moves a file; another address of it that comes later waits for the same move. */
function moveOnce(file: MovableFile, known: FileRecord | undefined, o: MoveFilesOptions, begun: Begun) {
  const running = begun.get(file.id)
  if (running !== undefined) return running.record
  const entry = { record: o.mover.move(file, known), settled: false }
  begun.set(file.id, entry)
  const settle = () => {
    entry.settled = true
  }
  entry.record.then(settle, settle)
  return entry.record
}

async function moveOne(
  { address, read, record }: Found,
  o: MoveFilesOptions,
  begun: Begun,
): Promise<FileOutcome | null> {
  const wanted = isFile(read) && isWanted(record, o)
  const now = wanted ? await moveOnce(read, record, o, begun) : record
  if (now === null) return null
  const outcome = outcomeOf(address, read, now, o.store.addressing)
  o.settled?.(outcome, now, wanted)
  return outcome
}
