/** `naru verify FROM TO` */
import { Command, Option } from 'commander'
import { EXIT } from '../../core/error.ts'
import { bothEnds, canWrite, saveReports } from '../files.ts'
import { positive } from '../flag-values.ts'
import { digestFlag, type Flags, outputFlags, selectionFlags, valueFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'

const EXAMPLES = `
Examples:
  naru verify mysql://reader@old.example/shop postgres://app@localhost/shop
  naru verify legacy app --tables orders --by digest
  naru verify legacy app --verify count --report verify.html

Give it the same --where, --rename, --cast and --policy as the copy had.

Exit code: 0 the same, 1 different, 2 trouble.`

/** The command; its work is done by the shell. */
export function verifyCommand(shell: Shell): Command {
  const command = new Command('verify')
    .summary('compare two databases, down to the rows that differ')
    .description(
      'Compares row counts and digests of all tables on both sides and lists rows that differ by their key.\nChanges nothing.',
    )
    .argument('<from>', 'source: an address or a name from naru.config.ts')
    .argument('<to>', 'target: an address or a name from naru.config.ts')
  valueFlags(selectionFlags(command))
  command
    .optionsGroup('How:')
    .addOption(
      new Option('--verify <count|digest>', 'compare row counts, or the digest of all rows (default: digest)').choices([
        'count',
        'digest',
      ]),
    )
  digestFlag(command).option('--jobs <n>', 'tables to compare at once', positive)
  return outputFlags(command, true)
    .addHelpText('after', EXAMPLES)
    .action((from: string, to: string, flags: Flags) =>
      shell.run(flags, { graceful: false }, (task) => runVerify(task, from, to, flags)),
    )
}

async function runVerify(task: Task, from: string, to: string, flags: Flags): Promise<number> {
  await canWrite(flags.report ?? [], task.io.cwd)
  const ends = await bothEnds(task, from, to)
  const report = await task.app.verify(ends.from, ends.to, await task.options(), task.output)
  const { verifyText } = await import('../render/verify.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { verifyVerdict } = await import('../../app/report/other-reports.ts')
  task.output.result({
    text: (style) => verifyText(report, style),
    line: (style) => verdictLine(verifyVerdict(report), style),
    event: { type: 'result', command: 'verify', ...report } as { type: string },
  })
  await saveReports(task, flags.report, { kind: 'verify', report })
  return report.same ? EXIT.done : EXIT.differences
}
