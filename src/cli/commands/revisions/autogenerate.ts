/** `naru revision --autogenerate`, and what `naru check` has in common with it. */
import type { Command } from 'commander'
import type { AutogenerateOptions } from '../../../app/revisions/autogenerate.ts'
import type { NewRevision } from '../../../app/revisions/new.ts'
import type { WantedOptions } from '../../../app/revisions/wanted.ts'
import type { RenameCandidate } from '../../../core/schema-diff.ts'
import { editFile } from '../../editor.ts'
import * as value from '../../flag-values.ts'
import type { Task } from '../../shell.ts'
import { type RevisionFlags, setupOf } from './flags.ts'

export interface WantedFlags extends RevisionFlags {
  readonly models?: string
  readonly tables?: string[]
  readonly exclude?: string[]
  readonly rename?: string[]
  readonly ignore?: string[]
  readonly fromDb?: boolean
}

export interface AutogenerateFlags extends WantedFlags {
  readonly autogenerate?: boolean
  readonly online?: boolean
  /** False after --no-proof. */
  readonly proof?: boolean
  readonly edit?: boolean
}

/** What is compared, and how. */
export function wantedFlags(command: Command): Command {
  return command
    .option('--models <state>', 'the desired state (default: revisions.models of naru.config.ts)')
    .option('--tables <globs>', 'only these tables: names or globs, by commas or repeated', value.list)
    .option('--exclude <globs>', 'all but these tables', value.list)
    .option(
      '--rename <old=new>',
      'a table (users=people), column (users.mail=email) or enum label that was renamed; repeatable',
      value.renaming,
    )
    .option('--ignore <rules>', 'what does not count as a difference, as for naru diff', value.list)
    .option('--from-db', 'compare with the database itself, which must be at the head, in place of the replay')
}

/** Of `naru revision`. */
export function autogenerateFlags(command: Command): Command {
  command
    .optionsGroup('Generating:')
    .option('--autogenerate', 'write what the desired state has and the revisions do not make yet, and the way back')
  return wantedFlags(command)
    .option('--online', 'statements that let others read and write meanwhile')
    .option('--no-proof', 'do not try the file (up, down, up again) on a temporary database')
}

/** The options of a comparison; rules for ignoring go into the setup. */
export function wantedOptions(flags: WantedFlags): WantedOptions {
  const { tables, exclude, rename: renames, fromDb } = flags
  return { tables, exclude, renames, fromDb }
}

/** Questions are asked on a terminal alone. */
function asker({ io, output }: Task, flags: AutogenerateFlags): AutogenerateOptions['ask'] {
  if (!io.stdinIsTTY || io.stderr.isTTY !== true || flags.json || flags.quiet) return undefined
  return async (candidate: RenameCandidate) => {
    const { candidateText } = await import('../../../app/report/diff-verdict.ts')
    const { printable } = await import('../../../app/format.ts')
    const { question, evidence } = candidateText(candidate)
    output.close()
    return io.confirm(printable(`${question} (${evidence})`))
  }
}

/** Generates and tells; gives the exit code. */
export async function runAutogenerate(
  task: Task,
  revision: Omit<NewRevision, 'ts'>,
  flags: AutogenerateFlags,
): Promise<number> {
  const setup = await setupOf(task, flags, { models: flags.models, ignore: flags.ignore })
  const { online, proof } = flags
  const ask = asker(task, flags)
  const report = await task.app.revisions.autogenerate(setup, { ...wantedOptions(flags), online, proof, ask, revision })
  const { autogenerateText, autogenerateLine, doubtsText } = await import('../../render/autogenerate.ts')
  const { styleOf } = await import('../../render/style.ts')
  task.output.result({
    text: (style) => autogenerateText(report, style, task.io.cwd),
    line: (style) => autogenerateLine(report, style, task.io.cwd),
    event: { type: 'result', command: 'revision', ...report } as { type: string },
  })
  task.io.stderr.write(doubtsText(report, styleOf(task.io.stderr, task.io.env)))
  if (flags.edit && report.path !== null) await editFile(task.io, report.path)
  return report.exit
}
