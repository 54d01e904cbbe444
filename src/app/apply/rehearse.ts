/** Runs a plan on a scratch database that has the same schema and no rows, before it is run on the real one. */
import type { ApplyOptions, ApplyPlan, Rehearsal } from '../../core/apply.ts'
import type { Database } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { Schema } from '../../core/schema.ts'
import { product } from '../report/run-report.ts'
import { openScratch, type ScratchOptions } from '../scratch.ts'
import { changeLines, differenceOf } from './difference.ts'
import { runSteps } from './run.ts'

export interface RehearsalInput {
  readonly plan: ApplyPlan
  /** The real database's schema, whole, and what it shall become. */
  readonly present: Schema
  readonly goal: Schema
  readonly options: ApplyOptions
  readonly scratch: ScratchOptions
  /** PostgreSQL: the schema that is altered. */
  readonly schema: string | undefined
  readonly signal?: AbortSignal
}

/**
 * Rehearses where a scratch database can be had that takes over the schema as it is; else says why not. Throws REHEARSAL_FAILED where a
 * statement fails there, or a difference remains.
 */
export async function rehearse(o: RehearsalInput): Promise<Rehearsal> {
  if (o.options.rehearsal === false) return { state: 'skipped', why: 'not wanted (--no-rehearsal)' }
  const scratch = await openScratch(o.scratch).catch((error: unknown) => error as NaruError)
  if (scratch instanceof Error) return { state: 'skipped', why: scratch.message }
  await using _ = scratch
  const db = scratch.database
  const where = db.can.inProcess ? `${product(db)} in memory` : `a temporary database (${db.address.label})`
  const obstacle = await takeOver(db, o)
  if (obstacle !== null) return { state: 'skipped', where, why: obstacle }
  await tryOut(db, o, where)
  return { state: 'passed', where }
}

/** Makes the schema of the real database on the scratch one; what is in the way of that, or null. */
async function takeOver(db: Database, o: RehearsalInput): Promise<string | null> {
  const wanted = o.present
  try {
    await prepare(db, o)
    const build = differenceOf(db, await db.inspect({ schema: o.schema }), wanted, {})
    for (const step of build.plan.steps) await db.execute(step.sql)
    const rest = changeLines(differenceOf(db, await db.inspect({ schema: o.schema }), wanted, {}))
    if (rest.length === 0) return null
    const more = rest.length === 1 ? '' : ` and ${rest.length - 1} more`
    return `the scratch database does not take over the schema as it is: ${rest[0]}${more}`
  } catch (error) {
    const { message, why } = toNaruError(error)
    return `the scratch database does not take over the schema: ${message}${why === undefined ? '' : ` (${why})`}`
  }
}

/** The schema that is meant, and on a throwaway PostgreSQL the roles that own and may use things. */
async function prepare(db: Database, o: RehearsalInput): Promise<void> {
  if (db.engine.name !== 'postgres') return
  const { quote } = db.engine.dialect
  if (o.schema !== undefined && o.schema !== 'public') {
    await db.execute(`CREATE SCHEMA IF NOT EXISTS ${quote(o.schema)}; SET search_path TO ${quote(o.schema)}, public`)
  }
  if (db.flavor !== 'pglite') return
  const roles = new Set([...rolesOf(o.present), ...rolesOf(o.goal)])
  for (const role of roles) await db.execute(`CREATE ROLE ${quote(role)}`).catch(() => {}) // there already
}

/** Owners, and whom privileges are given to: `SELECT, INSERT TO reader WITH GRANT OPTION`. */
function rolesOf(schema: Schema): string[] {
  return [...schema.tables, ...schema.others].flatMap((object) => {
    const columns = 'columns' in object ? object.columns : []
    const grants = [...(object.grants ?? []), ...columns.flatMap((c) => c.grants ?? [])]
    const named = grants.flatMap((grant) => {
      const role = / TO ("(?:[^"]|"")+"|\S+)(?: WITH GRANT OPTION)?$/.exec(grant)?.[1]
      if (role === undefined || role === 'PUBLIC') return []
      return [role.startsWith('"') ? role.slice(1, -1).replaceAll('""', '"') : role]
    })
    return object.owner === undefined ? named : [object.owner, ...named]
  })
}

const SILENT = { report() {} }

async function tryOut(db: Database, o: RehearsalInput, where: string): Promise<void> {
  const failed = (what: string, why: string, cause?: unknown) =>
    new NaruError('REHEARSAL_FAILED', what, { why, state: 'nothing was changed', details: { plan: o.plan }, cause })
  const { steps } = o.plan
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
  const rest = changeLines(
    differenceOf(db, await db.inspect({ schema: o.schema }), o.goal, { tables, exclude, ignore }),
  )
  if (rest.length > 0)
    throw failed('in the rehearsal the plan did not lead to the desired state', `${where}: ${rest.join('; ')}`)
}
