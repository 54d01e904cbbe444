/** What went wrong while a plan ran, with the state that it left behind. */
import type { WeighedStep } from '../../core/apply.ts'
import { type ErrorCode, NaruError, toNaruError } from '../../core/error.ts'
import { plural } from '../format.ts'

export interface Position {
  /** Statements that are final. */
  readonly committed: number
  readonly of: number
  /** The failed statement's transaction was taken back. */
  readonly rolledBack: boolean
  /** It failed when all was to be made final. */
  readonly committing: boolean
}

const AGAIN = 'run the same command again to go on'

/** `nothing was changed`, or how far it came. */
function stateAfter(committed: number, of: number): string {
  if (committed === 0) return 'nothing was changed'
  const verbs = committed === 1 ? 'is done and stays' : 'are done and stay'
  return `${committed} of ${plural(of, 'statement')} ${verbs}; ${AGAIN}`
}

/** The user asked to stop. */
export function stoppedBetween(committed: number, of: number): NaruError {
  return new NaruError('STOPPED', 'stopped as asked', {
    why: 'the change was interrupted',
    hint: 'Run the same command again: it makes a new plan from the present state.',
    state: stateAfter(committed, of),
  })
}

/** Codes that say more than "a statement failed", where nothing was changed before. */
const TELLING: ReadonlySet<ErrorCode> = new Set(['LOCK_TIMEOUT', 'PERMISSION_DENIED', 'ROLE_MISSING', 'DISK_FULL'])
/** Errors of naru's own that know already what they left behind. */
const COMPLETE: ReadonlySet<ErrorCode> = new Set(['STOPPED', 'CHANGED_UNDERNEATH', 'INTERNAL'])

function codeFor(code: ErrorCode, committed: number): ErrorCode {
  if (committed > 0) return 'APPLY_STOPPED'
  return TELLING.has(code) ? code : 'STEP_FAILED'
}

function lost(error: NaruError, p: Position): NaruError {
  const open = p.committing
    ? 'whether the transaction became final is not known'
    : p.rolledBack
      ? 'the open transaction is taken back by the server'
      : 'the server may still be at work on that statement'
  const before = p.committed === 0 ? '' : `; ${p.committed} of ${p.of} statements are done and stay`
  return new NaruError('CONNECTION_LOST', error.message, {
    ...(error.why !== undefined && { why: error.why }),
    hint: 'Run the same command again: it makes a new plan from the present state.',
    state: `${open}${before}`,
    cause: error,
  })
}

function advice(step: WeighedStep, code: ErrorCode): string {
  const rows = step.hazards.find((h) => h.kind === 'may-fail')
  if (code === 'LOCK_TIMEOUT') return 'Find the session that holds the table, or wait longer with --lock-timeout.'
  if (code === 'PERMISSION_DENIED')
    return 'Grant the right, or use the owner of the table, then run the same command again.'
  if (code === 'ROLE_MISSING')
    return 'Make that account or role, or add --ignore grants,owners, then run the same command again.'
  if (code === 'DISK_FULL') return 'Free some space, then run the same command again.'
  if (rows !== undefined) return 'Mend the rows that are in the way, then run the same command again.'
  return 'Mend the cause, then run the same command again.'
}

/** The error of a step as NaruError: which statement, the database's reason, and the state left behind. */
export function stepFailure(thrown: unknown, step: WeighedStep, p: Position): NaruError {
  const error = toNaruError(thrown)
  if (COMPLETE.has(error.code)) return error
  if (error.code === 'CONNECTION_LOST') return lost(error, p)
  const which = p.committing
    ? 'the change could not be made final'
    : `statement ${step.number} of ${p.of} failed: ${step.object}`
  return new NaruError(codeFor(error.code, p.committed), which, {
    why: error.why ?? error.message,
    hint: advice(step, error.code),
    state:
      p.committed === 0 && p.rolledBack && step.number > 1
        ? 'everything was rolled back; nothing was changed'
        : stateAfter(p.committed, p.of),
    details: { ...error.details, step: step.number, sql: step.sql, waited: error.code === 'LOCK_TIMEOUT' },
    cause: error,
  })
}
