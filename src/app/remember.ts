/** `naru verify --remember`: hashes of rows that are the same are kept on the target, so that a later repair knows who changed a row. */
import { createHash } from 'node:crypto'
import type { BaseLedger } from '../core/base-ledger.ts'
import type { Address, Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { TablePlan } from '../core/plan.ts'
import type { TableVerification } from '../core/report.ts'
import { displayName } from '../core/schema.ts'
import { canonical } from '../diff/canonical.ts'
import { rememberTable } from '../verify/base.ts'
import { openDatabase } from './open.ts'

/** SHA-256 of tables, columns and types of both sides, and of how they are compared. */
export function schemaHash(plans: readonly TablePlan[]): string {
  const shapes = plans.map((p) => ({
    label: p.label,
    key: p.key,
    where: [p.where, p.targetWhere],
    names: [displayName(p.source.name), displayName(p.target.name)],
    columns: p.columns.map((c) => [
      c.source.name,
      c.source.type.native,
      c.target.name,
      c.target.type.native,
      c.wire,
      c.expression,
    ]),
    target: p.target.columns.map((c) => [c.name, c.type.native, c.nullable, c.generated]),
  }))
  return createHash('sha256').update(canonical(shapes)).digest('hex')
}

/** Under what the rows of a table are remembered: another source, another table or another way to compare it is another matter. */
export function shapeOf(source: string, plan: TablePlan): string {
  return createHash('sha256')
    .update(`${source} ${schemaHash([plan])}`)
    .digest('hex')
}

interface RememberInput {
  readonly from: Address
  readonly to: Address
  /** One that reads in the snapshot of the comparison. */
  readonly source: Database
  readonly target: Database
  readonly plans: readonly TablePlan[]
  readonly tables: readonly TableVerification[]
  readonly signal?: AbortSignal
  /** Ends the snapshots: a file can be changed once nobody reads it. */
  over(): PromiseLike<void>
}

/** Remembers the tables that are the same; what became of each, in a sentence. Throws UNSUPPORTED where the target has no memory. */
export async function remember(i: RememberInput): Promise<string[]> {
  if (i.target.bases === undefined) throw unable(i.to)
  if (i.target.can.inProcess) return rememberHere(i, i.target)
  await using db = await openDatabase(i.to, { role: 'target', alters: true })
  for (const sql of db.engine.dialect.mend?.session ?? []) await db.execute(sql)
  const bases = db.bases?.()
  if (bases === undefined) throw unable(i.to)
  // A file that is read can be written to, and not be changed until its readers are done: all of it is one transaction.
  if (db.can.transactionalDdl) await db.execute('BEGIN')
  await bases.prepare()
  if (!db.can.transactionalDdl) await db.execute('BEGIN')
  const notes = await rememberAll(i, bases)
  await i.over()
  await db.execute('COMMIT')
  return notes
}

/** A database within this process has one connection: what it has read it writes, and nobody else can come between. */
async function rememberHere(i: RememberInput, db: Database): Promise<string[]> {
  const bases = db.bases?.()
  if (bases === undefined) throw unable(i.to)
  await i.over()
  await db.execute('BEGIN READ WRITE')
  try {
    await bases.prepare()
    const notes = await rememberAll(i, bases)
    await db.execute('COMMIT')
    return notes
  } catch (error) {
    await db.execute('ROLLBACK').catch(() => {}) // the first error tells more
    throw error
  }
}

/** What became of each table that is the same. */
async function rememberAll(i: RememberInput, bases: BaseLedger): Promise<string[]> {
  const notes: string[] = []
  const { inProcess } = i.target.can
  for (const plan of i.plans) {
    const found = i.tables.find((t) => t.table === plan.label)
    if (found?.same !== true || found.how !== 'digest') continue
    const shape = shapeOf(i.from.label, plan)
    const raw = i.source.engine.dialect.rawValue
    const rows = await rememberTable({ ...i, plan, raw, bases, shape, inProcess, rows: found.targetRows })
    notes.push(rows === null ? `${plan.label} has no key: not remembered` : `${plan.label}: ${rows} rows remembered`)
  }
  return notes
}

function unable(to: Address): NaruError {
  return new NaruError('UNSUPPORTED', `${to.label} cannot remember rows`, {
    why: 'it has no tables of its own to keep them in',
    hint: 'Leave --remember out.',
    state: 'nothing was changed',
  })
}
