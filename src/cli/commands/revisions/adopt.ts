/** `naru adopt` */
import { Command } from 'commander'
import type { AdoptOptions, AdoptReport } from '../../../core/adopt.ts'
import * as value from '../../flag-values.ts'
import type { Shell, Task } from '../../shell.ts'
import { type RevisionFlags, revisionFlags, setupOf, shellFlags } from './flags.ts'

interface AdoptFlags extends RevisionFlags, Pick<AdoptOptions, 'tool' | 'table' | 'none' | 'force' | 'message'> {
  readonly revId?: string
  readonly dryRun?: boolean
  readonly ignore?: string[]
}

const EXAMPLES = `
Examples:
  naru adopt --target postgres://app@localhost/shop
  naru adopt --target mysql://app@localhost/shop --scratch-beside --dry-run
  naru adopt --target sqlite:shop.db --none -m "as it was"
  naru adopt --target staging          a second database: proven against the revisions that are there, and stamped

Known tools: Alembic, Django, Flyway, Prisma, Drizzle, Knex, TypeORM; also Liquibase, golang-migrate, Rails, Laravel, Sequelize.
Their tables stay where they are and are no part of the baseline.

Exit code: 0 taken over (or it would be, with --dry-run), 1 a replay of the revisions is not what the database has, 2 trouble:
several tools, none, one that is not done, a database that has revisions already.`

/** The command; its work is done by the shell. */
export function adoptCommand(shell: Shell): Command {
  const command = new Command('adopt')
    .summary('take a database over from another tool that kept its versions')
    .description(
      'Reads the table in which the tool keeps its migrations, writes one revision that makes the schema as it is now, proves by a\nreplay on a scratch database that it does, and notes down on the database that it is there.',
    )
    .optionsGroup('What:')
    .option('--tool <name>', 'the tool, where tables of several are there')
    .option('--table <name>', "the tool's table, where it is not called as usual")
    .option('--none', 'there is no tool: take the database over as it is')
    .option('--force', 'also when the tool calls something unfinished')
    .option('-m, --message <text>', 'message of the baseline (default: says where it came from)')
    .option('--rev-id <id>', 'id of the baseline (default: random)')
    .option('--ignore <rules>', 'what does not count as a difference, as in naru diff', value.list)
    .option('--dry-run', 'everything but writing the file and the stamp; prints the baseline')
  return revisionFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((flags: AdoptFlags) => shell.run(shellFlags(flags), { graceful: false }, (task) => runAdopt(task, flags)))
}

async function runAdopt(task: Task, flags: AdoptFlags): Promise<number> {
  const setup = await setupOf(task, flags, { ignore: flags.ignore })
  const { tool, table, none, force, message, revId, dryRun } = flags
  const options = { tool, table, none, force, message, revId, dryRun }
  const report = await task.app.revisions.adopt(setup, options, { reporter: task.output, signal: task.signal })
  await show(task, report)
  return report.exit
}

async function show(task: Task, report: AdoptReport): Promise<void> {
  const { adoptText, adoptVerdict } = await import('../../render/adopt.ts')
  const { verdictLine } = await import('../../render/verdict.ts')
  task.output.result({
    text: (style) => adoptText(report, style),
    line: (style) => verdictLine(adoptVerdict(report), style),
    event: { type: 'result', command: 'adopt', ...report } as { type: string },
  })
}
