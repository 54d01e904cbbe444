/** `naru plan FROM TO` */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { EXIT, NaruError } from '../../core/error.ts'
import type { CopyPlan } from '../../core/plan.ts'
import { bothEnds, canWrite, saveReports, transfersOf, writeText } from '../files.ts'
import { type Flags, outputFlags, sampleFlags, selectionFlags, targetFlags, valueFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'

interface PlanFlags extends Flags {
  readonly stubs?: string
  readonly sql?: string
  readonly full?: boolean
  readonly save?: string
}

const EXAMPLES = `
Examples:
  naru plan mysql://reader@old.example/shop postgres://app@localhost/shop
  naru plan legacy app --cast 'type:tinyint(1)=smallint' --policy ZERO_DATE=null
  naru plan relaunch                        transfers of naru.config.ts
  naru plan sqlite:shop.db pglite:./shop --stubs stubs.sql --report plan.html
  naru plan legacy app --save shop.plan.json

Exit code: 0 ready to copy, 1 findings are open, 2 trouble.`

/** The command; its work is done by the shell. */
export function planCommand(shell: Shell): Command {
  const command = new Command('plan')
    .summary('show what a copy would do; changes nothing')
    .description(
      'Reads both sides and shows tables, casts, order, an estimate, what does not come along, and findings:\nvalues that the target would refuse or change. Changes nothing.',
    )
    .argument('<from>', 'source: an address or a name from naru.config.ts; or the name of transfers')
    .argument('[to]', 'target: an address or a name from naru.config.ts; not with transfers')
  valueFlags(sampleFlags(selectionFlags(command)))
  targetFlags(command)
  command
    .optionsGroup('Output:')
    .option('--stubs <file.sql>', 'write SQL to start from for what does not come along')
    .option('--sql <file.sql>', 'write all statements that the copy will run, in order')
    .option('--save <file.json>', 'keep what was counted in the source, for naru copy --plan')
    .option('--full', 'list everything instead of the first few')
  return outputFlags(command, true)
    .addHelpText('after', EXAMPLES)
    .action((from: string, to: string | undefined, flags: PlanFlags) =>
      shell.run(flags, { graceful: false }, (task) => runPlan(task, from, to, flags)),
    )
}

/** Makes and shows a plan; also `naru copy --dry-run`. Gives the exit code. */
export async function runPlan(task: Task, from: string, to: string | undefined, flags: PlanFlags): Promise<number> {
  await canWrite([...(flags.report ?? []), flags.stubs, flags.sql, flags.save], task.io.cwd)
  const plan = await planOf(task, from, to, flags)
  await showPlan(task, plan, flags)
  await saveReports(task, flags.report, { kind: 'plan', report: plan })
  return plan.findings.some((f) => f.severity === 'blocks') ? EXIT.differences : EXIT.done
}

async function planOf(task: Task, from: string, to: string | undefined, flags: PlanFlags): Promise<CopyPlan> {
  const options = await task.options()
  if (to === undefined) {
    refuseSaved(flags.save, '--save')
    refuseSaved(options.plan, '--plan')
    return task.app.planTransfer(await transfersOf(task, from), options, task.output)
  }
  const ends = await bothEnds(task, from, to)
  const path = (file: string) => resolve(task.io.cwd, file)
  const save = flags.save === undefined ? {} : { save: path(flags.save) }
  const plan = await task.app.plan(ends.from, ends.to, { ...options, ...save }, task.output)
  if (flags.save !== undefined) task.output.say(`wrote ${flags.save}`)
  return plan
}

/** Throws USAGE where a plan of transfers is to be kept or used. */
export function refuseSaved(path: string | undefined, flag: string): void {
  if (path === undefined) return
  throw new NaruError('USAGE', `${flag} is for copies of one database`, {
    why: 'transfers look up rows that the run itself brings, so they count each time',
    hint: `Leave ${flag} out.`,
    state: 'nothing was changed',
  })
}

async function showPlan(task: Task, plan: CopyPlan, flags: PlanFlags): Promise<void> {
  const { planText } = await import('../render/plan.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { planVerdict } = await import('../../app/report/other-reports.ts')
  const { scriptText, stubsText } = await import('../../app/script.ts')
  const phases = await task.app.plannedSteps(plan)
  task.output.result({
    text: (style) => planText({ plan, phases, full: flags.full === true }, style),
    line: (style) => verdictLine(planVerdict(plan), style),
    event: { type: 'plan', plan } as { type: string },
  })
  if (flags.stubs !== undefined) await writeText(task, flags.stubs, stubsText(plan) ?? '-- nothing stays behind\n')
  if (flags.sql !== undefined) await writeText(task, flags.sql, scriptText(phases))
}
