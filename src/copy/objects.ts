/** Views, routines, triggers and the like: within one engine their own statements are run on the target after the rows. */
import type { Address, Database, Ddl, DdlStep } from '../core/engine.ts'
import { NaruError, toNaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import type { FailedStep } from '../core/report.ts'
import { displayName, type OtherObject, type Schema, stepName } from '../core/schema.ts'
import { unrenamed } from './hindered.ts'
import { isFatal, runSteps, type StepRun } from './steps.ts'

/** Kinds that can be made by their own statement, in the order in which they usually need each other. */
const ORDER: readonly OtherObject['kind'][] = [
  'schema',
  'partition',
  'sequence',
  'inheritance',
  'exclusion',
  'other',
  'function',
  'procedure',
  'aggregate',
  'statistics',
  'virtual table',
  'view',
  'materialized view',
  'rule',
  'policy',
  'trigger',
  'event',
]

export interface ObjectsInput {
  readonly source: Schema
  readonly target: Schema
  readonly tables: readonly TablePlan[]
  /** Only some of the tables were asked for: then only what hangs on them comes along. */
  readonly some: boolean
}

/**
 * Objects of the source that this copy makes on the target. Their statements name tables and schemas as the source does, so they
 * fit only where both sides are of one engine and nothing was renamed.
 */
export function carriedObjects(i: ObjectsInput): OtherObject[] {
  if (i.source.engine !== i.target.engine || i.source.engine === 'csv') return []
  if (i.source.engine === 'postgres' && i.source.name !== i.target.name) return []
  const made = new Set(
    i.tables
      .filter((t) => t.action !== 'append' && t.action !== 'truncate')
      .flatMap(unrenamed)
      .map(displayName),
  )
  const there = new Set(staying(i.target, i.tables).map(objectKey))
  const views = new Set(
    i.source.others.filter((o) => o.kind === 'view' || o.kind === 'partition').map((o) => displayName(o.name)),
  )
  return i.source.others
    .filter((o) => ORDER.includes(o.kind) && makeable(o) && !there.has(objectKey(o)))
    .filter((o) =>
      o.table === undefined || views.has(displayName(o.table)) ? !i.some : made.has(displayName(o.table)),
    )
    .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))
}

/** Objects of the target but those that go with tables which are made anew. */
export function staying(target: Schema, tables: readonly Pick<TablePlan, 'target' | 'action'>[]): OtherObject[] {
  const dropped = new Set(tables.flatMap((t) => (t.action === 'drop and create' ? [displayName(t.target.name)] : [])))
  return target.others.filter((o) => o.table === undefined || !dropped.has(displayName(o.table)))
}

/** Objects that are only named have no statement; partitions and sequences are made before, but for what is their own. */
function makeable(o: OtherObject): boolean {
  if (o.kind === 'sequence') return o.details?.['owned by'] !== undefined
  if (o.kind === 'partition')
    return o.details?.extras !== undefined || o.comment !== undefined || o.grants !== undefined
  return (
    o.definition.trim() !== '' &&
    (o.kind !== 'other' || /^(CREATE|ALTER TABLE|ALTER DEFAULT PRIVILEGES) /.test(o.definition))
  )
}

/** What tells objects of one database apart. */
function objectKey(o: OtherObject): string {
  return JSON.stringify([o.kind, displayName(o.name), o.table === undefined ? null : displayName(o.table)])
}

/** What is left to do of things that were made before the tables. */
const LATTER: Readonly<Partial<Record<OtherObject['kind'], string>>> = { sequence: 'owner of ', schema: 'rest of ' }

/** One step an object. */
export function objectSteps(ddl: Ddl, objects: readonly OtherObject[]): DdlStep[] {
  return objects.map((o) => ({
    sql: ddl.object?.(o) ?? o.definition,
    why: 'the statement of the source',
    object: `${LATTER[o.kind] ?? ''}${o.kind} ${o.table === undefined ? stepName(o.name) : `${stepName(o.table)}.${o.name.name}`}`,
  }))
}

/**
 * Makes them. They may need each other in ways that only the database knows, so what fails is tried again as long as something
 * else succeeds meanwhile; what is left then is told with the database's reason.
 */
export async function makeObjects(r: StepRun, objects: readonly OtherObject[]): Promise<FailedStep[]> {
  const [db] = r.connections
  let left = objectSteps(db.engine.dialect.ddl, await missing(db, objects, r.resumed))
  let failed: FailedStep[] = []
  await unchecked(db)
  while (left.length > 0) {
    failed = await runSteps(r, left, { tolerate: true })
    const names = new Set(failed.map((f) => f.object))
    const again = left.filter((s) => names.has(s.object))
    if (again.length === left.length) return failed
    left = again
  }
  return failed
}

/** Rows of objects that hold some, each object once; what cannot come along is told. */
export async function fillObjects(r: StepRun, objects: readonly OtherObject[], from: Address): Promise<FailedStep[]> {
  const [db] = r.connections
  const failed: FailedStep[] = []
  for (const o of objects.filter((x) => x.kind === 'virtual table')) {
    const object = `rows of ${o.kind} ${o.name.name}`
    if (db.copyRows === undefined || r.done.has(object)) continue
    const reason = await db.copyRows(o, from).catch((error: unknown) => {
      const known = toNaruError(error)
      if (isFatal(known)) throw known
      return known.why ?? known.message
    })
    if (reason !== null) failed.push({ object, sql: o.definition, reason, samples: [] })
    else {
      r.done.add(object)
      await r.ledger.stepDone(r.run, object)
    }
  }
  return failed
}

/** Made before the tables: that one is there does not say that it has all that is its own. */
const COMPLETED: ReadonlySet<OtherObject['kind']> = new Set(['schema', 'sequence', 'partition'])

async function missing(db: Database, objects: readonly OtherObject[], resumed: boolean): Promise<OtherObject[]> {
  if (!resumed || objects.length === 0) return [...objects]
  const there = new Set((await db.inspect({ schema: db.address.schema })).others.map(objectKey))
  return objects.filter((o) => COMPLETED.has(o.kind) || !there.has(objectKey(o)))
}

/** PostgreSQL looks into the bodies of SQL functions, which may name functions that come later. */
async function unchecked(db: Database): Promise<void> {
  if (db.engine.name !== 'postgres') return
  await db.execute('SET check_function_bodies = off').catch((error: unknown) => {
    if (error instanceof NaruError && error.code === 'CONNECTION_LOST') throw error
  })
}
