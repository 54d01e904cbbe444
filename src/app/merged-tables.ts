/** Tables whose rows are merged of several mappings, as they are compared: the mappings that decide a row, and which rows are looked at. */
import { mergedGroups } from '../copy/refresh.ts'
import type { Dialect, WireColumn } from '../core/engine.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import type { Transfer } from '../transfer/define.ts'
import { type Answering, type Writers, writersOf } from '../transfer/shared-target.ts'
import { sourcesOf } from '../transfer/steps.ts'
import type { TransferSet } from './transfer-set.ts'
import { allOf, ofTarget, partsSince } from './verify-columns.ts'

/** One table, and all mappings of the set that merge rows into it. */
export interface MergedTable {
  /** Of the mappings that are compared. */
  readonly label: string
  /** In the order in which they merge. */
  readonly plans: readonly TablePlan[]
  /** What is compared, as the target has it. */
  readonly columns: readonly WireColumn[]
  /** Null: all rows. Else those of keys that a row of these plans, or one of the target under this condition, has. */
  readonly selection: { readonly sources: readonly TablePlan[]; readonly target?: string } | null
  /** In the target's SQL, the rows that the mappings answer for; absent: all. */
  readonly own?: string
  /** Whether rows that no mapping made are drift. */
  readonly extras: boolean
  readonly notes: readonly string[]
}

/** The set with all transfers that have a say in the rows of those that are wanted. */
export function withMerging(set: TransferSet): TransferSet {
  const same = (a: Transfer, b: Transfer) => a.to.name === b.to.name && a.to.schema === b.to.schema
  const merging = set.transfers.filter((t) => t.match !== undefined && set.wanted.has(t.name))
  const more = set.transfers.filter((t) => t.match !== undefined && merging.some((m) => same(m, t)))
  return { ...set, wanted: new Set([...set.wanted, ...more.map((t) => t.name)]) }
}

/** Plans that merge rows into one table, each group in its order. */
export function mergingGroups(all: readonly Answering[]): TablePlan[][] {
  return mergedGroups(all.map((a) => a.plan).filter((t) => t.serial)).filter(isKeyed)
}

function isKeyed(group: readonly TablePlan[]): boolean {
  return group.every((t) => t.upsert?.key.every((name) => t.columns.some((c) => c.target.name === name)))
}

interface Input {
  readonly set: TransferSet
  readonly answering: readonly Answering[]
  readonly options: VerifyOptions
  /** By the plans' labels. */
  readonly where: ReadonlyMap<string, string>
  readonly targetWhere: ReadonlyMap<string, string>
  source(plan: TablePlan): Dialect
  readonly target: Dialect
}

/** A group as it is compared. `plans`: with the columns that are compared; `bare`: with all. */
export function mergedTable(
  i: Input,
  { plans, bare }: { readonly plans: readonly TablePlan[]; readonly bare: readonly TablePlan[] },
): MergedTable {
  const wanted = bare.filter((p) => i.set.wanted.has(transferName(p)))
  const names = new Set(plans.map(transferName))
  const alone = writersOf(i.set, plans[0].target.name).every((t) => names.has(t.name) && t.write !== 'append')
  const answers = i.answering.flatMap((a) => (bare.includes(a.plan) ? [a.plan.targetWhere] : []))
  const own = alone ? undefined : anyOf(answers)
  const foreign = foreignColumns(i.set, plans)
  return {
    label: wanted.map((p) => p.label).join(' and '),
    plans,
    columns: columnsOf(plans, new Set(foreign)),
    selection: selectionOf(i, wanted, wanted.length < plans.length),
    ...(own !== undefined && { own }),
    extras: alone || (own !== undefined && answers.every((where) => where !== undefined)),
    notes: notesOf(i.options, displayName(plans[0].target.name), foreign),
  }
}

function notesOf(o: VerifyOptions, table: string, foreign: readonly string[]): string[] {
  const others = `not compared: ${foreign.join(', ')}: transfers of another set merge rows into ${table}, too`
  return [
    ...(foreign.length === 0 ? [] : [others]),
    ...(o.sample === undefined ? [] : ['compared as a whole: what rows come to takes all of the sources']),
    ...(o.continue ? ['compared anew: of merged rows nothing is kept'] : []),
  ]
}

const transferName = (plan: TablePlan): string => plan.of ?? plan.label

/** Columns that merging transfers of other sets may have decided. */
function foreignColumns(w: Writers, plans: readonly TablePlan[]): string[] {
  const [{ target, upsert }] = plans
  const others = writersOf({ ...w, transfers: [] }, target.name).filter((t) => t.match !== undefined)
  const matched = new Set([...(upsert?.key ?? []), ...others.flatMap((t) => t.match ?? [])])
  const written = others.flatMap((t) => [
    ...sourcesOf(t).map(([name]) => name),
    ...(t.provenance === undefined ? [] : [t.provenance]),
    ...(t.row === undefined ? [] : target.columns.map((c) => c.name)),
  ])
  const own = new Set(plans.flatMap((p) => p.columns.map((c) => c.target.name)))
  return [...new Set(written)].filter((name) => own.has(name) && !matched.has(name))
}

/** A column is read in one form: all mappings give that of its type. */
function columnsOf(plans: readonly TablePlan[], foreign: ReadonlySet<string>): WireColumn[] {
  const columns = plans.flatMap((p) => p.columns).map((c) => ({ name: c.target.name, column: c.target, wire: c.wire }))
  const named = new Map(columns.map((c) => [c.name, c]))
  return [...named.values()].filter((c) => !foreign.has(c.name))
}

/**
 * Which keys --where, --target-where and --since leave. A row is what all rows of its key come to, so that it is compared whole where one of them, or
 * the row of the target, is meant.
 */
function selectionOf(i: Input, wanted: readonly TablePlan[], partial: boolean): MergedTable['selection'] {
  const parts = wanted.map((plan) => {
    const bare: TablePlan = { ...plan, targetWhere: undefined }
    const [since] = partsSince([bare], i.options, { source: i.source(plan), target: i.target })
    return {
      plan: since,
      isSince: since !== bare,
      where: i.where.get(plan.label),
      on: i.targetWhere.get(plan.label),
      answers: plan.targetWhere,
    }
  })
  const isSince = parts.some((p) => p.isSince)
  const [where, on] = [parts.filter((p) => p.where !== undefined), parts.filter((p) => p.on !== undefined)]
  if (!partial && !isSince && where.length === 0 && on.length === 0) return null
  const meant = where.length > 0 ? where : on.length > 0 ? [] : isSince ? parts.filter((p) => p.isSince) : parts
  const sources = meant.map((p) => ({ ...p.plan, where: allOf([p.plan.where, p.where]) }))
  const held = on.length > 0 ? on : where.length > 0 ? [] : meant
  const target = anyOf(held.map((p) => (on.length > 0 || isSince ? ofTarget(p.plan, p.on).targetWhere : p.answers)))
  return { sources, ...(target !== undefined && { target }) }
}

/** Predicates of which one must hold; undefined: none. */
function anyOf(predicates: readonly (string | undefined)[]): string | undefined {
  const some = [...new Set(predicates.filter((p) => p !== undefined))]
  return some.length === 0 ? undefined : some.map((p) => `(${p})`).join(' OR ')
}
