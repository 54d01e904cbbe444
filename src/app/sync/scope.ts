/** The scope of a job: which columns hold the parent of a row, on the source and on the target. */
import { NaruError } from '../../core/error.ts'
import type { TablePlan } from '../../core/plan.ts'
import { type Column, displayName, type ObjectName, type Table } from '../../core/schema.ts'
import type { ColumnRef, TableRef } from '../../transfer/columns.ts'
import type { Transfer } from '../../transfer/define.ts'

/** Columns that hold a row's parent. */
export interface Scope {
  /** Of the source. */
  readonly from: Column
  /** Of the transfer's own table on the target. */
  readonly to: Column
}

/** How the parents of a further table's rows are found: it has the column itself, or refers to the transfer's own table. */
export interface WayUp {
  readonly column: string
  /** The column of the transfer's own table that it refers to; null: it holds the parent. */
  readonly through: string | null
}

const NOTHING = { state: 'nothing was changed' } as const

function isTable(ref: TableRef, table: ObjectName): boolean {
  return (
    ref.name === table.name && (ref.schema === undefined || table.schema === undefined || ref.schema === table.schema)
  )
}

/** The column of a table that refers to that one. */
function referring(table: Table, scope: ColumnRef): string | undefined {
  const found = table.foreignKeys.find(
    (f) => f.columns.length === 1 && isTable(scope.table, f.references) && f.referencedColumns[0] === scope.column,
  )
  return found?.columns[0]
}

/** The column itself where the scope names the table, else the one that refers to it. */
function childColumn(table: Table, scope: ColumnRef): string | undefined {
  return isTable(scope.table, table.name) ? scope.column : referring(table, scope)
}

/** Source column → column of the target that takes it as it is. */
function carried(plan: TablePlan): ReadonlyMap<string, string> {
  const { stage } = plan
  const plain = (stage?.fields ?? []).flatMap((step, i) => {
    const read = step.kind === 'field' ? stage?.read[step.at] : undefined
    return read === undefined || read.expression !== undefined
      ? []
      : [[read.name, plan.columns[i].target.name] as const]
  })
  return new Map(plain)
}

/** Finds the columns. `plan`: of the transfer's own table. Throws CONFIG_INVALID, COLUMN_MISSING. */
export function scopeOf(job: string, scope: ColumnRef, transfer: Transfer, plan: TablePlan): Scope {
  const { source, target } = plan
  const taken = carried(plan)
  const onTarget = scope.table.database === transfer.to.database && scope.table.database !== transfer.from.database
  if (!onTarget && scope.table.database !== transfer.from.database) throw foreign(job, scope, transfer)
  const there = onTarget ? childColumn(target, scope) : undefined
  const byTarget = [...taken].find(([, to]) => to === there)?.[0]
  const from = onTarget ? (byTarget ?? (transfer.row === undefined ? undefined : there)) : childColumn(source, scope)
  const fromColumn = source.columns.find((c) => c.name === from)
  if (fromColumn === undefined) throw noColumn(job, scope, onTarget && there === undefined ? target : source)
  const to = there ?? taken.get(fromColumn.name) ?? (transfer.row === undefined ? undefined : fromColumn.name)
  const toColumn = plan.columns.find((c) => c.target.name === to)?.target
  if (toColumn === undefined) throw noColumn(job, scope, target)
  const { kind } = fromColumn.type.logical
  if (kind !== 'int' && kind !== 'text' && kind !== 'uuid') throw unfit(job, fromColumn)
  return { from: fromColumn, to: toColumn }
}

/** How rows of a table lead to their parents; null: not at all. */
export function wayUp(scope: Scope, main: TablePlan, plan: TablePlan): WayUp | null {
  if (plan.label === main.label) return { column: scope.to.name, through: null }
  const above = main.target.foreignKeys.find((f) => f.columns.length === 1 && f.columns[0] === scope.to.name)
  const own = plan.target.foreignKeys.find(
    (f) => above !== undefined && f.columns.length === 1 && displayName(f.references) === displayName(above.references),
  )
  if (own !== undefined) return { column: own.columns[0], through: null }
  const between = plan.target.foreignKeys.find(
    (f) => f.columns.length === 1 && displayName(f.references) === displayName(main.target.name),
  )
  return between === undefined ? null : { column: between.columns[0], through: between.referencedColumns[0] }
}

function named(scope: ColumnRef): string {
  return `${displayName(scope.table)}.${scope.column}`
}

function noColumn(job: string, scope: ColumnRef, table: Table): NaruError {
  return new NaruError('CONFIG_INVALID', `${job}: the parents of ${displayName(table.name)} are not to be found`, {
    why: `no foreign key of one column leads to ${named(scope)}, and its value is not carried as it is`,
    hint: "Name the column of the source's own table as scope, such as scope: legacy.comments.post_id.",
    ...NOTHING,
  })
}

function foreign(job: string, scope: ColumnRef, { name }: Transfer): NaruError {
  return new NaruError('CONFIG_INVALID', `${job}: ${named(scope)} is in neither database of ${name}`, {
    hint: 'scope names a column of the source or of the target.',
    ...NOTHING,
  })
}

function unfit(job: string, column: Column): NaruError {
  return new NaruError('CONFIG_INVALID', `${job}: rows cannot be read by ${column.name}`, {
    why: `its type is ${column.type.native}; parents are told by integers, texts or uuids`,
    ...NOTHING,
  })
}
