/** `naru files export STORE` and `naru files import STORE FILE` */
import { type FileHandle, open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { plural } from '../../../app/format.ts'
import { EXIT } from '../../../core/error.ts'
import { canWrite } from '../../files.ts'
import { verdictLine } from '../../render/verdict.ts'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

interface ExportFlags extends FilesFlags {
  readonly format: 'json' | 'nginx' | 'cloudfront'
  readonly output: string
}

const EXPORT_EXAMPLES = `
Examples:
  naru files export images --db app -o images.json
  naru files export images --db app --format nginx -o images.map
  naru files export images --db app --format cloudfront -o images.kvs.json

json: {"old": "new"}, which \`naru files import\` reads. nginx: a \`map\` of old paths for 301 redirects.
cloudfront: data for the KeyValueStore of a CloudFront function; docs/files.md has the function.

Exit code: 0 written, 2 trouble.`

const IMPORT_EXAMPLES = `
Examples:
  naru files import images images.json --db app

The files of the map count as moved from then on and are not fetched.

Exit code: 0 all taken over, 1 some addresses are none of this store, 2 trouble.`

/** The command; its work is done by the shell. */
export function exportCommand(shell: Shell): Command {
  const command = new Command('export')
    .summary('write the map of old to new addresses')
    .description('Writes where each file of a store went, for other programs or for redirects.')
    .argument('<store>', 'a store of naru.config.ts')
    .optionsGroup('What:')
    .addOption(
      new Option('--format <json|nginx|cloudfront>', 'form of the map')
        .choices(['json', 'nginx', 'cloudfront'])
        .default('json', 'json'),
    )
    .requiredOption('-o, --output <file>', 'file to write')
  return filesFlags(command)
    .addHelpText('after', EXPORT_EXAMPLES)
    .action((store: string, flags: ExportFlags) =>
      shell.run(flags, { graceful: false }, (task) => runExport(task, store, flags)),
    )
}

/** The command; its work is done by the shell. */
export function importCommand(shell: Shell): Command {
  const command = new Command('import')
    .summary('take over a map of old to new addresses')
    .description('Notes files as moved that somebody else has moved, from a .json map of old to new addresses.')
    .argument('<store>', 'a store of naru.config.ts')
    .argument('<file>', 'the map: {"old": "new"}')
  return filesFlags(command)
    .addHelpText('after', IMPORT_EXAMPLES)
    .action((store: string, file: string, flags: FilesFlags) =>
      shell.run(flags, { graceful: false }, (task) => runImport(task, store, file, flags)),
    )
}

async function runExport(task: Task, name: string, flags: ExportFlags): Promise<number> {
  const store = await task.store(name)
  await canWrite([flags.output], task.io.cwd)
  const address = await task.address(flags.db)
  let file: FileHandle | undefined
  const write = async (text: string) => {
    file ??= await open(resolve(task.io.cwd, flags.output), 'w')
    await file.write(text)
  }
  const report = await task.app.files.export(address, store, flags.format, write).finally(() => file?.close())
  const left = report.leftOut === 0 ? '' : ` ${plural(report.leftOut, 'file')} left out: too long for ${flags.format}.`
  const sentence = `${plural(report.entries, 'file')} of ${name} in ${flags.output}.${left}`
  const verdict = { tone: report.leftOut === 0 ? ('good' as const) : ('warn' as const), headline: 'Written', sentence }
  task.output.result({
    text: (style) => `${verdictLine(verdict, style)}\n`,
    line: (style) => verdictLine(verdict, style),
    event: { type: 'result', command: 'files export', ...report } as { type: string },
  })
  return EXIT.done
}

async function runImport(task: Task, name: string, path: string, flags: FilesFlags): Promise<number> {
  const store = await task.store(name)
  const report = await task.app.files.import(await task.address(flags.db), store, resolve(task.io.cwd, path))
  const { importText, importVerdict } = await import('../../render/files-check.ts')
  task.output.result({
    text: (style) => importText(report, style),
    line: (style) => verdictLine(importVerdict(report), style),
    event: { type: 'result', command: 'files import', ...report } as { type: string },
  })
  return report.exit
}
