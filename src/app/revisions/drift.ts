/** What a live database has beside, or has not, of what its recorded revisions made. */
import type { Capabilities } from '../../core/capabilities.ts'
import type { Planner } from '../../core/change.ts'
import type { Address, Database } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { AppliedRevision } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import type { Graph } from '../../revisions/graph.ts'
import { familyOf, openVersions } from '../../revisions/version-table.ts'
import { withoutVersionTables } from '../../schema/version-tables.ts'
import { type Difference, differenceOf, plannerOf } from '../apply/difference.ts'
import { samePrinter, spelledAlike } from '../apply/spelling.ts'
import { openDatabase } from '../open.ts'
import { readFolder } from './files.ts'
import { replay } from './replay.ts'
import type { RevisionsSetup } from './setup.ts'

/** How the two were compared, beside the rules of the setup. */
export interface DriftOptions {
  readonly tables?: readonly string[]
  readonly exclude?: readonly string[]
  /** Adds to the rules of the setup. */
  readonly ignore?: readonly string[]
  /** Revisions that count as applied beside those that are. */
  readonly also?: readonly string[]
}

export interface Drift {
  readonly graph: Graph
  /** Rows of the version table. */
  readonly applied: readonly AppliedRevision[]
  /** What the applied revisions lead to, spelled as the database spells it. */
  readonly expected: Schema
  /** What is there. */
  readonly actual: Schema
  /** From `actual` to `expected`: the plan takes the drift back. */
  readonly difference: Difference
  /** From `expected` to `actual`: the plan says what somebody did besides the revisions. */
  readonly inverse: Difference
  /** How the two were compared, so that parts of them can be compared alike. */
  readonly planner: Planner
  readonly can: Capabilities
  readonly ignore: readonly string[]
}

/** The setup for one of several databases: the replay stands in its schema. */
function setupAt(setup: RevisionsSetup, { schema }: Address): RevisionsSetup {
  const { schema: _, ...states } = setup.states
  return { ...setup, states: { ...states, ...(schema !== undefined && { schema }) } }
}

/** Throws REVISION_MISSING for a revision that no file has, NOT_AT_HEAD where one is half applied. */
export function checkApplied(applied: readonly AppliedRevision[], graph: Graph, label: string): void {
  const half = applied.find((a) => a.progress !== null)
  if (half !== undefined) {
    throw new NaruError('NOT_AT_HEAD', `${label} is in the middle of revision ${half.id}`, {
      why: `${half.progress?.done} of its ${half.progress?.of} statements are done`,
      hint: 'Run `naru upgrade` to go on with it first.',
      state: 'nothing was changed',
    })
  }
  const lost = applied.filter((a) => !graph.revisions.has(graph.aliases.get(a.id) ?? a.id))
  if (lost.length === 0) return
  throw new NaruError('REVISION_MISSING', `${label} has revisions that no file knows`, {
    why: lost.map((a) => `${a.id}${a.message === '' ? '' : ` (${a.message})`}`).join(', '),
    state: 'nothing was changed',
  })
}

/** The replay's texts as the database itself would print them, where its version prints otherwise. */
async function spelled(database: Database, setup: RevisionsSetup, expected: Schema, actual: Schema): Promise<Schema> {
  if (samePrinter(actual, expected)) return expected
  const { normalize } = plannerOf(database)
  const { dev, beside, schema: home } = setup.states
  const scratch = { engine: database.engine.name, dev, beside }
  return spelledAlike({ normalize, present: actual, goal: expected, scratch, home })
}

/** Ids in the words of the files: revisions that were squashed are what stands for them. */
export const knownIds = (graph: Graph, applied: readonly AppliedRevision[]): string[] =>
  applied.map((a) => graph.aliases.get(a.id) ?? a.id)

/**
 * Compares a live database with what its recorded revisions lead to. Changes nothing. Throws REVISION_MISSING, NOT_AT_HEAD where a revision
 * is half applied, USAGE for a rule that fits nothing, and what replaying and opening throw.
 */
export async function driftOf(setup: RevisionsSetup, address: Address, o: DriftOptions = {}): Promise<Drift> {
  const graph = await readFolder(setup.folder)
  await using database = await openDatabase(address, { role: 'source', name: 'naru check' })
  const versions = await openVersions(database, { schema: setup.versionSchema })
  const applied = await versions.read()
  checkApplied(applied, graph, address.label)
  const at = setupAt({ ...setup, family: familyOf(database) }, address)
  const replayed = await replay(at, graph, [...knownIds(graph, applied), ...(o.also ?? [])])
  const actual = withoutVersionTables(await database.inspect({ schema: address.schema }), replayed)
  const expected = await spelled(database, at, replayed, actual)
  const options = { ...o, ignore: [...setup.ignore, ...(o.ignore ?? [])] }
  const difference = differenceOf(database, actual, expected, options)
  const inverse = differenceOf(database, expected, actual, options)
  const { ignore } = options
  return {
    graph,
    applied,
    expected,
    actual,
    difference,
    inverse,
    planner: plannerOf(database),
    can: database.can,
    ignore,
  }
}
