/** What went wrong while a revision ran, with the state that it left behind. */
import { basename } from 'node:path'
import { type ErrorCode, NaruError, toNaruError } from '../../core/error.ts'
import type { RevisionStatement } from '../../core/revision.ts'
import { plural } from '../format.ts'

/** Errors that know already what they left behind. */
const COMPLETE: ReadonlySet<ErrorCode> = new Set(['STOPPED', 'REVISION_CHANGED', 'CHANGED_UNDERNEATH', 'INTERNAL'])
/** Codes that say more than "a statement failed", where nothing was changed. */
const TELLING: ReadonlySet<ErrorCode> = new Set(['LOCK_TIMEOUT', 'PERMISSION_DENIED', 'DISK_FULL'])

/** What is left of a revision that came so far. */
function stateAfter(id: string, done: number, of: number): string {
  if (done === 0) return `nothing of ${id} was changed`
  return `${done} of ${plural(of, 'statement')} of ${id} ${done === 1 ? 'is' : 'are'} done and ${done === 1 ? 'stays' : 'stay'}`
}

/** The user asked to stop. */
export function stoppedBefore(id: string, done: number, of: number): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'the run was interrupted',
    hint: 'Run the same command again: it goes on from there.',
    state: stateAfter(id, done, of),
  })
}

interface Failed {
  readonly id: string
  readonly path: string
  readonly statements: readonly RevisionStatement[]
  readonly statement: RevisionStatement
  readonly place: number
  /** Statements that are final. */
  readonly done: number
  readonly rolledBack: boolean
}

/** Line within the file, as closely as the server tells it. */
function lineOf(error: NaruError, { sql, line }: RevisionStatement): number {
  const position = Number(error.details.position)
  if (position > 0) return line + [...sql].slice(0, position - 1).filter((ch) => ch === '\n').length
  const relative = /\bat line (\d+)$/.exec(error.message)
  return line + (relative === null ? 0 : Number(relative[1]) - 1)
}

function lost(error: NaruError, rolledBack: boolean, state: string): NaruError {
  const open = rolledBack
    ? 'the open transaction is taken back by the server, or was made final as a whole'
    : 'the server may still be at work on that statement'
  return new NaruError('CONNECTION_LOST', error.message, {
    ...(error.why !== undefined && { why: error.why }),
    hint: 'Run the same command again: it finds out how far this one came and goes on from there.',
    state: `${open}; before it, ${state}`,
    cause: error,
  })
}

function codeFor(code: ErrorCode, done: number): ErrorCode {
  if (done > 0) return 'APPLY_STOPPED'
  return TELLING.has(code) ? code : 'STEP_FAILED'
}

/** SQLSTATE of a statement that must not stand in a transaction. */
const ACTIVE_TRANSACTION = '25001'

function advice(error: NaruError, done: number): string {
  const again = done > 0 ? ': it goes on with this statement' : ''
  if (error.code === 'LOCK_TIMEOUT') return 'Find the session that holds the lock, or wait longer with --lock-timeout.'
  if (error.code === 'PERMISSION_DENIED') return `Grant the right, then run the same command again${again}.`
  if (error.code === 'DISK_FULL') return `Free some space, then run the same command again${again}.`
  if (error.details.sqlstate === ACTIVE_TRANSACTION)
    return 'Write `-- naru:no-transaction` on a line before the statement.'
  return `Mend the file or the rows that are in the way, then run the same command again${again}.`
}

/** The error of a statement: where it stands, the database's reason, and what was left. */
export function statementFailure(thrown: unknown, f: Failed): NaruError {
  const error = toNaruError(thrown)
  const of = f.statements.length
  if (COMPLETE.has(error.code)) return error
  const state = stateAfter(f.id, f.done, of)
  if (error.code === 'CONNECTION_LOST') return lost(error, f.rolledBack, state)
  const number = Math.min(f.place + 1, of)
  const where = `${basename(f.path)}, line ${lineOf(error, f.statement)}`
  return new NaruError(codeFor(error.code, f.done), `${where}: statement ${number} of ${of} failed`, {
    why: error.why ?? error.message,
    hint: advice(error, f.done),
    state,
    details: { ...error.details, revision: f.id, sql: f.statement.sql, waited: error.code === 'LOCK_TIMEOUT' },
    cause: error,
  })
}

/** Where in the file a function of a user threw. */
function placeIn(path: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const name = basename(path)
  const at = stack.split('\n').find((line) => line.includes(`/${name}`))
  const line = at === undefined ? null : /:(\d+):\d+\)?$/.exec(at.trim())
  return line === null ? name : `${name}, line ${line[1]}`
}

/** The error of a function of a user. */
export function wayFailure(
  thrown: unknown,
  f: { readonly id: string; readonly path: string; readonly rolledBack: boolean },
): NaruError {
  const known = thrown instanceof NaruError ? thrown : null
  if (known !== null && COMPLETE.has(known.code)) return known
  const state = f.rolledBack
    ? `everything that it did was rolled back; nothing of ${f.id} was changed`
    : `what it did before stays; ${f.id} counts as begun, and runs again from its beginning`
  if (known?.code === 'CONNECTION_LOST') return lost(known, f.rolledBack, `nothing of ${f.id} was noted`)
  const own = known?.code === 'UNSUPPORTED' || known?.code === 'USAGE'
  const code = f.rolledBack ? codeFor(known?.code ?? 'STEP_FAILED', 0) : 'APPLY_STOPPED'
  return new NaruError(code, `${placeIn(f.path, thrown)}: the revision failed`, {
    why: known === null ? String(thrown) : own ? `${known.message}: ${known.why}` : (known.why ?? known.message),
    hint: own ? known.hint : 'Mend the file or the rows, then run the same command again.',
    state,
    details: { ...known?.details, revision: f.id, waited: known?.code === 'LOCK_TIMEOUT' },
    cause: thrown,
  })
}
