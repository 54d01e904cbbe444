/** The flags that several commands share, by group, and CopyOptions from them. */
import type { Command } from 'commander'
import { Option } from 'commander'
import type { Policy } from '../core/engine.ts'
import type { CopyOptions } from '../core/options.ts'
import type { Rate } from '../core/throttle.ts'
import * as value from './flag-values.ts'

/** Flags as commander hands them over. */
export interface Flags {
  readonly config?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly tables?: string[]
  readonly exclude?: string[]
  readonly where?: Record<string, string>
  readonly rename?: Record<string, string>
  readonly cast?: string[]
  readonly accept?: string[]
  readonly policy?: Record<string, Policy>
  readonly plan?: string
  readonly caseInsensitive?: CopyOptions['caseInsensitive']
  readonly schemaOnly?: boolean
  readonly dataOnly?: boolean
  readonly ifExists?: CopyOptions['ifExists']
  readonly incremental?: boolean
  readonly sample?: string
  readonly sampleSeed?: number
  readonly relation?: string[]
  readonly before?: string
  readonly after?: string
  readonly jobs?: number
  readonly rate?: Rate
  readonly maxLag?: number
  readonly while?: string[]
  readonly maxRejects?: string
  readonly rejects?: string
  readonly restart?: boolean
  readonly redo?: string[]
  /** False after --no-owner and --no-privileges. */
  readonly owner?: boolean
  readonly privileges?: boolean
  /** False after --no-lock. */
  readonly lock?: boolean
  readonly lookupMemory?: number
  readonly unitRows?: number
  readonly chunkBytes?: number
  readonly verify?: CopyOptions['verify']
  readonly by?: CopyOptions['by']
  readonly report?: string[]
}

/** Which rows and tables, and under which names. */
export function selectionFlags(command: Command): Command {
  return command
    .optionsGroup('Which tables and rows:')
    .option('--tables <globs>', 'only these tables: names or globs, by commas or repeated', value.list)
    .option('--exclude <globs>', 'all but these tables', value.list)
    .option('--where <table=expr>', "only rows for which the source's SQL expression holds; repeatable", value.where)
    .option(
      '--rename <old=new>',
      'another name on the target, for a table, table.column or pattern (sales.*=sales_*); repeatable',
      value.rename,
    )
}

/** Only some of the rows, and what they refer to. */
export function sampleFlags(command: Command): Command {
  return command
    .option(
      '--sample <n%|rows>',
      'only a sample of each table, such as 1% or 10000, with all rows that it refers to',
      value.sample,
    )
    .option('--sample-seed <n>', 'which rows the sample takes (default: 1)', value.whole)
    .option(
      '--relation <a.x -> b.y>',
      'a foreign key that the source does not declare, for the sample: orders.customer_id -> customers.id; repeatable',
      value.relation,
    )
}

/** Types, and values that do not fit. */
export function valueFlags(command: Command): Command {
  return command
    .optionsGroup('Types and values:')
    .option(
      '--cast <what=type>',
      "target type of table.column, or of a source type ('type:tinyint(1)=smallint'); repeatable",
      value.cast,
    )
    .option('--accept <codes>', 'accept a finding: CODE or CODE:table.column', value.accept)
    .option(
      '--policy <code=policy>',
      'settle a finding: CODE[:table.column]=null|clip|replace|reject|fail; repeatable',
      value.policy,
    )
    .addOption(
      new Option(
        '--case-insensitive <lower|citext|report>',
        'how PostgreSQL keeps uniqueness that ignores case (default: lower)',
      ).choices(['lower', 'citext', 'report']),
    )
}

/** What is done on the target around the rows. */
export function targetFlags(command: Command): Command {
  return command
    .optionsGroup('On the target:')
    .option('--schema-only', 'tables, indexes and constraints, no rows')
    .option('--data-only', 'rows only, into tables that are there')
    .addOption(
      new Option(
        '--if-exists <fail|append|truncate|drop>',
        'what to do about a table that is there already (default: fail)',
      ).choices(['fail', 'append', 'truncate', 'drop']),
    )
    .option('--incremental', 'compare tables that are there already, and copy only units of rows that differ')
    .option('--no-owner', 'within one engine: what is made belongs to the user of the target, also as definer')
    .option('--no-privileges', 'within one engine: nobody is given privileges')
    .option('--before <file.sql>', 'run this SQL on the target before the first table')
    .option('--after <file.sql>', 'run this SQL on the target after everything')
}

/** How hard databases may be worked. */
export function throttleFlags(command: Command): Command {
  return command
    .optionsGroup('Sparing databases in use:')
    .option('--rate <rate>', 'at most so much a second over all lanes: 20MB/s, or rows: 5000/s', value.rate)
    .option(
      '--max-lag <time>',
      'wait while a replica that is read, or one of a primary, is further behind: 5s',
      value.span,
    )
    .option(
      '--while <[target:]query < n>',
      "wait while this does not hold: 'Threads_running < 40', 'SELECT count(*) FROM … < 10'; repeatable",
      value.condition,
    )
}

/** How the work is done. */
export function workFlags(command: Command): Command {
  return throttleFlags(command)
    .optionsGroup('How:')
    .option('--jobs <n>', 'lanes that read and write at once (default: from the cores and the servers)', value.positive)
    .option('--max-rejects <n|x%>', 'refused rows a table may have (default: 0)', value.maxRejects)
    .option('--rejects <file>', 'where refused rows go (default: naru-rejects-RUN.ndjson)')
    .option('--restart', 'begin an unfinished copy again from nothing')
    .option('--redo <tables>', 'copy these tables again', value.list)
    .option('--no-lock', 'MySQL: no short global read lock; lanes may see slightly different moments')
    .option(
      '--lookup-memory <size>',
      'memory for look-ups of mappings; more goes into a temporary file (default: 128MB)',
      value.size,
    )
    .addOption(new Option('--unit-rows <n>', 'rows of a unit').argParser(value.positive).hideHelp())
    .addOption(new Option('--chunk-bytes <n>', 'bytes of a chunk').argParser(value.positive).hideHelp())
}

/** `--by`, for whoever verifies. */
export function digestFlag(command: Command): Command {
  return command.addOption(
    new Option(
      '--by <stream|digest>',
      'stream: read the target back; digest: computed inside both databases (default: stream)',
    ).choices(['stream', 'digest']),
  )
}

/** Where the result goes. */
export function outputFlags(command: Command, report: boolean): Command {
  command.optionsGroup('Output:')
  if (report) command.option('--report <file>', 'write a report: .html, .md or .json; repeatable', value.reportPath)
  return command
    .option('--json', 'events as JSON, one a line, on standard output')
    .option('-q, --quiet', 'the verdict and errors only')
    .option('--config <file>', 'configuration (default: naru.config.ts here)')
    .optionsGroup('Options:')
}

/** What the flags ask for, without anything that was not said. */
export function copyOptions(f: Flags): CopyOptions {
  const all: CopyOptions = {
    tables: f.tables,
    exclude: f.exclude,
    where: f.where,
    rename: f.rename,
    casts: f.cast,
    accept: f.accept,
    policies: f.policy,
    plan: f.plan,
    caseInsensitive: f.caseInsensitive,
    schemaOnly: f.schemaOnly,
    dataOnly: f.dataOnly,
    ifExists: f.ifExists,
    incremental: f.incremental,
    sample: f.sample,
    sampleSeed: f.sampleSeed,
    relations: f.relation,
    before: f.before,
    after: f.after,
    jobs: f.jobs,
    rate: f.rate?.bytes,
    rowRate: f.rate?.rows,
    maxLag: f.maxLag,
    while: f.while,
    maxRejects: f.maxRejects,
    rejects: f.rejects,
    restart: f.restart,
    redo: f.redo,
    noOwner: f.owner === false ? true : undefined,
    noPrivileges: f.privileges === false ? true : undefined,
    noLock: f.lock === false ? true : undefined,
    lookupMemory: f.lookupMemory,
    unitRows: f.unitRows,
    chunkBytes: f.chunkBytes,
    verify: f.verify,
    by: f.by,
  }
  return Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined))
}
