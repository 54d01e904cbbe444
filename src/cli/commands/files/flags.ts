/** What the commands of files have in common. */
import type { Command } from 'commander'
import { type Flags, outputFlags } from '../../flags.ts'

export interface FilesFlags extends Flags {
  readonly db: string
}

/** `--db` and where the result goes. */
export function filesFlags(command: Command): Command {
  command
    .optionsGroup('Where:')
    .requiredOption(
      '--db <address>',
      'database that keeps the ledger of files: an address or a name from naru.config.ts',
    )
  return outputFlags(command, false)
}
