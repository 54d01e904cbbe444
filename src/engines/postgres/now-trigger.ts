/**
 * MySQL's ON UPDATE CURRENT_TIMESTAMP as a trigger: a row that really changes gets the current moment in the column, unless the
 * statement sets the column itself. Comparing rows bytewise (*<>) works for types without equality, such as json.
 */
import type { Column, LogicalType, ObjectName, Table } from '../../core/schema.ts'
import { fittingName, qualified, quote } from './names.ts'

function moment(logical: LogicalType): string {
  return logical.kind === 'date' ? 'CURRENT_DATE' : logical.kind === 'time' ? 'LOCALTIME' : 'CURRENT_TIMESTAMP'
}

type Stamped = Pick<Column, 'name' | 'type'>

function body(columns: readonly Stamped[]): string {
  const lines = columns.map((c) => {
    const name = quote(c.name)
    return `    IF NEW.${name} IS NOT DISTINCT FROM OLD.${name} THEN NEW.${name} := ${moment(c.type.logical)}; END IF;`
  })
  return ['', 'BEGIN', '  IF NEW *<> OLD THEN', ...lines, '  END IF;', '  RETURN NEW;', 'END', ''].join('\n')
}

/** Name of the trigger and of its function. */
export function nowTriggerName(table: ObjectName, columns: readonly Stamped[]): string {
  return fittingName(`${table.name}_${columns.map((c) => c.name).join('_')}_now`)
}

/** Statements that make function and trigger. */
export function nowTriggerSql(table: Table, columns: readonly Stamped[]): string {
  const name = nowTriggerName(table.name, columns)
  const made = qualified({ schema: table.name.schema, name })
  return [
    `CREATE OR REPLACE FUNCTION ${made}() RETURNS trigger LANGUAGE plpgsql AS $now$${body(columns)}$now$`,
    `CREATE TRIGGER ${quote(name)} BEFORE UPDATE ON ${qualified(table.name)} FOR EACH ROW EXECUTE FUNCTION ${made}()`,
  ].join(';\n')
}

/** The columns that a trigger function of this very text stamps; [] for any other function. */
export function stampedColumns(source: string, columns: readonly Stamped[]): string[] {
  const named = new Set([...source.matchAll(/^ {4}IF NEW\.("(?:[^"]|"")*") IS/gm)].map((m) => m[1]))
  const stamped = columns.filter((c) => named.has(quote(c.name)))
  return stamped.length > 0 && body(stamped) === source ? stamped.map((c) => c.name) : []
}
