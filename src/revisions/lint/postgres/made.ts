/** Tables that a script made, and what it proved of others. */
import type { Constraint, Node, RangeVar } from 'libpg-query'
import type { ObjectName } from '../../../core/schema.ts'
import { as, memberKey, namesOf, tableKey, tableName } from './node.ts'

/** Numbers of the statements between which a name means a table of the script. */
interface Life {
  readonly born: number
  gone: number
}

/** Names → number of the statement that proved it. */
export interface TableMemory {
  readonly made: Map<string, readonly Life[]>
  /** CHECK (column IS NOT NULL) by name of the constraint → column. */
  readonly checks: Map<string, string>
  readonly notNull: Map<string, number>
  readonly checked: Map<string, number>
}

/** Whether a statement before this one made the table. */
export function newTables(m: TableMemory, table: ObjectName, now: number): boolean {
  return (m.made.get(tableKey(table)) ?? []).some(({ born, gone }) => born < now && now <= gone)
}

function bear(m: TableMemory, table: ObjectName, born: number): void {
  m.made.set(tableKey(table), [...(m.made.get(tableKey(table)) ?? []), { born, gone: Number.POSITIVE_INFINITY }])
}

function madeBy(node: Node): RangeVar | undefined {
  return (
    as(node, 'CreateStmt')?.relation ??
    as(node, 'CreateTableAsStmt')?.into?.rel ??
    as(node, 'ViewStmt')?.view ??
    as(node, 'CreateForeignTableStmt')?.base?.relation ??
    as(node, 'SelectStmt')?.intoClause?.rel
  )
}

function learnMade(m: TableMemory, node: Node, now: number): void {
  const made = madeBy(node)
  if (made !== undefined && as(node, 'ViewStmt')?.replace !== true) bear(m, tableName(made), now)
  const rename = as(node, 'RenameStmt')
  if (rename?.renameType !== 'OBJECT_TABLE' || rename.newname === undefined) return
  const table = tableName(rename.relation)
  if (!newTables(m, table, now)) return
  bear(m, { ...table, name: rename.newname }, now)
  for (const life of m.made.get(tableKey(table)) ?? []) life.gone = Math.min(life.gone, now)
}

/** The column of `CHECK (column IS NOT NULL)`. */
function notNullColumn(constraint: Constraint): string | undefined {
  const test = as(constraint.raw_expr, 'NullTest')
  if (constraint.contype !== 'CONSTR_CHECK' || test?.nulltesttype !== 'IS_NOT_NULL') return undefined
  return namesOf(as(test.arg, 'ColumnRef')?.fields).at(-1)
}

function learnConstraint(m: TableMemory, table: ObjectName, constraint: Constraint, now: number): void {
  if (constraint.contype === 'CONSTR_CHECK') m.checked.set(tableKey(table), now)
  const column = notNullColumn(constraint)
  if (column === undefined) return
  if (constraint.skip_validation !== true) m.notNull.set(memberKey(table, column), now)
  else if (constraint.conname !== undefined) m.checks.set(memberKey(table, constraint.conname), column)
}

/** Takes in what the statement makes and proves. */
export function learnTables(m: TableMemory, node: Node, now: number): void {
  learnMade(m, node, now)
  const alter = as(node, 'AlterTableStmt')
  const table = tableName(alter?.relation)
  for (const each of alter?.cmds ?? []) {
    const cmd = as(each, 'AlterTableCmd')
    const constraint = as(cmd?.def, 'Constraint')
    if (constraint !== undefined) learnConstraint(m, table, constraint, now)
    if (cmd?.subtype !== 'AT_ValidateConstraint') continue
    const column = m.checks.get(memberKey(table, cmd.name ?? ''))
    if (column !== undefined) m.notNull.set(memberKey(table, column), now)
  }
}
