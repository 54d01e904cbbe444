/** `naru verify --revisions [RANGE]`, and `naru verify` alone. */
import type { Command } from 'commander'
import { plural } from '../../../app/format.ts'
import type { Task } from '../../shell.ts'
import { databaseFlags, type RevisionFlags, setupOf } from './flags.ts'

export interface ProofFlags extends RevisionFlags {
  /** A range, or true without one. */
  readonly revisions?: string | true
}

/** Flags of the proof of revisions, beside those of the comparison of rows. */
export function proofFlags(command: Command): Command {
  return databaseFlags(
    command
      .optionsGroup('Revisions in place of rows:')
      .option('--revisions [range]', 'try each revision on a temporary database: up, down, up again; A:B, one, or all'),
  )
}

/** Tries revisions and tells; gives the exit code. */
export async function runProofs(task: Task, flags: ProofFlags): Promise<number> {
  const setup = await setupOf(task, flags)
  const range = typeof flags.revisions === 'string' ? flags.revisions : null
  let tried = 0
  const report = await task.app.revisions.proveRevisions(setup, range, {
    signal: task.signal,
    onProof: () => {
      if (++tried % 100 === 0) task.output.say(`${plural(tried, 'revision')} tried`)
    },
  })
  const { proofsText, proofsLine } = await import('../../render/autogenerate.ts')
  task.output.result({
    text: (style) => proofsText(report, style),
    line: (style) => proofsLine(report, style),
    event: { type: 'result', command: 'verify', ...report } as { type: string },
  })
  return report.exit
}
