/** `naru repair FROM TO` */
import { Command, InvalidArgumentError, Option } from 'commander'
import { NaruError } from '../../core/error.ts'
import type { Attribution, RepairKind } from '../../core/repair.ts'
import { list, positive, seconds, since, span, targetWhere, tolerance } from '../flag-values.ts'
import { type Flags, outputFlags, selectionFlags, throttleFlags, valueFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'
import type { RepairFlags } from './repair-flags.ts'
import { runApply, runList, runRepair, runUndo } from './repair-work.ts'

const EXAMPLES = `
Examples:
  naru repair legacy app --plan repair.ndjson
  naru repair legacy app --apply repair.ndjson
  naru repair legacy app --only missing --tables orders,lines --yes
  naru repair legacy app --max-rows 1000 --max-percent 1 --yes
  naru repair legacy app --sql > repair.sql
  naru repair --list app
  naru repair --undo 20260301-091500-1a2b3c app

Give it the same --where, --rename, --cast and --policy as the copy and the verification had.

Exit code: 0 nothing differs, or all is mended; 1 something is left, was only planned, or is more than allowed;
2 trouble; 3 broken off, resumable by --apply with the same plan; 130 interrupted, resumable.`

const WORDS = {
  first: 'stopping after the running chunk, again to stop at once',
  second: 'stopped at once: the running chunk is rolled back; chunks before it are done, with their images',
}

/** The command; its work is done by the shell. */
export function repairCommand(shell: Shell): Command {
  const command = new Command('repair')
    .summary('mend rows of the target that differ from the source')
    .description(
      'Compares as `naru verify` does, plans an insert, update or delete for every row of TO that differs from FROM, shows the\nplan and asks. Rows are changed only where TO still holds what was seen, in chunks with marks, and with an image of\nevery row before, so that the repair can be taken back. Afterwards the rows that were touched are compared again.',
    )
    .argument('[from]', 'what is right: an address or a name from naru.config.ts')
    .argument('[to]', 'what is mended: an address or a name from naru.config.ts')
  planFlags(valueFlags(selectionFlags(command)))
  return outputFlags(laterFlags(throttleFlags(compareFlags(command))), false)
    .addHelpText('after', EXAMPLES)
    .action((from: string | undefined, to: string | undefined, flags: RepairFlags) =>
      shell.run(flags as Flags, { graceful: flags.list !== true, words: WORDS }, (task) => run(task, from, to, flags)),
    )
}

function oneOf<T extends string>(names: readonly T[]) {
  return (text: string, before: readonly T[] = []): T[] => {
    const found = list(text).map((name) => {
      const known = names.find((n) => n === name)
      if (known === undefined) throw new InvalidArgumentError(`"${name}" is none of ${names.join(', ')}.`)
      return known
    })
    return [...before, ...found]
  }
}

function percentage(text: string): number {
  const n = Number(text.replace(/\s*%$/, ''))
  if (text.trim() !== '' && Number.isFinite(n) && n >= 0 && n <= 100) return n
  throw new InvalidArgumentError('Expected a number from 0 to 100.')
}

function planFlags(command: Command): Command {
  return command
    .optionsGroup('What to mend:')
    .option(
      '--only <kinds>',
      'only these rows: missing, different, extra; by commas or repeated',
      oneOf<RepairKind>(['missing', 'different', 'extra']),
    )
    .option(
      '--include <kinds>',
      'where an earlier state is remembered: also rows that the target has changed: overwritten, both, unknown',
      oneOf<Attribution>(['overwritten', 'both', 'unknown']),
    )
    .option('--max-rows <n>', 'refuse a plan of more rows', positive)
    .option('--max-percent <p>', 'refuse a plan of more than so many of a hundred rows of any table', percentage)
    .option('--plan <file>', 'write the plan to a file and stop there; with --yes go on')
    .option('--apply <file>', 'carry out the plan in this file, or go on with it')
    .option('--sql', 'print the plan as statements, for reading, and change nothing')
    .option('-y, --yes', 'do not ask; needed where there is no terminal')
    .addOption(
      new Option(
        '--triggers <on|off>',
        "the target's own triggers fire or not (default: on; with --undo off; MySQL and MariaDB have no off)",
      ).choices(['on', 'off']),
    )
    .option('--lock-timeout <seconds>', 'how long to wait for rows that others hold (default: 10)', seconds)
    .option('--limit <n>', 'rows of the plan to show (default: 20)', positive)
}

function compareFlags(command: Command): Command {
  return command
    .optionsGroup('How to compare:')
    .addOption(
      new Option('--by <stream|digest|auto>', 'as for naru verify (default: auto)').choices([
        'stream',
        'digest',
        'auto',
      ]),
    )
    .option(
      '--settle <time>',
      'how long a difference must last to count, such as 60s (default: rows are read twice)',
      span,
    )
    .option(
      '--target-where <table=expr>',
      "only rows of the target for which its SQL expression holds, by the source's name of the table; repeatable",
      targetWhere,
    )
    .option('--since <column=value>', 'only rows whose value is at least this one, on both sides; repeatable', since)
    .option('--exclude-columns <names>', 'columns that are neither compared nor written: column or table.column', list)
    .option('--tolerance <column=n>', 'numbers that differ by no more are the same; repeatable', tolerance)
    .option('--jobs <n>', 'tables to compare at once', positive)
}

function laterFlags(command: Command): Command {
  return command
    .optionsGroup('Later:')
    .option('--list', 'list the repairs that a target remembers: naru repair --list TO')
    .option('--undo <id>', 'take a repair back, where rows are still as it left them: naru repair --undo ID TO')
}

function run(task: Task, from: string | undefined, to: string | undefined, flags: RepairFlags): Promise<number> {
  if (flags.list || flags.undo !== undefined) {
    const target = onlyOne(from, to, flags)
    return flags.undo === undefined ? runList(task, target) : runUndo(task, flags.undo, target, flags)
  }
  if (flags.apply !== undefined) return runApply(task, flags.apply, from, to, flags)
  if (from === undefined || to === undefined) {
    throw new NaruError('USAGE', 'repair needs both sides: FROM, which is right, and TO, which is mended', {
      hint: 'See `naru repair --help`.',
    })
  }
  if (flags.sql && flags.json) throw new NaruError('USAGE', '--sql and --json exclude each other')
  return runRepair(task, from, to, flags)
}

function onlyOne(from: string | undefined, to: string | undefined, flags: RepairFlags): string {
  if (from !== undefined && to === undefined) return from
  const flag = flags.undo === undefined ? '--list' : '--undo ID'
  throw new NaruError('USAGE', `${flag} takes one database, the one that was mended`, {
    hint: `Write naru repair ${flag} TO.`,
  })
}
