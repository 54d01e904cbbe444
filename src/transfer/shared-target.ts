/** Which rows of a target table a mapping has to answer for, where others may have written to it as well. */
import type { Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import { displayName, type ObjectName } from '../core/schema.ts'
import type { TableRef } from './columns.ts'
import type { Transfer } from './define.ts'

/** Transfers that are compared, and those of the same configuration that may write to the same tables. */
export interface Writers {
  readonly transfers: readonly Transfer[]
  readonly others: readonly Transfer[]
  readonly wanted: ReadonlySet<string>
}

/** A plan whose extra rows are drift as far as it answers for them. */
export interface Answering {
  readonly plan: TablePlan
  /** The mapping's own name. */
  readonly transfer: Transfer
  /** Nobody else fills the table. */
  readonly alone: boolean
  readonly note: string | null
  /** Only a part of its rows is looked at. */
  readonly part?: boolean
}

const NEW_KEY = -1

function means(ref: TableRef, name: ObjectName): boolean {
  return ref.name === name.name && (ref.schema === undefined || name.schema === undefined || ref.schema === name.schema)
}

/** All transfers that write to a table. */
export function writersOf(w: Writers, table: ObjectName): Transfer[] {
  return [...w.transfers, ...w.others].filter((t) => [t.to, ...t.into].some((ref) => means(ref, table)))
}

/** Whether a transfer found its table empty, or emptied it. */
function owns(t: Transfer): boolean {
  return (t.write === 'insert' || t.write === 'replace') && t.match === undefined
}

/** The transfer that a plan comes from. */
function transferOf(w: Writers, plan: TablePlan): Transfer {
  const found = w.transfers.find((t) => t.name === (plan.of ?? plan.label))
  if (found === undefined) throw new NaruError('INTERNAL', `${plan.label} is no transfer's`)
  return found
}

/** The value of a provenance column that only rows of this plan's transfer have; null where nothing tells them apart. */
export function ownOrigin(w: Writers, plan: TablePlan): { readonly column: string; readonly value: string } | null {
  const transfer = transferOf(w, plan)
  const twins = writersOf(w, plan.target.name).filter((t) => t.from.database === transfer.from.database)
  if (transfer.provenance === undefined || twins.length !== 1 || plan.label !== transfer.name) return null
  return { column: transfer.provenance, value: transfer.from.database }
}

/** Bounds a plan to the rows that its transfer answers for: all of them, those that its id map or its origin column names, or those it makes. */
export function answering(w: Writers, all: CopyPlan, plan: TablePlan, d: Dialect): Answering {
  const transfer = transferOf(w, plan)
  const writers = writersOf(w, plan.target.name)
  if (writers.length === 1 && owns(transfer)) return { plan: whole(plan), transfer, alone: true, note: null }
  const table = displayName(plan.target.name)
  const ids = all.tables.find((t) => t.label === `keys of ${transfer.name}`)
  const key = plan.target.primaryKey?.columns[0]
  if (ids !== undefined && plan.label === transfer.name && key !== undefined) {
    const fresh = ids.target.columns.at(NEW_KEY)?.name ?? key
    const where = `${d.quote(key)} IN (SELECT ${d.quote(fresh)} FROM ${d.table(ids.target.name)})`
    const note = `of ${table} only rows with numbers that ${transfer.name} gave: others may write to it`
    return { plan: { ...whole(plan), targetWhere: where }, transfer, alone: false, note }
  }
  const origin = ownOrigin(w, plan)
  if (origin !== null) {
    const where = `${d.quote(origin.column)} = ${d.literal(origin.value)}`
    const note = `of ${table} only rows with ${origin.column} ${origin.value}: others may write to it`
    return { plan: { ...whole(plan), targetWhere: where }, transfer, alone: false, note }
  }
  return { plan: { ...plan, action: 'append' }, transfer, alone: false, note: null }
}

function whole(plan: TablePlan): TablePlan {
  return { ...plan, action: 'truncate' }
}

/** Tables that several of the plans fill, and nobody else: every row of theirs must be one of the mappings'. */
export function filledTogether(w: Writers, all: readonly Answering[]): Answering[][] {
  const groups = new Map<string, Answering[]>()
  for (const a of all) {
    const name = displayName(a.plan.target.name)
    groups.set(name, [...(groups.get(name) ?? []), a])
  }
  return [...groups.values()].filter((group) => {
    const writers = writersOf(w, group[0].plan.target.name)
    const known = new Set(group.map((a) => a.transfer))
    return group.every((a) => !a.alone && a.part !== true) && writers.every((t) => known.has(t) && owns(t))
  })
}
