/** `naru copy FROM TO` */
import { Command, Option } from 'commander'
import type { Address } from '../../core/engine.ts'
import { NaruError, toNaruError } from '../../core/error.ts'
import type { CopyPlan } from '../../core/plan.ts'
import type { RunReport } from '../../core/report.ts'
import { bothEnds, canWrite, saveReports, transfersOf } from '../files.ts'
import {
  digestFlag,
  type Flags,
  outputFlags,
  sampleFlags,
  selectionFlags,
  targetFlags,
  valueFlags,
  workFlags,
} from '../flags.ts'
import type { Shell, Task } from '../shell.ts'
import { refuseSaved, runPlan } from './plan.ts'

interface CopyFlags extends Flags {
  readonly dryRun?: boolean
  readonly gzip?: boolean
}

const EXAMPLES = `
Examples:
  naru copy mysql://reader@old.example/shop postgres://app@localhost/shop --report report.html
  naru copy legacy app --tables 'order*,users' --where 'orders=id > 100'
  naru copy sqlite:shop.db pglite:./shop --policy ZERO_DATE=null --accept FLOAT_DIGITS
  naru copy legacy app --plan shop.plan.json
  naru copy app csv:./backup --gzip
  naru copy csv:./backup postgres://app@localhost/restored
  naru copy legacy test --sample 1%         some rows, and whatever they refer to
  naru copy relaunch --tables products      transfers of naru.config.ts
  naru copy dump:shop.dump postgres://app@localhost/shop

Run the same command again after a stop of any kind: it continues after the last mark.

Exit code: 0 everything arrived, 1 rows differ or were refused, or findings are open, 2 trouble,
3 broken off, resumable, 130 interrupted, resumable.`

/** The command; its work is done by the shell. */
export function copyCommand(shell: Shell): Command {
  const command = new Command('copy')
    .summary('copy a database and prove that everything arrived')
    .description(
      'Copies tables, rows, indexes, constraints and counters, then reads the target back and compares.\nAn interrupted copy continues when the same command is run again; rows arrive exactly once.',
    )
    .argument('<from>', 'source: an address or a name from naru.config.ts; or the name of transfers')
    .argument('[to]', 'target: an address or a name from naru.config.ts; not with transfers')
    .optionsGroup('What:')
    .option('--dry-run', 'plan only, change nothing (the same as naru plan)')
    .option('--plan <file.json>', 'what naru plan --save has counted in the source is not counted again')
  valueFlags(sampleFlags(selectionFlags(command)))
  targetFlags(command).option('--gzip', 'pack the files of a folder (the same as ?gzip=1)')
  workFlags(command)
  command
    .optionsGroup('Proof:')
    .addOption(
      new Option('--verify <none|count|digest>', 'how the copy is proven (default: digest)').choices([
        'none',
        'count',
        'digest',
      ]),
    )
  return outputFlags(digestFlag(command), true)
    .addHelpText('after', EXAMPLES)
    .action((from: string, to: string | undefined, flags: CopyFlags) => {
      const graceful = flags.dryRun !== true
      return shell.run(flags, { graceful }, (task) =>
        graceful ? runCopy(task, from, to, flags) : runPlan(task, from, to, flags),
      )
    })
}

function refuseContradictions(flags: CopyFlags): void {
  if (flags.schemaOnly && flags.dataOnly) {
    throw new NaruError('USAGE', '--schema-only and --data-only exclude each other', {
      hint: 'Leave both out to copy everything.',
    })
  }
  if (flags.incremental && flags.ifExists !== undefined) {
    throw new NaruError('USAGE', '--incremental and --if-exists exclude each other', {
      hint: '--incremental makes tables that are there equal to the source; leave --if-exists out.',
    })
  }
  if (flags.restart && flags.redo !== undefined) {
    throw new NaruError('USAGE', '--restart and --redo exclude each other', {
      hint: '--restart copies everything again, --redo the named tables.',
    })
  }
}

/** Throws USAGE for a target that is no folder. */
function packed(to: Address): Address {
  if (to.engine === 'csv') return { ...to, params: { ...to.params, gzip: '1' } }
  throw new NaruError('USAGE', '--gzip is for folders', {
    hint: `Leave it out, or copy to csv:folder or ndjson:folder.`,
  })
}

async function runCopy(task: Task, from: string, to: string | undefined, flags: CopyFlags): Promise<number> {
  refuseContradictions(flags)
  if (to?.startsWith('dump:'))
    throw new NaruError('USAGE', 'a dump is a source alone', { hint: 'Copy to csv:folder, which any naru restores.' })
  await canWrite([...(flags.report ?? []), flags.rejects], task.io.cwd)
  const work = await workOf(task, from, to, flags)
  try {
    const report = await work()
    await showCopy(task, report, flags.report ?? [])
    await saveReports(task, flags.report, { kind: 'run', report })
    return report.exit
  } catch (thrown) {
    const error = toNaruError(thrown)
    if (error.code === 'UNSETTLED_FINDINGS') await showFindings(task, error)
    await reportBroken(task, error, flags)
    throw error
  }
}

/** One database into another, or transfers of the configuration. */
async function workOf(
  task: Task,
  from: string,
  to: string | undefined,
  flags: CopyFlags,
): Promise<() => Promise<RunReport>> {
  const options = await task.options()
  if (to === undefined) {
    refuseSaved(options.plan, '--plan')
    const set = await transfersOf(task, from)
    return () => task.app.copyTransfer(set, options, task.output, task.signal)
  }
  const ends = await bothEnds(task, from, to)
  const target = flags.gzip ? packed(ends.to) : ends.to
  return () => task.app.copy(ends.from, target, options, task.output, task.signal)
}

/** What was asked for is written of a copy that ended early, too. */
async function reportBroken(task: Task, error: NaruError, flags: CopyFlags): Promise<void> {
  const plan = error.details.plan as CopyPlan | undefined
  const report = await task.app.copyReport(error)
  if (report !== undefined) await saveReports(task, flags.report, { kind: 'run', report })
  else if (plan !== undefined) await saveReports(task, flags.report, { kind: 'plan', report: plan })
}

async function showCopy(task: Task, report: RunReport, files: readonly string[]): Promise<void> {
  const { copyText } = await import('../render/copy.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { wholeVerdict } = await import('../../app/report/run-report.ts')
  const { plan, ...rest } = report
  const left = plan.leftovers.filter((l) => l.outcome === 'left')
  task.output.result({
    text: (style) => copyText(report, style, files),
    line: (style) => verdictLine(wholeVerdict(report), style),
    event: { type: 'result', command: 'copy', ...rest, left } as { type: string },
  })
}

/** The findings that keep the copy from beginning; the error itself follows. */
async function showFindings(task: Task, error: NaruError): Promise<void> {
  const plan = error.details.plan as CopyPlan | undefined
  if (plan === undefined) return
  const { findings } = await import('../render/plan.ts')
  const open = plan.findings.filter((f) => f.severity === 'blocks')
  task.output.result({
    text: (style) => `${findings(open, style).join('\n')}\n\n`,
    line: (style) => findings(open, style).join('\n'),
    event: { type: 'findings', findings: plan.findings } as { type: string },
  })
}
