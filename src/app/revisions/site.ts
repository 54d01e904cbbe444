/** A database that revisions are run on, with everything around it: its version table, the files, the lock. */
import { hostname, userInfo } from 'node:os'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'
import type { Side } from '../../core/plan.ts'
import type { Revision, RevisionBody } from '../../core/revision.ts'
import type { Graph } from '../../revisions/graph.ts'
import { type Standing, standingOf } from '../../revisions/standing.ts'
import { familyOf, openVersions, type VersionTable } from '../../revisions/version-table.ts'
import type { Family } from '../../schema/sql-body.ts'
import { takeLock } from '../apply/lock.ts'
import { type Watch, watchLocks } from '../apply/watch.ts'
import { openDatabase } from '../open.ts'
import { readBody, readFolder } from './files.ts'
import type { RevisionsSetup } from './setup.ts'

export interface RunContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/** How patiently revisions are run. */
export interface RunPatience {
  /** Seconds that locks of others are waited for, each statement; default 10. */
  readonly lockTimeout?: number
  /** How often a statement that met a lock is tried again; default 5. */
  readonly retries?: number
  /** Seconds that another migrator is waited for; default: without end. */
  readonly wait?: number
}

export interface Site {
  readonly database: Database
  readonly family: Family
  readonly graph: Graph
  readonly versions: VersionTable
  readonly body: (revision: Revision) => Promise<RevisionBody>
}

export interface LockedSite extends Site, AsyncDisposable {
  readonly watch: Watch
  readonly context: RunContext
  readonly patience: RunPatience
  /** Seconds that a statement waits for locks of others. */
  readonly lockSeconds: number
}

/** Seconds that a statement waits for locks of others. */
const LOCK_SECONDS = 10
/** SQLite: a migrator is waited for by its transactions, in short steps so that it is told soon. */
const STEP_SECONDS = 2

/** What names a database in reports. */
export function sideOf({ address, engine, flavor, version }: Database): Side {
  return { label: address.label, engine: engine.name, flavor, version }
}

/** Who is at work: `kim@build-7`. */
export function operator(): string {
  try {
    return `${userInfo().username}@${hostname()}`
  } catch {
    return `user ${process.getuid?.() ?? '?'}@${hostname()}` // a container's user need not have a name
  }
}

/** Reads files once, whoever asks. */
function bodies(family: Family): Site['body'] {
  const known = new Map<string, Promise<RevisionBody>>()
  return (revision) => {
    const found = known.get(revision.path) ?? readBody(revision, family)
    known.set(revision.path, found)
    return found
  }
}

/** The files and the version table of an open database. Throws REVISION_INVALID, UNSUPPORTED. */
export async function siteOf(database: Database, setup: RevisionsSetup): Promise<Site> {
  const family = familyOf(database)
  const graph = await readFolder(setup.folder)
  const versions = await openVersions(database, { schema: setup.versionSchema })
  return { database, family, graph, versions, body: bodies(family) }
}

/** Where the database stands now. */
export async function standing({ graph, versions }: Site): Promise<Standing> {
  return standingOf(graph, await versions.read())
}

/** Opens a database to read where it stands; nothing is made. */
export function openToLook(address: Address): Promise<Database> {
  return openDatabase(address, { role: 'target', look: true, name: 'naru' })
}

/** Opens a database for a change; `name` is what others see. */
export function openToChange(address: Address, name: string): Promise<Database> {
  return openDatabase(address, { role: 'target', alters: true, name })
}

/**
 * Takes the migrator's lock and makes the session what a script expects. Throws LOCK_TIMEOUT, STOPPED. Dispose it to let go of the lock;
 * the database stays open.
 */
export async function lockSite(site: Site, patience: RunPatience, context: RunContext): Promise<LockedSite> {
  const { database } = site
  const wait = patience.wait === undefined ? undefined : patience.wait * 1000
  const lock = await takeLock(database, { wait, reporter: context.reporter, signal: context.signal })
  const lockSeconds = database.lock === undefined ? STEP_SECONDS : (patience.lockTimeout ?? LOCK_SECONDS)
  try {
    const watch = await watchLocks(database, context.reporter)
    const locked = { ...site, watch, context, patience, lockSeconds }
    await settle(locked)
    return {
      ...locked,
      async [Symbol.asyncDispose]() {
        await watch[Symbol.asyncDispose]()
        await lock[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await lock[Symbol.asyncDispose]()
    throw error
  }
}

/** The session as the engine's own client would find it, whatever a revision made of it. */
export async function settle({ database, lockSeconds }: Pick<LockedSite, 'database' | 'lockSeconds'>): Promise<void> {
  await database.asClient?.()
  await database.setPatience?.({ lock: lockSeconds * 1000 })
}

/** The targets of a command. Throws USAGE where none is named. */
export function targetsOf(setup: RevisionsSetup): readonly string[] {
  if (setup.targets.length > 0) return setup.targets
  throw new NaruError('USAGE', 'no database is named', {
    why: 'neither --target nor revisions.database of naru.config.ts says which',
    hint: 'Name one with --target, or several by repeating it.',
  })
}
