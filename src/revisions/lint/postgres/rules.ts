/** All rules of PostgreSQL, in the order in which docs/lint.md has them. */
import type { PostgresRule } from './postgres-rule.ts'
import { indexNotConcurrent } from './rules-index.ts'

export const POSTGRES_RULES: readonly PostgresRule[] = [indexNotConcurrent]
