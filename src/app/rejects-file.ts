/** The reject file, written anew from the ledger each time: a killed process loses and doubles nothing. */
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { RunReport } from '../core/report.ts'
import type { Session } from './session.ts'

/** Writes all rejects of the run as NDJSON and returns where they lie. No rejects, no file. Throws FILE_UNREADABLE. */
export async function writeRejects(session: Session): Promise<RunReport['rejects']> {
  const rejects = await session.ledger.rejects(session.run)
  if (rejects.length === 0) return { file: null, count: 0, samples: [] }
  const file = resolve(session.options.rejects ?? `naru-rejects-${session.run}.ndjson`)
  const text = `${rejects.map((r) => r.line).join('\n')}\n`
  await writeFile(file, text).catch((error: unknown) => {
    throw new NaruError('FILE_UNREADABLE', `cannot write the reject file ${file}`, {
      why: (error as Error).message,
      state: 'the rejects are kept in the ledger on the target; run the same command with --rejects FILE',
      cause: error,
    })
  })
  return {
    file,
    count: rejects.length,
    samples: rejects.slice(0, 20).map(({ table, key, reason }) => ({ table, key, reason })),
  }
}
