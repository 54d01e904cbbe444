/** `naru ensure-version` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'
import { patienceFlags, patienceOf, type RunFlags } from './run-flags.ts'

const EXAMPLES = `
Examples:
  naru ensure-version --target postgres://owner@db.example/shop

Where the user that runs \`naru upgrade\` may not make tables, let their owner run this once.

Exit code: 0 done or there already, 2 trouble.`

/** The command; its work is done by the shell. */
export function ensureVersionCommand(shell: Shell): Command {
  const command = new Command('ensure-version')
    .summary('make the version table where it is missing')
    .description('Makes the table naru_version where it is missing, and nothing else.')
  patienceFlags(command)
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: RunFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runEnsure(task, flags)))
}

async function runEnsure(task: Task, flags: RunFlags): Promise<number> {
  const context = { reporter: task.output, signal: task.signal }
  const tables = await task.app.revisions.ensureVersion(await setupOf(task, flags), patienceOf(flags), context)
  const { ensuredText } = await import('../../render/revision-runs.ts')
  task.output.result({
    text: (style) => ensuredText(tables, style),
    line: (style) => ensuredText(tables, style).trimEnd(),
    event: { type: 'result', command: 'ensure-version', tables } as { type: string },
  })
  return EXIT.done
}
