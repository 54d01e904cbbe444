/** `naru check --db --adopt`: a revision that makes what a live database has already, proven before the database is said to be there. */
import { rm } from 'node:fs/promises'
import type { PlannedSteps } from '../../core/change.ts'
import type { DriftAdoption } from '../../core/drift.ts'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { RevisionProof } from '../../core/proof.ts'
import { invert } from '../../diff/invert.ts'
import { generated, lossesOf } from '../../revisions/generate.ts'
import { headsOf } from '../../revisions/graph.ts'
import { changeLines } from '../apply/difference.ts'
import { type Drift, type DriftOptions, driftLines, driftOf, knownIds, sinceReplay } from './drift.ts'
import { chosenObjects } from './drift-choice.ts'
import { changesBetween, type DriftPart, partOf, planFor } from './drift-part.ts'
import type { RevisionEntry } from './entries.ts'
import { readBody, readFolder } from './files.ts'
import { newRevision } from './new.ts'
import { tryRevision } from './proof.ts'
import { chainOf, keepReplayed, replayOnScratch } from './replay.ts'
import { revisionsFamily, schemaOf } from './scratch-run.ts'
import { onlyTarget, type RevisionsSetup } from './setup.ts'
import type { RunContext } from './site.ts'
import { stamp } from './stamp.ts'

export interface AdoptDriftOptions extends DriftOptions {
  readonly message: string
  /** Globs on names of tables and other objects; none: everything that drifted. */
  readonly objects?: readonly string[]
  /** Id of the revision. Default: 12 hexadecimal digits. */
  readonly id?: string
}

interface Work {
  readonly setup: RevisionsSetup
  readonly address: Address
  readonly drift: Drift
  readonly part: DriftPart
  readonly down: PlannedSteps
}

/** The one revision that the new one follows; undefined: there is none yet. */
function headFor({ graph, applied }: Drift, { label }: Address): string | undefined {
  const at = headsOf(graph, knownIds(graph, applied))
  const ahead = graph.heads.filter((id) => !at.includes(id))
  if (ahead.length > 0) {
    throw new NaruError('NOT_AT_HEAD', `${label} is not at the head of the revisions`, {
      why: `not applied: ${ahead.join(', ')}; a revision made now would begin a branch beside`,
      hint: 'Run `naru upgrade heads` first, or take the drift back with --revert.',
      state: 'nothing was changed',
    })
  }
  if (at.length < 2) return at[0]
  throw new NaruError('SEVERAL_HEADS', `${label} is at several heads`, {
    why: `they are ${at.join(', ')}, and a new revision follows one`,
    hint: 'Join them with `naru merge`, then `naru upgrade head`.',
    state: 'nothing was changed',
  })
}

function refused(what: string, lines: readonly string[]): NaruError {
  return new NaruError('DRIFT_REFUSED', what, { why: lines.join('; '), state: 'nothing was changed' })
}

/** The revision tried after all that the database has: up, down, up, and at the end what was chosen must be as the database has it. */
async function prove({ setup, drift, part }: Work, id: string): Promise<RevisionProof> {
  const began = performance.now()
  const at = drift.how.setup
  const revision = (await readFolder(setup.folder)).revisions.get(id)
  if (revision === undefined) throw new NaruError('INTERNAL', `the file of revision ${id} is not there any more`)
  const chain = chainOf(drift.graph, knownIds(drift.graph, drift.applied))
  await using scratch = await replayOnScratch(at, chain)
  const tried = await tryRevision(scratch.database, at, revision, await readBody(revision, revisionsFamily(at)))
  const good = tried.verdict === 'proved' || tried.verdict === 'irreversible'
  if (!good) throw refused('the revision does not go up and down on a temporary database', tried.lines)
  const there = await schemaOf(scratch.database, at)
  const { before } = await sinceReplay(drift.how, there, drift.actual)
  const rest = changeLines({ before, changes: changesBetween(drift, before, part.to) })
  if (rest.length > 0) throw refused('the revision does not make what the database has', rest)
  await keepReplayed(at, [...chain, revision], there)
  const { verdict, lines } = tried
  return { id, message: revision.message, verdict, lines, ms: performance.now() - began }
}

/** The file, which goes again where it is not proven. */
async function provenFile(
  work: Work,
  o: AdoptDriftOptions,
): Promise<RevisionEntry & { readonly proof: RevisionProof }> {
  const { setup, drift, address, part, down } = work
  const { up, down: back } = generated({ up: part.plan, down, family: revisionsFamily(drift.how.setup) })
  const head = headFor(drift, address)
  const entry = await newRevision(setup.folder, { message: o.message, head, id: o.id, up, down: back })
  try {
    return { ...entry, proof: await prove(work, entry.id) }
  } catch (error) {
    await rm(entry.path, { force: true })
    throw error
  }
}

/** The database is so already: only its version table learns of it. */
async function stamped({ setup, address }: Work, { id, path }: RevisionEntry, context: RunContext): Promise<void> {
  try {
    await stamp(setup, { revisions: [id] }, context)
  } catch (error) {
    if (!(error instanceof NaruError)) throw error
    const { code, message, why, details } = error
    throw new NaruError(code, message, {
      why,
      hint: `Run \`naru stamp ${id}\` when that is mended, or delete the file.`,
      state: `${path} is written and proven, and ${address.label} is not known to have it`,
      details,
      cause: error,
    })
  }
}

const nothing = (address: Address): DriftAdoption => ({
  database: address.label,
  outcome: 'unchanged',
  id: null,
  path: null,
  statements: { up: 0, down: 0 },
  losses: { up: [], down: [] },
  proof: null,
  remaining: [],
  exit: 0,
})

/**
 * Writes a revision that makes what the only database of a setup has, proves it on a scratch database, and notes on the database that it
 * is there; then compares once more. Throws USAGE, NOT_AT_HEAD, SEVERAL_HEADS, DRIFT_REFUSED with nothing changed, and what driftOf throws.
 */
export async function adoptDrift(
  setup: RevisionsSetup,
  o: AdoptDriftOptions,
  context: RunContext,
): Promise<DriftAdoption> {
  const address = await onlyTarget(setup)
  const drift = await driftOf(setup, address, o)
  if (driftLines(drift).length === 0) return nothing(address)
  const part = partOf(drift, drift.inverse, chosenObjects(drift.inverse.changes, o.objects ?? []))
  const open = part.plan.unplanned.map((u) => `${u.object}: ${u.why}`)
  if (open.length > 0) throw refused('no statement makes some of what the database has', open)
  const down = planFor(drift, part.to, part.from, part.changes.map(invert))
  const work = { setup, address, drift, part, down }
  const entry = await provenFile(work, o)
  await stamped(work, entry, context)
  const remaining = driftLines(await driftOf(setup, address, o))
  return {
    database: address.label,
    outcome: 'adopted',
    id: entry.id,
    path: entry.path,
    statements: { up: part.plan.steps.length, down: down.steps.length },
    losses: { up: lossesOf(part.plan.steps), down: lossesOf(down.steps) },
    proof: entry.proof,
    remaining,
    exit: remaining.length === 0 ? 0 : 1,
  }
}
