/** The commands of revisions, in the order of `naru --help`. */
import type { Command } from 'commander'
import type { Shell } from '../../shell.ts'
import { adoptCommand } from './adopt.ts'
import { branchesCommand } from './branches.ts'
import { checkCommand } from './check.ts'
import { currentCommand } from './current.ts'
import { downgradeCommand } from './downgrade.ts'

import { editCommand } from './edit.ts'
import { ensureVersionCommand } from './ensure-version.ts'
import { headsCommand } from './heads.ts'
import { historyCommand } from './history.ts'
import { mergeCommand } from './merge.ts'
import { revisionCommand } from './revision.ts'
import { showCommand } from './show.ts'
import { squashCommand } from './squash.ts'
import { stampCommand } from './stamp.ts'
import { upgradeCommand } from './upgrade.ts'

const COMMANDS: readonly ((shell: Shell) => Command)[] = [
  revisionCommand,
  upgradeCommand,
  downgradeCommand,
  currentCommand,
  historyCommand,
  headsCommand,
  branchesCommand,
  showCommand,
  editCommand,
  mergeCommand,
  squashCommand,
  stampCommand,
  ensureVersionCommand,
  adoptCommand,
  checkCommand,
]

/** Made over a shell. */
export function revisionCommands(shell: Shell): Command[] {
  return COMMANDS.map((make) => make(shell))
}
