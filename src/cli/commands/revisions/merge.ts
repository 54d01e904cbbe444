/** `naru merge [REV...]` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import * as value from '../../flag-values.ts'
import type { Shell, Task } from '../../shell.ts'
import { type RevisionFlags, revisionFlags, setupOf, shellFlags } from './flags.ts'

interface MergeFlags extends RevisionFlags {
  readonly message?: string
  readonly revId?: string
  readonly branchLabel?: string[]
  readonly force?: boolean
}

const EXAMPLES = `
Examples:
  naru merge -m "join billing and users"
  naru merge 1a2b 3f2a
  naru merge billing@head shop@head -m "one line again"

Prints the path of the file. It has no statements; some may be written into it.

Before, both branches are replayed on a temporary database in either order: where one order fails or leads elsewhere,
nothing is written.

Exit code: 0 written, 1 the branches do not commute, 2 trouble; nothing was written then.`

/** The command; its work is done by the shell. */
export function mergeCommand(shell: Shell): Command {
  const command = new Command('merge')
    .summary('join heads by a revision that follows them all')
    .description('Writes a revision that follows several heads, so that there is one head again.')
    .argument('[revs...]', 'heads to join (default: all)')
    .option('-m, --message <text>', 'what is joined (default: the messages of the heads)')
    .option('--branch-label <names>', 'label of the branch that begins with it', value.list)
    .option('--force', 'merge branches that lead elsewhere in the other order, too')
    .option('--rev-id <id>', 'its id (default: 12 hexadecimal digits)')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((revs: string[], flags: MergeFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runMerge(task, revs, flags)),
    )
}

async function runMerge(task: Task, revs: readonly string[], flags: MergeFlags): Promise<number> {
  const setup = await setupOf(task, flags)
  const report = await task.app.revisions.merge(setup.folder, {
    revisions: revs,
    message: flags.message,
    labels: flags.branchLabel,
    id: flags.revId,
    ...(!flags.force && {
      commute: (branches) =>
        task.app.revisions.commuting(
          setup,
          branches.map((b) => b.head),
        ),
    }),
  })
  for (const message of report.warnings) task.output.report({ type: 'warning', message })
  const { pathText } = await import('../../render/revisions.ts')
  const path = pathText(report.revision.path, task.io.cwd)
  task.output.result({
    text: () => `${path}\n`,
    line: () => path,
    event: { type: 'result', command: 'merge', ...report } as { type: string },
  })
  return EXIT.done
}
