/** What the server that a script is for can do, by the documentation of MySQL 5.7 to 8.4 and MariaDB 10.3 to 11. */
import type { LintContext } from '../rule.ts'

/** Where nothing is said of the server, the oldest that naru supports is meant: MySQL 5.7, MariaDB 10.3. */
export interface Server {
  /** Undefined: not known. */
  readonly mariadb: boolean | undefined
  /** Columns that come, or go, in the catalogue alone: at the end (MySQL 8.0.12, MariaDB 10.3.2), anywhere (8.0.29, 10.4). */
  readonly instantColumns: 'none' | 'last' | 'anywhere'
  /** ALGORITHM=INSTANT is a word: MySQL 8.0.12, MariaDB 10.3.2. */
  readonly saysInstant: boolean
  /** Tables are copied while others write: MariaDB 11.2. */
  readonly onlineCopy: boolean
  /** The first TIMESTAMP column of a table gets a default and ON UPDATE unasked: before MySQL 8.0.2 and MariaDB 10.10. */
  readonly implicitTimestamps: boolean
  /** TIMESTAMP ends in 2106: MariaDB 11.5. */
  readonly longTimestamps: boolean
  /** Checks are enforced: MySQL 8.0.16, MariaDB 10.2. */
  readonly checks: boolean
}

const numberOf = (major: number, minor: number, patch: number): number => major * 1_000_000 + minor * 1_000 + patch

function parsed(version: string): number {
  const [major, minor, patch] = version.split(/[.-]/).map((n) => Number.parseInt(n, 10) || 0)
  return numberOf(major, minor ?? 0, patch ?? 0)
}

/** The server of a context. `10.11.6-MariaDB` says its flavor by itself; 10 and 11 are versions of MariaDB alone. */
export function serverOf({ flavor, version }: LintContext): Server {
  const mariadb = isMariadb(flavor, version)
  const v = version === undefined ? numberOf(5, 7, 0) : parsed(version)
  const since = (mysql: number, maria: number): boolean => version !== undefined && v >= (mariadb ? maria : mysql)
  const last = since(numberOf(8, 0, 12), numberOf(10, 3, 2)) || mariadb === true
  return {
    mariadb,
    instantColumns: since(numberOf(8, 0, 29), numberOf(10, 4, 0)) ? 'anywhere' : last ? 'last' : 'none',
    saysInstant: last,
    onlineCopy: mariadb === true && since(0, numberOf(11, 2, 0)),
    implicitTimestamps: !since(numberOf(8, 0, 2), numberOf(10, 10, 0)),
    longTimestamps: mariadb === true && since(0, numberOf(11, 5, 0)),
    checks: since(numberOf(8, 0, 16), numberOf(10, 2, 1)) || mariadb === true,
  }
}

function isMariadb(flavor: string | undefined, version: string | undefined): boolean | undefined {
  if (/mariadb/i.test(`${flavor} ${version}`)) return true
  if (flavor !== undefined && /mysql|percona/i.test(flavor)) return false
  const major = version === undefined ? 0 : Number.parseInt(version, 10)
  if (major >= 10) return true
  return major >= 5 ? false : undefined
}
