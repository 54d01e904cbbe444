/** `naru revision --autogenerate`: the revision that leads from what the revisions make to a desired state, and back, tried before it is trusted. */
import type { AutogenerateReport } from '../../core/autogenerate.ts'
import { NaruError } from '../../core/error.ts'
import type { RevisionProof } from '../../core/proof.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import { renameCandidates } from '../../diff/rename-candidates.ts'
import { type Generated, generated, lossesOf, statementCount } from '../../revisions/generate.ts'
import { withIgnores } from '../../revisions/generate-ignores.ts'
import type { Graph } from '../../revisions/graph.ts'
import { onlyHead } from '../../revisions/resolve.ts'
import type { Family } from '../../schema/sql-body.ts'
import { changeLines, differenceOf } from '../apply/difference.ts'
import { comparisonNotes } from '../diff-compare.ts'
import { candidateText } from '../report/diff-verdict.ts'
import { product } from '../report/run-report.ts'
import { readBody, readFolder } from './files.ts'
import { type NewRevision, newRevision } from './new.ts'
import { tryRevision } from './proof.ts'
import { chainOf, keepReplayed, replayOnScratch } from './replay.ts'
import { revisionsFamily, schemaOf } from './scratch-run.ts'
import type { RevisionsSetup } from './setup.ts'
import { type Found, findMissing, type WantedOptions } from './wanted.ts'

export interface AutogenerateOptions extends WantedOptions {
  /** What it is called and where it belongs. */
  readonly revision: Omit<NewRevision, 'ts' | 'up' | 'down'>
  /** False: the file is not tried on a scratch database. */
  readonly proof?: boolean
}

type Ways = Pick<AutogenerateReport, 'against' | 'statements' | 'losses' | 'unplanned' | 'hazards'>

function reported(
  found: Found,
  message: string,
  ways: Ways,
  candidates: readonly RenameCandidate[],
): AutogenerateReport {
  const lines = changeLines(found)
  const open = ways.unplanned.up.length > 0
  return {
    models: found.models.label,
    present: found.present.label,
    lines,
    notes: comparisonNotes(found),
    outcome: open ? 'unplanned' : 'unchanged',
    id: null,
    path: null,
    message,
    ...ways,
    candidates,
    proof: null,
    exit: open ? 1 : 0,
  }
}

/**
 * Writes the revision that leads to the desired state of the setup, where anything is missing, and tries it. Needs no live database unless
 * `fromDb`. Throws SEVERAL_HEADS, NOT_AT_HEAD, USAGE, STATE_REFUSED with file and line, SCRATCH_UNAVAILABLE, REVISION_INVALID.
 */
export async function autogenerate(setup: RevisionsSetup, o: AutogenerateOptions): Promise<AutogenerateReport> {
  const graph = await readFolder(setup.folder)
  if (o.revision.head === undefined) onlyHead(graph)
  const family = revisionsFamily(setup)
  const found = await findMissing(setup, graph, o)
  const { up } = found
  const down = up.steps.length === 0 ? up : found.down()
  // Who was asked has answered.
  const candidates = o.ask === undefined ? renameCandidates(found.changes) : []
  const ways: Ways = {
    against: o.fromDb ? 'database' : 'revisions',
    statements: { up: statementCount(up.steps, family), down: statementCount(down.steps, family) },
    hazards: up.steps.flatMap((s) => s.hazards.map(({ kind, what }) => ({ kind, what }))),
    losses: { up: lossesOf(up.steps), down: lossesOf(down.steps) },
    unplanned: { up: up.unplanned, down: down.unplanned },
  }
  const report = reported(found, o.revision.message, ways, candidates)
  if (up.steps.length === 0) return report
  const texts = generated({ up, down, family, renames: candidates.map(renameText) })
  const { id, path } = await write(setup, o, await answered(texts, found, family))
  const proof = o.proof === false ? null : await prove(setup, graph, id, found, o)
  const good = (proof === null || isGood(proof)) && up.unplanned.length === 0 && down.unplanned.length === 0
  return { ...report, outcome: 'written', id, path, proof, exit: good ? 0 : 1 }
}

/** For the file. */
function renameText(candidate: RenameCandidate): string {
  const { question, evidence, option } = candidateText(candidate)
  return `${question} (${evidence}) Then delete this file and write it anew with ${option}`
}

/** Lint is not to ask what the plan has answered. */
async function answered(texts: Generated, { up, present }: Found, family: Family): Promise<Generated> {
  const { flavor, version } = present.schema
  const server = product({ flavor, version: /^[\d.]+/.exec(version)?.[0] ?? version })
  return {
    ...texts,
    up: await withIgnores(texts.up, up, { engine: family, inTransaction: family !== 'mysql', server }),
  }
}

const isGood = ({ verdict }: RevisionProof) => verdict === 'proved' || verdict === 'irreversible'

function write(setup: RevisionsSetup, o: AutogenerateOptions, texts: Generated) {
  return newRevision(setup.folder, { ...o.revision, up: texts.up, down: texts.down })
}

/** Tries the new file after all others, and looks whether it led to what was wanted. */
async function prove(
  setup: RevisionsSetup,
  before: Graph,
  id: string,
  found: Found,
  o: AutogenerateOptions,
): Promise<RevisionProof> {
  const began = performance.now()
  const revision = (await readFolder(setup.folder)).revisions.get(id)
  if (revision === undefined) throw new NaruError('INTERNAL', `the file of revision ${id} is not there any more`)
  const chain = chainOf(before, null)
  await using scratch = await replayOnScratch(setup, chain)
  const body = await readBody(revision, revisionsFamily(setup))
  const tried = await tryRevision(scratch.database, setup, revision, body)
  const there = tried.up ? await schemaOf(scratch.database, setup) : null
  if (there !== null && tried.clean) await keepReplayed(setup, [...chain, revision], there)
  const { tables, exclude, ignore = [] } = o
  const rules = { tables, exclude, ignore: [...setup.ignore, ...ignore] }
  const rest =
    there === null || !tried.clean || o.fromDb || found.up.unplanned.length > 0
      ? []
      : changeLines(differenceOf(scratch.database, there, found.models.schema, rules))
  const lines = [...tried.lines, ...rest.map((line) => `after up, ${line}`)]
  const verdict = rest.length > 0 ? 'differs' : tried.verdict
  return { id, message: revision.message, verdict, lines, ms: performance.now() - began }
}
