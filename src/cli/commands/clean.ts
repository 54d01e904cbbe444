/** `naru clean TO` */
import { Command, InvalidArgumentError } from 'commander'
import { plural } from '../../app/format.ts'
import { isUnfinished } from '../../app/runs.ts'
import type { Address } from '../../core/engine.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { RunRecord } from '../../core/ledger.ts'
import type { RepairRecord } from '../../core/repair-ledger.ts'
import { type Flags, outputFlags } from '../flags.ts'
import { verdictLine } from '../render/verdict.ts'
import type { Shell, Task } from '../shell.ts'

interface CleanFlags extends Flags {
  readonly yes?: boolean
  /** Days. */
  readonly repairs?: number
}

const EXAMPLES = `
Examples:
  naru clean postgres://app@localhost/shop
  naru clean app --repairs 30

Copied tables and rows stay as they are.`

/** The command; its work is done by the shell. */
export function cleanCommand(shell: Shell): Command {
  const command = new Command('clean')
    .summary("remove naru's own tables from a target")
    .description(
      "Removes the ledger that naru keeps on a target: runs, marks, rejects, summaries, repairs with their images. The user's tables stay.",
    )
    .argument('<to>', 'target: an address or a name from naru.config.ts')
    .option('-y, --yes', 'also when a copy could not be continued, or a repair not be taken back any more')
    .option('--repairs <days>', 'forget only repairs that are older, with the images of their rows; 0: all', days)
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((to: string, flags: CleanFlags) =>
      shell.run(flags, { graceful: false }, (task) => runClean(task, to, flags)),
    )
}

function days(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Expected a number of days, as in --repairs 30.')
}

/** What would be lost for good, as a question, and as an error where nobody can be asked. */
interface Loss {
  readonly question: string
  readonly what: string
  readonly why: string
  readonly hint: string
}

/** An unfinished copy loses its marks, a repair its images: never without a yes. */
async function agree(task: Task, losses: readonly Loss[], flags: CleanFlags): Promise<boolean> {
  if (losses.length === 0 || flags.yes) return true
  if (task.io.stdinIsTTY && task.io.stderr.isTTY && !flags.json && !flags.quiet) {
    return task.io.confirm(`${losses.map((l) => l.question).join(' ')} Clean all the same?`)
  }
  const [{ what, why, hint }] = losses
  throw new NaruError('USAGE', what, { why, hint, state: 'nothing was changed' })
}

function lossesOf(open: readonly RunRecord[], repairs: readonly RepairRecord[]): Loss[] {
  const names = open.map((r) => r.id).join(', ')
  const copies = {
    question: `The unfinished copy ${names} cannot be continued afterwards.`,
    what: `the copy ${names} is not finished`,
    why: 'without its marks it cannot be continued',
    hint: 'Run the copy again to finish it, or add --yes to clean all the same.',
  }
  const images = {
    question: `${plural(repairs.length, 'repair')} cannot be taken back afterwards.`,
    what: `the target keeps the images of ${plural(repairs.length, 'repair')}`,
    why: 'without them they cannot be taken back',
    hint: 'Forget old ones alone with --repairs DAYS, or add --yes to clean all the same.',
  }
  return [...(open.length > 0 ? [copies] : []), ...(repairs.length > 0 ? [images] : [])]
}

async function forget(task: Task, target: Address, age: number): Promise<number> {
  const forgotten = await task.app.forgetRepairs(target, new Date(Date.now() - age * 86_400_000))
  const sentence = `${plural(forgotten.length, 'repair')} of ${target.label} forgotten, with the images.`
  const verdict = { tone: 'good' as const, headline: 'Clean', sentence }
  task.output.result({
    text: (style) => `${verdictLine(verdict, style)}\n`,
    line: (style) => verdictLine(verdict, style),
    event: { type: 'result', command: 'clean', forgotten } as { type: string },
  })
  return EXIT.done
}

async function runClean(task: Task, to: string, flags: CleanFlags): Promise<number> {
  const target = await task.address(to)
  if (flags.repairs !== undefined) return forget(task, target, flags.repairs)
  const open = (await task.app.runs(target)).filter(isUnfinished)
  const agreed = await agree(task, lossesOf(open, await task.app.repairs(target)), flags)
  if (agreed) await task.app.clean(target)
  const headline = agreed ? 'Clean' : 'Left as it is'
  const sentence = agreed ? `Nothing of naru's own is left on ${target.label}.` : 'Nothing was changed.'
  const verdict = { tone: agreed ? ('good' as const) : ('warn' as const), headline, sentence }
  task.output.result({
    text: (style) => `${verdictLine(verdict, style)}\n`,
    line: (style) => verdictLine(verdict, style),
    event: { type: 'result', command: 'clean', cleaned: agreed } as { type: string },
  })
  return agreed ? EXIT.done : EXIT.differences
}
