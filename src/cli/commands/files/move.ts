/** `naru files move STORE` */
import { Command, Option } from 'commander'
import type { FilesMoveOptions, FilesMoveReport } from '../../../app/files/move.ts'
import type { Shell, Task } from '../../shell.ts'
import { type FilesFlags, filesFlags } from './flags.ts'

interface MoveFlags extends FilesFlags {
  readonly column: string
  readonly dryRun?: boolean
  readonly refs?: 'html' | 'markdown' | 'json'
  readonly rewrite?: boolean
  readonly incremental?: boolean
}

const EXAMPLES = `
Examples:
  naru files move images --db app --column products.img_url --dry-run
  naru files move images --db app --column products.img_url
  naru files move images --db app --column products.img_url --rewrite
  naru files move images --db app --column posts.body --refs html --rewrite

What the ledger knows is not fetched again; files that failed are. Stopped or killed, the same command goes on.

Exit code: 0 everything is there, 1 files are missing or could not be moved, 2 trouble, 3 broken off, resumable,
130 interrupted, resumable.`

const WORDS = {
  first: 'stopping after the files that are under way, again to stop at once',
  second: 'stopped at once: files in the ledger are safe; run the same command again to go on',
}

/** The command; its work is done by the shell. */
export function moveCommand(shell: Shell): Command {
  const command = new Command('move')
    .summary('move what a column points at')
    .description(
      'Fetches the files that a column of a live database points at and notes each in the ledger.\nRows are touched with --rewrite alone.',
    )
    .argument('<store>', 'a store of naru.config.ts')
    .optionsGroup('What:')
    .requiredOption(
      '--column <table.column>',
      'the column with the addresses (schema.table.column where several schemas have the table)',
    )
    .addOption(
      new Option('--refs <html|markdown|json>', 'the column holds texts with addresses in them, not addresses').choices(
        ['html', 'markdown', 'json'],
      ),
    )
    .option('--rewrite', 'then write the new addresses into the rows, each only where it still has the old one')
    .option('--incremental', 'ask again for files that are done, by ETag or date, and fetch those that changed')
    .option('--dry-run', 'count what would be fetched, change nothing')
  return filesFlags(command)
    .addHelpText('after', EXAMPLES)
    .action((store: string, flags: MoveFlags) =>
      shell.run(flags, { graceful: flags.dryRun !== true, words: WORDS }, (task) => runMove(task, store, flags)),
    )
}

async function runMove(task: Task, name: string, flags: MoveFlags): Promise<number> {
  const store = await task.store(name)
  const { column, dryRun, rewrite, incremental } = flags
  const options: FilesMoveOptions = { column, dryRun, rewrite, refresh: incremental, form: flags.refs ?? 'plain' }
  const report = await task.app.files.move(await task.address(flags.db), store, options, task.output, task.signal)
  await showMove(task, report)
  return report.exit
}

async function showMove(task: Task, report: FilesMoveReport): Promise<void> {
  const { moveText, moveVerdict } = await import('../../render/files.ts')
  const { verdictLine } = await import('../../render/verdict.ts')
  task.output.result({
    text: (style) => moveText(report, style),
    line: (style) => verdictLine(moveVerdict(report), style),
    event: { type: 'result', command: 'files move', ...report } as { type: string },
  })
}
