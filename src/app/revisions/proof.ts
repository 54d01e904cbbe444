/** Tries revisions on a scratch database: up, down, up again, with a look at the schema after each way. */
import type { Database } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { ProofReport, ProofVerdict, RevisionProof } from '../../core/proof.ts'
import type { Revision, RevisionBody } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import { ancestors, type Graph, order } from '../../revisions/graph.ts'
import { rangeIds, resolveRange } from '../../revisions/range.ts'
import { changeLines, differenceOf } from '../apply/difference.ts'
import { product } from '../report/run-report.ts'
import type { Scratch } from '../scratch.ts'
import { readBody, readFolder } from './files.ts'
import { replayOnScratch } from './replay.ts'
import { go, type ReplaySetup, revisionsFamily, schemaOf } from './scratch-run.ts'
import type { RevisionsSetup } from './setup.ts'

/** What is told while it happens. */
export interface ProofHooks {
  readonly onProof?: (proof: RevisionProof) => void
  readonly signal?: AbortSignal
}

interface Tried {
  readonly verdict: ProofVerdict
  readonly lines: readonly string[]
  /** The scratch database has the revision now, and nothing else but what was there before. */
  readonly clean: boolean
  /** It can be gone up at all. */
  readonly up: boolean
}

/** What of `there` is not as `wanted`. Order of columns counts where the engine could have kept it. */
function unlike(db: Database, there: Schema, wanted: Schema): string[] {
  const found = differenceOf(db, there, wanted, {})
  const order = found.otherOrder.map((table) => `table ${table}: columns stand in another order`)
  return [...changeLines(found), ...order]
}

function failure(error: unknown, way: string): string[] {
  const known = toNaruError(error)
  if (known.code === 'CONNECTION_LOST' || known.code === 'INTERNAL' || known.code === 'STOPPED') throw error
  return [`${way}: ${known.message}`, ...(known.why === undefined ? [] : [known.why])]
}

const failed = (lines: readonly string[], up: boolean): Tried => ({ verdict: 'failed', lines, clean: false, up })

/** Tries one revision on a database that has all that it needs. */
export async function tryRevision(
  db: Database,
  setup: ReplaySetup,
  revision: Revision,
  body: RevisionBody,
): Promise<Tried> {
  const before = await schemaOf(db, setup)
  const run = (way: RevisionBody['up'], name: string) =>
    go(db, setup, revision, way).then(
      () => null,
      (error: unknown) => failure(error, name),
    )
  const first = await run(body.up, 'up')
  if (first !== null) return failed(first, false)
  if (body.down.kind === 'none') return { verdict: 'irreversible', lines: [body.down.why], clean: true, up: true }
  const after = await schemaOf(db, setup)
  const down = await run(body.down, 'down')
  if (down !== null) return failed(down, true)
  const back = unlike(db, await schemaOf(db, setup), before)
  const second = await run(body.up, 'up again')
  if (second !== null) return failed([...back.map((l) => `after down, ${l}`), ...second], true)
  const again = unlike(db, await schemaOf(db, setup), after)
  const lines = [...back.map((l) => `after down, ${l}`), ...again.map((l) => `after up again, ${l}`)]
  return { verdict: lines.length === 0 ? 'proved' : 'differs', lines, clean: again.length === 0, up: true }
}

/** Revisions that are asked for: a range, one, or all. */
function chosen(graph: Graph, range: string | null): ReadonlySet<string> {
  return range === null ? new Set(graph.revisions.keys()) : rangeIds(graph, resolveRange(graph, range))
}

/** A walk up the graph over scratch databases: a new one only where a revision left its own in disorder. */
interface Walk {
  readonly setup: RevisionsSetup
  readonly graph: Graph
  /** Null: the next revision needs a new one. */
  scratch: Scratch | null
  where: string
  /** Revisions that the scratch database has. */
  readonly there: Revision[]
  /** Revisions that cannot be gone up. */
  readonly broken: Set<string>
}

async function databaseFor(w: Walk): Promise<Database> {
  w.scratch ??= await replayOnScratch(w.setup, w.there)
  const db = w.scratch.database
  w.where = db.can.inProcess ? `${product(db)} in memory` : `a temporary database (${product(db)})`
  return db
}

async function leave(w: Walk): Promise<void> {
  const { scratch } = w
  w.scratch = null
  await scratch?.[Symbol.asyncDispose]()
}

async function judge(w: Walk, revision: Revision): Promise<RevisionProof> {
  const began = performance.now()
  const told = (verdict: ProofVerdict, lines: readonly string[]): RevisionProof => {
    return { id: revision.id, message: revision.message, verdict, lines, ms: performance.now() - began }
  }
  const missing = [...revision.down, ...revision.dependsOn].find((id) => w.broken.has(id))
  if (missing !== undefined) {
    w.broken.add(revision.id)
    return told('not reached', [`${missing}, which it needs, cannot be gone up`])
  }
  const body = await readBody(revision, revisionsFamily(w.setup))
  const tried = await tryRevision(await databaseFor(w), w.setup, revision, body)
  if (tried.up) w.there.push(revision)
  else w.broken.add(revision.id)
  if (!tried.clean) await leave(w)
  return told(tried.verdict, tried.lines)
}

/**
 * Tries each revision of a range (`A:B`, one, or all) after all that it needs, in the order of an upgrade. Touches no database of the user's.
 * Throws STATE_REFUSED where what comes before the range does not run, REVISION_INVALID, REVISION_UNKNOWN, SCRATCH_UNAVAILABLE, USAGE.
 */
export async function proveRevisions(
  setup: RevisionsSetup,
  range: string | null,
  hooks: ProofHooks = {},
): Promise<ProofReport> {
  const graph = await readFolder(setup.folder)
  const wanted = chosen(graph, range)
  const chain = order(graph, ancestors(graph, wanted))
  const first = chain.findIndex((r) => wanted.has(r.id))
  const w: Walk = {
    setup,
    graph,
    scratch: null,
    where: '',
    there: chain.slice(0, Math.max(first, 0)),
    broken: new Set(),
  }
  const proofs: RevisionProof[] = []
  try {
    for (const revision of first < 0 ? [] : chain.slice(first)) {
      if (hooks.signal?.aborted) throw new NaruError('STOPPED', 'stopped as asked', { state: 'nothing was changed' })
      const proof = await judge(w, revision)
      if (!wanted.has(revision.id)) continue
      proofs.push(proof)
      hooks.onProof?.(proof)
    }
  } finally {
    await leave(w)
  }
  const good = proofs.every((p) => p.verdict === 'proved' || p.verdict === 'irreversible')
  return { folder: setup.folderLabel, where: w.where, proofs, exit: good ? 0 : 1 }
}
