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

/** Writes what can be written; gives back the rest. A load that fails is halved until the rows that are to blame stand alone. */
export async function attempt(w: RowWriter, changes: readonly RowChange[]): Promise<Map<RowChange, Changed>> {
  const refused = new Map<RowChange, Changed>()
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
      refused.set(part[0], left(part[0], WORDS[failed.kind], failed.why))
      return
    }
    const middle = part.length >> 1
    await work(part.slice(0, middle))
    await work(part.slice(middle))
  }
  await work(changes)
  return refused
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
