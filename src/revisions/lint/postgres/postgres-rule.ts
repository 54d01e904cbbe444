/** A rule of PostgreSQL. */
import type { LintRule } from '../rule.ts'
import type { PostgresStatement } from './read.ts'

export type PostgresRule = LintRule<PostgresStatement>

type Told = Omit<PostgresRule, 'engines' | 'fixable'> & { readonly fixable?: true }

/** Fills in what is the same for all. */
export function rule(told: Told): PostgresRule {
  return { engines: ['postgres'], ...told, fixable: told.fixable === true }
}
