/** `naru files retry STORE` */
import { Command, InvalidArgumentError } from 'commander'
import { RETRY_STATES, type RetryState } from '../../../app/files/retry-states.ts'
import { list } from '../../flag-values.ts'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

interface RetryFlags extends FilesFlags {
  readonly state?: readonly RetryState[]
}

const EXAMPLES = `
Examples:
  naru files retry images --db app
  naru files retry images --db app --state failed,missing
  naru files retry images --db app --state gone    objects that \`naru files verify\` misses

Exit code: 0 all are there now, 1 some are not, 2 trouble, 3 broken off, 130 interrupted.`

const WORDS = {
  first: 'stopping after the files that are under way, again to stop at once',
  second: 'stopped at once: files in the ledger are safe',
}

function states(text: string, before: readonly RetryState[] = []): RetryState[] {
  const named = list(text).map((name) => {
    const state = RETRY_STATES.find((s) => s === name)
    if (state !== undefined) return state
    throw new InvalidArgumentError(`"${name}" is none of ${RETRY_STATES.join(', ')}.`)
  })
  return [...before, ...named]
}

/** The command; its work is done by the shell. */
export function retryCommand(shell: Shell): Command {
  const command = new Command('retry')
    .summary('ask again for files that were not moved')
    .description(
      'Asks again for the files of the ledger that are not done: failed, missing, empty, of a wrong type, too large, refused. With --state gone also for those that are done and whose object is not at the destination any more, or has another size.',
    )
    .argument('<store>', 'a store of naru.config.ts')
    .optionsGroup('What:')
    .option(
      '--state <states>',
      'only files in these states, by commas, `gone` among them (default: all that are not done)',
      states,
    )
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string, flags: RetryFlags) =>
      shell.run(flags, { graceful: true, words: WORDS }, (task) => runRetry(task, store, flags)),
    )
}

async function runRetry(task: Task, name: string, flags: RetryFlags): Promise<number> {
  const store = await task.store(name)
  const wanted = flags.state ?? RETRY_STATES.filter((s) => s !== 'gone')
  const report = await task.app.files.retry(await task.address(flags.db), store, wanted, task.output, task.signal)
  const { retryText, retryVerdict } = await import('../../render/files.ts')
  const { verdictLine } = await import('../../render/verdict.ts')
  task.output.result({
    text: (style) => retryText(report, style),
    line: (style) => verdictLine(retryVerdict(report), style),
    event: { type: 'result', command: 'files retry', ...report } as { type: string },
  })
  return report.exit
}
