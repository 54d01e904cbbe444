/** `naru diff`: what must change in one state so that it becomes another. Changes nothing. */
import type { Capabilities } from '../core/capabilities.ts'
import type { Change } from '../core/change.ts'
import type { DiffSide, IgnoredDifferences, RenameCandidate, SchemaDiff } from '../core/schema-diff.ts'
import { type Choice, chooseBoth, rehomed } from '../diff/choose.ts'
import { diffSchemas } from '../diff/compare.ts'
import { applyIgnore, type Sides } from '../diff/ignore.ts'
import { parseIgnore } from '../diff/ignore-rules.ts'
import { renameCandidates } from '../diff/rename-candidates.ts'
import { reverseRenames } from '../diff/rename-map.ts'
import { resolveRenames } from '../diff/renames.ts'
import { plannerFor, unaskedCapabilities } from './diff-plan.ts'
import type { State } from './state-form.ts'

export interface DiffOptions extends Choice {
  /** `old=new`, `table.old=new`, `enum.old=new`. */
  readonly renames?: readonly string[]
  /** Rules of src/diff/ignore-rules.ts. */
  readonly ignore?: readonly string[]
  /** The way back: from TO to FROM. Renames are still told as FROM=TO. */
  readonly reverse?: boolean
  /** Prefer statements that let others work meanwhile. */
  readonly online?: boolean
  /** Asked once for each candidate, tables first; true: it is a rename. Without it all of them stay a drop and an add. */
  readonly ask?: (candidate: RenameCandidate) => Promise<boolean>
}

/** Both sides under the rules, and what the rules hid. */
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

/** Asks for tables, then for columns of the tables as they are then; gives all renames that hold. */
async function askRenames(known: readonly string[], ask: DiffOptions['ask'], found: Found): Promise<readonly string[]> {
  if (ask === undefined) return known
  let renames = known
  for (const of of ['table', 'column'] as const) {
    for (const candidate of renameCandidates(found(renames)).filter((c) => c.of === of)) {
      if (await ask(candidate)) renames = [...renames, candidate.rename]
    }
  }
  return renames
}

type Found = (renames: readonly string[]) => readonly Change[]

const sideOf = ({ label, kind, schema }: State): DiffSide => ({
  label,
  kind,
  engine: schema.engine,
  flavor: schema.flavor,
  version: schema.version,
})

/** What is no property of any object: defaults of the database, an order that the engine cannot alter. */
function notesOf(ruled: Ruled, ordersColumns: boolean, states: readonly [State, State]): string[] {
  const notes: string[] = []
  const [a, b] = states.map((s) => s.schema)
  for (const what of ['charset', 'collation'] as const) {
    if (states.every((s) => s.kind === 'database') && a[what] !== b[what]) {
      notes.push(
        `the ${what === 'charset' ? 'character set' : 'collation'} of the database itself differs (${a[what] ?? 'none'}, ${b[what] ?? 'none'}): it counts for new tables only`,
      )
    }
  }
  if (!ordersColumns) {
    const orders = changesOf({ sides: ruled.sides, ordersColumns: true }).flatMap((c) =>
      c.kind === 'alter' && c.to.kind === 'table' && c.edits.some((e) => e.part === 'order')
        ? [c.to.table.name.name]
        : [],
    )
    if (orders.length > 0)
      notes.push(`columns stand in another order in ${orders.join(', ')}; this engine cannot move columns`)
  }
  return notes
}

/**
 * Compares two states of one engine and plans the way from the first to the second.
 * Throws USAGE for a rename or rule that fits nothing, TABLE_MISSING, UNSUPPORTED between engines that cannot be compared.
 */
export async function diff(first: State, second: State, o: DiffOptions = {}): Promise<SchemaDiff> {
  const [from, to] = o.reverse ? [second, first] : [first, second]
  const planner = await plannerFor(from.schema.engine)
  const can: Capabilities = from.can ?? to.can ?? unaskedCapabilities(from.schema)
  const target = rehomed(to.schema, from.schema.name)
  const [before, after] = chooseBoth(planner.normalize(from.schema), planner.normalize(target), o)
  const ruledBy = (texts: readonly string[]): Ruled => {
    const renames = o.reverse
      ? reverseRenames(resolveRenames(texts, after, before))
      : resolveRenames(texts, before, after)
    const sides = { from: before, to: after, renames, foldsNames: can.foldsNames }
    return underRules(sides, planner.ordersColumns, o.ignore ?? [])
  }
  const renames = await askRenames(o.renames ?? [], o.ask, (texts) => changesOf(ruledBy(texts)))
  const ruled = ruledBy(renames)
  const changes = changesOf(ruled)
  const plan = planner.plan?.({ from: ruled.sides.from, to: ruled.sides.to, changes, can, online: o.online })
  const notes = notesOf(ruled, planner.ordersColumns || (o.ignore ?? []).includes('column-order'), [from, to])
  const candidates = o.reverse ? [] : renameCandidates(changes)
  return {
    from: sideOf(from),
    to: sideOf(to),
    before: ruled.sides.from,
    after: ruled.sides.to,
    changes,
    steps: plan?.steps ?? null,
    unplanned: plan?.unplanned ?? [],
    transactional: can.transactionalDdl,
    candidates,
    ignored: ruled.ignored,
    notes,
    same: changes.length === 0 && (plan?.unplanned ?? []).length === 0,
  }
}
