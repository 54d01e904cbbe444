/** `naru revision -m MSG` */
import { Command } from 'commander'
import type { RevisionEntry } from '../../../app/revisions/entries.ts'
import { EXIT } from '../../../core/error.ts'
import { editFile } from '../../editor.ts'
import * as value from '../../flag-values.ts'
import type { Shell, Task } from '../../shell.ts'
import { placeOf, type RevisionFlags, revisionFlags, shellFlags } from './flags.ts'

interface NewFlags extends RevisionFlags {
  readonly message: string
  readonly ts?: boolean
  readonly head?: string
  readonly splice?: boolean
  readonly branchLabel?: string[]
  readonly dependsOn?: string[]
  readonly revId?: string
  readonly edit?: boolean
}

const EXAMPLES = `
Examples:
  naru revision -m "add the table of users"
  naru revision -m "fill users.nick" --ts --edit
  naru revision -m "invoices" --head 3f2a9c --splice --branch-label billing
  naru revision -m "first of billing" --head base --branch-label billing
  naru revision -m "invoices have lines" --head billing@head --depends-on 77aa00

Prints the path of the file. Where the revisions have several heads, --head says which one it follows.

Exit code: 0 written, 2 trouble; nothing was written then.`

/** The command; its work is done by the shell. */
export function revisionCommand(shell: Shell): Command {
  const command = new Command('revision')
    .summary('write a new revision')
    .description(
      'Writes the file of a new revision, with empty sections for the way up and the way down, after the only head.',
    )
    .requiredOption('-m, --message <text>', 'what it does, in some words')
    .optionsGroup('What:')
    .option('--ts', 'in TypeScript, for changes of rows in code')
    .option(
      '--head <rev>',
      'what it follows: an id, label@head, or base for a branch of its own (default: the only head)',
    )
    .option('--splice', 'it may follow a revision that is no head: a new branch')
    .option('--branch-label <names>', 'label of the branch that begins with it', value.list)
    .option('--depends-on <revs>', 'revisions of other branches, or their labels, that must be there first', value.list)
    .option('--rev-id <id>', 'its id (default: 12 hexadecimal digits)')
    .option('--edit', 'open it in $VISUAL or $EDITOR')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: NewFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runRevision(task, flags)))
}

async function runRevision(task: Task, flags: NewFlags): Promise<number> {
  const { folder } = await placeOf(task, flags)
  const revision = await task.app.revisions.newRevision(folder, {
    message: flags.message,
    ts: flags.ts,
    head: flags.head,
    splice: flags.splice,
    labels: flags.branchLabel,
    dependsOn: flags.dependsOn,
    id: flags.revId,
  })
  await told(task, revision)
  if (flags.edit) await editFile(task.io, revision.path)
  return EXIT.done
}

/** The path alone, so that a shell can use it. */
async function told(task: Task, revision: RevisionEntry): Promise<void> {
  const { pathText } = await import('../../render/revisions.ts')
  const path = pathText(revision.path, task.io.cwd)
  task.output.result({
    text: () => `${path}\n`,
    line: () => path,
    event: { type: 'result', command: 'revision', revision } as { type: string },
  })
}
