/** Whether revisions, replayed on a scratch database, make what a live database has. */
import type { Database } from '../../../core/engine.ts'
import { NaruError } from '../../../core/error.ts'
import type { Revision } from '../../../core/revision.ts'
import type { Schema } from '../../../core/schema.ts'
import { changeLines, differenceOf, plannerOf } from '../../apply/difference.ts'
import { spelledAlike } from '../../apply/spelling.ts'
import { product } from '../../report/run-report.ts'
import { replayOnScratch } from '../replay.ts'
import type { RevisionsSetup } from '../setup.ts'

export interface ProofWanted {
  readonly database: Database
  /** What the database has, as far as revisions keep it. */
  readonly live: Schema
  /** In the order in which they run. */
  readonly revisions: readonly Revision[]
  readonly setup: RevisionsSetup
  readonly ignore: readonly string[]
}

export interface Proof {
  /** PGlite 17.2 in memory …; null: the replay got no schema. */
  readonly where: string | null
  /** What differs, one line each; empty: proven. */
  readonly remaining: readonly string[]
}

/** Throws SCRATCH_UNAVAILABLE. A statement that fails there is told as what remains. */
export async function prove(o: ProofWanted): Promise<Proof> {
  try {
    await using scratch = await replayOnScratch(o.setup, o.revisions)
    const db = scratch.database
    const where = db.can.inProcess ? `${product(db)} in memory` : `a temporary database (${db.address.label})`
    return { where, remaining: await difference(o, scratch.schema) }
  } catch (error) {
    if (!(error instanceof NaruError) || error.code !== 'STATE_REFUSED') throw error
    const { message, why } = error
    return { where: null, remaining: [`the replay failed: ${message}${why === undefined ? '' : ` (${why})`}`] }
  }
}

async function difference({ database, live, ignore, setup }: ProofWanted, goal: Schema): Promise<string[]> {
  const { normalize } = plannerOf(database)
  const { dev, beside } = setup.states
  const scratch = { engine: database.engine.name, dev, beside }
  const spelled = await spelledAlike({ normalize, present: live, goal, scratch, home: database.address.schema })
  const found = differenceOf(database, live, spelled, { ignore })
  return [...changeLines(found), ...found.plan.unplanned.map((u) => `${u.object}: ${u.why}`)]
}
