/** `naru diff`: what must change in one state so that it becomes another. Changes nothing. */

import type { Change } from '../core/change.ts'
import { NaruError } from '../core/error.ts'
import type { DiffSide, RenameCandidate, SchemaDiff } from '../core/schema-diff.ts'
import { across } from '../diff/across.ts'
import { traitsOf } from '../diff/convert-traits.ts'
import { renameCandidates } from '../diff/rename-candidates.ts'
import { engineFor } from '../engines/index.ts'
import { type CompareOptions, type Comparison, compareSchemas } from './diff-compare.ts'
import { plannerFor, unaskedCapabilities } from './diff-plan.ts'
import { plural, someOf } from './format.ts'
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

/** A state as reports name it. */
export const sideOf = ({ label, kind, schema }: State): DiffSide => ({
  label,
  kind,
  engine: schema.engine,
  flavor: schema.flavor,
  version: schema.version,
  ...(schema.unread !== undefined && { unread: schema.unread }),
})

/** What is the same after a conversion, in numbers. */
function equalOnes(found: Comparison): string {
  const altered = found.changes.flatMap((c) => (c.kind === 'alter' && c.to.kind === 'table' ? [c] : []))
  const made = found.changes.filter((c) => c.kind === 'create' && c.object.kind === 'table').length
  const tables = found.after.tables.length - made
  const both = found.after.tables.reduce((n, t) => n + t.columns.length, 0)
  const created = found.changes.flatMap((c) =>
    c.kind === 'create' && c.object.kind === 'table' ? c.object.table.columns : [],
  )
  const differing = altered.flatMap((c) => c.edits.filter((e) => e.part === 'column' && e.to !== null))
  return `equal after conversion: ${tables - altered.length} of ${plural(tables, 'table')} that both have, ${both - created.length - differing.length} of ${plural(both - created.length, 'column')}`
}

/** What is no property of any object: defaults of the database, an order that the engine cannot alter. */
function notesOf(found: Comparison, states: readonly [State, State]): string[] {
  const [a, b] = states.map((s) => s.schema)
  const live = a.engine === b.engine && states.every((s) => s.kind === 'database')
  const defaults = [['charset', 'character set'] as const, ['collation', 'collation'] as const].flatMap(
    ([field, what]) =>
      live && a[field] !== b[field]
        ? [
            `the ${what} of the database itself differs (${a[field] ?? 'none'}, ${b[field] ?? 'none'}): it counts for new tables only`,
          ]
        : [],
  )
  const remarks =
    a.engine !== b.engine ? [] : states.flatMap((s) => (s.schema.remarks ?? []).map((r) => `${s.label}: ${r}`))
  const order = a.engine === b.engine ? found.otherOrder : []
  if (order.length === 0) return [...remarks, ...defaults]
  return [
    ...remarks,
    ...defaults,
    `columns stand in another order in ${order.join(', ')}: this engine cannot move columns`,
  ]
}

interface Ends {
  readonly ends: Parameters<typeof compareSchemas>[0]
  readonly notes: readonly string[]
}

/** Two states of one engine: each property counts as that engine has it. */
async function within(from: State, to: State): Promise<Ends> {
  const comparer = await plannerFor(from.schema.engine)
  const can = from.can ?? to.can ?? unaskedCapabilities(from.schema)
  return { ends: { from: from.schema, to: to.schema, comparer, can }, notes: [] }
}

function refuseSeveral(states: readonly State[]): void {
  const several = states.find((s) => s.schema.schemas !== undefined)
  if (several === undefined) return
  throw new NaruError('USAGE', 'several schemas are compared within PostgreSQL alone', {
    why: `${several.label} has ${several.schema.schemas?.join(', ')}; the other side is of an engine without schemas`,
    hint: 'Compare one at a time: ?schema=NAME.',
    state: 'nothing was changed',
  })
}

/** Two states of two engines: FROM in TO's terms, by meaning. */
async function between(from: State, to: State): Promise<Ends> {
  refuseSeveral([from, to])
  const [fromDialect, toDialect] = [
    (await engineFor(from.schema.engine)).dialect,
    (await engineFor(to.schema.engine)).dialect,
  ]
  const can = to.can ?? unaskedCapabilities(to.schema)
  const found = across({ from: from.schema, to: to.schema, fromDialect, toDialect, can })
  const engine = traitsOf(to.schema).title
  const losses =
    found.losses.length === 0 ? [] : [`FROM's values would lose something in ${engine}: ${someOf(found.losses, 5)}`]
  const names = [...new Set(found.spelled.map((r) => `${r.column ?? r.table.name} = ${r.to}`))]
  const spelled =
    names.length === 0
      ? []
      : [`${plural(names.length, 'name')} spelled in another way, taken for the same: ${someOf(names, 6)}`]
  return {
    ends: { from: found.from, to: found.to, comparer: { normalize: (schema) => schema, ordersColumns: false }, can },
    notes: [
      `FROM was converted into the terms of ${engine}; types, defaults and expressions are compared by meaning, views and routines by being there; collations, storage, owners, privileges and names of keys are left out`,
      ...spelled,
      ...losses,
    ],
  }
}

/**
 * Compares two states and, within one engine, plans the way from the first to the second.
 * Throws USAGE for a rename or rule that fits nothing, TABLE_MISSING.
 */
export async function diff(first: State, second: State, o: DiffOptions = {}): Promise<SchemaDiff> {
  const [from, to] = o.reverse ? [second, first] : [first, second]
  const twoEngines = from.schema.engine !== to.schema.engine
  const { ends, notes } = twoEngines ? await between(from, to) : await within(from, to)
  const compare = (renames: readonly string[]) => compareSchemas(ends, { ...o, renames })
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
    transactional: ends.can.transactionalDdl,
    candidates: o.reverse ? [] : renameCandidates(changes),
    ignored,
    notes: [...notes, ...(twoEngines ? [equalOnes(found)] : []), ...notesOf(found, [from, to])],
    same: changes.length === 0 && (plan === null || plan.unplanned.length === 0),
  }
}
