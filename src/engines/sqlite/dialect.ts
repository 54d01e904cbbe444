/** What naru knows of SQLite's SQL; pure. */
import type { Dialect } from '../../core/engine.ts'
import { ddl } from './ddl.ts'
import { exactValue } from './exact.ts'
import { FOLD } from './functions.ts'
import { literal, quote } from './literal.ts'
import { mend } from './mend.ts'
import { planner } from './plan/index.ts'
import { probePredicate } from './probe.ts'
import { remedyExpression } from './remedy.ts'
import { renderType } from './render.ts'
import { screen } from './screen.ts'
import { canRead, EXACT, parseType, wire } from './types.ts'

/** The dialect of SQLite. */
export const dialect: Dialect = {
  engine: 'sqlite',
  quote,
  table: (name) => quote(name.name),
  literal,
  parseType,
  tryType: (native, collation) =>
    `SELECT CAST(NULL AS ${native})${collation === undefined ? '' : ` COLLATE ${collation}`} LIMIT 0`,
  renderType,
  wire,
  exactWire: () => EXACT,
  rawValue: (_, field) => exactValue(field),
  canRead,
  probe: probePredicate,
  screen: (probe, column, expression) => screen(probe, column.type.logical, expression),
  remedy: remedyExpression,
  fold: (expression) => `${FOLD}(${expression})`,
  exactly: (expression) => `(${expression}) COLLATE BINARY`,
  ddl,
  planner,
  mend,
}
