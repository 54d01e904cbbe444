/** Pure knowledge of MySQL's and MariaDB's SQL. */
import type { Dialect } from '../../core/engine.ts'
import { ddl } from './ddl.ts'
import { canonicalText, mappedText } from './digest.ts'
import { literal, quote } from './literal.ts'
import { mend } from './mend.ts'
import { parseType } from './native.ts'
import { planner } from './plan/index.ts'
import { fold, probe, remedy } from './probe.ts'
import { renderType } from './render.ts'
import { tableSql } from './table-name.ts'
import { canRead, exactWire, wire } from './wires.ts'

/** The dialect. */
export const dialect: Dialect = {
  engine: 'mysql',
  quote,
  table: tableSql,
  literal,
  parseType,
  tryType(native, collation) {
    const table = `CREATE TEMPORARY TABLE naru_type (c ${native}${collation === undefined ? '' : ` COLLATE ${collation}`})`
    return `PREPARE naru_type FROM ${literal(table)}; DEALLOCATE PREPARE naru_type`
  },
  renderType,
  wire,
  exactWire,
  canRead,
  probe,
  remedy,
  fold,
  exactly: (expression) => `CAST(${expression} AS BINARY)`,
  canonicalText,
  mappedText,
  ddl,
  planner,
  mend,
}
