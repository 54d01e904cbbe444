/** `naru files status [STORE]` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

const EXAMPLES = `
Examples:
  naru files status --db app
  naru files status images --db app --json

Exit code: 0 told, 2 trouble.`

/** The command; its work is done by the shell. */
export function statusCommand(shell: Shell): Command {
  const command = new Command('status')
    .summary('count the files of the ledger by state')
    .description(
      'Counts the files that a database remembers, by store and state; with a store, also the first that are not done.',
    )
    .argument('[store]', 'only this store')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string | undefined, flags: FilesFlags) =>
      shell.run(flags, { graceful: false }, (task) => runStatus(task, store ?? null, flags)),
    )
}

async function runStatus(task: Task, store: string | null, flags: FilesFlags): Promise<number> {
  const status = await task.app.files.status(await task.address(flags.db), store)
  const { statusText } = await import('../../render/files.ts')
  task.output.result({
    text: (style) => statusText(status, style),
    line: () => status.counts.map((c) => `${c.store} ${c.state} ${c.files}`).join('\n'),
    event: { type: 'result', command: 'files status', ...status } as { type: string },
  })
  return EXIT.done
}
