/** `naru diff`: what must change in one state so that it becomes another. Changes nothing. */
import type { Change } from '../core/change.ts'
import type { DiffSide, RenameCandidate, SchemaDiff } from '../core/schema-diff.ts'
import { renameCandidates } from '../diff/rename-candidates.ts'
import { type CompareOptions, type Comparison, compareSchemas } from './diff-compare.ts'
import { plannerFor, unaskedCapabilities } from './diff-plan.ts'
import type { State } from './state-form.ts'

export interface DiffOptions extends CompareOptions {
  /** Asked once for each candidate, tables first; true: it is a rename. Without it all of them stay a drop and an add. */
  readonly ask?: (candidate: RenameCandidate) => Promise<boolean>
}

/**
 * Asks for tables, then for columns of the tables as they are called then; gives all renames that hold, those known before among them.
 * `changes` compares again under more renames.
 */
export async function askRenames(
  known: readonly string[],
  ask: (candidate: RenameCandidate) => Promise<boolean>,
  changes: (renames: readonly string[]) => readonly Change[],
): Promise<readonly string[]> {
  let renames = known
  for (const kind of ['table', 'column'] as const) {
    for (const candidate of renameCandidates(changes(renames)).filter((c) => c.of === kind)) {
      if (await ask(candidate)) renames = [...renames, candidate.rename]
    }
  }
  return renames
}

const sideOf = ({ label, kind, schema }: State): DiffSide => ({
  label,
  kind,
  engine: schema.engine,
  flavor: schema.flavor,
  version: schema.version,
})

/** What is no property of any object: defaults of the database, an order that the engine cannot alter. */
function notesOf(found: Comparison, states: readonly [State, State]): string[] {
  const [a, b] = states.map((s) => s.schema)
  const live = states.every((s) => s.kind === 'database')
  const defaults = [['charset', 'character set'] as const, ['collation', 'collation'] as const].flatMap(
    ([field, what]) =>
      live && a[field] !== b[field]
        ? [
            `the ${what} of the database itself differs (${a[field] ?? 'none'}, ${b[field] ?? 'none'}): it counts for new tables only`,
          ]
        : [],
  )
  const order = found.otherOrder
  if (order.length === 0) return defaults
  return [...defaults, `columns stand in another order in ${order.join(', ')}: this engine cannot move columns`]
}

/**
 * Compares two states of one engine and plans the way from the first to the second.
 * Throws USAGE for a rename or rule that fits nothing, TABLE_MISSING.
 */
export async function diff(first: State, second: State, o: DiffOptions = {}): Promise<SchemaDiff> {
  const [from, to] = o.reverse ? [second, first] : [first, second]
  const comparer = await plannerFor(from.schema.engine)
  const can = from.can ?? to.can ?? unaskedCapabilities(from.schema)
  const compare = (renames: readonly string[]) =>
    compareSchemas({ from: from.schema, to: to.schema, comparer, can }, { ...o, renames })
  const known = o.renames ?? []
  const renames = o.ask === undefined || o.reverse ? known : await askRenames(known, o.ask, (r) => compare(r).changes)
  const found = compare(renames)
  const { before, after, changes, ignored, plan } = found
  return {
    from: sideOf(from),
    to: sideOf(to),
    before,
    after,
    changes,
    steps: plan?.steps ?? null,
    unplanned: plan?.unplanned ?? [],
    transactional: can.transactionalDdl,
    candidates: o.reverse ? [] : renameCandidates(changes),
    ignored,
    notes: notesOf(found, [from, to]),
    same: changes.length === 0 && (plan === null || plan.unplanned.length === 0),
  }
}
