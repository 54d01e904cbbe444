/** What a test of a rule consists of. */
import type { LintContext } from '../../src/revisions/lint/rule.ts'

/** A script, and what is known of its surroundings. */
export type Case = string | readonly [sql: string, context: Partial<LintContext>]

/** Scripts in which a rule finds something, and scripts that look alike and are fine. */
interface RuleCases {
  readonly fires: readonly Case[]
  readonly silent: readonly Case[]
}

/** By the code of the rule. */
export type Cases = Readonly<Record<string, RuleCases>>

/** A transaction holds the whole script. */
export const IN: Partial<LintContext> = { inTransaction: true }

/** A revision that does so on its way up. */
export const up = (sql: string): string => `-- naru:revision 0001\n-- naru:up\n${sql}`
