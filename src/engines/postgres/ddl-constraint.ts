/** What a table gets once its indexes are there: keys, unchecked checks, triggers, comments, traits. */

import type { DdlStep } from '../../core/engine.ts'
import type { KeyConstraint, Table } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { commentOn } from './ddl-comment.ts'
import { keysOf, keyTail } from './ddl-index.ts'
import { addUnchecked, isUnchecked, notNullComments, notNullName } from './ddl-not-null.ts'
import { checkClause } from './ddl-table.ts'
import { constraintExists, isPartitioned, nameLiteral, withinPath } from './ddl-text.ts'
import { traitStep } from './ddl-trait.ts'
import { qualified, quote } from './names.ts'
import { nowTriggerName, nowTriggerSql } from './now-trigger.ts'
import { textLiteral } from './values.ts'

/** ` DEFERRABLE INITIALLY DEFERRED`, as far as it goes. */
export function deferral(c: Pick<KeyConstraint, 'deferrable' | 'initiallyDeferred'>): string {
  return `${c.deferrable ? ' DEFERRABLE' : ''}${c.initiallyDeferred ? ' INITIALLY DEFERRED' : ''}`
}

function keyStep(table: Table, key: KeyConstraint): DdlStep {
  const kind = key === table.primaryKey ? 'PRIMARY KEY' : 'UNIQUE'
  const together = key.nullsNotDistinct ? ' NULLS NOT DISTINCT' : ''
  const what = isPartitioned(table) ? `${kind}${together} ${keyTail(key)}` : `${kind} USING INDEX ${quote(key.name)}`
  const add = `ALTER TABLE ${qualified(table.name)} ADD CONSTRAINT ${quote(key.name)} ${what}${deferral(key)}`
  const comment = commentOn(`CONSTRAINT ${quote(key.name)} ON ${qualified(table.name)}`, key.comment)
  return {
    sql: [add, ...comment].join(';\n'),
    why: 'its index is built',
    object: `${kind.toLowerCase()} ${stepName(table.name)}.${key.name}`,
    exists: constraintExists(table.name, key.name),
    parallel: true,
  }
}

function uncheckedSteps(table: Table): DdlStep[] {
  const filled = table.columns.filter(isUnchecked).map((c) => ({
    sql: addUnchecked(table.name, c),
    why: 'not valid for older rows in the source either',
    object: `not null ${stepName(table.name)}.${c.name}`,
    exists: constraintExists(table.name, notNullName(table.name, c)),
    parallel: true,
  }))
  const checks = table.checks
    .filter((c) => c.notValid)
    .map((c) => ({
      sql: withinPath(table.name.schema, `ALTER TABLE ${qualified(table.name)} ADD ${checkClause(c)} NOT VALID`),
      why: 'not valid for older rows in the source either',
      object: `check ${stepName(table.name)}.${c.name}`,
      exists: constraintExists(table.name, c.name),
      parallel: true,
    }))
  return [...filled, ...checks]
}

function stampStep(table: Table): DdlStep[] {
  const columns = table.columns.filter((c) => c.onUpdateNow)
  if (columns.length === 0) return []
  const name = nowTriggerName(table.name, columns)
  const exists = `SELECT 1 AS there FROM pg_trigger WHERE tgrelid = to_regclass(${nameLiteral(table.name)}) AND tgname = ${textLiteral(name)}`
  return [
    {
      sql: nowTriggerSql(table, columns),
      why: 'ON UPDATE CURRENT_TIMESTAMP',
      object: `trigger ${stepName(table.name)}.${name}`,
      exists,
      parallel: true,
    },
  ]
}

function commentStep(table: Table): DdlStep[] {
  const own = qualified(table.name)
  const statements = [
    ...commentOn(`TABLE ${own}`, table.comment),
    ...table.columns.flatMap((c) => commentOn(`COLUMN ${own}.${quote(c.name)}`, c.comment)),
    ...table.checks.flatMap((c) => (c.inherited ? [] : commentOn(`CONSTRAINT ${quote(c.name)} ON ${own}`, c.comment))),
    ...notNullComments(table),
  ]
  if (statements.length === 0) return []
  return [
    {
      sql: statements.join(';\n'),
      why: 'they say what things mean',
      object: `comments ${stepName(table.name)}`,
      parallel: true,
    },
  ]
}

/** Keys from their indexes, checks that are not valid, triggers, comments. */
export function constraintSteps(table: Table): DdlStep[] {
  return [
    ...keysOf(table).map((k) => keyStep(table, k)),
    ...uncheckedSteps(table),
    ...stampStep(table),
    ...commentStep(table),
    ...traitStep(table),
  ]
}
