/** The catalogue of findings: what each means, whether it blocks, and what to do. The docs' page of findings is generated from it. */
import type { Probe } from '../core/engine.ts'

interface Entry {
  /** What was found, and what the target would do with it. */
  readonly what: string
  /** The ways out, for people. */
  readonly next: string
  /** blocks: the target would refuse or change values. note: worth knowing, nothing is lost. */
  readonly effect: 'blocks' | 'note'
  /** The finding is of a name or an object: there are no values to count. */
  readonly countless?: true
}

/** Every finding code of `naru plan`. */
export const FINDINGS = {
  ZERO_DATE: {
    what: "Dates that are no day of the calendar ('0000-00-00', '2024-00-15'), which MySQL keeps and other engines cannot.",
    next: 'A policy (null, clip to the nearest day, reject), a cast to text, or a correction in the source.',
    effect: 'blocks',
  },
  TIME_RANGE: {
    what: 'TIME values below zero or of 24 hours and more; elsewhere a time is a time of day.',
    next: 'A cast to interval (PostgreSQL) or text, or a policy.',
    effect: 'blocks',
  },
  NOT_BOOLEAN: {
    what: 'Values other than 0, 1 and NULL in a column that was cast to boolean.',
    next: 'A cast to smallint keeps them; a policy (clip: everything but 0 is true) decides for them.',
    effect: 'blocks',
  },
  NUMBER_RANGE: {
    what: "Numbers beyond what the target's type holds (bigint unsigned above 2^63−1 and the like).",
    next: 'A cast to a wider type, or a policy.',
    effect: 'blocks',
  },
  SCALE: {
    what: 'More digits after the point (or in the fraction of a second) than the target keeps.',
    next: 'A cast with more digits, or --accept to let them be rounded.',
    effect: 'blocks',
  },
  EMPTY_ENUM: {
    what: "The empty text in an enum column: MySQL's sign for a value that was refused once. It is none of the labels.",
    next: "A policy ('null'), a cast to text, or a correction in the source.",
    effect: 'blocks',
  },
  NOT_A_LABEL: {
    what: 'Texts that are none of the labels of the enum that they go to.',
    next: 'A cast to text, a policy, or a longer enum on the target.',
    effect: 'blocks',
  },
  NUL_BYTE: {
    what: 'Text with U+0000 in it, which PostgreSQL cannot hold.',
    next: "A policy ('replace' drops the byte), a cast to bytea, or a correction in the source.",
    effect: 'blocks',
  },
  INVALID_UTF8: {
    what: 'Text whose bytes are no UTF-8.',
    next: "A policy ('replace'), a cast to bytea, or a correction in the source.",
    effect: 'blocks',
  },
  DOUBLE_UTF8: {
    what: 'Text that was encoded as UTF-8 twice (“Ã©” for “é”). It is copied as it is.',
    next: "A policy ('replace' undoes one encoding), or nothing.",
    effect: 'note',
  },
  TEXT_LENGTH: {
    what: "Texts or bytes longer than the target's type allows. SQLite holds nobody to a declared length.",
    next: 'A cast to a longer type or text, or a policy (clip).',
    effect: 'blocks',
  },
  WRONG_TYPE: {
    what: "Values that are not of their column's declared type and cannot be read as it (SQLite: 'abc' in an INTEGER column).",
    next: 'A cast to text, a policy, or a correction in the source.',
    effect: 'blocks',
  },
  NUMBER_AS_TEXT: {
    what: 'Numbers, dates or flags that are stored as text (SQLite) and readable: they become what the column was declared as.',
    next: 'Nothing, unless text was meant: then a cast to text.',
    effect: 'note',
  },
  TEXT_AS_NUMBER: {
    what: 'Numbers or bytes stored in a text column (SQLite): they become their text.',
    next: 'Nothing, unless numbers were meant: then a cast.',
    effect: 'note',
  },
  FLOAT_DIGITS: {
    what: "Single-precision floats whose decimal digits look longer in the target's type (0.1 becomes 0.100000001490116). The number is the same.",
    next: 'Nothing, or a cast to real or a decimal type.',
    effect: 'note',
  },
  NOT_FINITE: {
    what: 'NaN or infinity, for which the target has no value.',
    next: "A policy ('null'), a cast to text.",
    effect: 'blocks',
  },
  DATE_RANGE: {
    what: 'Dates and moments before or after what the target holds, infinity included (MySQL TIMESTAMP: 1970 to 2038).',
    next: 'A cast (MySQL: datetime(6)), or a policy.',
    effect: 'blocks',
  },
  NOT_JSON: {
    what: 'Text that is no JSON in a column that becomes JSON.',
    next: 'A cast to text, or a policy.',
    effect: 'blocks',
  },
  JSON_NUL: {
    what: 'JSON with \\u0000 in a text, which PostgreSQL’s jsonb refuses.',
    next: 'A cast to json or text.',
    effect: 'blocks',
  },
  NULL_KEY: {
    what: 'NULL in a primary key (SQLite lets it in) or in a column that is NOT NULL on the target.',
    next: 'A correction in the source, or on the target.',
    effect: 'blocks',
  },
  DUPLICATE_KEY: {
    what: "Keys that differ only in case, accents or trailing blanks, which the target's collation takes for one.",
    next: "A cast with a binary collation (--cast 't.c=varchar(100) collate utf8mb4_bin'), or a correction in the source.",
    effect: 'blocks',
  },
  ORPHANS: {
    what: 'Rows whose foreign key points to a row that is not there: the source did not check, or --where leaves the other row out.',
    next: 'A correction in the source, or --accept: the foreign key is then left out and reported.',
    effect: 'blocks',
  },
  INDEX_ENTRY: {
    what: 'Index entries wider than the target allows (PostgreSQL: 2704 bytes, MySQL: 3072). Values that compress well may still fit.',
    next: 'Drop or shorten the index in the source, a shorter type by --cast, or --accept to try.',
    effect: 'blocks',
  },
  NAME_LENGTH: {
    what: 'A name of a table or column is longer than the target keeps; it would be shortened.',
    next: '--rename, or --accept for the shortened name that the finding shows.',
    effect: 'blocks',
    countless: true,
  },
  NAME_COLLISION: {
    what: 'Two names are one to the target, where case does not count.',
    next: '--rename, or --accept for the numbered name that the finding shows.',
    effect: 'blocks',
    countless: true,
  },
  NAME_CHARACTERS: {
    what: 'A name holds characters that the target does not take in one (MySQL: beyond U+FFFF, a blank at the end); they would become _.',
    next: '--rename, or --accept for the name that the finding shows.',
    effect: 'blocks',
    countless: true,
  },
  SCHEMA_UNREAD: {
    what: 'A table that is to be made uses a sequence, type, function, collation or operator of a schema that was not read: the target would refuse the table.',
    next: 'Name that schema too (?schema=sales,util, or ?schema=* for all), leave the table out, or --accept where the target has what is used already: triggers, views and the like that use it are then made too, which are left otherwise.',
    effect: 'blocks',
    countless: true,
  },
  RIGHTS_MISSING: {
    what: 'The user of the target may not do all that the copy is about to: make tables or the schema of the ledger, write into tables that are there, write a file or folder.',
    next: 'Have somebody do what the finding shows (a GRANT), connect as another user, or --accept to try all the same.',
    effect: 'blocks',
    countless: true,
  },
  SNAPSHOT_LOCK: {
    what: 'The user of the source (MySQL, MariaDB) may not take the short global read lock under which several lanes begin to read at one moment.',
    next: 'GRANT RELOAD, --jobs 1 (one lane needs no lock), or --no-lock where lanes may see slightly different moments.',
    effect: 'blocks',
    countless: true,
  },
  VALUE_UNMAPPED: {
    what: 'Values that the value map of a transfer has nothing for, compared character by character whatever the collation.',
    next: "Add them to values(…), or say what to do: { miss: 'null' }, 'reject' or a default.",
    effect: 'blocks',
  },
  LOOKUP_MISS: {
    what: 'Values for which the lookup of a transfer finds no row on the target, compared character by character whatever the collation.',
    next: "Bring the rows that are missing, or say what to do: { miss: 'null' }, 'reject' or a default.",
    effect: 'blocks',
  },
  MERGED_ROWS: {
    what: 'Rows of a transfer that have the same values in its match columns as a row before them: they become one row.',
    next: 'Nothing if it was meant; what the rows agree on is said by `conflict`, column by column.',
    effect: 'note',
  },
  NOT_EMPTY: {
    what: 'A table that a transfer inserts into holds rows already.',
    next: "Choose how to write: 'replace', 'append' or 'upsert'.",
    effect: 'blocks',
    countless: true,
  },
  KEYS_STAY: {
    what: 'Foreign keys of existing tables form a circle and stay on, since this user of PostgreSQL may not switch them off: a row that comes before its parent is refused.',
    next: 'GRANT SET ON PARAMETER session_replication_role, drop the keys before and make them again afterwards, or --accept.',
    effect: 'blocks',
    countless: true,
  },
  TRIGGERS_FIRE: {
    what: 'A trigger of an existing table would run for every row that is copied into it, and cannot be switched off.',
    next: 'Drop it before and make it again afterwards, or --accept where it may run.',
    effect: 'blocks',
    countless: true,
  },
  EMPTIED: {
    what: "A table that a transfer empties first (`write: 'replace'`) holds rows, and transfers that are not part of the run fill it too.",
    next: 'Run all transfers that fill it together, or --accept where those rows may go.',
    effect: 'blocks',
    countless: true,
  },
  MASKED_KEY: {
    what: 'A column that a transfer masks is part of the key by which rows are read: the ledger, id maps and reject files would hold its values.',
    next: 'Name another unique column as `key` of the transfer, or --accept where only naru reads those tables.',
    effect: 'blocks',
    countless: true,
  },
  LOSSY_CAST: {
    what: 'A cast after which values are not what they were (a moment cut to its date, a fraction cut off).',
    next: 'Nothing if it was meant; else another --cast.',
    effect: 'note',
  },
} as const satisfies Record<string, Entry>

export type FindingCode = keyof typeof FINDINGS

/** Whether the count of a finding is one of values. */
export function countsValues(code: string): boolean {
  const entry: Entry | undefined = FINDINGS[code as FindingCode]
  return entry?.countless !== true
}

/** The finding that a probe's hits are reported as. */
export function codeOf(probe: Probe, text: boolean): FindingCode {
  switch (probe.kind) {
    case 'zero-date':
      return 'ZERO_DATE'
    case 'time-beyond-day':
      return 'TIME_RANGE'
    case 'not-boolean':
      return 'NOT_BOOLEAN'
    case 'outside':
      return 'NUMBER_RANGE'
    case 'longer':
      return 'TEXT_LENGTH'
    case 'nul':
      return 'NUL_BYTE'
    case 'invalid-utf8':
      return 'INVALID_UTF8'
    case 'double-utf8':
      return 'DOUBLE_UTF8'
    case 'empty-enum':
      return 'EMPTY_ENUM'
    case 'not-in':
      return 'NOT_A_LABEL'
    case 'not-finite':
      return 'NOT_FINITE'
    case 'date-outside':
      return 'DATE_RANGE'
    case 'not-of-type':
      return 'WRONG_TYPE'
    case 'stored-otherwise':
      return text ? 'TEXT_AS_NUMBER' : 'NUMBER_AS_TEXT'
    case 'scale':
      return 'SCALE'
    case 'not-json':
      return 'NOT_JSON'
    case 'float32-digits':
      return 'FLOAT_DIGITS'
  }
}
