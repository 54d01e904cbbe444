/** What `naru repair` does, by what it was asked for. */
import { rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { stateFolder } from '../../app/state-folder.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { RepairOptions, RepairPlan, RepairReport, RepairRow } from '../../core/repair.ts'
import { bothEnds, canWrite } from '../files.ts'
import type { Task } from '../shell.ts'
import type { RepairFlags } from './repair-flags.ts'

const said = <T extends object>(all: T): Partial<T> =>
  Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined)) as Partial<T>

async function optionsOf(task: Task, f: RepairFlags): Promise<RepairOptions> {
  const own: RepairOptions = {
    by: f.by,
    settle: f.settle,
    since: f.since,
    targetWhere: f.targetWhere,
    excludeColumns: f.excludeColumns,
    tolerances: f.tolerance,
    only: f.only,
    include: f.include,
    maxRows: f.maxRows,
    maxPercent: f.maxPercent,
    limit: f.limit,
  }
  const { verify: _, ...selection } = await task.options()
  return { ...selection, ...said(own) }
}

const applying = (f: RepairFlags) =>
  said({
    triggers: f.triggers,
    lockTimeout: f.lockTimeout === undefined ? undefined : f.lockTimeout * 1000,
    rate: f.rate?.bytes,
    rowRate: f.rate?.rows,
    maxLag: f.maxLag,
    while: f.while,
  })

/** Makes a plan, and carries it out where that is agreed. */
export async function runRepair(task: Task, from: string, to: string, flags: RepairFlags): Promise<number> {
  const file = flags.plan === undefined ? undefined : resolve(task.io.cwd, flags.plan)
  await canWrite([flags.plan], task.io.cwd)
  const ends = await bothEnds(task, from, to)
  const options = { ...(await optionsOf(task, flags)), ...applying(flags) }
  const { plan, report } = await task.app
    .repair(ends.from, ends.to, options, {
      reporter: task.output,
      signal: task.signal,
      file,
      stateFolder: stateFolder(await task.loaded()),
      kept: (plan) => task.output.say(`the plan is kept in ${plan} until it is carried out`),
      ...(flags.sql && { sql: (text: string) => task.io.stdout.write(text) }),
      agree: (plan, rows) => agree(task, plan, rows, flags),
    })
    .catch(async (error: unknown) => {
      if (error instanceof NaruError && error.details.plan !== undefined && !flags.sql)
        await showPlan(task, error.details.plan as RepairPlan, [])
      throw error
    })
  if (flags.plan !== undefined) task.output.say(`wrote ${flags.plan}`)
  if (report !== null) return showReport(task, report)
  if (plan.planned === 0 && !flags.sql) await showPlan(task, plan, [])
  return nothingLeft(plan) ? EXIT.done : EXIT.differences
}

const nothingLeft = (plan: RepairPlan) =>
  plan.planned === 0 &&
  plan.tables.every((t) => t.unreadable + t.leftOut + t.heldBack === 0) &&
  !plan.notes.some((n) => n.includes('is not on the target'))

/** A plan that goes to a file or is printed as statements is carried out another time. */
async function agree(task: Task, plan: RepairPlan, rows: readonly RepairRow[], flags: RepairFlags): Promise<boolean> {
  if (flags.sql) return false
  if (!(flags.quiet && flags.yes)) await showPlan(task, plan, rows)
  if (flags.yes) return true
  if (flags.plan !== undefined) return false
  if (task.io.stdinIsTTY && task.io.stderr.isTTY && !flags.json) {
    const { repairQuestion } = await import('../render/repair.ts')
    return task.io.confirm(repairQuestion(plan))
  }
  throw new NaruError('NOT_CONFIRMED', 'the plan was not confirmed', {
    why: 'there is no terminal to ask on',
    hint: 'Read the plan, then add --yes; or write it with --plan FILE and carry it out with --apply FILE.',
    state: 'nothing was changed',
  })
}

async function showPlan(task: Task, plan: RepairPlan, rows: readonly RepairRow[]): Promise<void> {
  const { repairPlanText, repairPlanLine } = await import('../render/repair.ts')
  task.output.result({
    text: (style) => repairPlanText(plan, rows, style),
    line: (style) => repairPlanLine(plan, style),
    event: { type: 'plan', plan, rows } as { type: string },
  })
}

async function showReport(task: Task, report: RepairReport): Promise<number> {
  const { repairText, repairLine } = await import('../render/repair.ts')
  task.output.result({
    text: (style) => repairText(report, style),
    line: (style) => repairLine(report, style),
    event: { type: 'result', command: 'repair', ...report } as { type: string },
  })
  return report.exit
}

/** Carries out a plan of before; both sides are those of the plan where they are not named. */
export async function runApply(
  task: Task,
  file: string,
  from: string | undefined,
  to: string | undefined,
  flags: RepairFlags,
): Promise<number> {
  const path = resolve(task.io.cwd, file)
  const plan = await task.app.repairPlan(path)
  const ends = await bothEnds(task, from ?? plan.from.label, to ?? plan.to.label)
  const limits = said({ maxRows: flags.maxRows, maxPercent: flags.maxPercent })
  const kept = dirname(path) === stateFolder(await task.loaded())
  const report = await task.app.applyRepair(
    path,
    ends.from,
    ends.to,
    { ...applying(flags), ...limits },
    {
      reporter: task.output,
      signal: task.signal,
    },
  )
  if (kept) await rm(path, { force: true })
  return showReport(task, report)
}

/** Takes a repair back. */
export async function runUndo(task: Task, id: string, to: string, flags: RepairFlags): Promise<number> {
  const target = await task.address(to)
  const report = await task.app.undoRepair(target, id, applying(flags), { reporter: task.output, signal: task.signal })
  return showReport(task, report)
}

/** The repairs of a target. */
export async function runList(task: Task, to: string): Promise<number> {
  const repairs = await task.app.repairs(await task.address(to))
  const { repairsText } = await import('../render/repair.ts')
  task.output.result({
    text: (style) => repairsText(repairs, style),
    line: () => repairs.map((r) => `${r.id} ${r.state}`).join('\n'),
    event: { type: 'repairs', repairs: repairs.map(({ header: _h, summary: _s, ...r }) => r) } as { type: string },
  })
  return EXIT.done
}
