/** What a live database has beside, or has not, of what its recorded revisions made. */

import type { Capabilities } from '../../core/capabilities.ts'
import type { Planner } from '../../core/change.ts'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { AppliedRevision } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import type { Graph } from '../../revisions/graph.ts'
import { familyOf, openVersions } from '../../revisions/version-table.ts'
import { withoutVersionTables } from '../../schema/version-tables.ts'
import { changeLines, type Difference, plannerOf } from '../apply/difference.ts'
import { samePrinter, spelledAlike } from '../apply/spelling.ts'
import { compareSchemas } from '../diff-compare.ts'
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
}

export interface Drift {
  readonly graph: Graph
  /** Rows of the version table. */
  readonly applied: readonly AppliedRevision[]
  /** What is there. */
  readonly actual: Schema
  /** From what is there to what the applied revisions lead to: the plan takes the drift back. */
  readonly difference: Difference
  /** From what the applied revisions lead to, to what is there: the plan says what somebody did besides them. */
  readonly inverse: Difference
  /** How the two were compared, so that others can be compared alike. */
  readonly how: Comparing
}

/** What a comparison with a live database needs beside the two schemas. */
interface Comparing {
  readonly setup: RevisionsSetup
  readonly planner: Planner
  readonly can: Capabilities
  readonly options: DriftOptions
}

/** The setup for one of several databases: the replay stands in its schema, or reads the same ones. */
function setupAt(setup: RevisionsSetup, address: Address): RevisionsSetup {
  const { schema } = address
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

/** What revisions lead to, its texts as the database itself would print them where its version prints otherwise. */
async function spelled({ planner, setup }: Comparing, made: Schema, actual: Schema): Promise<Schema> {
  if (samePrinter(actual, made)) return made
  const { dev, beside, schema: home } = setup.states
  const scratch = { engine: made.engine, dev, beside }
  return spelledAlike({ normalize: planner.normalize, present: actual, goal: made, scratch, home })
}

function compare({ planner, can, options }: Comparing, from: Schema, to: Schema): Difference {
  const found = compareSchemas({ from, to, comparer: planner, can }, options)
  return { ...found, plan: found.plan ?? { steps: [], unplanned: [] } }
}

/** From what a replay made to what is there, compared as the drift was. */
export async function sinceReplay(how: Comparing, made: Schema, actual: Schema): Promise<Difference> {
  return compare(how, await spelled(how, made, actual), actual)
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
  const replayed = await replay(at, graph, knownIds(graph, applied))
  const actual = withoutVersionTables(await database.inspect({ schema: address.schema }), replayed)
  const options = { ...o, ignore: [...setup.ignore, ...(o.ignore ?? [])] }
  const how = { setup: at, planner: plannerOf(database), can: database.can, options }
  const expected = await spelled(how, replayed, actual)
  return {
    graph,
    applied,
    actual,
    difference: compare(how, actual, expected),
    inverse: compare(how, expected, actual),
    how,
  }
}

/** One line for each thing that deviates from what the revisions made. */
export function driftLines({ difference }: Drift): string[] {
  const changed = changeLines(difference)
  return changed.length > 0 ? changed : difference.plan.unplanned.map((u) => `${u.object}: ${u.why}`)
}
