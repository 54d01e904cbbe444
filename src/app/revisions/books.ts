/** What is noted in `naru_version` while a revision runs, and what is read from it when one goes on. */
import { basename } from 'node:path'
import { NaruError } from '../../core/error.ts'
import type { Revision, RevisionBody, RevisionStatement } from '../../core/revision.ts'
import { statementsChecksum } from '../../revisions/checksum.ts'
import type { RunningStatement } from '../../revisions/version-sql.ts'
import type { VersionRow } from '../../revisions/version-table.ts'
import { debrisOf, sweep } from '../apply/debris.ts'
import { type Books, inTransaction } from './execute.ts'
import { type LockedSite, operator } from './site.ts'

/** A revision on its way, with what is known of it before. */
export interface Going {
  readonly site: LockedSite
  readonly revision: Revision
  readonly body: RevisionBody
  readonly direction: 'up' | 'down'
  /** Statements of the way; none for a module. */
  readonly statements: readonly RevisionStatement[]
  readonly row: VersionRow | null
  /** Revisions that are applied whole, this one not counted. */
  readonly applied: ReadonlySet<string>
  /** When it began, of `performance.now()`. */
  readonly began: number
  /** Begins a transaction. */
  readonly begin: () => Promise<void>
  /** After BEGIN and before COMMIT: where there is no lock, others may have been faster. */
  readonly guard: Guard
}

export interface Guard {
  /** Throws CHANGED_UNDERNEATH where the table is not what it was. */
  begun(): Promise<void>
  /** The table is what it is now. */
  noted(): Promise<void>
}

/** Digest by which a statement is known again; comments do not count. */
function sumOf(g: Going, { sql }: RevisionStatement): string {
  return statementsChecksum([{ sql }], g.site.family).slice(0, 16)
}

const wayState = { up: 'upgrading', down: 'downgrading' } as const

function edited(g: Going, why: string): NaruError {
  return new NaruError('REVISION_CHANGED', `${basename(g.revision.path)} was changed where it has run already`, {
    why,
    hint: 'Put back the statements that have run; what follows them may be changed. Or bring the schema to one of its ends by hand, and say where it is with `naru stamp`.',
    state: `${g.revision.id} is half done, as before`,
  })
}

/** Roles that a revision took on must not keep the note from being written. */
const OWN_ROLE = 'SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL ROLE NONE; '

/** Writes notes in the transaction that is open. */
async function write(g: Going, statements: readonly string[]): Promise<void> {
  const prefix = g.site.family === 'postgres' ? OWN_ROLE : ''
  await g.site.database.execute(`${prefix}${statements.join('; ')}`)
  await g.guard.noted()
}

function writeAlone(g: Going, statements: readonly string[]): Promise<void> {
  return inTransaction(g.site.database, g, async () => {
    await g.guard.begun()
    await write(g, statements)
  })
}

function rowOf(g: Going) {
  const { checksum } = g.body
  const at = new Date().toISOString()
  const ms = performance.now() - g.began
  return { state: 'applied', checksum, message: g.revision.message, ms, at, by: operator() } as const
}

/** So many statements are done, and one may be under way. */
function progressSql(g: Going, sums: readonly string[], running: RunningStatement | null): string[] {
  const { sql } = g.site.versions
  const progress = { state: wayState[g.direction], of: Math.max(1, g.statements.length), sums, running }
  const { id } = g.revision
  if (g.direction === 'down') return [sql.progress(id, progress)]
  return [sql.remove([id]), sql.insert(id, { ...rowOf(g), progress })]
}

/** The way is gone. */
function endSql(g: Going): string[] {
  const { sql } = g.site.versions
  const { id, down } = g.revision
  const others = (of: string) => (g.site.graph.children.get(of) ?? []).filter((c) => c !== id && g.applied.has(c))
  if (g.direction === 'up') {
    const parents = down.length === 0 ? [] : [sql.head(down, false)]
    const covered = others(id).length > 0 ? [sql.head([id], false)] : []
    return [sql.remove([id]), sql.insert(id, rowOf(g)), ...parents, ...covered]
  }
  const heads = down.filter((parent) => others(parent).length === 0)
  return [sql.remove([id]), ...(heads.length === 0 ? [] : [sql.head(heads, true)])]
}

/** As if nothing had been begun. */
function backSql(g: Going): string[] {
  const { sql } = g.site.versions
  if (g.direction === 'up') return [sql.remove([g.revision.id])]
  return [sql.reset(g.revision.id, g.row?.state === 'stamped' ? 'stamped' : 'applied')]
}

/** Whether the statement that was under way when an earlier run ended was done. */
async function wasDone(
  g: Going,
  running: RunningStatement,
  statement: RevisionStatement | undefined,
): Promise<boolean> {
  const { database } = g.site
  await sweep(
    database,
    running.debris.map((object) => ({ object })),
  )
  if (running.before === null || database.fingerprint === undefined) return false
  if ((await database.fingerprint(running.sql)) === running.before) return false
  if (statement !== undefined && sumOf(g, { ...statement, sql: running.sql }) === sumOf(g, statement)) return true
  throw edited(
    g,
    'the statement that was under way when the last run ended was done, and the file has another one in its place',
  )
}

/**
 * Digests of the statements that earlier runs have done; the one that was under way when the last run ended is among them where the
 * database shows that it was done. Throws REVISION_CHANGED where the file has others in their place.
 */
export async function doneBefore(g: Going): Promise<readonly string[]> {
  const sums = g.row?.journal?.sums ?? []
  const wrong = sums.findIndex((sum, i) => g.statements[i] === undefined || sumOf(g, g.statements[i]) !== sum)
  if (wrong >= 0) {
    throw edited(
      g,
      `${sums.length} of its statements have run, and statement ${wrong + 1} of the file is not the one that ran`,
    )
  }
  const running = g.row?.journal?.running ?? null
  const next = g.statements[sums.length]
  if (running === null || running.sql === '' || !(await wasDone(g, running, next))) return sums
  return [...sums, sumOf(g, next)]
}

/** The books of one revision on its way; `before`: digests of what earlier runs have done. */
export function booksOf(g: Going, before: readonly string[]): Books {
  const { database } = g.site
  const of = g.statements.length
  let sums = before
  let now: RunningStatement | null = null
  const upTo = (done: number) => [...sums, ...g.statements.slice(sums.length, done).map((s) => sumOf(g, s))]
  const noteSql = (all: readonly string[]) => (all.length >= of ? endSql(g) : progressSql(g, all, null))
  return {
    begun: () => g.guard.begun(),
    // A transaction that is taken back leaves the digests as they are: they only grow by what follows.
    within: (done) => write(g, noteSql(upTo(done))),
    async before(place) {
      sums = upTo(place)
      const sql = g.statements[place]?.sql ?? ''
      const looks = sql === '' ? null : ((await database.fingerprint?.(sql)) ?? null)
      now = { sql, before: looks, debris: (await debrisOf(database)).map((d) => d.object) }
      await writeAlone(g, progressSql(g, sums, now))
    },
    async after(place, error) {
      if (error === null) return writeAlone(g, noteSql(upTo(place + 1)))
      if (now === null || (error instanceof NaruError && error.code === 'CONNECTION_LOST')) return
      await sweep(
        database,
        now.debris.map((object) => ({ object })),
      ).catch(() => {}) // the next run finds it
      const same = now.before !== null && (await database.fingerprint?.(now.sql)) === now.before
      await writeAlone(g, place === 0 && same ? backSql(g) : progressSql(g, upTo(place), null))
    },
  }
}
