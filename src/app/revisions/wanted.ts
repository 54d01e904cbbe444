/** What is desired, what the revisions lead to, and what lies between. */
import type { Change, PlannedSteps } from '../../core/change.ts'
import { NaruError } from '../../core/error.ts'
import type { Schema } from '../../core/schema.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import { invert } from '../../diff/invert.ts'
import type { Graph } from '../../revisions/graph.ts'
import { openVersions } from '../../revisions/version-table.ts'
import { samePrinter, spelledAlike } from '../apply/spelling.ts'
import { askRenames } from '../diff.ts'
import { type CompareOptions, type Comparison, compareSchemas } from '../diff-compare.ts'
import { plannerFor, unaskedCapabilities } from '../diff-plan.ts'
import { plural } from '../format.ts'
import { openDatabase } from '../open.ts'
import { loadState } from '../state.ts'
import type { State } from '../state-form.ts'
import { checkApplied, knownIds } from './drift.ts'
import { replay } from './replay.ts'
import { revisionsFamily } from './scratch-run.ts'
import { onlyTarget, type RevisionsSetup } from './setup.ts'

/** How a desired state is compared. */
export interface WantedOptions extends Pick<CompareOptions, 'tables' | 'exclude' | 'renames' | 'ignore' | 'online'> {
  /** With a live database in place of the replay. */
  readonly fromDb?: boolean
  /** Asked for each table or column that may have been renamed. */
  readonly ask?: (candidate: RenameCandidate) => Promise<boolean>
}

/** A schema with a name for people. */
interface Side {
  readonly label: string
  readonly schema: Schema
}

export interface Found extends Comparison {
  readonly models: Side
  readonly present: Side
  readonly up: PlannedSteps
  /** Plans the way back; made only where it is needed. */
  readonly down: () => PlannedSteps
}

async function desired(setup: RevisionsSetup): Promise<State> {
  if (setup.models === null) {
    throw new NaruError('USAGE', 'no desired state is named', {
      why: 'neither --models nor revisions.models of naru.config.ts says what the revisions shall lead to',
      hint: 'Name a Drizzle module, a .sql file or folder, a snapshot, a database or git:REV:path with --models.',
      state: 'nothing was changed',
    })
  }
  const family = revisionsFamily(setup)
  const state = await loadState(setup.models, { ...setup.states, engine: setup.engine ?? family })
  if (state.schema.engine === family) return state
  throw new NaruError('USAGE', `${setup.models} is of another engine`, {
    why: `it is written for ${state.schema.engine}, the revisions for ${family}`,
    state: 'nothing was changed',
  })
}

/** The live database, which must have all revisions and nothing half done. */
async function live(setup: RevisionsSetup, graph: Graph): Promise<Side> {
  const address = await onlyTarget(setup)
  await using database = await openDatabase(address, { role: 'source', name: 'naru revision' })
  const applied = await (await openVersions(database, { schema: setup.versionSchema })).read()
  checkApplied(applied, graph, address.label)
  const known = new Set(knownIds(graph, applied))
  const open = [...graph.revisions.keys()].filter((id) => !known.has(id))
  if (open.length > 0) {
    throw new NaruError('NOT_AT_HEAD', `${address.label} is not at the head of the revisions`, {
      why: `${plural(open.length, 'revision')} ${open.length === 1 ? 'is' : 'are'} not applied there: ${open.slice(0, 5).join(', ')}${open.length > 5 ? ' …' : ''}`,
      hint: 'Run `naru upgrade heads` first, or leave --from-db out: no database is needed then.',
      state: 'nothing was changed',
    })
  }
  return { label: address.label, schema: await database.inspect({ schema: address.schema }) }
}

/** The desired state's texts as the database would print them. */
async function spelled(setup: RevisionsSetup, present: Side, goal: Schema): Promise<Schema> {
  if (samePrinter(present.schema, goal)) return goal
  const { normalize } = await plannerFor(goal.engine)
  const { dev, beside, schema: home } = setup.states
  return spelledAlike({ normalize, present: present.schema, goal, scratch: { engine: goal.engine, dev, beside }, home })
}

/**
 * Compares the desired state of a setup with what its revisions lead to. Throws USAGE for a setup without one, a rename or rule that fits
 * nothing; NOT_AT_HEAD (`fromDb`); what replaying and loading throw.
 */
export async function findMissing(setup: RevisionsSetup, graph: Graph, o: WantedOptions): Promise<Found> {
  revisionsFamily(setup)
  const present = o.fromDb ? await live(setup, graph) : { label: setup.folderLabel, schema: await replay(setup, graph) }
  const models = await desired(setup)
  const goal = { label: models.label, schema: await spelled(setup, present, models.schema) }
  const comparer = await plannerFor(goal.schema.engine)
  const can = unaskedCapabilities(present.schema)
  const ends = { from: present.schema, to: goal.schema, comparer, can }
  const rules = { ...o, ignore: [...setup.ignore, ...(o.ignore ?? [])] }
  const compare = (renames: readonly string[]) => compareSchemas(ends, { ...rules, renames })
  const told = o.renames ?? []
  const renames = o.ask === undefined ? told : await askRenames(told, o.ask, (r) => compare(r).changes)
  const found = compare(renames)
  const nothing: PlannedSteps = { steps: [], unplanned: [] }
  const back = (changes: readonly Change[]) =>
    comparer.plan?.({ from: found.after, to: found.before, changes, can, online: o.online }) ?? nothing
  return {
    ...found,
    models: goal,
    present,
    up: found.plan ?? nothing,
    down: () => back(found.changes.map(invert)),
  }
}
