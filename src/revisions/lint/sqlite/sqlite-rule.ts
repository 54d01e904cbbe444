/** A rule of SQLite. */
import type { LintContext, LintRule } from '../rule.ts'
import type { Statement } from '../text/known.ts'

export type SqliteRule = LintRule<Statement>

type Told = Omit<SqliteRule, 'engines' | 'fixable'> & { readonly fixable?: true }

/** Fills in what is the same for all. */
export function rule(told: Told): SqliteRule {
  return { engines: ['sqlite'], ...told, fixable: told.fixable === true }
}

/** Whether the version is said and older than 3.`minor`. */
export function olderThan({ version }: LintContext, minor: number): boolean {
  if (version === undefined) return false
  const [major, second] = version.split('.').map(Number)
  return major < 3 || (major === 3 && second < minor)
}

/** Whether the version is said and at least 3.`minor`. */
export const atLeast = (context: LintContext, minor: number): boolean =>
  context.version !== undefined && !olderThan(context, minor)
