/** `naru files status [STORE]` */
import { Command } from 'commander'
import { EXIT, NaruError } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

interface StatusFlags extends FilesFlags {
  readonly all?: boolean
}

const EXAMPLES = `
Examples:
  naru files status --db app
  naru files status images --db app --all

Exit code: 0 told, 2 trouble.`

/** The command; its work is done by the shell. */
export function statusCommand(shell: Shell): Command {
  const command = new Command('status')
    .summary('count the files of the ledger by state')
    .description(
      'Counts the files that a database remembers, by store and state; with a store, also the first that are not done.',
    )
    .argument('[store]', 'only this store')
    .optionsGroup('What:')
    .option('--all', 'list every file of the store that is not done, not only the first 20')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string | undefined, flags: StatusFlags) =>
      shell.run(flags, { graceful: false }, (task) => runStatus(task, store ?? null, flags)),
    )
}

async function runStatus(task: Task, store: string | null, flags: StatusFlags): Promise<number> {
  if (flags.all && store === null) {
    throw new NaruError('USAGE', '--all lists the files of one store', { hint: 'Name the store.' })
  }
  const status = await task.app.files.status(await task.address(flags.db), store, { all: flags.all })
  const { statusText } = await import('../../render/files.ts')
  task.output.result({
    text: (style) => statusText(status, style),
    line: () => status.counts.map((c) => `${c.store} ${c.state} ${c.files}`).join('\n'),
    event: { type: 'result', command: 'files status', ...status } as { type: string },
  })
  return EXIT.done
}
