/** PostgreSQL's SQL, as far as naru speaks it. */
import type { Dialect } from '../../core/engine.ts'
import { ddl } from './ddl.ts'
import { canonicalText, mappedText } from './digest.ts'
import { mend } from './mend.ts'
import { qualified, quote } from './names.ts'
import { planner } from './plan/index.ts'
import { foldSql, probeSql, remedySql } from './probe.ts'
import { renderType } from './render-type.ts'
import { sayable } from './sayable.ts'
import { parseType } from './types.ts'
import { literal } from './values.ts'
import { canReadAs, wireOf } from './wire-form.ts'

export const dialect: Dialect = {
  engine: 'postgres',
  quote,
  table: qualified,
  literal,
  parseType,
  // A serial is a type in CREATE TABLE alone.
  tryType: (native, collation) =>
    `SELECT CAST(NULL AS ${/^(small|big)?serial$/i.test(native) ? 'bigint' : native})${collation === undefined ? '' : ` COLLATE ${collation}`} LIMIT 0`,
  renderType,
  wire: wireOf,
  canRead: canReadAs,
  probe: probeSql,
  remedy: remedySql,
  fold: foldSql,
  exactly: (expression) => `(${expression})::text COLLATE "C"`,
  canonicalText,
  mappedText,
  ddl,
  sayable,
  planner,
  mend,
}
