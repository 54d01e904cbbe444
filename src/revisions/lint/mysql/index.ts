/** Lint of MySQL and MariaDB: the rules, and what reads its statements. */
import type { LintLanguage } from '../rule.ts'

export const language: LintLanguage<{ readonly sql: string }> = {
  rules: [],
  reader: () => (sql) => ({ sql }),
}
