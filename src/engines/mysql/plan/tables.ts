/** One table: all its changes in one ALTER TABLE, with the way in which the server will go. */
import type { Hazard, Step } from '../../../core/change.ts'
import type { Column, KeyConstraint } from '../../../core/schema.ts'
import { quote } from '../literal.ts'
import { tableSql } from '../table-name.ts'
import { COPY, type Cost, combine, type Way } from './algorithm.ts'
import { checkChanges, checkClauses } from './checks.ts'
import { type ColumnChange, columnChanges, columnClauses } from './columns.ts'
import { columnCost } from './cost-columns.ts'
import { checkCost, indexCosts, keyCost, optionCosts } from './cost-parts.ts'
import { type Parts, virtualCosts } from './cost-virtual.ts'
import { checkHazards, columnHazards, keyHazards, optionHazards, wayHazards } from './hazards.ts'
import { indexChanges, indexClause, type KeyChange, primaryKeySql } from './indexes.ts'
import { type Planning, step, type TableChange } from './names.ts'
import { optionClauses, versionClauses } from './options.ts'
import { partitionPlan } from './partitions.ts'
import { possible } from './refusals.ts'

/** The statements that make the table, which goes by its new name already, what it shall be; foreign keys apart. */
export function alterSteps(p: Planning, change: TableChange): Step[] {
  const columns = possible(p, change, columnChanges(change))
  const parts: Parts = {
    columns,
    indexes: indexChanges(p, change, columns),
    key: keyChange(change),
    checks: checkChanges(p, change, columns),
  }
  const partitions = partitionPlan(p, change)
  const clauses = allClauses(p, change, parts)
  const main =
    clauses.length === 0 && partitions.inline === undefined
      ? []
      : [mainStep(p, change, parts, clauses, partitions.inline)]
  return [...main, ...partitions.steps, ...fillSteps(change, columns)]
}

function keyChange({ edits }: TableChange): KeyChange | null {
  const edit = edits.find((e) => e.part === 'primary key')
  return edit === undefined ? null : { from: edit.from as KeyConstraint | null, to: edit.to as KeyConstraint | null }
}

/** What goes first: a period is dropped before its columns, and added after them. */
function allClauses(p: Planning, change: TableChange, parts: Parts): string[] {
  const version = versionClauses(change)
  const drops = parts.indexes.filter((c) => c.kind === 'drop')
  const others = parts.indexes.filter((c) => c.kind !== 'drop')
  return [
    ...version.drops,
    ...drops.map((c) => indexClause(p, change.to, c)),
    ...(parts.key?.from ? ['DROP PRIMARY KEY'] : []),
    ...parts.columns.flatMap((c) => columnClauses(p, change, c)),
    ...(parts.key?.to ? [`ADD ${primaryKeySql(parts.key.to)}`] : []),
    ...version.adds,
    ...others.map((c) => indexClause(p, change.to, c)),
    ...parts.checks.flatMap((c) => checkClauses(p, c)),
    ...optionClauses(p, change),
  ]
}

function mainStep(
  p: Planning,
  change: TableChange,
  parts: Parts,
  clauses: readonly string[],
  partitioning: string | undefined,
): Step {
  const { from, to } = change
  const unread = combine(p.features, from, costs(p, change, parts))
  const reads = unread.level < COPY.level && mustRead(p, change, parts.columns)
  const way = reads ? combine(p.features, from, [COPY]) : unread
  const list = [...clauses, ...(reads ? ['ALGORITHM=COPY'] : onlineClauses(p, way, partitioning))]
  const alter = `ALTER TABLE ${tableSql(to.name)}${list.length === 0 ? '' : ` ${list.join(',\n  ')}`}${partitioning === undefined ? '' : `\n${partitioning}`}`
  // The past of the rows is altered with them, which must be said.
  const versioned = from.options.system_versioning !== undefined
  const sql = versioned ? `SET STATEMENT system_versioning_alter_history = KEEP FOR ${alter}` : alter
  return step(sql, whyOf(parts, clauses.length), `table ${to.name.name}`, {
    hazards: hazardsOf(change, parts, way),
    algorithm: way.name,
  })
}

/** MariaDB writes a check of a column down without a look at the rows, unless it copies them. */
function mustRead(p: Planning, { edits }: TableChange, columns: readonly ColumnChange[]): boolean {
  if (!p.features.mariadb) return false
  const checked = new Set(edits.flatMap((e) => (e.part === 'check' && e.to?.column !== undefined ? [e.to.column] : [])))
  return columns.some(
    (c) => c.from !== null && c.to !== null && !c.anew && (checked.has(c.to.name) || becomesJson(c.from, c.to)),
  )
}

const becomesJson = (from: Column, to: Column): boolean =>
  to.type.logical.kind === 'json' && from.type.logical.kind !== 'json'

function whyOf({ columns, indexes, checks, key }: Parts, clauses: number): string {
  const count = (n: number, one: string, many: string) => (n === 0 ? [] : [n === 1 ? `1 ${one}` : `${n} ${many}`])
  const told = [
    ...count(columns.length, 'column', 'columns'),
    ...count(indexes.length + (key === null ? 0 : 1), 'key or index', 'keys and indexes'),
    ...count(checks.length, 'check', 'checks'),
  ]
  const all = told.length === 0 ? 'options of the table' : told.join(', ')
  return clauses > 1 ? `${all}, in one pass over the table` : all
}

function costs(p: Planning, change: TableChange, parts: Parts): Cost[] {
  const { from, to } = change
  return [
    ...parts.columns.map((c) => columnCost(p.features, from, c)),
    ...indexCosts(p.features, from, to, parts.indexes),
    ...keyCost(from, parts.key),
    ...parts.checks.map((c) => checkCost(p.features, c)),
    ...optionCosts(p, change),
    ...virtualCosts(p.features, change, parts),
  ]
}

/** Under --online the server is told to refuse rather than to let others wait. */
function onlineClauses(p: Planning, way: Way, partitioning: string | undefined): string[] {
  if (!p.online || way.name === undefined || way.locks || partitioning !== undefined) return []
  const lock = way.name === 'INSTANT' ? [] : ['LOCK=NONE']
  return [`ALGORITHM=${way.name}`, ...lock]
}

function hazardsOf(change: TableChange, parts: Parts, way: Way): Hazard[] {
  return [
    ...parts.columns.flatMap((c) => columnHazards(change.from, c)),
    ...keyHazards(change, parts.columns, parts.indexes, parts.key),
    ...checkHazards(change, parts.checks),
    ...optionHazards(change),
    ...wayHazards(change, way),
  ]
}

/** A virtual column that becomes a plain one gets the values that it was computed to. */
function fillSteps({ to }: TableChange, columns: readonly ColumnChange[]): Step[] {
  const filled = columns.filter((c) => c.anew && c.to?.generated === undefined && c.from?.generated !== undefined)
  return filled.map((c) => {
    const name = c.to?.name ?? ''
    return step(
      `UPDATE ${tableSql(to.name)} SET ${quote(name)} = ${c.from?.generated?.expression}`,
      'the values that it was computed to',
      `values of ${to.name.name}.${name}`,
    )
  })
}
