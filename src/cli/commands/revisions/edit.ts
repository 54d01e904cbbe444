/** `naru edit [REV]` */
import { Command } from 'commander'
import { EXIT, NaruError } from '../../../core/error.ts'
import { editFile } from '../../editor.ts'
import type { Shell, Task } from '../../shell.ts'
import { currentFor, placeOf, type RevisionFlags, revisionFlags, shellFlags } from './flags.ts'

const EXAMPLES = `
Examples:
  naru edit
  naru edit 3f2a
  VISUAL="code --wait" naru edit billing@head

Exit code: 0 edited and readable, 2 trouble.`

/** The command; its work is done by the shell. */
export function editCommand(shell: Shell): Command {
  const command = new Command('edit')
    .summary("open a revision's file in an editor")
    .description(
      'Opens the file of a revision in $VISUAL or $EDITOR, and reads the revisions again when that has ended.',
    )
    .argument('[rev]', 'an id or its beginning, head, current, label@head, REV-1', 'head')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((rev: string, flags: RevisionFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runEdit(task, rev, flags)),
    )
}

async function runEdit(task: Task, rev: string, flags: RevisionFlags): Promise<number> {
  const { folder } = await placeOf(task, flags)
  const found = await task.app.revisions.show(folder, rev, {
    family: null,
    current: await currentFor(task, flags, rev),
  })
  if (found.length !== 1)
    throw new NaruError('USAGE', `${rev} is ${found.length === 0 ? 'no revision' : `${found.length} revisions`}`, {
      why: 'one file can be edited at a time',
      hint: 'Name one revision; see `naru history`.',
    })
  const { path } = found[0]
  await editFile(task.io, path)
  await task.app.revisions.heads(folder)
  const { pathText } = await import('../../render/revisions.ts')
  const shown = pathText(path, task.io.cwd)
  task.output.result({
    text: () => `${shown}\n`,
    line: () => shown,
    event: { type: 'result', command: 'edit', path } as { type: string },
  })
  return EXIT.done
}
