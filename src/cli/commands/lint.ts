/** `naru lint [PATHS]` */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { LintFormat } from '../../app/lint/formats.ts'
import type { Address } from '../../core/engine.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { LintOptions, LintReport, LintSeverity } from '../../core/lint.ts'
import * as value from '../flag-values.ts'
import { outputFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'
import { version } from '../version.ts'
import { engineFlag, setupOf } from './revisions/flags.ts'

interface LintFlags {
  readonly engine?: string
  readonly database?: string
  readonly targetVersion?: string
  readonly transaction?: boolean
  readonly down?: boolean
  readonly only?: string[]
  readonly ignore?: string[]
  readonly failOn?: LintSeverity | 'never'
  readonly fix?: boolean
  readonly format?: LintFormat | 'text'
  readonly list?: boolean
  readonly explain?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly config?: string
}

const EXAMPLES = `
A comment keeps a finding quiet: \`-- naru:ignore drop-column not read since 4.2\` before the statement, in it, or at the end of
its line; \`-- naru:ignore-file CODE reason\` for a whole file. All rules: docs/lint.md, or naru lint --list.

Examples:
  naru lint migrations/
  naru lint change.sql --engine postgres --fix
  naru lint 'db/**/*.sql' --database prod
  git diff --name-only main -- '*.sql' | xargs naru lint --format github
  naru lint --explain index-not-concurrent

Exit code: 0 nothing found that is as severe as --fail-on says, 1 findings, 2 trouble.`

/** The command; its work is done by the shell. */
export function lintCommand(shell: Shell): Command {
  const command = new Command('lint')
    .summary('say what SQL may do to a database that is in use')
    .description(
      'Reads scripts and revisions as the server reads them (PostgreSQL with its own parser) and tells which statements lock out\nreaders or writers, rewrite tables, break programs that run, lose rows or fail. Changes nothing without --fix.',
    )
    .argument('[paths...]', 'files, folders, globs, - for standard input (default: the folder of revisions)')
    .optionsGroup('What:')
    .addOption(engineFlag())
    .option('--database <db>', 'a database (address or name) that tells engine, version, and how large tables are')
    .option('--target-version <version>', 'version of the server that the scripts are for, such as 15.4', targetVersion)
    .option('--transaction', 'plain scripts are run in one transaction, as by psql --single-transaction')
    .option('--down', 'the way down of revisions too')
    .option('--only <codes>', 'these rules only, by commas or repeated', value.list)
    .option('--ignore <codes>', 'all rules but these', value.list)
    .addOption(
      new Option(
        '--fail-on <severity>',
        'what makes the exit code 1: error, warning, note, never (default: warning)',
      ).choices(['error', 'warning', 'note', 'never']),
    )
    .option('--fix', 'rewrite files where a rule knows how')
    .optionsGroup('Rules:')
    .option('--list', 'all rules, a line each')
    .option('--explain <code>', 'why a rule is there, and the safe way')
    .optionsGroup('Output:')
    .addOption(
      new Option('--format <text|json|sarif|github>', 'form of the findings (default: text)').choices([
        'text',
        'json',
        'sarif',
        'github',
      ]),
    )
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((paths: string[], flags: LintFlags) =>
      shell.run(toOutput(flags), { graceful: false }, (task) => {
        if (flags.explain !== undefined) return explain(task, flags.explain)
        return flags.list ? list(task, flags) : runLint(task, paths, flags)
      }),
    )
}

const toOutput = ({ json, quiet, config }: LintFlags) => ({ json, quiet, config })

function targetVersion(text: string): string {
  if (/^\d{1,3}(\.\d+)*$/.test(text)) return text
  throw new InvalidArgumentError('Expected a version such as 15 or 8.0.36.')
}

/** Engine and database: what the flags say, else what the config says of revisions. */
async function aboutDatabase(task: Task, flags: LintFlags): Promise<{ engine?: string; database?: Address }> {
  const database = flags.database === undefined ? undefined : await task.address(flags.database)
  if (flags.engine !== undefined || database !== undefined) return { engine: flags.engine, database }
  const { engine } = await setupOf(task, flags)
  return { ...(engine !== null && { engine }) }
}

async function pathsOf(task: Task, paths: readonly string[], flags: LintFlags): Promise<readonly string[]> {
  if (paths.length > 0) return paths
  const { placeOf } = await import('./revisions/flags.ts')
  const { relative } = await import('node:path')
  const { folder } = await placeOf(task, flags)
  return [relative(task.io.cwd, folder) || '.']
}

async function runLint(task: Task, paths: readonly string[], flags: LintFlags): Promise<number> {
  const { engine, database } = await aboutDatabase(task, flags)
  const options: LintOptions = {
    ...(engine !== undefined && { engine }),
    targetVersion: flags.targetVersion,
    inTransaction: flags.transaction,
    down: flags.down,
    only: flags.only,
    ignore: flags.ignore,
    fix: flags.fix,
    failOn: flags.failOn,
  }
  const place = { cwd: task.io.cwd, database, stdin: () => task.io.readStdin() }
  const report = await task.app.lint(await pathsOf(task, paths, flags), options, place)
  await show(task, report, flags)
  return report.exit
}

async function show(task: Task, report: LintReport, flags: LintFlags): Promise<void> {
  const { lintText, lintVerdict } = await import('../render/lint.ts')
  const { verdictLine } = await import('../render/verdict.ts')
  const { format = 'text' } = flags
  const event = { type: 'result', command: 'lint', ...report } as { type: string }
  if (format === 'text') {
    task.output.result({
      text: (style) => lintText(report, style),
      line: (style) => verdictLine(lintVerdict(report), style),
      event,
    })
    return
  }
  const { renderLint } = await import('../../app/lint/formats.ts')
  const rules = await task.app.lintCatalogue()
  const text = renderLint(report, format, { rules, cwd: task.io.cwd, version: version() })
  task.output.result({ text: () => text, line: () => text.trimEnd(), event })
}

async function list(task: Task, flags: LintFlags): Promise<number> {
  const { ruleTable } = await import('../render/lint.ts')
  const all = await task.app.lintCatalogue()
  const { lintEngine } = await import('../../app/lint/surroundings.ts')
  const rules = flags.engine === undefined ? all : all.filter((r) => r.engines.includes(lintEngine(flags.engine)))
  const event = { type: 'result', command: 'lint', rules } as { type: string }
  task.output.result({
    text: (style) => ruleTable(rules, style),
    line: () => rules.map((r) => r.code).join('\n'),
    event,
  })
  return EXIT.done
}

async function explain(task: Task, code: string): Promise<number> {
  const { explanation } = await import('../render/lint.ts')
  const rules = (await task.app.lintCatalogue()).filter((rule) => rule.code === code)
  if (rules.length === 0) {
    throw new NaruError('USAGE', `no rule is called ${JSON.stringify(code)}`, { hint: '`naru lint --list` shows all.' })
  }
  const event = { type: 'result', command: 'lint', rules } as { type: string }
  task.output.result({ text: (style) => explanation(rules, style), line: () => rules[0].title, event })
  return EXIT.done
}
