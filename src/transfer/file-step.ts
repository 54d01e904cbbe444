/** Steps about files: their new addresses, alone in a column or inside a text. */
import { encoder } from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { FieldStep } from '../core/transfer.ts'
import { utf8Text } from '../core/utf8.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { FileAddresses } from './file.ts'
import { missWriter } from './miss.ts'
import type { Tuple } from './tuple.ts'

type Step = (w: ByteWriter, t: Tuple) => void
type Stores = ReadonlyMap<string, FileAddresses>

function storeOf(stores: Stores, name: string): FileAddresses {
  const store = stores.get(name)
  if (store === undefined) throw new NaruError('INTERNAL', `the store ${name} was not made ready`)
  return store
}

/** A text field of a tuple; null for NULL. */
export function textAt(t: Tuple, at: number): string | null {
  return t.isNull(at) ? null : utf8Text(t.bytes, t.at[at] + 4, t.at[at + 1])
}

/** An address → where its file lies now. NULL and '' stay as they are. */
export function fileStep(
  step: Extract<FieldStep, { kind: 'file' }>,
  read: WireColumn,
  column: WireColumn,
  stores: Stores,
): Step {
  const store = storeOf(stores, step.store)
  const miss = missWriter(step.miss, column)
  const encode = encoder(column.wire)
  return (w, t) => {
    const address = textAt(t, step.at)
    if (address === null || address === '') return w.raw(t.bytes, t.at[step.at], t.at[step.at + 1])
    const found = store.find(address)
    if (found === undefined) return miss(w, () => `'${address}'`, `the files of ${step.store} (${read.name})`)
    if (found === null) w.null()
    else encode(w, found)
  }
}

/** A text with its addresses rewritten. Throws CellError where the new text is no value of the column. */
export function fileRefsStep(
  step: Extract<FieldStep, { kind: 'file refs' }>,
  read: WireColumn,
  column: WireColumn,
  stores: Stores,
): Step {
  const store = storeOf(stores, step.store)
  const encode = encoder(column.wire)
  const find = (address: string) => store.find(address)
  // jsonb carries a version byte before its text.
  const skip = read.wire.kind === 'jsonb' ? 1 : 0
  return (w, t) => {
    if (t.isNull(step.at)) return w.null()
    const text = utf8Text(t.bytes, t.at[step.at] + 4 + skip, t.at[step.at + 1])
    encode(w, store.rewrite(text, step.format, find))
  }
}

/** Adds the addresses that the steps of a stage will ask for. */
export function addressGatherer(
  fields: readonly FieldStep[],
  read: readonly WireColumn[],
  stores: Stores,
): ((t: Tuple, into: ReadonlyMap<string, Set<string>>) => void) | null {
  const steps = fields.flatMap(withFallback).filter((s) => s.kind === 'file' || s.kind === 'file refs')
  if (steps.length === 0) return null
  return (t, into) => {
    for (const step of steps) {
      const set = into.get(step.store) as Set<string>
      if (t.isNull(step.at)) continue
      const skip = read[step.at].wire.kind === 'jsonb' ? 1 : 0
      const text = utf8Text(t.bytes, t.at[step.at] + 4 + skip, t.at[step.at + 1])
      if (step.kind === 'file') set.add(text)
      else for (const a of storeOf(stores, step.store).addressesIn(text, step.format)) set.add(a)
    }
  }
}

/** A step and the one that stands in for it. */
export function withFallback(step: FieldStep): FieldStep[] {
  return step.kind === 'row' && step.fallback !== undefined ? [step, ...withFallback(step.fallback)] : [step]
}
