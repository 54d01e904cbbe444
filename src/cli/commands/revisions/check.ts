/** `naru check` */
import { Command } from 'commander'
import type { Shell, Task } from '../../shell.ts'
import { type WantedFlags, wantedFlags, wantedOptions } from './autogenerate.ts'
import { type DriftFlags, driftAction, driftFlags, runDriftAction } from './check-drift.ts'
import { revisionFlags, setupOf, shellFlags } from './flags.ts'

interface CheckFlags extends WantedFlags, DriftFlags {}

const EXAMPLES = `
Examples:
  naru check
  naru check --models schema.ts --engine postgres
  naru check --db --target prod
  naru check --db --target prod --ignore owners,tables:tmp_*
  naru check --db --target prod --adopt -m "the index of last night" --object orders
  naru check --db --target prod --revert --object 'tmp_*' --out revert.sql

Without --db no database is asked: the revisions are replayed on a temporary one.
What drifted stays as it is (--ignore: without being told), becomes a revision (--adopt: nothing runs on the database but the note that it
is applied), or is taken back by a script (--revert), which runs nothing by itself.

Exit code: 0 the same, or all was adopted; 1 different, or drift remains; 2 trouble.`

/** The command; its work is done by the shell. */
export function checkCommand(shell: Shell): Command {
  const command = new Command('check')
    .summary('do the revisions lead to the desired state?')
    .description(
      'Compares the desired state with what the revisions lead to and lists what is missing; with --db, a live database with what the revisions that it has applied lead to. Changes nothing but with --adopt.',
    )
    .optionsGroup('What:')
  return revisionFlags(driftFlags(wantedFlags(command)))
    .addHelpText('after', EXAMPLES)
    .action((flags: CheckFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runCheck(task, flags)))
}

async function runCheck(task: Task, flags: CheckFlags): Promise<number> {
  const action = driftAction(flags)
  const setup = await setupOf(task, flags, { models: flags.models, ignore: flags.ignore })
  if (action !== null) return await runDriftAction(task, setup, flags, action)
  const { checkText, checkLine, driftText, driftLine } = await import('../../render/autogenerate.ts')
  if (flags.db) {
    const { tables, exclude } = flags
    const report = await task.app.revisions.checkDatabases(setup, { tables, exclude })
    task.output.result({
      text: (style) => driftText(report, style),
      line: (style) => driftLine(report, style),
      event: { type: 'result', command: 'check', ...report } as { type: string },
    })
    return report.exit
  }
  const report = await task.app.revisions.check(setup, wantedOptions(flags))
  task.output.result({
    text: (style) => checkText(report, style),
    line: (style) => checkLine(report, style),
    event: { type: 'result', command: 'check', ...report } as { type: string },
  })
  return report.exit
}
