/** What reading is held to: --rate, --max-lag and --while, over connections of their own. */
import { type Disposables, disposables } from '../core/disposables.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Pace, Throttle, Watch } from '../core/throttle.ts'
import { pacedSource, throttle } from '../core/throttle.ts'
import { CLOCK } from './clock.ts'
import { duration } from './format.ts'
import { openDatabase } from './open.ts'
import { conditionWatch, parseCondition } from './while.ts'

/** A throttle and the connections that its watches ask over. */
export interface Held extends AsyncDisposable {
  /** Null where nothing was asked for. */
  readonly throttle: Throttle | null
  /** What a reader must know: where a lag cannot be told. */
  readonly notes: readonly string[]
}

interface Ends {
  readonly from: Address
  readonly to: Address
  readonly source: Database
  readonly target: Database
}

interface Heed {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/** What of the options is about sparing databases. */
type ThrottleOptions = Pick<CopyOptions, 'rate' | 'rowRate' | 'maxLag' | 'while'>

type Side = 'source' | 'target'

/** A watching query that takes longer is ended, in milliseconds: the server has then more to do than it can. */
const PATIENCE_MS = 60_000

/**
 * Opens what the options need, and asks each watch once, so that what cannot be asked is known before anything is read.
 * Throws USAGE for a condition that gives no number, PERMISSION_DENIED where the lag may not be asked for, and as databases do.
 */
export async function openThrottle(ends: Ends, options: ThrottleOptions, heed: Heed): Promise<Held> {
  const stack = disposables()
  const notes: string[] = []
  try {
    const watches = await openWatches(ends, options, stack, notes)
    const rate = { rows: options.rowRate, bytes: options.rate }
    const none = watches.length === 0 && rate.rows === undefined && rate.bytes === undefined
    const made = none ? null : throttle({ rate, watches, clock: CLOCK, ...heed })
    return { throttle: made, notes, [Symbol.asyncDispose]: () => stack.disposeAsync() }
  } catch (error) {
    await stack.disposeAsync().catch(() => {}) // the first error tells more
    throw error
  }
}

async function openWatches(
  ends: Ends,
  options: ThrottleOptions,
  stack: Disposables,
  notes: string[],
): Promise<Watch[]> {
  const known = new Map<Side, Promise<Database>>()
  const on = (side: Side): Promise<Database> => {
    const db = known.get(side) ?? watching(ends, side, stack)
    known.set(side, db)
    return db
  }
  const watches: Watch[] = []
  for (const text of options.while ?? []) {
    const condition = parseCondition(text)
    if (typeof condition === 'string')
      throw new NaruError('USAGE', `--while ${text}: ${condition}`, { state: 'nothing was changed' })
    const watch = conditionWatch(condition, await on(condition.side))
    await watch.look()
    watches.push(watch)
  }
  if (options.maxLag === undefined) return watches
  const lags = [
    await lagWatch(await on('source'), options.maxLag, notes),
    await lagWatch(await on('target'), options.maxLag, notes),
  ]
  return [...watches, ...lags.filter((w) => w !== null)]
}

/** A session that reads only; a database that lives in this process is shared. */
async function watching(ends: Ends, side: Side, stack: Disposables): Promise<Database> {
  const own = ends[side]
  if (own.can.inProcess) return own
  const db = stack.use(
    await openDatabase(side === 'source' ? ends.from : ends.to, { role: 'source', readOnly: true, name: 'naru watch' }),
  )
  await db.setPatience?.({ statement: PATIENCE_MS })
  return db
}

/** Null where nothing replicates; a note says so. Throws PERMISSION_DENIED. */
async function lagWatch(db: Database, most: number, notes: string[]): Promise<Watch | null> {
  const { label } = db.address
  const first = (await db.lag?.()) ?? { kind: 'none', why: 'it does not replicate' }
  if (first.kind === 'none') {
    notes.push(`--max-lag: nothing to wait for on ${label}: ${first.why}`)
    return null
  }
  if (first.kind === 'denied') {
    throw new NaruError('PERMISSION_DENIED', `--max-lag: how far ${label} is behind is not to be had`, {
      why: first.why,
      hint: 'Grant the right, or leave --max-lag out.',
      state: 'nothing was changed',
    })
  }
  return {
    async look() {
      const lag = (await db.lag?.()) ?? { kind: 'unknown', why: 'it was not told' }
      if (lag.kind === 'seconds') {
        return lag.seconds <= most
          ? null
          : `replication lag of ${label} ${duration(lag.seconds * 1000)} > ${duration(most * 1000)}`
      }
      return lag.kind === 'none' ? null : `replication lag of ${label} unknown: ${lag.why}`
    },
  }
}

/** A database whose rows are read at a pace, and not while a watch does not hold. */
export function heldTo(db: Database, pace: Pace, held: Throttle): Database {
  return {
    ...db,
    source(table, columns, o) {
      const width = table.rows !== undefined && table.rows > 0 ? (table.bytes ?? table.rows * 100) / table.rows : 100
      return pacedSource(db.source(table, columns, o), pace, held.gate, width)
    },
  }
}

/** The pauses in a sentence, where there were any. */
export function pauseNotes(held: Throttle | null): string[] {
  const p = held?.pauses()
  if (p === undefined || p.count === 0) return []
  const times = p.count === 1 ? 'once' : `${p.count} times`
  return [`paused ${times}, ${duration(p.ms)} in all: ${p.reasons.slice(0, 3).join('; ')}`]
}
