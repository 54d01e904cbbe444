/** Which rows of a set of transfers are compared: those that the options leave, and those of the target that the mappings answer for. */
import { merges } from '../copy/refresh.ts'
import type { Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import { displayName, type Table } from '../core/schema.ts'
import { suggest } from '../core/suggest.ts'
import { type Answering, answering } from '../transfer/shared-target.ts'
import { comparedMapping, withColumns } from '../verify/mapped.ts'
import { type MergedTable, mergedTable, mergingGroups } from './merged-tables.ts'
import type { OpenSet } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'
import { allOf, checkParts, comparedColumns, ofTarget, partsSince } from './verify-columns.ts'

/** How plans of id maps are called. */
const ID_MAP = 'keys of '

interface Compared {
  /** Mappings whose rows stay what they are. */
  readonly single: readonly Answering[]
  readonly merged: readonly MergedTable[]
}

/**
 * What is compared: mappings, each with what it answers for, and tables whose rows are merged. `plan`: with all that have a say in those.
 * Throws TABLE_MISSING where a transfer that numbers rows afresh has never been run, USAGE, COLUMN_MISSING for names that mean nothing here.
 */
export async function comparedMappings(
  set: TransferSet,
  plan: CopyPlan,
  open: OpenSet,
  options: VerifyOptions,
): Promise<Compared> {
  refuseNeverRun(set, plan)
  const tables = plan.tables.filter((t) => t.stage?.unless === undefined)
  const own = tables.filter((t) => set.wanted.has(t.of ?? t.label))
  const where = named(own, options.where, '--where')
  const targetWhere = named(own, options.targetWhere, '--target-where')
  for (const t of own) {
    const part = { where: where.get(t.label), targetWhere: targetWhere.get(t.label) }
    await checkParts({ source: open.sources[t.origin ?? 0], target: open.target }, t, part)
  }
  const target = open.target.engine.dialect
  const source = (t: TablePlan) => open.sources[t.origin ?? 0].engine.dialect
  const bare = tables.map((t) => answering(set, plan, comparedMapping(t), target))
  const groups = mergingGroups(bare)
  const together = new Set(groups.flat().map((p) => p.label))
  const found = bare.map((a) => {
    const { label } = a.plan
    if (together.has(label)) return a
    const part = { where: where.get(label), targetWhere: targetWhere.get(label) }
    return narrowed(a, part, options, { source: source(a.plan), target })
  })
  const plans = chosenColumns(
    found.map((a) => a.plan),
    options,
  )
  const all = found.map((a, i) => ({ ...a, plan: plans[i] }))
  const single = all.filter(({ plan: { label, of } }) => set.wanted.has(of ?? label) && !together.has(label))
  const merged = groups.map((group) =>
    mergedTable(
      { set, answering: bare, options, where, targetWhere, source, target },
      {
        plans: group.map((p) => plans[bare.findIndex((a) => a.plan === p)]),
        bare: group,
      },
    ),
  )
  return { single: single.map(toldAlone), merged }
}

/** Where what rows of several mappings come to is not compared, a note says what that means. */
function toldAlone(a: Answering, _: number, all: readonly Answering[]): Answering {
  const met = all.some((b) => b !== a && isSame(a.plan.target, b.plan.target))
  if (!merges(a.plan) || !met) return a
  const told =
    'its rows meet those of other mappings and were compared alone: what another one has written differs here'
  return { ...a, note: `${a.plan.label}: ${a.note === null ? told : `${told}; ${a.note}`}` }
}

function refuseNeverRun(set: TransferSet, plan: CopyPlan): void {
  const missing = plan.tables.find((t) => t.label.startsWith(ID_MAP) && t.action === 'create')
  if (missing === undefined) return
  const transfer = missing.label.slice(ID_MAP.length)
  throw new NaruError('TABLE_MISSING', `nothing is known of the numbers that ${transfer} gave its rows`, {
    why: `${displayName(missing.target.name)} is not on ${set.target.address.label}`,
    hint: `Run the transfers first: naru copy ${set.set}.`,
    state: 'nothing was changed',
  })
}

/** Predicates by plan: a transfer's name means its further tables too. */
function named(
  plans: readonly TablePlan[],
  predicates: Readonly<Record<string, string>> | undefined,
  flag: string,
): Map<string, string> {
  const found = new Map<string, string>()
  for (const [name, predicate] of Object.entries(predicates ?? {})) {
    const meant = plans.filter((p) => p.label === name || p.label.startsWith(`${name} → `))
    for (const p of meant) found.set(p.label, predicate)
    if (meant.length > 0) continue
    const names = plans.map((p) => p.label)
    const near = suggest(name, names)
    throw new NaruError('USAGE', `${flag} ${name}=…: there is no transfer ${name}`, {
      hint: near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`,
      state: 'nothing was changed',
    })
  }
  return found
}

/**
 * Of the rows of a mapping those of --where and --since. What others of the target come from, a condition on the source does not say;
 * one on the target does.
 */
function narrowed(
  a: Answering,
  { where, targetWhere }: { readonly where?: string; readonly targetWhere?: string },
  options: VerifyOptions,
  dialects: { readonly source: Dialect; readonly target: Dialect },
): Answering {
  const [plan] = partsSince([ofTarget(a.plan, targetWhere)], options, dialects)
  if (where === undefined) return { ...a, plan, part: plan !== a.plan }
  const narrow = { ...plan, where: allOf([plan.where, where]) }
  if (targetWhere !== undefined) return { ...a, plan: narrow, part: true }
  const note = `${plan.label}: only rows of the source with ${where}; what else the target holds was not counted`
  return {
    ...a,
    plan: { ...narrow, action: 'append' },
    note: a.note === null ? note : `${a.note}; ${note}`,
    part: true,
  }
}

function chosenColumns(plans: readonly TablePlan[], options: VerifyOptions): TablePlan[] {
  const narrowed = comparedColumns(
    plans.map((p) => ({ ...p, key: null })), // its key has the source's names
    options,
  )
  const out = plans.map((p, i) => {
    const kept = new Set(narrowed[i].columns)
    return p.columns.flatMap((c) => (kept.has(c) ? [] : [c.target.name]))
  })
  return plans.map((p) => {
    // Of rows that are merged a column is compared, or it is not: whichever mapping was named.
    const alike = plans.flatMap((o, i) =>
      o === p || (p.serial && o.serial && isSame(o.target, p.target)) ? out[i] : [],
    )
    return withColumns(p, new Set(p.columns.map((c) => c.target.name).filter((name) => !alike.includes(name))))
  })
}

function isSame(a: Table, b: Table): boolean {
  return displayName(a.name) === displayName(b.name)
}
