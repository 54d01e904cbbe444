/** `naru repair`: a plan of what would make the target agree with the source, carried out once somebody agrees, and taken back on demand. */
import { existsSync } from 'node:fs'
import { chmod, copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Address } from '../core/engine.ts'
import { EXIT, NaruError } from '../core/error.ts'
import type { ApplyRepairOptions, RepairOptions, RepairPlan, RepairReport, RepairRow } from '../core/repair.ts'
import type { RepairRecord } from '../core/repair-ledger.ts'
import { makeFolder } from '../disk/make-folder.ts'
import { temporaryFolder } from '../disk/temporary-folder.ts'
import { moment } from './format.ts'
import { openDatabase } from './open.ts'
import { type ApplyRepairContext, applyPlan } from './repair/apply.ts'
import { refuseTooMany } from './repair/limits.ts'
import { compared, makePlan } from './repair/plan.ts'
import { planRows, readPlan } from './repair/plan-file.ts'
import { repairSql } from './repair/sql.ts'
import { undoRepair } from './repair/undo.ts'

/** What a repair works with beside its options. */
export interface RepairContext extends ApplyRepairContext {
  /** Looks at the plan and its first rows; what it gives back is the word of the user. Not called where there is nothing to do. */
  agree(plan: RepairPlan, rows: readonly RepairRow[]): Promise<boolean>
  /** Takes the plan's statements, where they are asked for. */
  readonly sql?: (text: string) => void
  /** Where the plan is kept, absolute. */
  readonly file?: string
  /** Where no file is named: the folder in which the plan is kept until it is carried out; a temporary one when absent. */
  readonly stateFolder?: string | null
  /** Told where it is kept there, before it is carried out. */
  readonly kept?: (file: string) => void
}

/** What came of it: a plan, and its account where it was carried out. */
export interface RepairOutcome {
  readonly plan: RepairPlan
  /** Null: nothing was carried out. */
  readonly report: RepairReport | null
}

/** Rows shown with a plan unless another number is asked for. */
const SHOWN = 20

/**
 * Makes a plan and, where `agree` says so, carries it out. Throws REPAIR_LIMIT before anything is written, and what `applyPlan` throws.
 */
export async function repair(
  from: Address,
  to: Address,
  options: RepairOptions & ApplyRepairOptions,
  context: RepairContext,
): Promise<RepairOutcome> {
  const { triggers, lockTimeout, ...asked } = options
  const { rate, rowRate, maxLag, while: conditions } = asked
  await using place = await placeOf(context.file)
  const made = await makePlan(from, to, asked, { ...context, file: place.file })
  const plan = { ...made, notes: [...made.notes, ...(await unfinished(from, to, context.stateFolder ?? null))] }
  if (context.sql !== undefined) await writeSql(plan, from, to, place.file, context.sql)
  refuseTooMany(plan, asked)
  if (plan.planned === 0) return { plan, report: null }
  if (!(await context.agree(plan, await firstRows(place.file, asked.limit ?? SHOWN)))) return { plan, report: null }
  const kept = context.file ?? (await keepPlan(place.file, context.stateFolder ?? null, plan.id))
  if (context.file === undefined && kept !== null) context.kept?.(kept)
  const how = { triggers, lockTimeout, rate, rowRate, maxLag, while: conditions }
  try {
    const report = await applyPlan(kept ?? place.file, from, to, how, context)
    if (context.file === undefined && kept !== null) await rm(kept, { force: true })
    return { plan, report }
  } catch (error) {
    throw kept === null ? error : resumable(error, kept)
  }
}

/** Carries out a plan that was made before. Throws PLAN_INVALID, SCHEMA_CHANGED, REPAIR_LIMIT before anything is written. */
export async function applyRepair(
  file: string,
  from: Address,
  to: Address,
  options: ApplyRepairOptions & Pick<RepairOptions, 'maxRows' | 'maxPercent'>,
  context: ApplyRepairContext,
): Promise<RepairReport> {
  const plan = await readPlan(file)
  refuseTooMany(plan, { ...plan.options, ...options })
  return applyPlan(file, from, to, options, context)
}

/** The head of a plan in a file, proven by its hash. Throws PLAN_INVALID, FILE_UNREADABLE. */
export function repairPlan(file: string): Promise<RepairPlan> {
  return readPlan(file)
}

/** Takes a repair back; see `undoRepair`. */
export const undo = undoRepair

/** The repairs that a target remembers, newest first. */
export async function repairs(target: Address): Promise<readonly RepairRecord[]> {
  await using db = await openDatabase(target, { role: 'source' })
  return (await db.repairs?.().list()) ?? []
}

/** Forgets repairs that began before a moment, with their images: they cannot be taken back any more. Gives back their names. */
export async function forgetRepairs(target: Address, before: Date): Promise<readonly string[]> {
  await using db = await openDatabase(target, { role: 'target', alters: true })
  const ledger = db.repairs?.()
  if (ledger === undefined) throw new NaruError('UNSUPPORTED', `${target.label} remembers no repairs`)
  const old = (await ledger.list()).filter((r) => new Date(r.started) < before)
  for (const { id } of old) await ledger.forget(id)
  return old.map((r) => r.id)
}

const planName = (id: string) => `repair-${id}.ndjson`

/** Keeps a plan until it is carried out; null where that cannot be. */
async function keepPlan(file: string, folder: string | null, id: string): Promise<string | null> {
  if (folder === null) return null
  const kept = join(folder, planName(id))
  try {
    makeFolder(folder)
    await copyFile(file, kept)
    await chmod(kept, 0o600)
    return kept
  } catch {
    await rm(kept, { force: true })
    return null
  }
}

/** An error after which the plan can be gone on with says how. */
function resumable(error: unknown, kept: string): unknown {
  if (!(error instanceof NaruError) || (error.exit !== EXIT.stopped && error.exit !== EXIT.interrupted)) return error
  const { why, state, details } = error
  const hint = `Go on with the same plan: naru repair --apply ${kept}`
  return new NaruError(error.code, error.message, { why, hint, state, details, cause: error.cause })
}

/** Repairs of the same databases that were begun and not finished since the last one that was, and how each goes on. */
async function unfinished(from: Address, to: Address, folder: string | null): Promise<string[]> {
  const all = (await repairs(to)).filter((r) => r.undoes === null && r.source === from.label)
  const last = all.findIndex((r) => r.state === 'done')
  return all.slice(0, last < 0 ? all.length : last).map(({ id, started }) => {
    const file = folder === null ? null : join(folder, planName(id))
    const way =
      file !== null && existsSync(file)
        ? `naru repair --apply ${file} goes on`
        : 'it goes on with its plan (--apply), and what it has done is no part of this one'
    return `the repair ${id} of ${moment(started)} is not finished: ${way}`
  })
}

async function firstRows(file: string, most: number): Promise<RepairRow[]> {
  const rows: RepairRow[] = []
  for await (const row of planRows(file)) {
    if (rows.length >= most) break
    rows.push(row)
  }
  return rows
}

async function writeSql(
  plan: RepairPlan,
  from: Address,
  to: Address,
  file: string,
  write: (text: string) => void,
): Promise<void> {
  const { only: _o, include: _i, maxRows: _r, maxPercent: _p, limit: _l, ...options } = plan.options
  const { plans } = await compared(from, to, options)
  await using target = await openDatabase(to, { role: 'source' })
  for await (const text of repairSql(plan, plans, target.engine.dialect, planRows(file))) write(text)
}

async function placeOf(file: string | undefined): Promise<AsyncDisposable & { readonly file: string }> {
  if (file !== undefined) return { file, async [Symbol.asyncDispose]() {} }
  const folder = await temporaryFolder('repair')
  return {
    file: join(folder, 'plan.ndjson'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
