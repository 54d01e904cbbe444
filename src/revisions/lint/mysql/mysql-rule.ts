/** A rule of MySQL and MariaDB. */

import type { Found, LintContext, LintRule, LintScript } from '../rule.ts'
import type { Clause } from '../text/alter.ts'
import { isMade, type Statement } from '../text/known.ts'
import { type Server, serverOf } from './server.ts'

export type MysqlRule = LintRule<Statement>

type Told = Omit<MysqlRule, 'engines' | 'fixable'> & { readonly fixable?: true }

/** Fills in what is the same for all. */
export function rule(told: Told): MysqlRule {
  return { engines: ['mysql'], ...told, fixable: told.fixable === true }
}

/** ALTER TABLE of a table that was there before the script, with its server. */
export interface Altering {
  readonly statement: Statement
  readonly alter: Extract<Statement['act'], { kind: 'alter-table' }>
  readonly server: Server
  readonly context: LintContext
}

/** A check of the clauses of ALTER TABLE, one after the other, on tables that the script did not make itself. */
export function ofClauses(
  check: (clause: Clause, altering: Altering) => Found | null,
): (statement: Statement, script: LintScript<Statement>) => readonly Found[] {
  return (statement, { context }) => {
    const { act } = statement
    if (act.kind !== 'alter-table' || isMade(statement, act.table.name)) return []
    const altering = { statement, alter: act, server: serverOf(context), context }
    return act.clauses.flatMap((clause) => {
      const found = check(clause, altering)
      return found === null ? [] : [{ ...clause.place, table: act.table.name, ...found }]
    })
  }
}

/** The statement says that it fails rather than goes that way: nothing is copied, or nothing is rebuilt. */
export function forbids(alter: Altering['alter'], way: 'copy' | 'rebuild'): boolean {
  const said = alter.clauses.flatMap((c) => (c.kind === 'algorithm' ? [c.value] : []))[0]
  return said === 'INSTANT' || said === 'NOCOPY' || (way === 'copy' && said === 'INPLACE')
}
