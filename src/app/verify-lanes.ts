/** Pairs of connections that compare tables side by side, each inside the snapshots of both databases. */
import { type Disposables, disposables } from '../core/disposables.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { sideBySide } from '../core/share.ts'
import type { SecondLook } from '../verify/rows.ts'
import { allOrNone, openDatabase } from './open.ts'

/** One pair of connections. */
export interface Pair {
  readonly source: Database
  readonly target: Database
}

export interface Pairs extends AsyncDisposable {
  readonly lanes: readonly Pair[]
  /** What a reader must know of the snapshots. */
  readonly notes: readonly string[]
  /** Where the snapshots were taken, as the engines say it. */
  readonly positions: { readonly source: string | null; readonly target: string | null }
}

/** Both databases, and where they are. */
export interface Ends extends Pair {
  readonly from: Address
  readonly to: Address
}

/** Opens `count` pairs and joins them to a snapshot of each database; one side's lock is let go before the other is taken. */
export async function openPairs(ends: Ends, count: number, noLock: boolean): Promise<Pairs> {
  const stack = disposables()
  const notes: string[] = []
  try {
    const [sources, targets] = await sideBySide(
      openSide(ends.from, ends.source, count, stack),
      openSide(ends.to, ends.target, count, stack),
    )
    const lanes = sources.map((source, i) => ({ source, target: targets[i] }))
    const source = await joinAll(ends.source, sources, { lock: !noLock, mayFail: false }, stack, notes)
    const target = await joinAll(ends.target, targets, { lock: !noLock, mayFail: true }, stack, notes)
    return { lanes, notes, positions: { source, target }, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync().catch(() => {}) // the first error tells more
    throw error
  }
}

/** A side's connections, all at once; a database that lives in this process is shared. */
async function openSide(address: Address, own: Database, count: number, stack: Disposables): Promise<Database[]> {
  if (own.can.inProcess) return Array.from({ length: count }, () => own)
  const open = await allOrNone(Array.from({ length: count }, () => openDatabase(address, { role: 'source' })))
  return open.map((db) => stack.use(db))
}

async function joinAll(
  main: Database,
  lanes: readonly Database[],
  o: { readonly lock: boolean; readonly mayFail: boolean },
  stack: Disposables,
  notes: string[],
): Promise<string | null> {
  const snapshot = await main.snapshot({ lock: o.lock }).catch((error: unknown) => {
    if (!o.mayFail || !(error instanceof NaruError) || error.code !== 'SNAPSHOT_LOCK_DENIED') throw error
    return main.snapshot({ lock: false })
  })
  stack.defer(() => snapshot.close().catch(() => {})) // a connection that is lost has told so already
  if (!snapshot.consistent && snapshot.why !== undefined) notes.push(`${main.address.label}: ${snapshot.why}`)
  for (const lane of lanes) {
    await lane.join(snapshot.token)
    stack.defer(() => lane.leave().catch(() => {}))
  }
  await snapshot.joined()
  return snapshot.position
}

/** One connection to each of several databases. */
export interface Several extends AsyncDisposable {
  readonly databases: readonly Database[]
  readonly notes: readonly string[]
  /** Where their snapshots were taken; null: in none. */
  readonly positions: readonly (string | null)[]
}

/** Opens a connection to each. `lock`: joined to a snapshot of it, taken with or without a lock; absent: to none. */
export async function openSeveral(all: readonly Opened[], lock?: boolean): Promise<Several> {
  const stack = disposables()
  const notes: string[] = []
  try {
    const databases: Database[] = []
    for (const { address, database } of all) databases.push(...(await openSide(address, database, 1, stack)))
    const positions: (string | null)[] = []
    for (const [i, { database, role }] of all.entries())
      positions.push(
        lock === undefined
          ? null
          : await joinAll(database, [databases[i]], { lock, mayFail: role === 'target' }, stack, notes),
      )
    return { databases, notes, positions, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync().catch(() => {}) // the first error tells more
    throw error
  }
}

/** A database that is open, and where it is. */
export interface Opened {
  readonly address: Address
  readonly database: Database
  readonly role: 'source' | 'target'
}

/** Connections outside the snapshots,/** Connections outside the snapshots, opened when rows differ first and kept for the other tables of their lane. */
export interface SecondLooks extends AsyncDisposable {
  of(lane: Pair): () => Promise<SecondLook>
}

/** Second looks for any number of lanes. */
export function secondLooks(ends: Ends): SecondLooks {
  const stack = disposables()
  const known = new Map<Pair, Promise<Pair>>()
  const openPair = async (): Promise<Pair> => {
    const [source] = await openSide(ends.from, ends.source, 1, stack)
    const [target] = await openSide(ends.to, ends.target, 1, stack)
    return { source, target }
  }
  return {
    of: (lane) => async () => {
      const pair = known.get(lane) ?? openPair()
      known.set(lane, pair)
      return { ...(await pair), async [Symbol.asyncDispose]() {} }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}
