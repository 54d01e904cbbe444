/** `naru diff FROM TO` */

import { Command, Option } from 'commander'
import type { NaruConfig } from '../../app/config-form.ts'
import type { DiffOptions } from '../../app/diff.ts'
import type { DiffFormat } from '../../app/diff-render.ts'
import type { StatesOptions } from '../../app/diff-states.ts'
import type { Report } from '../../app/report/document.ts'
import type { State } from '../../app/state-form.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import type { RenameCandidate } from '../../core/schema-diff.ts'
import { canWrite, writeText } from '../files.ts'
import * as value from '../flag-values.ts'
import { type Flags, outputFlags } from '../flags.ts'
import { plainStyle, type Style } from '../render/style.ts'
import type { Shell, Task } from '../shell.ts'

interface DiffFlags {
  readonly format: 'text' | DiffFormat
  readonly out?: string
  readonly reverse?: boolean
  readonly tables?: string[]
  readonly exclude?: string[]
  readonly schema?: SchemaChoice
  readonly rename?: string[]
  readonly ignore?: string[]
  readonly online?: boolean
  readonly engine?: string
  readonly devUrl?: string
  readonly scratchBeside?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
  readonly config?: string
}

const EXAMPLES = `
A state is a database, a .sql file or folder, a Drizzle module, a folder of revisions, a JSON snapshot, or
git:REV:path of one.

Examples:
  naru diff prod dev
  naru diff prod schema.sql --format sql --out change.sql
  naru diff mysql://root@localhost/shop schema.sql --dev-url mysql://root@localhost/
  naru diff prod dev --format markdown --out report.md --ignore comments,column-order,tables:tmp_*
  naru diff prod dev --rename users.mail=email --rename kunde=customer
  naru diff prod git:main:db/schema.sql --reverse
  naru diff prod staging dev schema.ts

Rules for --ignore: column-order, collations, comments, constraint-names, index-names, owners, grants, options,
options:NAME, tables:GLOB, columns:TABLE.COLUMN, objects:KIND[:GLOB].

Exit code: 0 the same, 1 different, 2 trouble.`

/** The command; its work is done by the shell. */
export function diffCommand(shell: Shell): Command {
  const command = new Command('diff')
    .summary('compare two schemas, and plan the way from one to the other')
    .description(
      'Shows what must change in FROM so that it becomes TO, both sides next to each other, or the statements that do it.\nChanges nothing.',
    )
    .argument('<from>', 'a state: what is there')
    .argument('<to>', 'a state: what should be there')
    .argument('[more...]', 'further states: all next to each other, and who deviates')
    .optionsGroup('What:')
    .option('--tables <globs>', 'only these tables: names or globs, by commas or repeated', value.list)
    .option('--exclude <globs>', 'all but these tables', value.list)
    .option(
      '--schema <names>',
      'PostgreSQL: the schema to compare (default: public); several by commas, * for all',
      value.schemas,
    )
    .option(
      '--rename <old=new>',
      'a table (users=people), column (users.mail=email) or enum label (mood.ok=fine) that was renamed; repeatable',
      value.renaming,
    )
    .option('--ignore <rules>', 'what does not count as a difference, by commas or repeated; see below', value.list)
    .option('--reverse', 'the way back: from TO to FROM')
    .option('--online', 'statements that let others read and write meanwhile')
  stateFlags(command)
    .optionsGroup('Output:')
    .addOption(
      new Option('--format <text|markdown|html|sql|json>', 'form of the result')
        .choices(['text', 'markdown', 'html', 'sql', 'json'])
        .default('text'),
    )
    .option('--out <file>', 'write it to a file')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((from: string, to: string, more: string[], flags: DiffFlags) =>
      shell.run(shellFlags(flags), { graceful: false }, (task) => runDiff(task, [from, to, ...more], flags)),
    )
}

/** Where desired states that are text are executed. */
function stateFlags(command: Command): Command {
  return command
    .optionsGroup('Desired states:')
    .addOption(
      new Option('--engine <postgres|mysql|mariadb|sqlite>', 'engine of .sql files, where no side says it').choices([
        'postgres',
        'mysql',
        'mariadb',
        'sqlite',
      ]),
    )
    .option('--dev-url <address>', 'a server on which naru may make and drop temporary databases')
    .option('--scratch-beside', 'temporary databases may be made on the server that is compared')
}

/** Flags that the shell itself looks at; `--rename` of copy is another thing. */
const shellFlags = ({ json, quiet, config }: DiffFlags): Flags => ({ json, quiet, config })

async function runDiff(task: Task, texts: readonly string[], flags: DiffFlags): Promise<number> {
  await canWrite([flags.out], task.io.cwd)
  const settings = await task.settings()
  const states = await task.app.loadStates(texts, await statesOptions(task, settings, flags))
  const ignore = [...(settings.diff?.ignore ?? []), ...(flags.ignore ?? [])]
  return states.length > 2 ? runMany(task, states, ignore, flags) : runTwo(task, states, ignore, flags)
}

async function statesOptions(task: Task, settings: NaruConfig, flags: DiffFlags): Promise<StatesOptions> {
  const { usualEngine } = await import('../../app/usual-engine.ts')
  const { engine, schema, devUrl, scratchBeside } = flags
  return {
    address: async (text) => {
      const address = await task.address(text)
      return schema === undefined || address.engine !== 'postgres' ? address : { ...address, schema }
    },
    names: Object.keys(settings.databases ?? {}),
    cwd: task.io.cwd,
    engine,
    usual: usualEngine(settings),
    schema,
    dev: devUrl === undefined ? undefined : await task.address(devUrl),
    scratchBeside,
  }
}

async function runTwo(
  task: Task,
  [first, second]: readonly State[],
  ignore: readonly string[],
  flags: DiffFlags,
): Promise<number> {
  const { diffText } = await import('../render/diff.ts')
  const { diffVerdict } = await import('../../app/report/diff-verdict.ts')
  const { renderDiff } = await import('../../app/diff-render.ts')
  const { tables, exclude, rename: renames, reverse, online } = flags
  const ask = asker(task, flags)
  const found = await task.app.diff(first, second, { tables, exclude, renames, ignore, reverse, online, ask })
  const { before: _before, after: _after, ...told } = found
  await show(task, flags, {
    text: (style) => diffText(found, style),
    file: (format) => renderDiff(found, format),
    verdict: diffVerdict(found),
    event: told,
  })
  return found.same ? EXIT.done : EXIT.differences
}

/** Flags that say how one state becomes another mean nothing among several. */
async function runMany(
  task: Task,
  states: readonly State[],
  ignore: readonly string[],
  flags: DiffFlags,
): Promise<number> {
  const { renderMany } = await import('../../app/diff-render.ts')
  const { manyVerdict } = await import('../../app/report/many-report.ts')
  const { manyText } = await import('../render/diff-many.ts')
  for (const flag of ['rename', 'reverse', 'online'] as const) {
    if (flags[flag] === undefined) continue
    throw new NaruError('USAGE', `--${flag} is for two states`, {
      why: `${states.length} states were named`,
      state: 'nothing was changed',
    })
  }
  const found = await task.app.diffMany(states, { tables: flags.tables, exclude: flags.exclude, ignore })
  await show(task, flags, {
    text: (style) => manyText(found, style),
    file: (format) => renderMany(found, format),
    verdict: manyVerdict(found),
    event: { ...found },
  })
  return found.same ? EXIT.done : EXIT.differences
}

/** Questions are asked on a terminal alone. */
function asker(task: Task, flags: DiffFlags): DiffOptions['ask'] {
  const { io } = task
  if (!io.stdinIsTTY || !io.stderr.isTTY || flags.json || flags.quiet) return undefined
  return async (candidate: RenameCandidate) => {
    const { candidateText } = await import('../../app/report/diff-verdict.ts')
    const { printable } = await import('../../app/format.ts')
    const { question, evidence } = candidateText(candidate)
    return io.confirm(printable(`${question} (${evidence})`))
  }
}

/** What was found, in every form that may be asked for. */
interface Shown {
  readonly text: (style: Style) => string
  readonly file: (format: DiffFormat) => string
  readonly verdict: Report['verdict']
  readonly event: object
}

async function show(task: Task, flags: DiffFlags, found: Shown): Promise<void> {
  const { verdictLine } = await import('../render/verdict.ts')
  const { format, out } = flags
  const file = format === 'text' ? null : found.file(format)
  if (out !== undefined) await writeText(task, out, file ?? found.text(plainStyle(task.io)))
  const line = (style: Style) => verdictLine(found.verdict, style)
  task.output.result({
    text: (style) => (out === undefined ? (file ?? found.text(style)) : `${line(style)}\n`),
    line,
    event: { type: 'result', command: 'diff', ...found.event } as { type: string },
  })
}
