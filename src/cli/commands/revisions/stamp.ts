/** `naru stamp REVISION...` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'
import { patienceFlags, patienceOf, type RunFlags } from './run-flags.ts'

interface StampFlags extends RunFlags {
  readonly purge?: boolean
}

const EXAMPLES = `
Examples:
  naru stamp head
  naru stamp 3f2a9c1b7d04
  naru stamp base
  naru stamp --purge heads

The named revisions and all before them count as applied afterwards, what follows them does not; other branches stay as they are.
Rows that stay keep when and by whom they were applied, and take over what their files say now.

Exit code: 0 done, 2 trouble.`

/** The command; its work is done by the shell. */
export function stampCommand(shell: Shell): Command {
  const command = new Command('stamp')
    .summary('say where a database stands, and run nothing')
    .description('Writes into the version table that a database has these revisions. Its schema is not touched.')
    .argument('<revisions...>', 'ids, head, heads, base, label@head')
    .optionsGroup('How:')
    .option('--purge', 'forget first what the table says, also revisions that no file knows')
    .option('--dry-run', 'say where it would stand and change nothing')
  patienceFlags(command)
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((revisions: string[], flags: StampFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runStamp(task, revisions, flags)),
    )
}

async function runStamp(task: Task, revisions: readonly string[], flags: StampFlags): Promise<number> {
  const setup = await setupOf(task, flags)
  const options = { revisions, purge: flags.purge, dryRun: flags.dryRun, ...patienceOf(flags) }
  const reports = await task.app.revisions.stamp(setup, options, { reporter: task.output, signal: task.signal })
  const { runsText, runsLine } = await import('../../render/revision-runs.ts')
  task.output.result({
    text: (style) => runsText(reports, 'stamp', style),
    line: (style) => runsLine(reports, 'stamp', style),
    event: { type: 'result', command: 'stamp', reports } as { type: string },
  })
  return EXIT.done
}
