/** `naru files …` */
import { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { moveCommand } from './move.ts'
import { retryCommand } from './retry.ts'
import { statusCommand } from './status.ts'

const EXAMPLES = `
Stores are described in naru.config.ts under \`stores\`, see docs/files.md. Each command has its own --help.`

/** The command with its commands. */
export function filesCommand(shell: Shell): Command {
  const command = new Command('files')
    .summary('move the images and documents behind the rows')
    .description(
      'Moves files that rows point at to a folder or an S3 bucket, each once, with a ledger on the database.',
    )
    .helpCommand(false)
    .addHelpText('after', EXAMPLES)
  for (const sub of [moveCommand(shell), statusCommand(shell), retryCommand(shell)]) command.addCommand(sub)
  return command
}
