/** What a batch will ask for outside of this process, asked for at once before its rows are written. */
import type { Batch } from '../core/engine.ts'
import type { Mapping } from './context.ts'
import { fileGatherer } from './file-step.ts'
import type { StepParts } from './step.ts'
import { Tuple } from './tuple.ts'

/** Makes ready what the rows of a batch need; null where nothing is needed. */
export function gatherer(m: Mapping, parts: StepParts): ((batch: Batch) => Promise<void>) | null {
  const files = fileGatherer(m.stage.fields, m.stage.read, parts.files)
  if (files === null) return null
  const t = new Tuple(m.stage.read.length)
  return async (batch) => {
    for (let i = 0, at = 0; i < batch.rows; i++) {
      at = t.scan(batch.bytes, at)
      files.add(t)
    }
    await files.fetch()
  }
}
