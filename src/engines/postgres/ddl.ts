/** Statements that build what a schema describes, phase by phase. */

import type { Ddl } from '../../core/engine.ts'
import type { ObjectName } from '../../core/schema.ts'
import { stepName } from '../../core/schema.ts'
import { accessSteps } from './ddl-access.ts'
import { beforeSteps } from './ddl-before.ts'
import { constraintSteps } from './ddl-constraint.ts'
import { counterSteps } from './ddl-counter.ts'
import { foreignKeySteps } from './ddl-foreign-key.ts'
import { indexSteps } from './ddl-index.ts'
import { objectSql } from './ddl-object.ts'
import { tableSteps } from './ddl-table.ts'
import { dollar, nameLiteral } from './ddl-text.ts'
import { qualified } from './names.ts'

/** Foreign keys that point to the table go first, so that tables can go in any order; views on it make the statement fail. */
function dropSql(table: ObjectName): string {
  const body = `
DECLARE f record;
BEGIN
  FOR f IN SELECT conrelid::regclass AS owner, conname FROM pg_constraint
    WHERE contype = 'f' AND conparentid = 0 AND confrelid = to_regclass(${nameLiteral(table)}) AND conrelid <> confrelid LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', f.owner, f.conname);
  END LOOP;
END
`
  return `DO ${dollar(body)};\nDROP TABLE IF EXISTS ${qualified(table)}`
}

/**
 * TRUNCATE is refused where a foreign key points to the table, and with CASCADE it would empty tables that nobody named. There rows are
 * deleted with foreign keys and triggers off; a user who may not switch them off gets an error.
 */
function truncateSql(table: ObjectName): string {
  const body = `
BEGIN
  IF EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = to_regclass(${nameLiteral(table)}) AND conrelid <> confrelid) THEN
    SET LOCAL session_replication_role = replica;
    DELETE FROM ${qualified(table)};
  ELSE
    TRUNCATE TABLE ${qualified(table)};
  END IF;
END
`
  return `DO ${dollar(body)}`
}

export const ddl: Ddl = {
  before: beforeSteps,
  table: tableSteps,
  indexes: indexSteps,
  constraints: constraintSteps,
  foreignKeys: foreignKeySteps,
  object: objectSql,
  access: accessSteps,
  counter: counterSteps,
  after: (table) => [
    {
      sql: `ANALYZE ${qualified(table.name)}`,
      why: 'the planner knows the rows',
      object: `statistics ${stepName(table.name)}`,
      parallel: true,
    },
  ],
  drop: dropSql,
  truncate: truncateSql,
}
