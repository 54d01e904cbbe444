/** Lint of MySQL and MariaDB: the rules, in the order in which docs/lint.md has them, and what reads its statements. */
import type { LintLanguage } from '../rule.ts'
import { type Statement, scriptReader } from '../text/known.ts'
import type { MysqlRule } from './mysql-rule.ts'
import * as algorithm from './rules-algorithm.ts'
import * as attributes from './rules-attributes.ts'
import * as columns from './rules-columns.ts'
import * as drops from './rules-drops.ts'
import * as making from './rules-making.ts'
import * as portable from './rules-portable.ts'
import * as rows from './rules-rows.ts'
import * as tables from './rules-tables.ts'
import * as transactions from './rules-transactions.ts'
import * as types from './rules-types.ts'

const FILES: readonly Readonly<Record<string, MysqlRule>>[] = [
  columns,
  attributes,
  tables,
  algorithm,
  transactions,
  rows,
  drops,
  making,
  types,
  portable,
]

export const language: LintLanguage<Statement> = {
  rules: FILES.flatMap((rules) => Object.values(rules)),
  reader: () => scriptReader('mysql', false),
}
