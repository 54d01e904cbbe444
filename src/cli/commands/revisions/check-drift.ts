/** `naru check --db`: what is to be done about a database that has drifted. */
import type { Command } from 'commander'
import type { RevisionsSetup } from '../../../app/revisions/setup.ts'
import { NaruError } from '../../../core/error.ts'
import { canWrite, writeText } from '../../files.ts'
import * as value from '../../flag-values.ts'
import type { Task } from '../../shell.ts'
import type { WantedFlags } from './autogenerate.ts'

export interface DriftFlags {
  readonly db?: boolean
  readonly adopt?: boolean
  readonly message?: string
  readonly revert?: boolean
  readonly out?: string
  readonly object?: string[]
}

type Action = { readonly kind: 'adopt'; readonly message: string } | { readonly kind: 'revert' }

/** Flags that compare with a database, and say what becomes of the drift. */
export function driftFlags(command: Command): Command {
  return command
    .optionsGroup('Against a database:')
    .option('--db', 'compare each database with what its applied revisions made, object by object')
    .option('--adopt', 'write a revision that makes what the database has, prove it, and note there that it is applied')
    .option('-m, --message <text>', 'message of that revision')
    .option('--revert', 'print the statements that take the drift back')
    .option('-o, --out <file>', 'write them to a file')
    .option(
      '--object <globs>',
      'adopt or revert these tables and objects alone: names or globs; repeatable',
      value.list,
    )
}

function misused(what: string, hint: string): NaruError {
  return new NaruError('USAGE', what, { hint, state: 'nothing was changed' })
}

/** What is to be done; null: nothing but to compare. Throws USAGE for flags that mean nothing together. */
export function driftAction(flags: DriftFlags): Action | null {
  const { db, adopt, revert, message, out, object } = flags
  const first = adopt ? '--adopt' : revert ? '--revert' : object === undefined ? null : '--object'
  if (first !== null && !db) throw misused(`${first} is for --db`, 'Say --db, and which database with --target.')
  if (adopt && revert) throw misused('--adopt and --revert contradict each other', 'Say one of them.')
  if (object !== undefined && !adopt && !revert) {
    throw misused(
      '--object says what is adopted or reverted',
      'Say --adopt or --revert, or narrow the comparison with --tables.',
    )
  }
  if (message !== undefined && !adopt) throw misused('--message is for --adopt', 'Leave it out, or say --adopt.')
  if (out !== undefined && !revert) throw misused('--out is for --revert', 'Leave it out, or say --revert.')
  if (revert) return { kind: 'revert' }
  if (!adopt) return null
  if (message === undefined) throw misused('the revision has no message', 'Say what it is with -m.')
  return { kind: 'adopt', message }
}

/** Adopts or reverts, and tells; gives the exit code. */
export async function runDriftAction(
  task: Task,
  setup: RevisionsSetup,
  flags: DriftFlags & Pick<WantedFlags, 'tables' | 'exclude'>,
  action: Action,
): Promise<number> {
  const { tables, exclude, object: objects } = flags
  const options = { tables, exclude, objects }
  return action.kind === 'revert'
    ? revert(task, setup, options, flags.out)
    : adopt(task, setup, { ...options, message: action.message })
}

async function adopt(task: Task, setup: RevisionsSetup, o: Parameters<Task['app']['revisions']['adoptDrift']>[1]) {
  const context = { reporter: task.output, signal: task.signal }
  const report = await task.app.revisions.adoptDrift(setup, o, context)
  const { adoptionLine, adoptionText } = await import('../../render/drift.ts')
  task.output.result({
    text: (style) => adoptionText(report, style, task.io.cwd),
    line: (style) => adoptionLine(report, style),
    event: { type: 'result', command: 'check', ...report } as { type: string },
  })
  return report.exit
}

async function revert(
  task: Task,
  setup: RevisionsSetup,
  o: Parameters<Task['app']['revisions']['revertDrift']>[1],
  out: string | undefined,
) {
  await canWrite([out], task.io.cwd)
  const report = await task.app.revisions.revertDrift(setup, o)
  const { reversalLine } = await import('../../render/drift.ts')
  if (out !== undefined && report.sql !== null) await writeText(task, out, report.sql)
  task.output.result({
    text: (style) => (out === undefined && report.sql !== null ? report.sql : `${reversalLine(report, style)}\n`),
    line: (style) => reversalLine(report, style),
    event: { type: 'result', command: 'check', ...report } as { type: string },
  })
  return report.exit
}
