/** `naru revision -m MSG` */
import { Command } from 'commander'
import type { RevisionEntry } from '../../../app/revisions/entries.ts'
import { EXIT, NaruError } from '../../../core/error.ts'
import { editFile } from '../../editor.ts'
import * as value from '../../flag-values.ts'
import type { Shell, Task } from '../../shell.ts'
import { type AutogenerateFlags, autogenerateFlags, runAutogenerate } from './autogenerate.ts'
import { placeOf, revisionFlags, shellFlags } from './flags.ts'

interface NewFlags extends AutogenerateFlags {
  readonly message: string
  readonly ts?: boolean
  readonly head?: string
  readonly splice?: boolean
  readonly branchLabel?: string[]
  readonly dependsOn?: string[]
  readonly revId?: string
}

const EXAMPLES = `
Examples:
  naru revision -m "add the table of users"
  naru revision -m "users have a nick" --autogenerate
  naru revision -m "mail" --autogenerate --models schema.ts --rename users.mail=email
  naru revision -m "fill users.nick" --ts --edit
  naru revision -m "invoices" --head 3f2a9c --splice --branch-label billing
  naru revision -m "first of billing" --head base --branch-label billing
  naru revision -m "invoices have lines" --head billing@head --depends-on 77aa00

With --autogenerate the revisions are replayed on a temporary database (no other is needed), and the desired state is
compared with what they lead to: models of naru.config.ts, or --models. Comments in the file say what loses data.

Prints the path of the file. Where the revisions have several heads, --head says which one it follows.

Exit code: 0 written, or nothing to write; 1 generated, but not all is in the file or its proof failed; 2 trouble: nothing
was written.`

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
  return revisionFlags(autogenerateFlags(command))
    .addHelpText('after', EXAMPLES)
    .action((flags: NewFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runRevision(task, flags)))
}

async function runRevision(task: Task, flags: NewFlags): Promise<number> {
  const { message, ts, head, splice, branchLabel: labels, dependsOn, revId: id } = flags
  const wanted = { message, head, splice, labels, dependsOn, id }
  refuseContradictions(flags)
  if (flags.autogenerate) return runAutogenerate(task, wanted, flags)
  const { folder } = await placeOf(task, flags)
  const revision = await task.app.revisions.newRevision(folder, { ...wanted, ts })
  await told(task, revision)
  if (flags.edit) await editFile(task.io, revision.path)
  return EXIT.done
}

/** Flags that mean nothing for what is asked. */
function refuseContradictions(flags: NewFlags): void {
  const { models, fromDb, rename, online, proof } = flags
  const idle = models ?? fromDb ?? rename ?? online ?? (proof === false || undefined)
  const [what, hint] = flags.autogenerate
    ? ['--ts and --autogenerate exclude each other', 'What is generated is SQL: leave --ts out.']
    : ['nothing is generated without --autogenerate', 'Add --autogenerate.']
  if (flags.autogenerate ? flags.ts : idle !== undefined) throw new NaruError('USAGE', what, { hint })
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
