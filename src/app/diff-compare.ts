/** Two schemas under everything that was asked for: which tables, which renames, what is ignored; compared and planned. Asks nobody. */
import type { Capabilities } from '../core/capabilities.ts'
import type { Change, PlannedSteps, Planner } from '../core/change.ts'
import type { Schema } from '../core/schema.ts'
import type { IgnoredDifferences } from '../core/schema-diff.ts'
import { type Choice, chooseBoth } from '../diff/choose.ts'
import { diffSchemas } from '../diff/compare.ts'
import { applyIgnore, type Sides } from '../diff/ignore.ts'
import { parseIgnore } from '../diff/ignore-rules.ts'
import { refuseUneven, rehomed } from '../diff/rehome.ts'
import { reverseRenames } from '../diff/rename-map.ts'
import { resolveRenames } from '../diff/renames.ts'
import { silenced } from '../diff/silence.ts'
import { plural } from './format.ts'

export interface CompareOptions extends Choice {
  /** `old=new`, `table.old=new`, `enum.old=new`. */
  readonly renames?: readonly string[]
  /** Rules of src/diff/ignore-rules.ts. */
  readonly ignore?: readonly string[]
  /** The renames are told from TO's point of view: `from` and `to` were exchanged. */
  readonly reverse?: boolean
  /** Prefer statements that let others work meanwhile. */
  readonly online?: boolean
}

/** How one engine compares; `plan` absent: its schemas are not altered. */
export type Comparer = Pick<Planner, 'normalize' | 'ordersColumns'> & Partial<Pick<Planner, 'align' | 'plan'>>

export interface Comparison {
  /** Both sides as they were compared: normalized, under the rules. */
  readonly before: Schema
  readonly after: Schema
  readonly changes: readonly Change[]
  readonly ignored: readonly IgnoredDifferences[]
  /** Tables whose columns stand in another order which is not compared. */
  readonly otherOrder: readonly string[]
  /** Null where the engine plans nothing. */
  readonly plan: PlannedSteps | null
}

interface Ruled {
  readonly sides: Sides
  readonly ordersColumns: boolean
  readonly ignored: readonly IgnoredDifferences[]
}

const sizeOf = (changes: readonly Change[]): number =>
  changes.reduce(
    (n, c) => n + (c.kind === 'alter' ? c.edits.reduce((m, e) => m + Math.max(1, e.aspects.length), 0) : 1),
    0,
  )

const changesOf = ({ sides, ordersColumns }: Pick<Ruled, 'sides' | 'ordersColumns'>): Change[] =>
  diffSchemas(sides.from, sides.to, { ordersColumns, renames: sides.renames, foldsNames: sides.foldsNames })

function underRules(given: Sides, ordersColumns: boolean, texts: readonly string[]): Ruled {
  let [sides, orders] = [given, ordersColumns]
  const ignored: IgnoredDifferences[] = []
  let size = texts.length === 0 ? 0 : sizeOf(changesOf({ sides, ordersColumns: orders }))
  for (const rule of texts.map(parseIgnore)) {
    if (rule.kind === 'column-order') orders = false
    sides = applyIgnore(sides, rule)
    const left = sizeOf(changesOf({ sides, ordersColumns: orders }))
    ignored.push({ rule: rule.text, count: size - left })
    size = left
  }
  return { sides, ordersColumns: orders, ignored }
}

/** Tables that differ in the order of columns, where that is not compared and nobody asked not to hear of it. */
function otherOrder(ruled: Ruled, o: CompareOptions): string[] {
  if (ruled.ordersColumns || o.ignore?.includes('column-order')) return []
  return changesOf({ sides: ruled.sides, ordersColumns: true }).flatMap((c) =>
    c.kind === 'alter' && c.to.kind === 'table' && c.edits.some((e) => e.part === 'order')
      ? [c.to.table.name.name]
      : [],
  )
}

/** What TO says nothing of is taken over from FROM, so that whatever is made anew gets it back. */
const KEEPING = { owner: parseIgnore('owners'), grants: parseIgnore('grants') } as const

/**
 * Compares what two schemas of one engine hold, and plans the way from the first to the second.
 * Throws USAGE for a rename or rule that fits nothing, TABLE_MISSING for a table that neither side has.
 */
export function compareSchemas(
  ends: { readonly from: Schema; readonly to: Schema; readonly comparer: Comparer; readonly can: Capabilities },
  o: CompareOptions,
): Comparison {
  const { comparer, can } = ends
  refuseUneven([ends.from, ends.to])
  const target = rehomed(ends.to, ends.from.name)
  const said = silenced(ends.from, target)
  const [one, other] = comparer.align?.(said.from, said.to) ?? [said.from, said.to]
  const [from, to] = chooseBoth(comparer.normalize(one), comparer.normalize(other), o)
  const texts = o.renames ?? []
  const renames = o.reverse ? reverseRenames(resolveRenames(texts, to, from)) : resolveRenames(texts, from, to)
  const given = { from, to, renames, foldsNames: can.foldsNames }
  const sides = said.kept.reduce<Sides>((both, what) => applyIgnore(both, KEEPING[what]), given)
  const ruled = underRules(sides, comparer.ordersColumns, o.ignore ?? [])
  const changes = changesOf(ruled)
  const [before, after] = [ruled.sides.from, ruled.sides.to]
  const plan = comparer.plan?.({ from: before, to: after, changes, can, online: o.online }) ?? null
  return { before, after, changes, ignored: ruled.ignored, otherOrder: otherOrder(ruled, o), plan }
}

/** What is no property of any object, for people: what was ignored, an order that the engine cannot alter. */
export function comparisonNotes(found: Pick<Comparison, 'ignored' | 'otherOrder' | 'before'>): string[] {
  const remarks = found.before.remarks ?? []
  const ignored = found.ignored.map((i) => `ignored as asked (${i.rule}): ${plural(i.count, 'difference')}`)
  if (found.otherOrder.length === 0) return [...remarks, ...ignored]
  return [
    ...remarks,
    ...ignored,
    `columns stand in another order in ${found.otherOrder.join(', ')}: this engine cannot move columns`,
  ]
}
