/** One error class and one typed catalogue; the error page in the docs is generated from CATALOGUE. */

/** Exit codes of the command line, fixed: see docs/errors.md. */
export const EXIT = { done: 0, differences: 1, trouble: 2, stopped: 3, interrupted: 130 } as const

interface Entry {
  /** What happened and when that is normal. */
  readonly what: string
  /** What to do next. */
  readonly next: string
  readonly exit: 1 | 2 | 3 | 130
}

/** Every error code of naru. A docstring per code: what happened, and what to do about it. */
export const CATALOGUE = {
  USAGE: {
    what: 'The command line or a library call is not of the expected form.',
    next: 'See `naru COMMAND --help`.',
    exit: 2,
  },
  CONFIG_INVALID: {
    what: 'naru.config.ts could not be loaded or a field in it is wrong; the message names the field.',
    next: 'Correct the field and run the command again.',
    exit: 2,
  },
  ADDRESS_INVALID: {
    what: 'A database address could not be understood.',
    next: 'Use postgres://, mysql://, mariadb://, sqlite:path, pglite:folder, csv:folder, ndjson:folder, dump:file, or a name from naru.config.ts.',
    exit: 2,
  },
  CONNECT_FAILED: {
    what: 'The server could not be reached.',
    next: 'Check host, port, socket and TLS parameters, and that the server runs.',
    exit: 2,
  },
  AUTH_FAILED: {
    what: 'The server refused the user or the password.',
    next: 'Check the user and where the password comes from: address, environment, ~/.pgpass, ~/.my.cnf.',
    exit: 2,
  },
  DATABASE_MISSING: {
    what: 'The database, file or folder does not exist.',
    next: 'Create it, or correct the address.',
    exit: 2,
  },
  PERMISSION_DENIED: {
    what: 'The database user may not do what this command needs.',
    next: 'Grant the named right, or use another user.',
    exit: 2,
  },
  CONNECTION_LOST: {
    what: 'The connection broke in the middle of the work. Finished chunks are safe on the target.',
    next: 'Run the same command again: it continues after the last mark.',
    exit: 3,
  },
  DISK_FULL: {
    what: 'A server or this machine has no space left. Finished chunks are safe on the target.',
    next: 'Free some space, then run the same command again.',
    exit: 3,
  },
  QUERY_FAILED: {
    what: 'The database refused a statement of naru.',
    next: 'The message holds the reason of the database.',
    exit: 2,
  },
  LOCK_TIMEOUT: {
    what: 'A lock was not granted in time.',
    next: 'Find the session that holds it (the message names it where the engine tells), then run again.',
    exit: 2,
  },
  SNAPSHOT_LOCK_DENIED: {
    what: 'The short global read lock for a consistent snapshot was refused.',
    next: 'Grant RELOAD, or run with --jobs 1 (one lane needs no lock), or with --no-lock and accept that lanes see slightly different moments.',
    exit: 2,
  },
  UNSETTLED_FINDINGS: {
    what: 'Values in the source would be refused or changed by the target.',
    next: 'Settle each finding by --accept CODE[:table.column], by a cast or by a policy, on the command line or in the config.',
    exit: 1,
  },
  TABLE_EXISTS: {
    what: 'A table to be created is on the target already.',
    next: 'Choose --if-exists append, truncate or drop, or another target.',
    exit: 2,
  },
  TABLE_MISSING: {
    what: 'A named table is not there.',
    next: 'Check the spelling; names are matched as the database stores them.',
    exit: 2,
  },
  COLUMN_MISSING: {
    what: 'A column of the source has no counterpart on the existing target table.',
    next: 'Add it on the target, or leave it out.',
    exit: 2,
  },
  SCHEMA_CHANGED: {
    what: 'The schema is not what it was when this copy or comparison began.',
    next: 'Begin again: a copy with --restart, a comparison without --continue.',
    exit: 2,
  },
  OPTIONS_CHANGED: {
    what: 'The options are not those that this copy or comparison began with.',
    next: 'Use the same options to continue, or begin again: a copy with --restart, a comparison without --continue.',
    exit: 2,
  },
  MARK_OUT_OF_ORDER: {
    what: 'A chunk arrived whose predecessor is not on the target: another naru is writing to it.',
    next: 'Let one naru run at a time.',
    exit: 2,
  },
  ROW_REFUSED: {
    what: 'The target refused rows; they are in the reject file with key and reason.',
    next: 'Correct them and run `naru replay REJECTS TO`, or raise --max-rejects.',
    exit: 1,
  },
  VALUE_UNFIT: {
    what: 'A value does not fit the type that it is cast to.',
    next: 'Choose another cast, or settle it by a policy.',
    exit: 1,
  },
  LOOKUP_MISS: {
    what: 'A value has no counterpart in a value map or a look-up of a transfer, and its rule is to fail.',
    next: 'Add the entry, or say what becomes of such rows: `miss` null, a default, or reject.',
    exit: 1,
  },
  LOOKUP_AMBIGUOUS: {
    what: 'A look-up of a transfer finds several different values under one key.',
    next: 'Look up by columns that are unique together, or remove the duplicates.',
    exit: 1,
  },
  ROW_FUNCTION: {
    what: 'The row function of a transfer could not be found or loaded.',
    next: 'Check that the configuration still exports the transfer, and that its modules load.',
    exit: 2,
  },
  TOO_MANY_REJECTS: {
    what: 'More rows were refused than --max-rejects allows. What landed stays, with its marks.',
    next: 'Look at the reject file, mend the cause, run again.',
    exit: 1,
  },
  LEDGER_OPEN: {
    what: 'Read is not written + rejected + filtered + merged + kept for a table.',
    next: 'Do not trust this copy: run naru verify, and report the case.',
    exit: 1,
  },
  VERIFY_DIFFERS: {
    what: 'Source and target hold different rows.',
    next: 'The report lists the keys; naru copy --redo TABLE copies a table again.',
    exit: 1,
  },
  DUMP_REFUSED: {
    what: 'A dump could not be restored into the temporary database that it is read from.',
    next: "Look at what the client said; a dump of a newer server needs that server's client.",
    exit: 2,
  },
  FOLDER_INCOMPLETE: {
    what: 'A folder that naru writes has no manifest: the copy into it was not finished, or the manifest was lost.',
    next: 'Run the copy into the folder to its end, or read what is there with ?manifest=ignore.',
    exit: 1,
  },
  FOLDER_CHANGED: {
    what: 'A file of a folder is not what the manifest says: cut off, edited, missing or added.',
    next: 'Take the folder from where it was kept first; to read it as it is, add ?manifest=ignore to its address.',
    exit: 1,
  },
  CERTIFICATE_INVALID: {
    what: 'The certificate of a verification is not as it was made: somebody or something has changed the file.',
    next: 'Take the file from where it was kept first, or make a new one.',
    exit: 1,
  },
  ORPHANS: {
    what: 'Rows reference rows that are not there, so a foreign key could not be made valid.',
    next: 'Mend the rows that are named, then add the key with the statement in the report.',
    exit: 1,
  },
  FINISH_FAILED: {
    what: 'An index, constraint or counter could not be made; the rows are all there.',
    next: 'Mend the cause and run the same command again: only what is missing is made.',
    exit: 1,
  },
  UNSUPPORTED: {
    what: 'This engine or version cannot do what was asked.',
    next: 'See docs/engines.md for what each engine can.',
    exit: 2,
  },
  STATE_INVALID: {
    what: 'A desired state (a .sql file, a Drizzle module, a snapshot, git:REV:path) is not there or cannot be understood.',
    next: 'Name a database, a .sql file or folder, a Drizzle module, a folder of revisions, a JSON snapshot, or git:REV:path of one of these.',
    exit: 2,
  },
  STATE_REFUSED: {
    what: 'A statement of a desired state was refused by the scratch database; the message names file and line.',
    next: 'Correct the statement and run the command again.',
    exit: 2,
  },
  SCRATCH_UNAVAILABLE: {
    what: 'No scratch database could be had to execute a desired state on.',
    next: 'Name a server with --dev-url on which naru may make a temporary database.',
    exit: 2,
  },
  DRIZZLE_MISSING: {
    what: 'A Drizzle module is to be loaded, but drizzle-orm is not installed beside it.',
    next: 'Run `npm install drizzle-orm`.',
    exit: 2,
  },
  HAZARD_REFUSED: {
    what: 'The plan of a change holds a hazard that was not allowed by name.',
    next: 'Read the plan; what it may do is allowed by name, such as --allow drop-column,rewrite.',
    exit: 2,
  },
  NOT_CONFIRMED: {
    what: 'The plan of a change was not confirmed.',
    next: 'Answer yes, or add --yes where nobody can be asked.',
    exit: 2,
  },
  CHANGED_UNDERNEATH: {
    what: 'Between the plan and its first statement somebody else changed the schema.',
    next: 'Run the same command again: it makes a new plan from the present state.',
    exit: 2,
  },
  ROLE_MISSING: {
    what: 'Privileges or ownership are to go to an account or role that the server does not have.',
    next: 'Make it first (CREATE ROLE, CREATE USER), or leave privileges out with --ignore grants,owners.',
    exit: 2,
  },
  REHEARSAL_FAILED: {
    what: 'The plan did not go through on a scratch database, so it was not tried on the real one.',
    next: 'Mend the desired state; where only the scratch database is at fault, name a better one with --dev-url, or use --no-rehearsal.',
    exit: 2,
  },
  STEP_FAILED: {
    what: 'The database refused a statement of a change.',
    next: 'Mend the cause and run the same command again.',
    exit: 2,
  },
  APPLY_STOPPED: {
    what: 'A change stopped in the middle: some of its statements are done, the others are not.',
    next: 'Mend the cause and run the same command again: it goes on from the present state.',
    exit: 3,
  },
  REVISION_INVALID: {
    what: 'The files of the revisions contradict themselves: a header that cannot be read, an id twice, a circle, two roots, a revision that follows an unknown one.',
    next: 'Mend the file that the message names.',
    exit: 2,
  },
  REVISION_UNKNOWN: {
    what: 'No revision, or more than one, has that id, its beginning, that label or that distance.',
    next: 'See `naru history` and `naru heads`.',
    exit: 2,
  },
  SEVERAL_HEADS: {
    what: 'The revisions have several heads, and one was asked for.',
    next: 'Join them with `naru merge`, or name one, or say `heads`.',
    exit: 2,
  },
  REVISION_CHANGED: {
    what: 'A file was changed after it had been applied.',
    next: 'Put the file back as it was and write a new revision; where the change is meant, `naru stamp current` takes it over.',
    exit: 2,
  },
  REVISION_MISSING: {
    what: 'The database has a revision that no file knows.',
    next: 'Bring the file here (another branch of the code?), or say where the database stands with `naru stamp --purge`.',
    exit: 2,
  },
  REVISION_IRREVERSIBLE: {
    what: 'A revision has no way down.',
    next: 'Write its down section, or bring back what it lost from a backup.',
    exit: 2,
  },
  NOT_AT_HEAD: {
    what: 'The database is not at the head of the revisions.',
    next: 'Run `naru upgrade head` first.',
    exit: 2,
  },
  BACKUP_FAILED: {
    what: 'Rows that an upgrade may change could not be copied away first.',
    next: 'Mend the cause, name another place with --backup, or upgrade without one.',
    exit: 2,
  },
  ADOPT_REFUSED: {
    what: 'A database cannot be taken over from another tool as it is.',
    next: 'Do what the message says, then run the same command again.',
    exit: 2,
  },
  DRIFT_REFUSED: {
    what: 'No revision can be made of what drifted in a database.',
    next: 'Choose single objects with --object, leave out what does not count with --ignore, or take the drift back with --revert.',
    exit: 2,
  },
  BRANCHES_CLASH: {
    what: 'Branches that are to be merged lead elsewhere when they are applied in the other order, or do not run so.',
    next: 'Mend one of the revisions that are named (they are not applied everywhere yet), or merge with --force and write what mends it into the merge.',
    exit: 1,
  },
  STORE_FAILED: {
    what: 'A file could not be brought to its destination, or the destination could not be read.',
    next: 'Check address, rights and credentials of the store, then run the same command again: what is noted in the ledger is not fetched again.',
    exit: 3,
  },
  FILES_NOT_MOVED: {
    what: 'Rows of a transfer name files that could not be moved, and their store has no policy for that. None of these rows was moved.',
    next: 'Bring the files and ask for them again (naru files retry), or give the store a policy; then run the same command again.',
    exit: 1,
  },
  PLAN_INVALID: {
    what: 'The file of a repair plan is not as it was written, or belongs to other databases.',
    next: 'Make a new plan: `naru repair FROM TO --plan FILE`.',
    exit: 2,
  },
  REPAIR_LIMIT: {
    what: 'A repair would change more rows than it may.',
    next: 'Look at the plan; where that many rows are right, raise --max-rows or --max-percent.',
    exit: 1,
  },
  REPAIR_UNKNOWN: {
    what: 'The target remembers no repair of this name.',
    next: '`naru repair --list TO` names those that it remembers.',
    exit: 2,
  },
  FILE_UNREADABLE: { what: 'A file could not be read or written.', next: 'Check path and permissions.', exit: 2 },
  STOPPED: {
    what: 'The run was stopped after the running chunks.',
    next: 'Run the same command again: it continues.',
    exit: 130,
  },
  INTERNAL: { what: 'A fault in naru itself.', next: 'Please report it with the output of the command.', exit: 2 },
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof CATALOGUE

export interface ErrorParts {
  /** Why it happened: the database's own words, a path, a field. Never a password. */
  readonly why?: string
  /** What to do next; the catalogue's advice when absent. */
  readonly hint?: string
  /** What state was left behind. */
  readonly state?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The only error that naru throws on purpose.
 * @example
 * throw new NaruError('DATABASE_MISSING', 'no file at ./shop.db', { hint: 'Check the path.' })
 */
export class NaruError extends Error {
  readonly code: ErrorCode
  readonly why: string | undefined
  readonly hint: string
  readonly state: string | undefined
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, parts: ErrorParts = {}) {
    super(message, parts.cause === undefined ? undefined : { cause: parts.cause })
    this.name = 'NaruError'
    this.code = code
    this.why = parts.why
    this.hint = parts.hint ?? CATALOGUE[code].next
    this.state = parts.state
    this.details = parts.details ?? {}
  }

  /** The process exit code that belongs to this error. */
  get exit(): number {
    return CATALOGUE[this.code].exit
  }
}

/** Any thrown thing as a NaruError (INTERNAL when it is not one). */
export function toNaruError(error: unknown): NaruError {
  if (error instanceof NaruError) return error
  // Closing failed after something else had: what failed first tells more.
  if (error instanceof Error && error.name === 'SuppressedError' && 'suppressed' in error)
    return toNaruError(error.suppressed)
  const message = error instanceof Error ? error.message : String(error)
  return new NaruError('INTERNAL', message, { cause: error })
}
