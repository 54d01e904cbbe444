/** `naru squash A..B` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { placeOf, type RevisionFlags, revisionFlags, shellFlags } from './flags.ts'

interface SquashFlags extends RevisionFlags {
  readonly message?: string
  readonly revId?: string
}

const EXAMPLES = `
Examples:
  naru squash 1a2b..3f2a -m "the tables of the first year"
  naru squash base..head

The new file holds the statements of all, up in their order and down in the reverse, and says which ids it stands for. The old
files are deleted once the new one was written and read back: keep them in git. A database that has all of the range needs nothing.
One that stands inside the range must be upgraded with the old files first.

Refused where the range is not one line of revisions, has a revision in TypeScript, or something outside follows or needs an inner one.

Exit code: 0 done, 2 trouble.`

/** The command; its work is done by the shell. */
export function squashCommand(shell: Shell): Command {
  const command = new Command('squash')
    .summary('make a line of revisions one')
    .description('Puts the revisions from A to B, both among them, into one file.')
    .argument('<range>', 'A..B; base..B from the first')
    .option('-m, --message <text>', 'what it does, in some words')
    .option('--rev-id <id>', 'its id (default: 12 hexadecimal digits)')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((range: string, flags: SquashFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runSquash(task, range, flags)),
    )
}

async function runSquash(task: Task, range: string, flags: SquashFlags): Promise<number> {
  const { folder, family } = await placeOf(task, flags)
  const report = await task.app.revisions.squash(folder, { range, message: flags.message, id: flags.revId, family })
  for (const message of report.warnings) task.output.report({ type: 'warning', message })
  const { squashLine, squashText } = await import('../../render/revisions.ts')
  task.output.result({
    text: (style) => squashText(report, style, task.io.cwd),
    line: (style) => squashLine(report, style, task.io.cwd),
    event: { type: 'result', command: 'squash', ...report } as { type: string },
  })
  return EXIT.done
}
