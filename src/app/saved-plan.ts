/** What a plan has found out about the source's values, kept in a file for the copy: `naru plan --save`, `naru copy --plan`. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Answers } from '../copy/answers.ts'
import type { Address } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'

const FORMAT = 'naru plan 1'

const SAVED = z.object({
  format: z.literal(FORMAT),
  /** ISO 8601, UTC: when the first question was asked. */
  asked: z.iso.datetime(),
  from: z.string(),
  to: z.string(),
  /** Names of questions that no row was in trouble by. */
  clear: z.array(z.string()),
  found: z.record(z.string(), z.object({ count: z.number(), samples: z.array(z.string()).readonly() })),
})

export interface SavedPlan {
  readonly answers: Answers
  /** What to say of it in the report of the copy. */
  readonly note: string
}

/** Keeps the answers of a plan. Throws FILE_UNREADABLE. */
export async function savePlan(
  path: string,
  o: { readonly from: Address; readonly to: Address; readonly asked: string; readonly answers: Answers },
): Promise<void> {
  const all = [...o.answers]
  const saved: z.infer<typeof SAVED> = {
    format: FORMAT,
    asked: o.asked,
    from: o.from.label,
    to: o.to.label,
    clear: all.flatMap(([id, a]) => (a.count === 0 ? [id] : [])),
    found: Object.fromEntries(all.filter(([, a]) => a.count > 0)),
  }
  const part = `${path}.part`
  try {
    await writeFile(part, `${JSON.stringify(saved, null, 1)}\n`)
    await rename(part, path)
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `the plan could not be written to ${path}`, {
      why: (error as Error).message,
      state: 'nothing was changed',
      cause: error,
    })
  }
}

/**
 * Reads what was saved.
 * @throws NaruError FILE_UNREADABLE; USAGE for a file that is no saved plan, or one of another source.
 */
export async function readPlan(path: string, from: Address): Promise<SavedPlan> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new NaruError('FILE_UNREADABLE', `the plan could not be read: ${path}`, {
      why: error.message,
      hint: '`naru plan FROM TO --save FILE` writes one.',
      state: 'nothing was changed',
      cause: error,
    })
  })
  const saved = parse(text)
  if (saved === null) throw unusable(path, 'it is no plan that this naru has saved')
  if (saved.from !== from.label)
    throw unusable(path, `it is a plan of ${saved.from}, and ${from.label} is to be copied`)
  const answers: Answers = new Map(Object.entries(saved.found))
  for (const id of saved.clear) answers.set(id, { count: 0, samples: [] })
  return {
    answers,
    note: `values of the source as ${path} has them of ${saved.asked.slice(0, 16).replace('T', ' ')} UTC: what has come since was not counted before rows moved`,
  }
}

function parse(text: string): z.infer<typeof SAVED> | null {
  try {
    return SAVED.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null // no JSON
  }
}

function unusable(path: string, why: string): NaruError {
  return new NaruError('USAGE', `${path} cannot be used`, {
    why,
    hint: 'Plan again: `naru plan FROM TO --save FILE`; or copy without --plan, which counts anew.',
    state: 'nothing was changed',
  })
}
