/** `naru show REV` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { currentFor, placeOf, type RevisionFlags, revisionFlags, shellFlags } from './flags.ts'

const EXAMPLES = `
Examples:
  naru show head
  naru show 3f2a
  naru show billing@head --json --engine postgres

With --json the statements of both ways are told apart where the engine is known, from naru.config.ts or --engine.

Exit code: 0, or 2 for trouble.`

/** The command; its work is done by the shell. */
export function showCommand(shell: Shell): Command {
  const command = new Command('show')
    .summary('show a revision')
    .description('Shows what a revision is and does: its place among the others, then the text of its file.')
    .argument('<rev>', 'an id or its beginning, head, heads, current, label@head, REV-1')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((rev: string, flags: RevisionFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runShow(task, rev, flags)),
    )
}

async function runShow(task: Task, rev: string, flags: RevisionFlags): Promise<number> {
  const { folder, family } = await placeOf(task, flags)
  const current = await currentFor(task, flags, rev)
  const revisions = await task.app.revisions.show(folder, rev, { family, current })
  const { lineOf, showText } = await import('../../render/revisions.ts')
  task.output.result({
    text: (style) =>
      revisions.length === 0
        ? `${rev} is the base: no revision\n`
        : revisions.map((r) => showText(r, style, task.io.cwd)).join('\n'),
    line: () => revisions.map(lineOf).join('\n'),
    event: { type: 'result', command: 'show', revisions } as { type: string },
  })
  return EXIT.done
}
