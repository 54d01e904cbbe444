/** What rules of PostgreSQL are made of. */
import type { AlterTableType } from 'libpg-query'
import type { Found, LintRule } from '../rule.ts'
import type { Alteration } from './alter.ts'
import type { PostgresStatement } from './read.ts'

export type PostgresRule = LintRule<PostgresStatement>

type Told = Omit<PostgresRule, 'engines' | 'fixable'> & { readonly fixable?: true }

/** Fills in what is the same for all. */
export function rule(told: Told): PostgresRule {
  return { engines: ['postgres'], ...told, fixable: told.fixable === true }
}

/** Commands of these kinds on a table that was there before the script: nothing waits for a table that nobody knows yet. */
export function existing(s: PostgresStatement, ...kinds: readonly AlterTableType[]): readonly Alteration[] {
  return s.alterations.filter((a) => kinds.some((k) => k === a.kind) && !s.known.isNew(a.table))
}

/** A finding at a command of ALTER TABLE. */
export function at(a: Alteration, message: string, more: Partial<Found> = {}): Found {
  return { message, table: a.table, ...a.span(), ...more }
}
