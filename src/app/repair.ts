/** `naru repair`: a plan of what would make the target agree with the source, carried out once somebody agrees, and taken back on demand. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { ApplyRepairOptions, RepairOptions, RepairPlan, RepairReport, RepairRow } from '../core/repair.ts'
import type { RepairRecord } from '../core/repair-ledger.ts'
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
  /** Where the plan is kept, absolute; a temporary file where absent. */
  readonly file?: string
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
  await using place = await placeOf(context.file)
  const plan = await makePlan(from, to, asked, { ...context, file: place.file })
  if (context.sql !== undefined) await writeSql(plan, from, to, place.file, context.sql)
  refuseTooMany(plan, asked)
  if (plan.planned === 0) return { plan, report: null }
  if (!(await context.agree(plan, await firstRows(place.file, asked.limit ?? SHOWN)))) return { plan, report: null }
  return { plan, report: await applyPlan(place.file, from, to, { triggers, lockTimeout }, context) }
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
  const folder = await mkdtemp(join(tmpdir(), 'naru-repair-'))
  return {
    file: join(folder, 'plan.ndjson'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
