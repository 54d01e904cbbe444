/** `naru downgrade REVISION` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'
import { patienceFlags, patienceOf, type RunFlags, STOP_WORDS } from './run-flags.ts'
import { refuseBoth } from './upgrade.ts'

const EXAMPLES = `
A revision is -1 (one back), base (all), an id or its beginning that stays, or label@-1. With --sql a range A:B says where the
script begins and ends.

Examples:
  naru downgrade -1
  naru downgrade 1a2b3c --dry-run
  naru downgrade billing@base
  naru downgrade head:base --sql --engine sqlite > down.sql

Nothing is asked: what a way down takes away stands in its file, and --dry-run says which files would run. A revision that says that
it is irreversible stops the whole command before anything runs. One that an upgrade left half done has to be finished first.

Exit code: 0 done or nothing to do, 2 trouble, 3 broken off in the middle of a revision, resumable, 130 interrupted.`

/** The command; its work is done by the shell. */
export function downgradeCommand(shell: Shell): Command {
  const command = new Command('downgrade')
    .summary('take revisions back')
    .description(
      'Runs the ways down of the revisions that a database has, newest first, until it stands at the one named.',
    )
    .argument('<revision>', 'where to: -1, base, an id, label@-1')
    .optionsGroup('How:')
    .option('--dry-run', 'say what would run and change nothing')
    .option('--sql', 'print a script for psql, mariadb or sqlite3; asks no database')
  patienceFlags(command)
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((revision: string, flags: RunFlags) =>
      shell.run(shellFlags(flags), { graceful: !flags.dryRun && !flags.sql, words: STOP_WORDS }, (task) =>
        runDowngrade(task, revision, flags),
      ),
    )
}

async function runDowngrade(task: Task, revision: string, flags: RunFlags): Promise<number> {
  refuseBoth(flags)
  const setup = await setupOf(task, flags)
  if (flags.sql) {
    task.io.stdout.write(await task.app.revisions.offline(setup, revision, 'down'))
    return EXIT.done
  }
  const options = { target: revision, dryRun: flags.dryRun, ...patienceOf(flags) }
  const reports = await task.app.revisions.downgrade(setup, options, { reporter: task.output, signal: task.signal })
  const { runsText, runsLine } = await import('../../render/revision-runs.ts')
  task.output.result({
    text: (style) => runsText(reports, 'downgrade', style),
    line: (style) => runsLine(reports, 'downgrade', style),
    event: { type: 'result', command: 'downgrade', reports } as { type: string },
  })
  return EXIT.done
}
