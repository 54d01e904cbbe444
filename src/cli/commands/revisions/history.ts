/** `naru history [RANGE]` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { currentFor, placeOf, type RevisionFlags, revisionFlags, shellFlags } from './flags.ts'

interface HistoryFlags extends RevisionFlags {
  readonly verbose?: boolean
  readonly indicateCurrent?: boolean
  readonly ascii?: boolean
  readonly revRange?: string
}

const EXAMPLES = `
A range is A:B, A: or :B, both ends among them; each end is an id, its beginning, head, heads, base, current, label@head, or steps
from the other end.

Examples:
  naru history
  naru history -v -i
  naru history 1a2b3c:
  naru history current:heads
  naru history -r-3:current
  naru history --json | jq '.revisions[].id'

Exit code: 0, or 2 for trouble.`

/** The command; its work is done by the shell. */
export function historyCommand(shell: Shell): Command {
  const command = new Command('history')
    .summary('draw the revisions, newest first')
    .description(
      'Draws the graph of the revisions, newest first. No database is asked unless its place is to be shown.',
    )
    .argument('[range]', 'only these: A:B')
    .optionsGroup('What:')
    .option('-v, --verbose', 'date, file, what each follows and needs')
    .option('-i, --indicate-current', 'mark where the database stands')
    .option('-r, --rev-range <range>', 'the same as the argument; takes a range that begins with a minus as it is')
    .option('--ascii', 'draw with - | and + alone')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((range: string | undefined, flags: HistoryFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runHistory(task, range ?? flags.revRange, flags)),
    )
}

async function runHistory(task: Task, range: string | undefined, flags: HistoryFlags): Promise<number> {
  const { folder, folderLabel } = await placeOf(task, flags)
  const current = await currentFor(task, flags, range ?? '', flags.indicateCurrent)
  const report = await task.app.revisions.history(folder, { range, current })
  const { historyText, lineOf } = await import('../../render/revisions.ts')
  const ascii = flags.ascii === true || task.io.env.TERM === 'dumb'
  task.output.result({
    text: (style) =>
      historyText(report, { style, ascii, verbose: flags.verbose === true, cwd: task.io.cwd, folderLabel }),
    line: () => report.revisions.map(lineOf).join('\n'),
    event: { type: 'result', command: 'history', ...report } as { type: string },
  })
  return EXIT.done
}
