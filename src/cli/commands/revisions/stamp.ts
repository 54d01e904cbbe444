/** `naru stamp REVISION...` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'
import { patienceFlags, patienceOf, type RunFlags } from './run-flags.ts'
import { refuseBoth } from './upgrade.ts'

interface StampFlags extends RunFlags {
  readonly purge?: boolean
}

const EXAMPLES = `
Examples:
  naru stamp head
  naru stamp 3f2a9c1b7d04
  naru stamp base
  naru stamp --purge heads
  naru stamp heads --sql --engine postgres | psql -f - shop
  naru stamp 3f2a9c1b7d04:head --sql

The named revisions and all before them count as applied afterwards, what follows them does not; other branches stay as they are.
With --sql the table is taken to be empty, or with a range A:B to stand at A; --purge empties it, whatever it says.
Rows that stay keep when and by whom they were applied, and take over what their files say now.

Exit code: 0 done, 2 trouble.`

/** The command; its work is done by the shell. */
export function stampCommand(shell: Shell): Command {
  const command = new Command('stamp')
    .summary('say where a database stands, and run nothing')
    .description('Writes into the version table that a database has these revisions. Its schema is not touched.')
    .argument('<revisions...>', 'ids, head, heads, base, label@head')
    .optionsGroup('How:')
    .option('--purge', 'empty the table first: rows of other branches go, and of revisions that no file knows')
    .option('--dry-run', 'say where it would stand and change nothing')
    .option('--sql', 'print the statements for psql, mariadb or sqlite3; asks no database')
  patienceFlags(command)
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((revisions: string[], flags: StampFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runStamp(task, revisions, flags)),
    )
}

async function runStamp(task: Task, revisions: readonly string[], flags: StampFlags): Promise<number> {
  refuseBoth(flags)
  const setup = await setupOf(task, flags)
  if (flags.sql) {
    task.io.stdout.write(await task.app.revisions.stampOffline(setup, { revisions, purge: flags.purge }))
    return EXIT.done
  }
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
