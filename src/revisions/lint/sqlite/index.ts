/** Lint of SQLite: the rules, in the order in which docs/lint.md has them, and what reads its statements. */
import type { LintLanguage } from '../rule.ts'
import { type Statement, scriptReader } from '../text/known.ts'
import * as alter from './rules-alter.ts'
import * as keys from './rules-keys.ts'
import * as rebuild from './rules-rebuild.ts'
import * as rows from './rules-rows.ts'
import * as types from './rules-types.ts'
import type { SqliteRule } from './sqlite-rule.ts'

const FILES: readonly Readonly<Record<string, SqliteRule>>[] = [alter, rebuild, keys, types, rows]

export const language: LintLanguage<Statement> = {
  rules: FILES.flatMap((rules) => Object.values(rules)),
  // naru runs by itself what a revision cannot run in its transaction.
  reader: ({ inTransaction, revision }) => scriptReader('sqlite', inTransaction && revision !== true),
}
