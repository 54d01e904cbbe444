/** What a batch will ask for outside of this process, asked for at once before its rows are written. */
import type { Batch } from '../core/engine.ts'
import type { FieldStep } from '../core/transfer.ts'
import type { Mapping } from './context.ts'
import { fileGatherer, withFallback } from './file-step.ts'
import { keyReader } from './lookup-key.ts'
import type { StepParts } from './step.ts'
import { Tuple } from './tuple.ts'

type Announce = (t: Tuple) => void

/** Keys of look-ups that are not in memory. */
function announcers(m: Mapping, parts: StepParts): Announce[] {
  const steps = m.stage.fields
    .flatMap(withFallback)
    .filter((s): s is Extract<FieldStep, { kind: 'lookup' }> => s.kind === 'lookup')
  const asked = [...steps, ...(m.stage.unless === undefined ? [] : [m.stage.unless])]
  return asked.flatMap(({ lookup: position, at }) => {
    const { lookup, by } = parts.lookups[position]
    const { ahead } = lookup
    if (ahead === undefined) return []
    const key = keyReader(
      at,
      by.map((c) => c.wire),
    )
    return [(t: Tuple) => void (key.read(t) && ahead.announce(key, t, at))]
  })
}

/** Makes ready what the rows of a batch need; null where nothing is needed. */
export function gatherer(m: Mapping, parts: StepParts): ((batch: Batch) => Promise<void>) | null {
  const announce = announcers(m, parts)
  const files = fileGatherer(m.stage.fields, m.stage.read, parts.files)
  if (announce.length === 0 && files === null) return null
  const aheads = new Set(parts.lookups.flatMap(({ lookup }) => (lookup.ahead === undefined ? [] : [lookup.ahead])))
  const t = new Tuple(m.stage.read.length)
  return async (batch) => {
    for (const ahead of aheads) ahead.turn()
    for (let i = 0, at = 0; i < batch.rows; i++) {
      at = t.scan(batch.bytes, at)
      for (const a of announce) a(t)
      files?.add(t)
    }
    for (const ahead of aheads) await ahead.fetch()
    await files?.fetch()
  }
}
