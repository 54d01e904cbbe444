/** `naru verify FROM TO` */
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import type { VerifyContext } from '../../app/verify.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { DriftFormat, DriftList, VerifyOptions } from '../../core/options.ts'
import type { VerifyReport } from '../../core/report.ts'
import { bothEnds, canWrite, saveReports, transfersOf } from '../files.ts'
import { list, positive, sample, since, span, targetWhere, tolerance, whole } from '../flag-values.ts'
import { type Flags, outputFlags, selectionFlags, throttleFlags, valueFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'
import { type ProofFlags, proofFlags, runProofs } from './revisions/verify-revisions.ts'

interface VerifyFlags extends Omit<Flags, 'by'>, ProofFlags {
  readonly by?: VerifyOptions['by']
  readonly limit?: number
  readonly settle?: number
  readonly format?: DriftFormat
  readonly output?: string
  readonly tolerance?: Record<string, string>
  readonly excludeColumns?: string[]
  readonly since?: Record<string, string>
  readonly targetWhere?: Record<string, string>
  readonly sample?: string
  readonly seed?: number
  readonly continue?: boolean
  readonly certificate?: string
  readonly digests?: boolean
  readonly remember?: boolean
}

const EXAMPLES = `
Examples:
  naru verify mysql://reader@old.example/shop postgres://app@localhost/shop
  naru verify legacy app --tables orders --by digest
  naru verify legacy app --output drift.csv --settle 60s
  naru verify legacy app --exclude-columns updated_at --tolerance price=0.01
  naru verify legacy app --verify count --report verify.html
  naru verify legacy app --certificate shop.json
  naru verify --certificate shop.json
  naru verify csv:./backup
  naru verify relaunch --output drift.html      transfers of naru.config.ts

  naru verify
  naru verify --revisions 1a2b:head --json

Give it the same --where, --rename, --cast and --policy as the copy had.

Exit code: 0 the same, or all revisions proved or said to be irreversible; 1 different or not proved; 2 trouble.`

const WORDS = {
  first: 'stopping after the running batches, again to stop at once',
  second: 'stopped at once; nothing was changed: --continue goes on after the last piece that was kept',
}

/** The command; its work is done by the shell. */
export function verifyCommand(shell: Shell): Command {
  const command = new Command('verify')
    .summary('compare two databases, down to the cells that differ')
    .description(
      'Compares row counts and digests of all tables on both sides, lists rows that differ by their key and column,\nand says what they have in common. A folder alone is compared\nwith its own manifest. Of transfers, what their mappings make of the source is compared with the target. Without FROM and TO it tries revisions on a temporary database: up, down, up again.\nChanges nothing else.',
    )
    .argument('[from]', 'source: an address or a name from naru.config.ts; or the name of transfers')
    .argument('[to]', 'target: an address or a name from naru.config.ts')
  valueFlags(selectionFlags(command))
  return outputFlags(proofFlags(throttleFlags(listFlags(howFlags(command)))), true)
    .addHelpText('after', EXAMPLES)
    .action((from: string | undefined, to: string | undefined, flags: VerifyFlags) =>
      shell.run(flags as Flags, { graceful: comparing(from, flags), words: WORDS }, (task) =>
        run(task, from, to, flags),
      ),
    )
}

/** A comparison heeds Ctrl-C and leaves nothing behind; revisions on a temporary database end with the process. */
function comparing(from: string | undefined, flags: VerifyFlags): boolean {
  return from !== undefined && flags.revisions === undefined
}

/** Two databases are compared; a certificate can be checked by itself; else revisions are tried. */
function run(task: Task, from: string | undefined, to: string | undefined, flags: VerifyFlags): Promise<number> {
  if (from !== undefined && flags.revisions === undefined)
    return to === undefined ? checkOne(task, from, flags) : runVerify(task, from, to, flags)
  if (from === undefined && flags.certificate !== undefined) return checkCertificate(task, flags.certificate)
  return runProofs(task, onlyRevisions(from, flags))
}

/** Rows and revisions are two things. */
function onlyRevisions(from: string | undefined, flags: VerifyFlags): ProofFlags {
  if (from === undefined) return flags
  throw new NaruError('USAGE', '--revisions takes no two databases to compare', {
    hint: 'Name the folder of the revisions with --folder, and a database with --target.',
  })
}

/** A name alone is that of transfers, or of a folder. */
async function checkOne(task: Task, name: string, flags: VerifyFlags): Promise<number> {
  const { namesTransfers } = await import('../../app/transfer-set.ts')
  return namesTransfers(name, await task.loaded()) ? runVerify(task, name, undefined, flags) : checkFolder(task, name)
}

/** A folder that naru wrote is compared with its own manifest. */
async function checkFolder(task: Task, from: string): Promise<number> {
  const audit = await task.app.auditFolder(await task.address(from))
  const { auditLine, auditText } = await import('../render/audit.ts')
  task.output.result({
    text: (style) => auditText(audit, style),
    line: (style) => auditLine(audit, style),
    event: { type: 'result', command: 'verify', folder: audit } as { type: string },
  })
  return audit.same ? EXIT.done : EXIT.differences
}

function howFlags(command: Command): Command {
  return command
    .optionsGroup('How:')
    .addOption(
      new Option('--verify <count|digest>', 'compare row counts, or the digest of all rows (default: digest)').choices([
        'count',
        'digest',
      ]),
    )
    .addOption(
      new Option(
        '--by <stream|digest|auto>',
        'stream: read both sides; digest: computed inside both databases, rows read where they differ; auto: by the speed of the link (default: auto)',
      ).choices(['stream', 'digest', 'auto']),
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
    .option('--sample <n%|rows>', 'only ranges of keys spread over each table, such as 1% or 10000', sample)
    .option('--seed <n>', 'which ranges the sample takes (default: 1)', whole)
    .option('--continue', 'go on with the comparison of these databases that was interrupted')
    .option('--exclude-columns <names>', 'columns that are not compared: column or table.column', list)
    .option('--tolerance <column=n>', 'numbers that differ by no more are the same; repeatable', tolerance)
    .option(
      '--certificate <file>',
      'certify the result; a file that is there is checked and compared, also without <from> and <to>',
    )
    .option(
      '--digests',
      'also tell the digest of each table on both sides; implied by --json, --report and --certificate',
    )
    .option(
      '--remember',
      'keep hashes of tables that are the same on the target: a repair then knows who changed a row',
    )
    .option('--jobs <n>', 'tables to compare at once', positive)
}

function listFlags(command: Command): Command {
  return command
    .optionsGroup('Rows that differ:')
    .option('--limit <n>', 'rows to name, per table (default: 100); all are counted', positive)
    .option('--output <file>', 'write all of them: .txt, .json, .csv or .html')
    .addOption(
      new Option(
        '--format <text|json|csv|html>',
        'form of that list; without --output it goes to standard output',
      ).choices(['text', 'json', 'csv', 'html']),
    )
}

const ENDINGS: Readonly<Record<string, DriftFormat>> = { txt: 'text', json: 'json', csv: 'csv', html: 'html' }

/** The list that was asked for. Throws USAGE where nothing says its form, or two results would go to standard output. */
function listOf(flags: VerifyFlags, cwd: string): DriftList | undefined {
  const { output, format, json } = flags
  if (output === undefined && format === undefined) return undefined
  if (output === undefined && json)
    throw new NaruError('USAGE', '--json and a list would both go to standard output', {
      hint: 'Name a file: --output FILE.',
    })
  const form = format ?? ENDINGS[output?.split('.').at(-1) ?? '']
  if (form !== undefined) return { file: output === undefined ? null : resolve(cwd, output), format: form }
  throw new NaruError('USAGE', `--output ${output}: no form of a list has this ending`, {
    hint: 'End the name in .txt, .json, .csv or .html, or say --format.',
  })
}

async function optionsOf(task: Task, flags: VerifyFlags): Promise<VerifyOptions> {
  const { by, limit, settle, tolerance: tolerances, excludeColumns, since, certificate } = flags
  const own = {
    by,
    limit,
    settle,
    tolerances,
    excludeColumns,
    since,
    targetWhere: flags.targetWhere,
    sample: flags.sample,
    seed: flags.seed,
    continue: flags.continue,
    remember: flags.remember,
    certificate: resolved(task, certificate),
    digests: flags.digests || flags.json || flags.report !== undefined || undefined,
    list: listOf(flags, task.io.cwd),
  }
  return { ...(await task.options()), ...Object.fromEntries(Object.entries(own).filter(([, v]) => v !== undefined)) }
}

function resolved(task: Task, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(task.io.cwd, path)
}

async function checkCertificate(task: Task, path: string): Promise<number> {
  const certificate = await task.app.readCertificate(resolve(task.io.cwd, path))
  if (certificate === null)
    throw new NaruError('FILE_UNREADABLE', `there is no ${path}`, { state: 'nothing was changed' })
  const { certificateText } = await import('../render/verify.ts')
  task.output.result({
    text: (style) => certificateText(certificate, style),
    line: (style) => certificateText(certificate, style).split('\n')[0],
    event: { type: 'result', command: 'verify', certificate } as { type: string },
  })
  return EXIT.done
}

async function runVerify(task: Task, from: string, to: string | undefined, flags: VerifyFlags): Promise<number> {
  const options = await optionsOf(task, flags)
  await canWrite([...(flags.report ?? []), flags.output, flags.certificate], task.io.cwd)
  const write = (text: string) => task.io.stdout.write(text)
  const { stateFolder } = await import('../../app/state-folder.ts')
  const folder = stateFolder(await task.loaded())
  const context = { reporter: task.output, signal: task.signal, write, stateFolder: folder }
  const report = await compared(task, from, to, options, context)
  await show(task, report, options)
  if (flags.output !== undefined) task.output.say(`wrote ${flags.output}`)
  await saveReports(task, flags.report, { kind: 'verify', report })
  return report.same && (report.certificate?.changes ?? []).length === 0 ? EXIT.done : EXIT.differences
}

async function compared(
  task: Task,
  from: string,
  to: string | undefined,
  options: VerifyOptions,
  context: VerifyContext,
): Promise<VerifyReport> {
  if (to === undefined) return task.app.verifyTransfer(await transfersOf(task, from), options, context)
  const ends = await bothEnds(task, from, to)
  return task.app.verify(ends.from, ends.to, options, context)
}

/** Where the list itself has gone to standard output, the verdict goes where progress goes. */
async function show(task: Task, report: VerifyReport, options: VerifyOptions): Promise<void> {
  const { verifyText } = await import('../render/verify.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { verifyVerdict } = await import('../../app/report/other-reports.ts')
  const verdict = verifyVerdict(report)
  if (options.list?.file === null) return task.output.say(`${verdict.headline}. ${verdict.sentence}`)
  task.output.result({
    text: (style) => verifyText(report, style),
    line: (style) => verdictLine(verdict, style),
    event: { type: 'result', command: 'verify', ...report } as { type: string },
  })
}
