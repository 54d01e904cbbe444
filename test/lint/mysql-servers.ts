/** Servers that scripts are for, and what they know. */
import type { LintContext } from '../../src/revisions/lint/rule.ts'

export const MYSQL57: Partial<LintContext> = { flavor: 'mysql', version: '5.7.44' }
export const MYSQL8012: Partial<LintContext> = { flavor: 'mysql', version: '8.0.12' }
export const MYSQL84: Partial<LintContext> = { flavor: 'mysql', version: '8.4.0' }
export const MARIA103: Partial<LintContext> = { flavor: 'mariadb', version: '10.3.39' }
export const MARIA1011: Partial<LintContext> = { flavor: 'mariadb', version: '10.11.6-MariaDB' }
export const MARIA114: Partial<LintContext> = { flavor: 'mariadb', version: '11.4.5' }
export const sized = (rows: number): Partial<LintContext> => ({ size: () => ({ rows, bytes: rows * 100 }) })

/** The column as it was, then the statement: the script knows what changes. */
export const was = (definition: string, statement: string, options = ''): string =>
  `ALTER TABLE t ADD COLUMN c ${definition};\n${statement}${options}`

/** The database was asked for the type that the column has. */
export const asked = (type: string): Partial<LintContext> => ({ columnType: () => type })
