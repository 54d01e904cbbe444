/** `naru files …` */
import { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { exportCommand, importCommand } from './map.ts'
import { moveCommand } from './move.ts'
import { orphansCommand } from './orphans.ts'
import { retryCommand } from './retry.ts'
import { statusCommand } from './status.ts'
import { verifyCommand } from './verify.ts'

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
  const subs = [
    moveCommand(shell),
    statusCommand(shell),
    verifyCommand(shell),
    orphansCommand(shell),
    retryCommand(shell),
    exportCommand(shell),
    importCommand(shell),
  ]
  for (const sub of subs) command.addCommand(sub)
  return command
}
