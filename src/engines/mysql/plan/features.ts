/** What a server of a flavor and version can say and do, by its documentation; never by trial. */
import type { Schema } from '../../../core/schema.ts'

export interface Features {
  readonly mariadb: boolean
  /** RENAME COLUMN: MySQL 8.0, MariaDB 10.5.2. */
  readonly renameColumn: boolean
  /** RENAME INDEX: MySQL 5.7, MariaDB 10.5.2. */
  readonly renameIndex: boolean
  /** ALTER INDEX … INVISIBLE (MySQL 8.0) or IGNORED (MariaDB 10.6). */
  readonly hideIndex: boolean
  /** CREATE OR REPLACE of triggers, routines and events keeps privileges: MariaDB. */
  readonly orReplace: boolean
  /** DROP CONSTRAINT for checks: MariaDB, MySQL 8.0.19. */
  readonly dropConstraint: boolean
  /** Checks are kept and enforced: MariaDB, MySQL 8.0.16. */
  readonly checks: boolean
  /** Columns added at the end, added anywhere or dropped without a rebuild. */
  readonly instantAdd: 'none' | 'last' | 'anywhere'
  /** Copying while others write: MariaDB 11.2. */
  readonly onlineCopy: boolean
  /** Renaming a column changes the checks and generated columns that name it: MariaDB. */
  readonly renamesInExpressions: boolean
  /** Renaming a column is INSTANT: MariaDB 10.3, MySQL 8.0.28. */
  readonly instantRename: boolean
  /** Integers are printed with a width, `int(11)`: MariaDB, MySQL before 8.0.19. */
  readonly printsWidths: boolean
  /** The character set of three bytes is called `utf8`: before MySQL 8.0.30 and MariaDB 10.6. */
  readonly saysUtf8: boolean
  /** There is a mode NO_AUTO_CREATE_USER: MariaDB, MySQL before 8.0.11. */
  readonly autoCreateUser: boolean
  /** JSON, and keys of 255 characters without a setting: MariaDB, MySQL 5.7.8. */
  readonly json: boolean
  /** performance_schema.processlist: MySQL 8.0.22. */
  readonly listsProcesses: boolean
}

function versionOf(text: string): number {
  const [major, minor, patch] = text.split(/[.-]/).map((n) => Number.parseInt(n, 10) || 0)
  return major * 1_000_000 + (minor ?? 0) * 1_000 + (patch ?? 0)
}

const at = (major: number, minor: number, patch: number): number => major * 1_000_000 + minor * 1_000 + patch

/** The features of the server that a schema was read from. */
export function featuresOf({ flavor, version }: Pick<Schema, 'flavor' | 'version'>): Features {
  const v = versionOf(version)
  const mariadb = flavor === 'mariadb'
  return {
    mariadb,
    renameColumn: v >= (mariadb ? at(10, 5, 2) : at(8, 0, 3)),
    renameIndex: v >= (mariadb ? at(10, 5, 2) : at(5, 7, 1)),
    hideIndex: v >= (mariadb ? at(10, 6, 0) : at(8, 0, 0)),
    orReplace: mariadb,
    dropConstraint: mariadb || v >= at(8, 0, 19),
    checks: mariadb || v >= at(8, 0, 16),
    instantAdd: instantAdd(mariadb, v),
    onlineCopy: mariadb && v >= at(11, 2, 0),
    renamesInExpressions: mariadb,
    instantRename: mariadb || v >= at(8, 0, 28),
    printsWidths: mariadb || v < at(8, 0, 19),
    saysUtf8: v < (mariadb ? at(10, 6, 0) : at(8, 0, 30)),
    autoCreateUser: mariadb || v < at(8, 0, 11),
    json: mariadb || v >= at(5, 7, 8),
    listsProcesses: !mariadb && v >= at(8, 0, 22),
  }
}

function instantAdd(mariadb: boolean, v: number): Features['instantAdd'] {
  if (v >= (mariadb ? at(10, 4, 0) : at(8, 0, 29))) return 'anywhere'
  return v >= (mariadb ? at(10, 3, 2) : at(8, 0, 12)) ? 'last' : 'none'
}
