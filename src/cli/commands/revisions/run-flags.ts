/** The flags that upgrade, downgrade and stamp have in common, and how a run is told to stop. */
import type { Command } from 'commander'
import type { RunPatience } from '../../../app/revisions/site.ts'
import * as value from '../../flag-values.ts'
import type { InterruptWords } from '../../interrupt.ts'
import type { RevisionFlags } from './flags.ts'

export interface RunFlags extends RevisionFlags {
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly lockTimeout?: number
  readonly retries?: number
  readonly wait?: number
}

/** How long a run waits for others. */
export function patienceFlags(command: Command): Command {
  return command
    .optionsGroup('Waiting:')
    .option('--lock-timeout <seconds>', 'how long a statement waits for locks of others (default: 10)', value.seconds)
    .option('--retries <n>', 'how often a statement that met a lock is tried again (default: 5)', value.whole)
    .option('--wait <seconds>', 'how long to wait for another naru (default: without end)', value.seconds)
}

/** What was said of waiting. */
export function patienceOf({ lockTimeout, retries, wait }: RunFlags): RunPatience {
  return {
    ...(lockTimeout !== undefined && { lockTimeout }),
    ...(retries !== undefined && { retries }),
    ...(wait !== undefined && { wait }),
  }
}

/** Told at the first Ctrl-C and at the second. */
export const STOP_WORDS: InterruptWords = {
  first: 'stopping after the running statement, again to stop at once',
  second:
    'stopped at once: an open transaction is rolled back, on MySQL and MariaDB a running statement goes on; run the same command again',
}
