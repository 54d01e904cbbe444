/** `naru heads` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { filesFlags, placeOf, type RevisionFlags, shellFlags } from './flags.ts'

interface HeadsFlags extends RevisionFlags {
  readonly verbose?: boolean
}

const EXAMPLES = `
Examples:
  naru heads
  naru heads -v
  naru heads --json

Exit code: 0, or 2 for trouble. Several heads are no trouble: \`naru merge\` joins them.`

/** The command; its work is done by the shell. */
export function headsCommand(shell: Shell): Command {
  const command = new Command('heads')
    .summary('list the revisions that nothing follows')
    .description(
      'Lists the heads of the revisions, newest first: what `naru upgrade heads` leads to. No database is asked.',
    )
    .option('-v, --verbose', 'date, file, what each follows and needs')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: HeadsFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runHeads(task, flags)))
}

async function runHeads(task: Task, flags: HeadsFlags): Promise<number> {
  const { folder, folderLabel } = await placeOf(task, flags)
  const heads = await task.app.revisions.heads(folder)
  const { headsText, lineOf } = await import('../../render/revisions.ts')
  task.output.result({
    text: (style) =>
      headsText(heads, { style, ascii: false, verbose: flags.verbose === true, cwd: task.io.cwd, folderLabel }),
    line: () => heads.map(lineOf).join('\n'),
    event: { type: 'result', command: 'heads', heads } as { type: string },
  })
  return EXIT.done
}
