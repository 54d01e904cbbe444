/** `naru files verify STORE` */
import { Command } from 'commander'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

interface VerifyFlags extends FilesFlags {
  readonly full?: boolean
  readonly refetch?: boolean
}

const EXAMPLES = `
Examples:
  naru files verify images --db app
  naru files verify images --db app --full
  naru files verify images --db app --refetch

Exit code: 0 all are there as noted, 1 some are not, or the source has other versions, 2 trouble.`

/** The command; its work is done by the shell. */
export function verifyCommand(shell: Shell): Command {
  const command = new Command('verify')
    .summary('ask whether the objects are really there')
    .description(
      'Asks the destination for every file of the ledger that is done: is it there, and of the size that was noted?',
    )
    .argument('<store>', 'a store of naru.config.ts')
    .optionsGroup('How:')
    .option('--full', 'read each object and compare its SHA-256')
    .option('--refetch', 'ask the source, too, whether it still has the same version (If-None-Match)')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string, flags: VerifyFlags) =>
      shell.run(flags, { graceful: false }, (task) => runVerify(task, store, flags)),
    )
}

async function runVerify(task: Task, name: string, flags: VerifyFlags): Promise<number> {
  const store = await task.store(name)
  const { full, refetch } = flags
  const report = await task.app.files.verify(await task.address(flags.db), store, { full, refetch }, task.output)
  const { verifyText, verifyVerdict } = await import('../../render/files-check.ts')
  const { verdictLine } = await import('../../render/verdict.ts')
  task.output.result({
    text: (style) => verifyText(report, style),
    line: (style) => verdictLine(verifyVerdict(report), style),
    event: { type: 'result', command: 'files verify', ...report } as { type: string },
  })
  return report.exit
}
