/** Runs a plan on a scratch database that has the same schema and no rows, before it is run on the real one. */

import type { ApplyOptions, ApplyPlan, Rehearsal } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { Schema } from '../../core/schema.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import { plural } from '../format.ts'
import { product } from '../report/run-report.ts'
import { openScratch, type ScratchOptions } from '../scratch.ts'
import { changeLines, differenceOf } from './difference.ts'
import { runSteps } from './run.ts'
import { isSpellingAlone, samePrinter } from './spelling.ts'
import { asFarAs, takeOver } from './take-over.ts'

export interface RehearsalInput {
  readonly plan: ApplyPlan
  /** The real database's schema, whole, and what it shall become. */
  readonly present: Schema
  readonly goal: Schema
  readonly options: ApplyOptions
  readonly scratch: ScratchOptions
  /** PostgreSQL: the schema that is altered, or several. */
  readonly schema: SchemaChoice | undefined
  readonly signal?: AbortSignal
}

/**
 * Rehearses where a scratch database can be had that takes over the schema as it is; else says why not. Throws REHEARSAL_FAILED where a
 * statement fails there, or a difference remains.
 */
export async function rehearse(o: RehearsalInput): Promise<Rehearsal> {
  if (o.options.rehearsal === false) return { state: 'skipped', why: 'not wanted (--no-rehearsal)' }
  const scratch = await openScratch({ ...o.scratch, alters: true }).catch((error: unknown) => error as NaruError)
  if (scratch instanceof Error) return { state: 'skipped', why: scratch.message }
  await using _ = scratch
  const db = scratch.database
  const where = db.can.inProcess ? `${product(db)} in memory` : `a temporary database (${db.address.label})`
  const obstacle = await obstacleTo(db, o)
  if (obstacle !== null) return { state: 'skipped', where, why: obstacle }
  await tryOut(db, o, where)
  const apart = o.plan.steps.length - stepsFor(db, o.plan).length
  const without = apart === 0 ? '' : `, but for ${plural(apart, 'statement')} on owners and privileges`
  return { state: 'passed', where: `${where}${without}` }
}

/** On another server the same roles may not be there, and privileges would outlive the scratch database. */
function stepsFor(db: Database, plan: ApplyPlan): ApplyPlan['steps'] {
  return db.can.inProcess ? plan.steps : plan.steps.filter((s) => s.grantee === undefined)
}

/** Makes the schema of the real database on the scratch one; what is in the way of that, or null. */
async function obstacleTo(db: Database, o: RehearsalInput): Promise<string | null> {
  try {
    const there = await takeOver(db, o.present, [o.goal], o.schema)
    const rest = restOf(db, there, o.present, {})
    if (rest.length === 0) return null
    const more = rest.length === 1 ? '' : ` and ${rest.length - 1} more`
    return `the scratch database does not take over the schema as it is: ${rest[0]}${more}`
  } catch (error) {
    const { message, why } = toNaruError(error)
    return `the scratch database does not take over the schema: ${message}${why === undefined ? '' : ` (${why})`}`
  }
}

/** What differs, but for the spelling of texts that were printed by another version. */
function restOf(db: Database, there: Schema, wanted: Schema, options: ApplyOptions): string[] {
  const found = differenceOf(db, there, asFarAs(db, wanted), options)
  const strict = samePrinter(there, wanted)
  return changeLines({ ...found, changes: strict ? found.changes : found.changes.filter((c) => !isSpellingAlone(c)) })
}

const SILENT = { report() {} }

async function tryOut(db: Database, o: RehearsalInput, where: string): Promise<void> {
  const failed = (what: string, why: string, cause?: unknown) =>
    new NaruError('REHEARSAL_FAILED', what, { why, state: 'nothing was changed', details: { plan: o.plan }, cause })
  const steps = stepsFor(db, o.plan)
  try {
    await runSteps({
      database: db,
      steps,
      check: async () => {},
      journal: null,
      begun: new Set(),
      retries: 0,
      reporter: SILENT,
      signal: o.signal,
    })
  } catch (thrown) {
    const error = toNaruError(thrown)
    if (error.code === 'STOPPED') throw error
    throw failed(`in the rehearsal ${error.message}`, `${where}: ${error.why ?? error.message}`, error)
  }
  if (o.plan.unplanned.length > 0) return
  const { tables, exclude, ignore } = o.options
  const rest = restOf(db, await db.inspect({ schema: o.schema }), o.goal, { tables, exclude, ignore })
  if (rest.length > 0)
    throw failed('in the rehearsal the plan did not lead to the desired state', `${where}: ${rest.join('; ')}`)
}
