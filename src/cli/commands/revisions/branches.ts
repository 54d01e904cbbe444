/** `naru branches` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { filesFlags, placeOf, type RevisionFlags, shellFlags } from './flags.ts'

const EXAMPLES = `
Examples:
  naru branches
  naru branches --json

Exit code: 0, or 2 for trouble.`

/** The command; its work is done by the shell. */
export function branchesCommand(shell: Shell): Command {
  const command = new Command('branches')
    .summary('list where revisions branch, and the labels of branches')
    .description(
      'Lists the revisions that several others follow, with those, and the branches that have labels. No database is asked.',
    )
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RevisionFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runBranches(task, flags)),
    )
}

async function runBranches(task: Task, flags: RevisionFlags): Promise<number> {
  const { folder } = await placeOf(task, flags)
  const report = await task.app.revisions.branches(folder)
  const { branchesLines, branchesText } = await import('../../render/revisions.ts')
  task.output.result({
    text: (style) => branchesText(report, style),
    line: () => branchesLines(report),
    event: { type: 'result', command: 'branches', ...report } as { type: string },
  })
  return EXIT.done
}
