/** Replays revisions on an empty scratch database: what the files say a database looks like, without any database of the user's. */
import type { Database } from '../../core/engine.ts'
import type { Revision } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import { ancestors, type Graph, order } from '../../revisions/graph.ts'
import { differenceOf } from '../apply/difference.ts'
import { takeOver } from '../apply/take-over.ts'
import { keepSchema, keptSchema } from '../schema-cache.ts'
import type { Scratch } from '../scratch.ts'
import { scratchKind } from '../scratch-kind.ts'
import { chainKeys } from './replay-cache.ts'
import { emptyScratch, goUp, type ReplaySetup, revisionsFamily, schemaOf, settle } from './scratch-run.ts'

/** The ids and all that they need, in order; all revisions where none are said. */
export function chainOf(graph: Graph, ids: Iterable<string> | null): Revision[] {
  return order(graph, ids === null ? graph.revisions.keys() : ancestors(graph, ids))
}

/** The schema that revisions lead to. Throws STATE_REFUSED with file and line, REVISION_INVALID, SCRATCH_UNAVAILABLE, USAGE. */
export async function replay(setup: ReplaySetup, graph: Graph, ids: Iterable<string> | null = null): Promise<Schema> {
  const chain = chainOf(graph, ids)
  const keys = await keysOf(setup, chain)
  const kept = await keptSchema(keys.at(-1) ?? null)
  if (kept !== null) return kept
  await using scratch = await replayed(setup, chain, keys)
  return scratch.schema
}

/** A scratch database that revisions were replayed on. */
export interface ReplayedScratch extends Scratch {
  readonly schema: Schema
}

/** As `replay`, with the database at hand: what comes after can be tried on it. */
export async function replayOnScratch(setup: ReplaySetup, chain: readonly Revision[]): Promise<ReplayedScratch> {
  return await replayed(setup, chain, await keysOf(setup, chain))
}

async function keysOf(setup: ReplaySetup, chain: readonly Revision[]): Promise<readonly (string | null)[]> {
  const kind = await scratchKind(revisionsFamily(setup), setup.states)
  return kind === null ? chain.map(() => null) : chainKeys(kind, chain)
}

async function replayed(
  setup: ReplaySetup,
  chain: readonly Revision[],
  keys: readonly (string | null)[],
): Promise<ReplayedScratch> {
  const scratch = (await fromPrefix(setup, chain, keys)) ?? (await fromNothing(setup, chain))
  await keepSchema(keys.at(-1) ?? null, scratch.schema)
  return scratch
}

async function fromNothing(setup: ReplaySetup, chain: readonly Revision[]): Promise<ReplayedScratch> {
  return continued(await emptyScratch(setup), setup, chain)
}

/** Runs what is left of a chain; the scratch database goes where that fails. */
async function continued(scratch: Scratch, setup: ReplaySetup, chain: readonly Revision[]): Promise<ReplayedScratch> {
  try {
    for (const revision of chain) await goUp(scratch.database, setup, revision)
    return { ...scratch, schema: await schemaOf(scratch.database, setup) }
  } catch (error) {
    await scratch[Symbol.asyncDispose]()
    throw error
  }
}

/**
 * From the longest part of the chain whose schema is known: made at once, without its rows, and only what follows is run. Null where nothing
 * is known, the schema cannot be made so, or what follows does not run on it (it may need rows).
 */
async function fromPrefix(
  setup: ReplaySetup,
  chain: readonly Revision[],
  keys: readonly (string | null)[],
): Promise<ReplayedScratch | null> {
  for (let n = chain.length; n > 0; n--) {
    const kept = await keptSchema(keys[n - 1])
    if (kept === null) continue
    const scratch = await emptyScratch(setup)
    if (await made(scratch.database, setup, kept)) {
      return await continued(scratch, setup, chain.slice(n)).catch(() => null)
    }
    await scratch[Symbol.asyncDispose]()
    return null
  }
  return null
}

/** Makes a schema and looks whether it came out as it was. */
async function made(database: Database, setup: ReplaySetup, schema: Schema): Promise<boolean> {
  try {
    const there = await takeOver(database, schema, [], setup.states.schema)
    await settle(database, setup)
    const rest = differenceOf(database, there, schema, {})
    return rest.changes.length === 0 && rest.plan.unplanned.length === 0 && rest.otherOrder.length === 0
  } catch {
    return false
  }
}

/** Remembers what a chain leads to. Never throws but for files that cannot be read. */
export async function keepReplayed(setup: ReplaySetup, chain: readonly Revision[], schema: Schema): Promise<void> {
  await keepSchema((await keysOf(setup, chain)).at(-1) ?? null, schema)
}
