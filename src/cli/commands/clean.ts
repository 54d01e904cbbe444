/** `naru clean TO` */
import { Command } from 'commander'
import { isUnfinished } from '../../app/runs.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { RunRecord } from '../../core/ledger.ts'
import { type Flags, outputFlags } from '../flags.ts'
import { verdictLine } from '../render/verdict.ts'
import type { Shell, Task } from '../shell.ts'

interface CleanFlags extends Flags {
  readonly yes?: boolean
}

const EXAMPLES = `
Examples:
  naru clean postgres://app@localhost/shop

Copied tables and rows stay as they are.`

/** The command; its work is done by the shell. */
export function cleanCommand(shell: Shell): Command {
  const command = new Command('clean')
    .summary("remove naru's own tables from a target")
    .description(
      "Removes the ledger that naru keeps on a target: runs, marks, rejects, summaries. The user's tables stay.",
    )
    .argument('<to>', 'target: an address or a name from naru.config.ts')
    .option('-y, --yes', 'also when a copy is unfinished and could not be continued any more')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((to: string, flags: CleanFlags) =>
      shell.run(flags, { graceful: false }, (task) => runClean(task, to, flags)),
    )
}

/** An unfinished copy loses its marks: never without a yes. */
async function agree(task: Task, open: readonly RunRecord[], flags: CleanFlags): Promise<boolean> {
  if (open.length === 0 || flags.yes) return true
  const names = open.map((r) => r.id).join(', ')
  if (task.io.stdinIsTTY && task.io.stderr.isTTY && !flags.json && !flags.quiet) {
    return task.io.confirm(`The unfinished copy ${names} cannot be continued afterwards. Clean all the same?`)
  }
  throw new NaruError('USAGE', `the copy ${names} is not finished`, {
    why: 'without its marks it cannot be continued',
    hint: 'Run the copy again to finish it, or add --yes to clean all the same.',
    state: 'nothing was changed',
  })
}

async function runClean(task: Task, to: string, flags: CleanFlags): Promise<number> {
  const target = await task.address(to)
  const open = (await task.app.runs(target)).filter(isUnfinished)
  const agreed = await agree(task, open, flags)
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
