/** `naru inspect DB` */

import { dirname, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import type { Inspected, InspectFormat } from '../../app/inspect.ts'
import { EXIT, NaruError } from '../../core/error.ts'
import type { SchemaChoice } from '../../core/schema-choice.ts'
import { makeFolder } from '../../disk/make-folder.ts'
import { putText, writeText } from '../files.ts'
import * as value from '../flag-values.ts'
import { type Flags, outputFlags } from '../flags.ts'
import type { Shell, Task } from '../shell.ts'

interface InspectFlags {
  readonly format: InspectFormat
  readonly tables?: string[]
  readonly exclude?: string[]
  readonly schema?: SchemaChoice
  readonly names?: 'camel' | 'database'
  readonly out?: string
  readonly engine?: string
  readonly devUrl?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly config?: string
}

const FORMATS = ['drizzle', 'kysely', 'types', 'sql', 'json', 'markdown', 'mermaid', 'html']

const EXAMPLES = `
Formats: drizzle (a module for drizzle-orm), kysely (row types), types (tables for transfer(…)), sql (DDL that
rebuilds it), json (a snapshot for git), markdown (a data dictionary), mermaid (a diagram), html (dictionary and diagram
on one page).

Examples:
  naru inspect postgres://app@localhost/shop --format drizzle --out schema.ts
  naru inspect prod --format drizzle --out src/schema/
  naru inspect prod --format markdown --out docs/schema/
  naru inspect legacy --format types --out naru/legacy.ts
  naru inspect sqlite:shop.db --format html --out shop.html
  naru inspect prod --format json --out schema.json

Exit code: 0 done, 2 trouble.`

/** The command; its work is done by the shell. */
export function inspectCommand(shell: Shell): Command {
  const command = new Command('inspect')
    .summary('show a live database as code, SQL, data or a page')
    .description('Reads a schema and writes it in another form. Changes nothing in the database.')
    .argument(
      '<db>',
      'a database (address or name from naru.config.ts), or another state: .sql, Drizzle module, snapshot',
    )
    .optionsGroup('What:')
    .option('--tables <globs>', 'only these tables: names or globs, by commas or repeated', value.list)
    .option('--exclude <globs>', 'all but these tables', value.list)
    .option(
      '--schema <names>',
      'PostgreSQL: the schema to read (default: public); several by commas, * for all',
      value.schemas,
    )
    .optionsGroup('Output:')
    .addOption(
      new Option('--format <drizzle|kysely|types|sql|json|markdown|mermaid|html>', 'form of the result')
        .choices(FORMATS)
        .default('json'),
    )
    .addOption(
      new Option('--names <camel|database>', 'names in generated code (default: camel)').choices(['camel', 'database']),
    )
    .option('--out <path>', 'write it to a file, or (a path without ending) to a folder: an index and a file a table')
    .optionsGroup('Desired states:')
    .addOption(
      new Option('--engine <postgres|mysql|mariadb|sqlite>', 'engine of .sql files').choices([
        'postgres',
        'mysql',
        'mariadb',
        'sqlite',
      ]),
    )
    .option('--dev-url <address>', 'a server on which naru may make and drop temporary databases')
  return outputFlags(command, false)
    .addHelpText('after', EXAMPLES)
    .action((db: string, flags: InspectFlags) =>
      shell.run(shellFlags(flags), { graceful: false, reading: 'databases' }, (task) => runInspect(task, db, flags)),
    )
}

const shellFlags = ({ json, quiet, config }: InspectFlags): Flags => ({ json, quiet, config })

async function runInspect(task: Task, db: string, flags: InspectFlags): Promise<number> {
  const settings = await task.settings()
  const { usualEngine } = await import('../../app/usual-engine.ts')
  const [state] = await task.app.loadStates([db], {
    address: async (text) => {
      const address = await task.address(text)
      return flags.schema === undefined || address.engine !== 'postgres'
        ? address
        : { ...address, schema: flags.schema }
    },
    names: Object.keys(settings.databases ?? {}),
    cwd: task.io.cwd,
    engine: flags.engine,
    usual: usualEngine(settings),
    schema: flags.schema,
    dev: flags.devUrl === undefined ? undefined : await task.address(flags.devUrl),
  })
  const { format, tables, exclude, out } = flags
  const database = Object.hasOwn(settings.databases ?? {}, db) ? db : undefined
  const found = await task.app.inspect(state, { format, tables, exclude, out, naming: flags.names, database })
  const { isFolder } = await import('../../app/inspect.ts')
  if (out !== undefined) await (isFolder(out) ? saveFolder(task, found, out, format) : save(task, found))
  for (const message of found.notes) task.output.report({ type: 'warning', message })
  show(task, found, flags)
  return EXIT.done
}

function placeFor(task: Task, path: string): void {
  try {
    makeFolder(dirname(resolve(task.io.cwd, path)))
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `${path} could not be written`, { why: (error as Error).message })
  }
}

async function save(task: Task, found: Inspected): Promise<void> {
  for (const { path, text } of found.files) {
    placeFor(task, path)
    await writeText(task, path, text)
  }
}

async function saveFolder(task: Task, found: Inspected, folder: string, format: InspectFormat): Promise<void> {
  const { keptFolder } = await import('../../app/inspect-folder.ts')
  const { plural, someOf } = await import('../../app/format.ts')
  const kept = await keptFolder(resolve(task.io.cwd, folder), format)
  for (const { path, text } of found.files) {
    placeFor(task, join(folder, path))
    await putText(task, join(folder, path), text)
  }
  task.output.say(`wrote ${plural(found.files.length, 'file')} into ${folder}`)
  const { removed, strangers } = await kept.settle(found.files.map((f) => f.path))
  for (const name of removed) task.output.say(`removed ${join(folder, name)}, which an earlier run wrote`)
  if (strangers.length === 0) return
  const counts = format === 'sql' ? '; read as a state, the folder means them too' : ''
  const message = `in ${folder} there is also what this run did not write: ${someOf(strangers, 5)}${counts}`
  task.output.report({ type: 'warning', message })
}

function show(task: Task, found: Inspected, flags: InspectFlags): void {
  const paths = found.files.map((f) => f.path)
  const [{ text }] = found.files
  const told = flags.out === undefined ? { text } : { out: flags.out, files: paths }
  const event = { type: 'result', command: 'inspect', format: flags.format, ...told, notes: found.notes }
  task.output.result({
    text: () => (flags.out === undefined ? text : ''),
    line: () => (flags.out === undefined ? text.trimEnd() : flags.out),
    event,
  })
}
