/** The commands of revisions, in the order of `naru --help`. */
import type { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { branchesCommand } from './branches.ts'
import { editCommand } from './edit.ts'
import { headsCommand } from './heads.ts'
import { historyCommand } from './history.ts'
import { mergeCommand } from './merge.ts'
import { revisionCommand } from './revision.ts'
import { showCommand } from './show.ts'
import { squashCommand } from './squash.ts'

const COMMANDS: readonly ((shell: Shell) => Command)[] = [
  revisionCommand,
  historyCommand,
  headsCommand,
  branchesCommand,
  showCommand,
  editCommand,
  mergeCommand,
  squashCommand,
]

/** Made over a shell. */
export function revisionCommands(shell: Shell): Command[] {
  return COMMANDS.map((make) => make(shell))
}
