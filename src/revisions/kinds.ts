/** What kind of statement it is, as far as transactions go: told from its first words, for each family of engines. Pure. */
import type { Family } from '../schema/sql-body.ts'
import { headOf } from './statement-head.ts'

export interface StatementKind {
  /** May stand in one transaction with others, and is taken back with it. False on MySQL for whatever commits by itself. */
  readonly inTransaction: boolean
  /** May stand in a transaction, but nothing that follows it may stand in the same one (PostgreSQL: a new value of an enum). */
  readonly apart: boolean
  /** Changes the structure or rights rather than rows; on MySQL: commits implicitly. */
  readonly ddl: boolean
  /** Holds for the session alone, so that a later session has to run it again. */
  readonly session: boolean
  /** Begins or ends transactions, or gives up locks: that is the work of whoever runs the statement. */
  readonly control: boolean
}

type Rule = readonly [keyof StatementKind, RegExp]

/** Against the first words in capitals, `"` for a quoted name, `'` for a text. */
const POSTGRES: readonly Rule[] = [
  [
    'inTransaction',
    /^(?:CREATE (?:UNIQUE )?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY|VACUUM|(?:CREATE|DROP) (?:DATABASE|TABLESPACE)|ALTER SYSTEM|(?:CREATE|DROP) SUBSCRIPTION)\b/,
  ],
  ['inTransaction', /^REINDEX (?:\( .*?\) )?(?:DATABASE|SCHEMA|SYSTEM)\b|^REINDEX .*\bCONCURRENTLY\b/],
  ['inTransaction', /^CLUSTER(?: VERBOSE| \( [^)]*\))?$/],
  ['inTransaction', /^ALTER TABLE .*\bDETACH PARTITION .*\bCONCURRENTLY\b/],
  ['inTransaction', /^ALTER DATABASE \S+ SET TABLESPACE\b/],
  ['inTransaction', /^ALTER SUBSCRIPTION \S+ (?:REFRESH|(?:SET|ADD|DROP) PUBLICATION)\b/],
  ['apart', /^ALTER TYPE .*\bADD VALUE\b/],
  [
    'ddl',
    /^(?:CREATE|ALTER|DROP|TRUNCATE|COMMENT|GRANT|REVOKE|REINDEX|CLUSTER|REASSIGN|SECURITY LABEL|IMPORT FOREIGN SCHEMA|REFRESH)\b/,
  ],
  ['session', /^(?:SET (?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)|RESET\b|LOAD\b|SELECT (?:PG_CATALOG \. )?SET_CONFIG\b)/],
  [
    'control',
    /^(?:BEGIN|START TRANSACTION|COMMIT|END|ABORT|ROLLBACK(?! (?:WORK |TRANSACTION )?TO\b)|PREPARE TRANSACTION|DISCARD)\b/,
  ],
]

const MYSQL_DDL =
  /^(?:(?:CREATE (?:OR REPLACE )?|DROP )(?!TEMPORARY\b)|ALTER|RENAME|TRUNCATE|GRANT|REVOKE|SET PASSWORD|(?:UN)?INSTALL|ANALYZE|CHECK TABLE|OPTIMIZE|REPAIR|FLUSH|RESET|CACHE INDEX|LOAD INDEX|IMPORT TABLE)\b/

const MYSQL: readonly Rule[] = [
  ['ddl', MYSQL_DDL],
  ['inTransaction', MYSQL_DDL],
  ['session', /^(?:SET (?!PASSWORD|GLOBAL|PERSIST|PERSIST_ONLY|TRANSACTION|@@ GLOBAL|@@ PERSIST)|USE\b)/],
  [
    'control',
    /^(?:BEGIN|START TRANSACTION|COMMIT|ROLLBACK(?! (?:WORK )?TO\b)|XA|(?:UN)?LOCK (?:TABLES?|INSTANCE)|SET (?:SESSION |LOCAL |@@ (?:SESSION \. )?)?AUTOCOMMIT)\b/,
  ],
]

const OUTSIDE_PRAGMAS =
  'FOREIGN_KEYS|JOURNAL_MODE|LOCKING_MODE|SYNCHRONOUS|TEMP_STORE|TEMP_STORE_DIRECTORY|WAL_CHECKPOINT|INCREMENTAL_VACUUM|PAGE_SIZE|AUTO_VACUUM'

const SQLITE: readonly Rule[] = [
  ['inTransaction', /^(?:VACUUM|ATTACH|DETACH)\b/],
  ['inTransaction', new RegExp(`^PRAGMA (?:\\S+ \\. )?(?:${OUTSIDE_PRAGMAS})\\b`)],
  ['ddl', /^(?:CREATE|ALTER|DROP|REINDEX)\b/],
  ['session', /^(?:PRAGMA|ATTACH|DETACH)\b/],
  ['control', /^(?:BEGIN|COMMIT|END|ROLLBACK(?! (?:TRANSACTION )?TO\b))\b/],
]

const RULES: Readonly<Record<Family, readonly Rule[]>> = { postgres: POSTGRES, mysql: MYSQL, sqlite: SQLITE }

/** The kind of one statement. A CALL or a block of code counts as rows: what happens inside it is not seen. */
export function kindOf(statement: string, family: Family): StatementKind {
  const head = headOf(statement, family)
  const is = (what: keyof StatementKind) => RULES[family].some(([name, rule]) => name === what && rule.test(head))
  const apart = is('apart')
  return {
    inTransaction: !is('inTransaction') && !apart,
    apart,
    ddl: is('ddl'),
    session: is('session'),
    control: is('control'),
  }
}
