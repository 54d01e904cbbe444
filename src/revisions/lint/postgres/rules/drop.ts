/** Rules about what is deleted, with what is in it. */
import { as, namesOf, objectName, shown, tableName } from '../node.ts'
import { at, existing, rule } from '../postgres-rule.ts'
import type { PostgresStatement } from '../read.ts'

const dropColumn = rule({
  code: 'drop-column',
  severity: 'error',
  title: 'A column is dropped',
  why: 'Its values are gone, and every program that still names the column fails from this moment on: also those that select all columns by a list that they cached. Views and functions that use it hinder the statement, or go with it under CASCADE. The statement itself is quick; it takes an ACCESS EXCLUSIVE lock.',
  safe: 'First release programs that do not read or write the column any more, then drop it in a later release, and say so:\n\n```sql\n-- naru:ignore drop-column not read since 4.2\nALTER TABLE orders DROP COLUMN fax;\n```',
  check(s) {
    return existing(s, 'AT_DropColumn').map((a) =>
      at(a, `column ${shown(a.table)}.${a.cmd.name} is dropped with its values; programs that name it fail`),
    )
  },
})

/** Names that DROP names, as far as they are no earlier work of the script. */
function droppedNames(s: PostgresStatement, ...types: readonly string[]) {
  const drop = as(s.node, 'DropStmt')
  if (drop?.removeType === undefined || !types.includes(drop.removeType)) return []
  const names = (drop.objects ?? []).map((o) => objectName(namesOf(as(o, 'List')?.items)))
  return names.filter((name) => !s.known.isNew(name))
}

const dropTable = rule({
  code: 'drop-table',
  severity: 'error',
  title: 'A table is dropped',
  why: 'Its rows are gone, and every program that still uses the table fails. DROP TABLE takes an ACCESS EXCLUSIVE lock on it, and on tables that its foreign keys point to.',
  safe: 'Release programs that do not use the table, drop its foreign keys, wait, keep a copy, then drop it.\n\n```sql\n-- naru:ignore drop-table exported on 2026-03-01, no reader since 4.2\nDROP TABLE fax_numbers;\n```',
  check: (s) =>
    droppedNames(s, 'OBJECT_TABLE', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE').map((table) => ({
      message: `table ${shown(table)} is dropped with its rows; programs that use it fail`,
      table,
    })),
})

const dropView = rule({
  code: 'drop-view',
  severity: 'warning',
  title: 'A view is dropped',
  why: 'Every program that reads the view fails from this moment on. Its privileges are gone too: a view that is made again by the same name must be granted again.',
  safe: "Change it in place where columns only join at the end (CREATE OR REPLACE VIEW); otherwise make a view of a new name first.\n\n```sql\nCREATE OR REPLACE VIEW open_orders AS SELECT id, total, placed FROM orders WHERE state = 'open';\n```",
  check: (s) =>
    droppedNames(s, 'OBJECT_VIEW').map((view) => ({
      message: `${shown(view)} is dropped with its privileges; programs that read it fail`,
    })),
})

const dropSchema = rule({
  code: 'drop-schema',
  severity: 'error',
  title: 'A schema or a database is dropped',
  why: 'All that is in it is gone; nothing brings it back but a backup. DROP DATABASE cannot be rolled back at all.',
  safe: 'Not in a migration. Take a dump first, and do it by hand:\n\n```sql\nREVOKE CONNECT ON DATABASE old_shop FROM PUBLIC;\n```',
  check(s) {
    const database = as(s.node, 'DropdbStmt')?.dbname
    if (database !== undefined) return [{ message: `the database ${database} is deleted with all that is in it` }]
    const drop = as(s.node, 'DropStmt')
    if (drop?.removeType !== 'OBJECT_SCHEMA') return []
    const names = (drop.objects ?? []).map((o) => as(o, 'String')?.sval ?? '')
    return [{ message: `${names.join(', ')}: the schema is dropped, with CASCADE all that is in it` }]
  },
})

const dropCascade = rule({
  code: 'drop-cascade',
  severity: 'error',
  title: 'CASCADE drops what the statement does not name',
  why: 'CASCADE drops everything that depends on the object: views, foreign keys of other tables, columns, functions. What that is depends on the database at that moment; the server tells it only in notices.',
  safe: 'Leave CASCADE away: the server refuses and lists what depends on the object. Drop those by name first.\n\n```sql\nDROP VIEW customer_report;\nDROP TABLE customers;\n```',
  check(s) {
    const drop = as(s.node, 'DropStmt')
    const all = drop?.behavior === 'DROP_CASCADE' && drop.removeType !== 'OBJECT_SCHEMA'
    const names = (drop?.objects ?? []).map((o) => objectName(namesOf(as(o, 'List')?.items)))
    const whole = all && !(names.length > 0 && names.every((n) => s.known.isNew(n)))
    const part = existing(s, 'AT_DropColumn', 'AT_DropConstraint').filter((a) => a.cmd.behavior === 'DROP_CASCADE')
    return [
      ...(whole ? [{ message: 'CASCADE drops whatever depends on it, which the script does not say' }] : []),
      ...part.map((a) =>
        at(a, `CASCADE drops whatever depends on ${shown(a.table)}.${a.cmd.name}, which the script does not say`),
      ),
    ]
  },
})

const truncate = rule({
  code: 'truncate',
  severity: 'error',
  title: 'TRUNCATE empties a table',
  why: 'All rows are gone at once, without WHERE and without DELETE triggers, under an ACCESS EXCLUSIVE lock; CASCADE empties every table that points to it by a foreign key too. Snapshots that began earlier see the table empty.',
  safe: 'Delete what is not needed in portions.\n\n```sql\nDELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expired < now() LIMIT 10000);\n```',
  check(s) {
    const statement = as(s.node, 'TruncateStmt')
    const tables = (statement?.relations ?? []).map((r) => tableName(as(r, 'RangeVar')))
    const more = statement?.behavior === 'DROP_CASCADE' ? ', and every table whose foreign keys point to it' : ''
    return tables
      .filter((table) => !s.known.isNew(table))
      .map((table) => ({ message: `${shown(table)} is emptied${more}`, table }))
  },
})

export const DROP = [dropColumn, dropTable, dropView, dropSchema, dropCascade, truncate]
