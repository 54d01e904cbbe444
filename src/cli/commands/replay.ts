/** `naru replay REJECTS TO` */
import { resolve } from 'node:path'
import { Command } from 'commander'
import { plural, printable } from '../../app/format.ts'
import type { ReplayOutcome } from '../../app/replay.ts'
import { EXIT } from '../../core/error.ts'
import { type Flags, outputFlags } from '../flags.ts'
import type { Style } from '../render/style.ts'
import { verdictLine } from '../render/verdict.ts'
import type { Shell, Task } from '../shell.ts'

const EXAMPLES = `
Examples:
  naru replay naru-rejects-20260315-093012-1a2b.ndjson postgres://app@localhost/shop

Each line of the file is one refused row as JSON. Correct its "row", then replay the file.

Exit code: 0 all rows landed, 1 some were refused again, 2 trouble.`

/** The command; its work is done by the shell. */
export function replayCommand(shell: Shell): Command {
  const command = new Command('replay')
    .summary('write mended rows of a reject file to the target')
    .description('Writes the rows of a reject file to the target, each on its own.')
    .argument('<rejects>', 'reject file of a copy, mended by hand')
    .argument('<to>', 'target: an address or a name from naru.config.ts')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((file: string, to: string, flags: Flags) =>
      shell.run(flags, { graceful: true }, (task) => runReplay(task, file, to)),
    )
}

function replayLine(o: ReplayOutcome, style: Style): string {
  const all = o.refused.length === 0
  const sentence = all
    ? `${plural(o.replayed, 'row')} landed on the target.`
    : `${plural(o.replayed, 'row')} landed, ${plural(o.refused.length, 'row')} did not.`
  return verdictLine({ tone: all ? 'good' : 'bad', headline: all ? 'Replayed' : 'Refused again', sentence }, style)
}

async function runReplay(task: Task, file: string, to: string): Promise<number> {
  const outcome = await task.app.replay(resolve(task.io.cwd, file), await task.address(to), task.output)
  task.output.result({
    text: (style) => {
      const refused = outcome.refused.map((r) => `  line ${r.line}  ${printable(`${r.table} ${r.key}: ${r.reason}`)}\n`)
      return `${refused.join('')}${replayLine(outcome, style)}\n`
    },
    line: (style) => replayLine(outcome, style),
    event: { type: 'result', command: 'replay', ...outcome } as { type: string },
  })
  return outcome.refused.length === 0 ? EXIT.done : EXIT.differences
}
