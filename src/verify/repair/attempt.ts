/** Changes tried together, and halved where the target refuses some of them. */
import type { Refusal } from '../../core/mend.ts'
import type { RowResult } from '../../core/repair-ledger.ts'
import { type Changed, left, type RowChange } from './change.ts'
import type { RowWriter } from './writer.ts'

const WORDS: Readonly<Record<Refusal, RowResult>> = {
  unique: 'deferred',
  reference: 'deferred',
  row: 'refused',
}

/** How rows are tried. */
export interface Attempt {
  /** So many rows that refer to others which are not there are put off together: they are tried again when those may be. Default 1. */
  readonly together?: number
}

/** Writes what can be written; gives back the rest. A load that fails is halved until the rows that are to blame stand alone. */
export async function attempt(
  w: RowWriter,
  changes: readonly RowChange[],
  { together = 1 }: Attempt = {},
): Promise<Map<RowChange, Changed>> {
  const refused = new Map<RowChange, Changed>()
  const stuck: RowChange[] = []
  const work = async (part: readonly RowChange[]): Promise<void> => {
    if (part.length === 0) return
    const failed = await tried(w, () => w.write(part))
    if (failed === null) return
    if (failed.kind === 'unique' && part[0].op === 'update' && part.length > 1) {
      let exchanged = false
      const again = await tried(w, async () => {
        exchanged = await w.exchange(part)
      })
      if (again === null && exchanged) return
    }
    if (part.length === 1) {
      if (failed.kind === 'unique' && part[0].op === 'update') stuck.push(part[0])
      refused.set(part[0], left(part[0], WORDS[failed.kind], failed.why))
      return
    }
    if (failed.kind === 'reference' && part.length <= together) {
      for (const row of part) refused.set(row, left(row, WORDS.reference, failed.why))
      return
    }
    const middle = part.length >> 1
    await work(part.slice(0, middle))
    await work(part.slice(middle))
  }
  await work(changes)
  for (const row of await withoutOne(w, stuck)) refused.delete(row)
  return refused
}

/** Rows among which one is in the way of all others, at most. */
const FEW = 32

/** Rows that could exchange their values once one of them, whichever it is, stood back. */
async function withoutOne(w: RowWriter, stuck: readonly RowChange[]): Promise<RowChange[]> {
  if (stuck.length < 3 || stuck.length > FEW) return []
  for (const one of stuck) {
    const rest = stuck.filter((row) => row !== one)
    let exchanged = false
    const failed = await tried(w, async () => {
      exchanged = await w.exchange(rest)
    })
    if (failed === null && exchanged) return rest
  }
  return []
}

async function tried(w: RowWriter, work: () => Promise<void>): Promise<{ kind: Refusal; why: string } | null> {
  try {
    await work()
    return null
  } catch (error) {
    const kind = w.refusal(error)
    if (kind === null) throw error
    const { message, why } = error as { message: string; why?: string }
    return { kind, why: (why ?? message).slice(0, 300) }
  }
}
