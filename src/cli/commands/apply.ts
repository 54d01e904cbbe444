/** `naru apply FROM --to STATE` */

import { Command } from 'commander'
import { printable } from '../../app/format.ts'
import type { ApplyOptions, ApplyPlan, ApplyReport, HazardKind } from '../../core/apply.ts'
import { NaruError } from '../../core/error.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import * as value from '../flag-values.ts'
import { outputFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'

interface ApplyFlags {
  readonly to: string
  readonly allow?: HazardKind[]
  readonly yes?: boolean
  readonly dryRun?: boolean
  readonly sql?: boolean
  readonly online?: boolean
  readonly rename?: string[]
  readonly ignore?: string[]
  readonly tables?: string[]
  readonly exclude?: string[]
  readonly schema?: SchemaChoice
  readonly devUrl?: string
  readonly scratchBeside?: boolean
  /** False after --no-rehearsal. */
  readonly rehearsal?: boolean
  readonly lockTimeout?: number
  readonly json?: boolean
  readonly quiet?: boolean
  readonly config?: string
}

const EXAMPLES = `
Examples:
  naru apply postgres://app@localhost/shop --to schema.sql
  naru apply prod --to git:main:db/schema.sql --dry-run
  naru apply prod --to dev --allow drop-column,may-fail --rename users.mail=email
  naru apply prod --to schema.ts --online --yes
  naru apply mysql://app@localhost/shop --to schema.sql --sql > change.sql

Hazards that --allow takes: drop-table, drop-column, drop-object (something is deleted), may-fail (rows may be in the way),
rewrite (a table is written anew), blocking (readers or writers wait), lossy (values are cut or rounded).

Exit code: 0 done or nothing to do, 1 something differs still (also after --dry-run and --sql), 2 trouble: refused,
not confirmed, changed underneath, failed and rolled back; 3 broken off in the middle, resumable, 130 interrupted.`

/** The command; its work is done by the shell. */
export function applyCommand(shell: Shell): Command {
  const command = new Command('apply')
    .summary("change a database's schema to what a state says")
    .description(
      'Shows what must change in a live database, what each statement may do to the rows that are there, and asks.\nRefuses whatever deletes, may fail, rewrites or blocks unless it is allowed by name; rehearses on a scratch database;\nthen runs the statements under a lock and inspects again: nothing may differ any more.',
    )
    .argument('<from>', 'the database to change: an address or a name from naru.config.ts')
    .optionsGroup('What:')
    .requiredOption(
      '--to <state>',
      'a database, .sql file or folder, Drizzle module, folder of revisions, JSON snapshot, or git:REV:path of one',
    )
    .option('--allow <hazards>', 'let these happen, by commas or repeated', value.allow)
    .option(
      '--rename <old=new>',
      'a table (users=people) or column (users.mail=email) that was renamed; repeatable',
      value.renaming,
    )
    .option('--tables <globs>', 'only these tables: names or globs, by commas or repeated', value.list)
    .option('--exclude <globs>', 'all but these tables', value.list)
    .option(
      '--schema <names>',
      'PostgreSQL: the schema to change (default: public); several by commas, * for all',
      value.schemas,
    )
    .option('--ignore <rules>', 'what does not count as a difference, as for naru diff', value.list)
  howFlags(command)
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((from: string, flags: ApplyFlags) => {
      const graceful = flags.dryRun !== true && flags.sql !== true
      return shell.run(toOutput(flags), { graceful, words: WORDS }, (task) => runApply(task, from, flags))
    })
}

function howFlags(command: Command): Command {
  return command
    .optionsGroup('How:')
    .option('-y, --yes', 'do not ask; needed where there is no terminal')
    .option('--dry-run', 'everything but the change itself')
    .option('--sql', 'print the statements as a script and change nothing')
    .option('--online', 'others go on reading and writing: slower statements, short waits for locks, tried again')
    .option(
      '--lock-timeout <seconds>',
      'how long to wait for locks of others (default: 10; 2 with --online)',
      value.seconds,
    )
    .option('--dev-url <address>', 'a server on which naru may make and drop temporary databases')
    .option('--scratch-beside', 'temporary databases may be made on the server that is changed')
    .option('--no-rehearsal', 'do not try the plan on a scratch database first')
}

const WORDS = {
  first: 'stopping after the running statement, again to stop at once',
  second:
    'stopped at once: an open transaction is rolled back, on MySQL and MariaDB a running statement goes on; run the same command again',
}

/** Flags that the shell itself looks at; `--rename` of copy is another thing. */
function toOutput({ json, quiet, config }: ApplyFlags) {
  return { json, quiet, config }
}

function refuseContradictions(flags: ApplyFlags): void {
  if (flags.sql && flags.json) {
    throw new NaruError('USAGE', '--sql and --json exclude each other', {
      hint: '--json --dry-run has the statements too.',
    })
  }
}

function optionsOf(flags: ApplyFlags, ignored: readonly string[]): ApplyOptions {
  return {
    allow: flags.allow,
    online: flags.online,
    rename: flags.rename,
    ignore: [...ignored, ...(flags.ignore ?? [])],
    tables: flags.tables,
    exclude: flags.exclude,
    rehearsal: flags.sql ? false : flags.rehearsal,
    lockTimeout: flags.lockTimeout,
    dryRun: flags.dryRun || flags.sql,
  }
}

async function runApply(task: Task, from: string, flags: ApplyFlags): Promise<number> {
  refuseContradictions(flags)
  const address = await task.address(from)
  const place = flags.schema === undefined ? address : { ...address, schema: flags.schema }
  const dev = flags.devUrl === undefined ? undefined : await task.address(flags.devUrl)
  const settings = await task.settings()
  const states = {
    address: task.address,
    names: Object.keys(settings.databases ?? {}),
    cwd: task.io.cwd,
    dev,
    beside: flags.scratchBeside ? address : undefined,
  }
  try {
    const report = await task.app.apply(place, flags.to, optionsOf(flags, settings.diff?.ignore ?? []), {
      states,
      askRename: canAsk(task, flags) ? (candidate) => askRename(task, candidate) : undefined,
      agree: (plan) => agree(task, plan, flags),
      reporter: task.output,
      signal: task.signal,
    })
    await showReport(task, report, flags)
    return report.exit
  } catch (error) {
    if (error instanceof NaruError && error.details.plan !== undefined) {
      await showPlan(task, error.details.plan as ApplyPlan)
    }
    throw error
  }
}

async function showPlan(task: Task, plan: ApplyPlan): Promise<void> {
  const { applyPlanText, applyQuestion } = await import('../render/apply.ts')
  task.output.result({
    text: (style) => applyPlanText(plan, style),
    line: () => applyQuestion(plan),
    event: { type: 'plan', plan } as { type: string },
  })
}

function canAsk({ io }: Task, flags: ApplyFlags): boolean {
  return io.stdinIsTTY && io.stderr.isTTY === true && !flags.json && !flags.yes
}

async function askRename(task: Task, candidate: RenameCandidate): Promise<boolean> {
  const { candidateText } = await import('../../app/report/diff-verdict.ts')
  const { question, evidence } = candidateText(candidate)
  task.output.close()
  return task.io.confirm(printable(`${question} (${evidence})`))
}

/** Where there is no terminal only `--yes` is a yes. */
async function agree(task: Task, plan: ApplyPlan, flags: ApplyFlags): Promise<boolean> {
  if (!(flags.quiet && flags.yes)) await showPlan(task, plan)
  if (flags.yes) return true
  if (canAsk(task, flags)) {
    const { applyQuestion } = await import('../render/apply.ts')
    return task.io.confirm(applyQuestion(plan))
  }
  throw new NaruError('NOT_CONFIRMED', 'the plan was not confirmed', {
    why: 'there is no terminal to ask on',
    hint: 'Read the plan, then add --yes.',
    state: 'nothing was changed',
  })
}

async function showReport(task: Task, report: ApplyReport, flags: ApplyFlags): Promise<void> {
  const { applyText, applyVerdict } = await import('../render/apply.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { planSql } = await import('../../app/apply/sql.ts')
  const { plan, ...rest } = report
  if (flags.sql) {
    task.output.result({ text: () => planSql(plan), line: () => planSql(plan).trimEnd(), event: { type: 'plan' } })
    return
  }
  if (report.outcome === 'planned' || (report.outcome === 'unchanged' && report.exit !== 0)) await showPlan(task, plan)
  task.output.result({
    text: (style) => applyText(report, style),
    line: (style) => verdictLine(applyVerdict(report), style),
    event: { type: 'result', command: 'apply', ...rest } as { type: string },
  })
}
