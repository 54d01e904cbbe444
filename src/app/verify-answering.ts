/** Which rows of a set of transfers are compared: those that the options leave, and those of the target that the mappings answer for. */
import type { Dialect } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { VerifyOptions } from '../core/options.ts'
import type { CopyPlan, TablePlan } from '../core/plan.ts'
import { displayName } from '../core/schema.ts'
import { suggest } from '../core/suggest.ts'
import { type Answering, answering } from '../transfer/shared-target.ts'
import { comparedMapping, withColumns } from '../verify/mapped.ts'
import type { OpenSet } from './transfer.ts'
import type { TransferSet } from './transfer-set.ts'
import { allOf, checkParts, comparedColumns, ofTarget, partsSince } from './verify-columns.ts'

/** How plans of id maps are called. */
const ID_MAP = 'keys of '

/**
 * The plans to compare, each with what it answers for. Throws TABLE_MISSING where a transfer that numbers rows afresh has never been run,
 * USAGE, COLUMN_MISSING for names that mean nothing here.
 */
export async function comparedMappings(
  set: TransferSet,
  plan: CopyPlan,
  open: OpenSet,
  options: VerifyOptions,
): Promise<Answering[]> {
  refuseNeverRun(set, plan)
  const own = plan.tables.filter((t) => t.stage?.unless === undefined)
  const asked = named(own, options.where, '--where')
  const ofTargets = named(own, options.targetWhere, '--target-where')
  for (const t of own) {
    const source = open.sources[t.origin ?? 0]
    await checkParts({ source, target: open.target }, t, {
      where: asked.get(t.label),
      targetWhere: ofTargets.get(t.label),
    })
  }
  const all = own.map((t) => {
    const found = answering(set, plan, comparedMapping(t), open.target.engine.dialect)
    const part = { where: asked.get(t.label), targetWhere: ofTargets.get(t.label) }
    return narrowed(found, part, options, {
      source: open.sources[t.origin ?? 0].engine.dialect,
      target: open.target.engine.dialect,
    })
  })
  const plans = chosenColumns(
    all.map((a) => a.plan),
    options,
  )
  return all.map((a, i) => ({ ...a, plan: plans[i] }))
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
  return plans.map((p, i) => withColumns(p, new Set(narrowed[i].columns.map((c) => c.target.name))))
}
