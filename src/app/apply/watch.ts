/** Watches statements that wait for a lock: who holds it is told while it lasts, and stands in the error when it was in vain. */
import type { Blocker, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import { duration } from '../format.ts'
import { openDatabase } from '../open.ts'

/** Milliseconds of a statement until somebody looks, and between two looks. */
const LOOK_MS = 800
/** Milliseconds until it is told, and between two times. */
const FIRST_MS = 2_000
const EVERY_MS = 10_000

export interface Watch extends AsyncDisposable {
  /** Runs a statement under watch. Throws what it throws; a LOCK_TIMEOUT says who was in the way. */
  watched<T>(work: () => Promise<T>): Promise<T>
}

const UNWATCHED: Watch = { watched: (work) => work(), async [Symbol.asyncDispose]() {} }

/** One line about one session. */
function lineOf(b: Blocker): string {
  const who = [b.application, `${b.user} from ${b.place}`].filter((part) => part !== null).join(', ')
  const since = b.seconds === null ? '' : `, for ${duration(b.seconds * 1000)}`
  const text = b.query === null ? '' : b.query.replace(/\s+/g, ' ').trim()
  const short = text.length > 120 ? `${text.slice(0, 119)}…` : text
  const doing = short === '' ? 'its transaction is open' : b.running ? `it runs ${short}` : `it ran last ${short}`
  return `${b.session} (${who})${since}: ${doing}`
}

/** Who is in the way, in one sentence. */
function blockersText(found: readonly Blocker[]): string {
  const certain = found.some((b) => b.certain)
  const lines = found.filter((b) => b.certain === certain).map(lineOf)
  const rest = lines.length > 3 ? `; and ${lines.length - 3} more` : ''
  const head = certain ? 'the lock is held by' : 'the server does not say who holds the lock; it may be'
  return `${head} ${lines.slice(0, 3).join('; ')}${rest}`
}

/** A watch over the statements of this connection; one that sees nothing where there are no other sessions. */
export async function watchLocks(database: Database, reporter: Reporter): Promise<Watch> {
  const session = await database.sessionId?.()
  if (session === undefined) return UNWATCHED
  let other: Promise<Database> | undefined
  const look = async (): Promise<readonly Blocker[]> => {
    other ??= openDatabase(database.address, { role: 'source', name: 'naru watch' })
    return (await (await other).blockers?.(session)) ?? []
  }
  return {
    watched: (work) => watchOne(work, look, reporter),
    async [Symbol.asyncDispose]() {
      await other?.then((db) => db.close()).catch(() => {}) // it may never have been open
    },
  }
}

async function watchOne<T>(
  work: () => Promise<T>,
  look: () => Promise<readonly Blocker[]>,
  reporter: Reporter,
): Promise<T> {
  const began = performance.now()
  let seen: readonly Blocker[] = []
  let told = FIRST_MS - EVERY_MS
  let looking = false
  const glance = async () => {
    if (looking) return
    looking = true
    // A look that fails sees nothing: rights or connections may be missing.
    const found = await look().catch(() => [])
    looking = false
    if (found.length === 0) return
    seen = found
    const waited = performance.now() - began
    if (waited - told < EVERY_MS) return
    told = waited
    reporter.report({ type: 'warning', message: `waiting for a lock: ${blockersText(found)}` })
  }
  const timer = setInterval(glance, LOOK_MS)
  try {
    return await work()
  } catch (error) {
    throw named(error, seen)
  } finally {
    clearInterval(timer)
  }
}

function named(error: unknown, seen: readonly Blocker[]): unknown {
  if (!(error instanceof NaruError) || error.code !== 'LOCK_TIMEOUT' || seen.length === 0) return error
  const { message, state, details } = error
  return new NaruError('LOCK_TIMEOUT', message, {
    why: `${message}: ${blockersText(seen)}`,
    state,
    details: { ...details, blockers: seen },
    cause: error,
  })
}
