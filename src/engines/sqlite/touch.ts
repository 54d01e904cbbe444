/** ON UPDATE CURRENT_TIMESTAMP of MySQL as a trigger: how it is written, and how it is known again. */
import type { Column, Table } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'

/** The trigger's name. */
export function touchName(table: Table, column: Column): string {
  return `${table.name.name}_${column.name}_touch`
}

const VALUE: Readonly<Record<string, string>> = { date: 'CURRENT_DATE', time: 'CURRENT_TIME' }

/**
 * Sets the column to the current moment where an UPDATE left it as it was. It does not fire on its own UPDATE, whatever
 * `recursive_triggers` says: the value is the moment already.
 */
export function touchTrigger(table: Table, column: Column): string {
  const t = quote(table.name.name)
  const c = quote(column.name)
  const now = VALUE[column.type.logical.kind] ?? 'CURRENT_TIMESTAMP'
  return `CREATE TRIGGER ${quote(touchName(table, column))} AFTER UPDATE ON ${t} FOR EACH ROW WHEN NEW.${c} IS OLD.${c} AND NEW.${c} IS NOT ${now} BEGIN UPDATE ${t} SET ${c} = ${now} WHERE ${rowOf(table)}; END`
}

function rowOf(table: Table): string {
  const key = table.primaryKey?.columns ?? []
  if (key.length > 0) return key.map((name) => `${quote(name)} IS NEW.${quote(name)}`).join(' AND ')
  return 'rowid = NEW.rowid'
}

/** A query that yields a row where the trigger is there. */
export function touchExists(table: Table, column: Column): string {
  return `SELECT 1 AS one FROM sqlite_schema WHERE type = 'trigger' AND name = ${literal(touchName(table, column))}`
}

/** The column whose ON UPDATE a trigger of this text stands for, if any. */
export function touchedColumn(table: Table, trigger: { readonly sql: string | null }): Column | undefined {
  return table.columns.find((c) => touchTrigger(table, c) === trigger.sql)
}

/** Whether a trigger stands for a column's ON UPDATE CURRENT_TIMESTAMP and nothing else. */
export function isTouchTrigger(table: Table, trigger: { readonly sql: string | null }): boolean {
  return touchedColumn(table, trigger) !== undefined
}
