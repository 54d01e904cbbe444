/** `naru runs TO` */
import { Command } from 'commander'
import { moment } from '../../app/format.ts'
import type { Cell } from '../../app/report/document.ts'
import { EXIT } from '../../core/error.ts'
import type { RunRecord } from '../../core/ledger.ts'
import { type Flags, outputFlags } from '../flags.ts'
import type { Style } from '../render/style.ts'
import { textTable } from '../render/table.ts'
import type { Shell, Task } from '../shell.ts'

const EXAMPLES = `
Examples:
  naru runs postgres://app@localhost/shop
  naru runs app --json`

/** The command; its work is done by the shell. */
export function runsCommand(shell: Shell): Command {
  const command = new Command('runs')
    .summary('list the copies that a target remembers')
    .description('Lists the copies in the ledger of a target, newest first, with what became of them.')
    .argument('<to>', 'target: an address or a name from naru.config.ts')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((to: string, flags: Flags) => shell.run(flags, { graceful: false }, (task) => showRuns(task, to)))
}

const STATES: Readonly<Record<RunRecord['state'], Cell>> = {
  copying: { text: 'copying, not finished', tone: 'warn' },
  finishing: { text: 'finishing, not finished', tone: 'warn' },
  verified: { text: '✓ verified', tone: 'good' },
  done: { text: '✓ done', tone: 'good' },
  failed: { text: '✗ failed, can go on', tone: 'bad' },
  abandoned: { text: 'given up', tone: 'quiet' },
}

function table(runs: readonly RunRecord[], style: Style): string {
  if (runs.length === 0) return 'no copies are remembered here\n'
  const columns = ['run', 'state', 'started', 'finished', 'from'].map((title) => ({ title }))
  const rows = runs.map((r): Cell[] => [
    r.id,
    STATES[r.state],
    moment(r.started),
    r.finished === null ? '–' : moment(r.finished),
    r.source,
  ])
  return `${textTable({ columns, rows }, style).join('\n')}\n`
}

async function showRuns(task: Task, to: string): Promise<number> {
  const runs = await task.app.runs(await task.address(to))
  task.output.result({
    text: (style) => table(runs, style),
    line: () => runs.map((r) => `${r.id} ${r.state}`).join('\n'),
    event: { type: 'runs', runs: runs.map(({ summary: _, ...r }) => r) } as { type: string },
  })
  return EXIT.done
}
