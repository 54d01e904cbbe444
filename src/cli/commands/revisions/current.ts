/** `naru current` */
import { Command } from 'commander'
import { EXIT } from '../../../core/error.ts'
import type { Shell, Task } from '../../shell.ts'
import { type RevisionFlags, revisionFlags, setupOf, shellFlags } from './flags.ts'

interface CurrentFlags extends RevisionFlags {
  readonly verbose?: boolean
  readonly checkHeads?: boolean
}

const EXAMPLES = `
Examples:
  naru current
  naru current -v --target app --target replica
  naru current --check-heads && npm start

Exit code: 0; with --check-heads 1 where a database is not at all heads, or something does not fit; 2 trouble.`

/** The command; its work is done by the shell. */
export function currentCommand(shell: Shell): Command {
  const command = new Command('current')
    .summary('say where databases stand')
    .description(
      'Shows the revisions at which a database stands, how far one came that is half done, and what does not fit:\nfiles changed after they were applied, revisions that no file knows. Changes nothing.',
    )
    .optionsGroup('What:')
    .option('-v, --verbose', 'every revision that is applied: when, by whom, how long')
    .option('--check-heads', 'exit code 1 unless all heads are applied and everything fits')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: CurrentFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runCurrent(task, flags)),
    )
}

async function runCurrent(task: Task, flags: CurrentFlags): Promise<number> {
  const reports = await task.app.revisions.current(await setupOf(task, flags))
  const { currentText, currentLine } = await import('../../render/revision-runs.ts')
  task.output.result({
    text: (style) => currentText(reports, style, flags.verbose === true),
    line: () => currentLine(reports),
    event: { type: 'result', command: 'current', reports } as { type: string },
  })
  const fine = reports.every((r) => r.atHead && r.troubles.length === 0)
  return flags.checkHeads && !fine ? EXIT.differences : EXIT.done
}
