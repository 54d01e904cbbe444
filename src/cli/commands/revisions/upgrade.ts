/** `naru upgrade [REVISION]` */
import { Command } from 'commander'
import { EXIT, NaruError } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'
import { patienceFlags, patienceOf, type RunFlags, STOP_WORDS } from './run-flags.ts'

interface UpgradeFlags extends RunFlags {
  readonly allowChanged?: boolean
  readonly backup?: string
}

const EXAMPLES = `
A revision is head, heads, an id or its beginning, label@head, or +2 from where the database stands. With --sql a range A:B says
where the script begins and ends.

Examples:
  naru upgrade head
  naru upgrade +1 --dry-run
  naru upgrade heads --target app --target replica
  naru upgrade head --backup csv:backups
  naru upgrade base:head --sql > schema.sql
  naru upgrade 1a2b3c:head --sql --engine postgres | psql -f - shop

One naru at a time works on a database, others wait. A revision is one transaction with the note that it is applied, as far as
the engine lets it be; where it does not (MySQL, CREATE INDEX CONCURRENTLY), the version table says how far it came, and the same
command goes on with the statement that failed.

Exit code: 0 done or nothing to do, 2 trouble, nothing of the failed revision is left, 3 broken off in the middle of a revision,
or by a full disk or a lost connection, resumable, 130 interrupted.`

/** The command; its work is done by the shell. */
export function upgradeCommand(shell: Shell): Command {
  const command = new Command('upgrade')
    .summary('bring databases up to a revision')
    .description(
      'Runs the revisions that a database does not have yet, in the order of their graph, and notes each in its table\nnaru_version. A revision that an earlier upgrade left half done is finished first.',
    )
    .argument('[revision]', 'where to: head, heads, an id, label@head, +N', 'head')
    .optionsGroup('How:')
    .option('--dry-run', 'say what would run and change nothing')
    .option('--sql', 'print a script for psql, mariadb or sqlite3; asks no database')
    .option('--backup <address>', 'first copy the tables that are touched, such as csv:folder')
    .option('--allow-changed', 'go on although files were changed after they had been applied')
  patienceFlags(command)
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((revision: string, flags: UpgradeFlags) =>
      shell.run(shellFlags(flags), { graceful: !flags.dryRun && !flags.sql, words: STOP_WORDS }, (task) =>
        runUpgrade(task, revision, flags),
      ),
    )
}

/** `--sql` is the script alone, without events around it. */
export function refuseBoth({ sql, json, dryRun }: RunFlags): void {
  if (!sql || !(json || dryRun)) return
  throw new NaruError('USAGE', `--sql and ${json ? '--json' : '--dry-run'} exclude each other`, {
    why: '--sql prints the script and changes nothing',
    hint: 'Leave one of them out.',
  })
}

async function runUpgrade(task: Task, revision: string, flags: UpgradeFlags): Promise<number> {
  refuseBoth(flags)
  const setup = await setupOf(task, flags)
  if (flags.sql) {
    task.io.stdout.write(await task.app.revisions.offline(setup, revision, 'up'))
    return EXIT.done
  }
  const { dryRun, allowChanged, backup } = flags
  const options = { target: revision, dryRun, allowChanged, backup, ...patienceOf(flags) }
  const reports = await task.app.revisions.upgrade(setup, options, { reporter: task.output, signal: task.signal })
  const { runsText, runsLine } = await import('../../render/revision-runs.ts')
  task.output.result({
    text: (style) => runsText(reports, 'upgrade', style),
    line: (style) => runsLine(reports, 'upgrade', style),
    event: { type: 'result', command: 'upgrade', reports } as { type: string },
  })
  return EXIT.done
}
