/** Runs one revision with its books: from where an earlier run left it, in a session as its author expects it. */
import type { Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionRun, RevisionWay } from '../../core/revision.ts'
import { kindOf } from '../../revisions/kinds.ts'
import { signOf, type VersionRow } from '../../revisions/version-table.ts'
import { persistently } from '../apply/persist.ts'
import { booksOf, doneBefore, type Going, type Guard } from './books.ts'
import { executeWay } from './execute.ts'
import { stoppedBefore } from './failure.ts'
import { type LockedSite, settle } from './site.ts'

const RETRIES = 5

/** Where transactions alone keep others out, the version table tells whether somebody was faster. */
export function guardOf(site: LockedSite, rows: readonly VersionRow[]): Guard {
  if (site.database.lock !== undefined) return { async begun() {}, async noted() {} }
  let known = signOf(rows)
  const look = () => site.versions.sign()
  return {
    async begun() {
      if ((await look()) !== known) throw overtaken()
    },
    async noted() {
      known = await look()
    },
  }
}

function overtaken(): NaruError {
  return new NaruError('CHANGED_UNDERNEATH', 'another naru was faster', { details: { overtaken: true } })
}

/** Whether another process ran what this one was about to run. */
export function wasOvertaken(error: unknown): boolean {
  return error instanceof NaruError && error.details.overtaken === true
}

/** Begins a transaction. Where that is what keeps others out, it is waited for as for a lock, and told. */
export function beginner(site: LockedSite): () => Promise<void> {
  const { database, patience, context } = site
  if (database.lock !== undefined) return () => database.execute('BEGIN')
  const retries = patience.wait === undefined ? Number.POSITIVE_INFINITY : Math.ceil(patience.wait / site.lockSeconds)
  const stopped = () => stoppedBefore('it', 0, 0)
  return () =>
    persistently({ ...context, retries, pause: 0.2, stopped }, async () => {
      await database.execute('BEGIN').catch((error: unknown) => {
        if (!(error instanceof NaruError) || error.code !== 'LOCK_TIMEOUT') throw error
        throw new NaruError('LOCK_TIMEOUT', `another program is writing to ${database.address.label}`, {
          why: 'it has a transaction open',
          state: 'nothing was changed',
          details: { ...error.details, waited: true },
          cause: error,
        })
      })
    })
}

/** MySQL: values are put into statements of modules as texts with backslashes, which a server may have been told not to read so. */
async function settleForModule({ database, family }: LockedSite): Promise<void> {
  if (family !== 'mysql') return
  await database.execute(
    "SET SESSION sql_mode = replace(replace(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), 'ANSI_QUOTES', '')",
  )
}

/** What was set for the session by statements that are done is set again: it is another session. */
async function setAgain(database: Database, g: Going, done: number): Promise<void> {
  for (const { sql } of g.statements.slice(0, done)) {
    if (kindOf(sql, g.site.family).session) await database.execute(sql)
  }
}

export interface Step {
  readonly revision: Revision
  readonly direction: 'up' | 'down'
  readonly row: VersionRow | null
  readonly applied: ReadonlySet<string>
}

const statementsOf = (way: RevisionWay) => (way.kind === 'sql' ? way.statements : [])

/** Runs one revision up or down, and notes it. Throws what executeWay throws, and REVISION_CHANGED where it cannot be gone on with. */
export async function runRevision(site: LockedSite, step: Step, guard: Guard): Promise<RevisionRun> {
  const { database, context, patience, watch } = site
  const { revision, direction } = step
  const body = await site.body(revision)
  const way = direction === 'up' ? body.up : body.down
  const began = performance.now()
  const begin = beginner(site)
  const going: Going = { ...step, site, body, statements: statementsOf(way), began, begin, guard }
  const { id, message, path } = revision
  const tell = (state: 'begin' | 'end', ms: number) =>
    context.reporter.report({ type: 'revision', id, message, direction, state, ms })
  tell('begin', 0)
  await settle(site)
  if (way.kind === 'ts') await settleForModule(site)
  const before = await doneBefore(going)
  await setAgain(database, going, before.length)
  const stopped = () => stoppedBefore(id, before.length, going.statements.length)
  const retries = patience.retries ?? RETRIES
  await executeWay(database, way, {
    path,
    id,
    books: booksOf(going, before),
    from: before.length,
    ...context,
    begin,
    watched: watch.watched,
    persistently: (work) => persistently({ ...context, retries, stopped }, work),
  })
  const ms = performance.now() - began
  tell('end', ms)
  const statements = way.kind === 'sql' ? way.statements.length : null
  return { id, message, direction, statements, resumedAt: before.length, ms }
}
