/** All rules of PostgreSQL, in the order in which docs/lint.md has them. */
import type { PostgresRule } from './postgres-rule.ts'
import { ADD_COLUMN } from './rules/add-column.ts'
import { CONSTRAINT } from './rules/constraint.ts'
import { DATA } from './rules/data.ts'
import { DROP } from './rules/drop.ts'
import { INDEXES } from './rules/indexes.ts'
import { NULLS } from './rules/null.ts'
import { RENAME } from './rules/rename.ts'
import { SECURITY } from './rules/security.ts'
import { STORAGE } from './rules/storage.ts'
import { TABLE } from './rules/table.ts'
import { TRANSACTION } from './rules/transaction.ts'
import { TRIGGER } from './rules/trigger.ts'
import { TYPE } from './rules/type.ts'

export const POSTGRES_RULES: readonly PostgresRule[] = [
  ...ADD_COLUMN,
  ...NULLS,
  ...CONSTRAINT,
  ...INDEXES,
  ...TYPE,
  ...RENAME,
  ...DROP,
  ...DATA,
  ...TRANSACTION,
  ...STORAGE,
  ...TRIGGER,
  ...TABLE,
  ...SECURITY,
]
