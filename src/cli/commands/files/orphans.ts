/** `naru files orphans STORE` */
import { Command } from 'commander'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

const EXAMPLES = `
Examples:
  naru files orphans images --db app
  naru files orphans images --db app --json

Nothing is removed. With --json all names are listed, else the first.

Exit code: 0 none, 1 there are some, 2 trouble.`

/** The command; its work is done by the shell. */
export function orphansCommand(shell: Shell): Command {
  const command = new Command('orphans')
    .summary('objects that no file has, and files without an object')
    .description('Lists the whole destination and compares it with the ledger, both ways.')
    .argument('<store>', 'a store of naru.config.ts')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string, flags: FilesFlags) =>
      shell.run(flags, { graceful: false }, (task) => runOrphans(task, store, flags)),
    )
}

async function runOrphans(task: Task, name: string, flags: FilesFlags): Promise<number> {
  const store = await task.store(name)
  const report = await task.app.files.orphans(await task.address(flags.db), store)
  const { orphansText, orphansVerdict } = await import('../../render/files-check.ts')
  const { verdictLine } = await import('../../render/verdict.ts')
  task.output.result({
    text: (style) => orphansText(report, style),
    line: (style) => verdictLine(orphansVerdict(report), style),
    event: { type: 'result', command: 'files orphans', ...report } as { type: string },
  })
  return report.exit
}
