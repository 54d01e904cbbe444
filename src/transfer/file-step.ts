/** Steps about files: their new addresses, alone in a column or inside a text. */
import { CellError } from '../core/cell-error.ts'
import { encoder } from '../core/encode.ts'
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { FieldStep } from '../core/transfer.ts'
import { utf8Text } from '../core/utf8.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { FileForm, StoreFiles } from './file.ts'
import { missWriter } from './miss.ts'
import type { Tuple } from './tuple.ts'

type Step = (w: ByteWriter, t: Tuple) => void
type FilesStep = Extract<FieldStep, { kind: 'file' | 'file refs' }>

const formOf = (step: FilesStep): FileForm => (step.kind === 'file' ? 'address' : step.format)

/** The text of a field; jsonb carries a version byte before its own. */
function textOf(t: Tuple, at: number, read: WireColumn): string {
  return utf8Text(t.bytes, t.at[at] + (read.wire.kind === 'jsonb' ? 5 : 4), t.at[at + 1])
}

/** NULL and '' hold no address. */
function isEmpty(t: Tuple, at: number): boolean {
  return t.at[at + 1] - t.at[at] === 4
}

/** A value with its addresses made new. Throws CellError where a file of it cannot be had, or the new text is no value of the column. */
export function fileStep(
  step: FilesStep,
  read: WireColumn,
  column: WireColumn,
  files: ReadonlyMap<string, StoreFiles>,
): Step {
  const store = files.get(step.store)
  if (store === undefined) throw new NaruError('INTERNAL', `the store ${step.store} was not made ready`)
  const miss = step.kind === 'file' ? missWriter(step.miss, column) : null
  const encode = encoder(column.wire)
  const form = formOf(step)
  return (w, t) => {
    const { at } = step
    if (isEmpty(t, at)) return w.raw(t.bytes, t.at[at], t.at[at + 1])
    const text = textOf(t, at, read)
    const found = store.find(form, text)
    if (found !== undefined && 'value' in found) {
      if (found.value === null) w.null()
      else encode(w, found.value)
      return
    }
    if (step.kind !== 'file' || miss === null || (step.miss.do === 'reject' && found !== undefined)) {
      throw new CellError(found?.reason ?? `the store ${step.store} knows nothing of it`)
    }
    miss(w, () => `'${text}'`, `the store ${step.store}`)
  }
}

/** Texts of one store in one form, gathered from the tuples of a batch. */
interface Wanted {
  readonly store: StoreFiles
  readonly form: FileForm
  readonly texts: Set<string>
}

/** What steps about files will ask for; null where there is none. */
export interface FileGatherer {
  add(t: Tuple): void
  fetch(): Promise<void>
}

/** Gathers the texts of a batch, and asks for all of them at once. */
export function fileGatherer(
  fields: readonly FieldStep[],
  read: readonly WireColumn[],
  files: ReadonlyMap<string, StoreFiles>,
): FileGatherer | null {
  const wanted = new Map<string, Wanted>()
  const steps = fields.flatMap(withFallback).flatMap((step) => {
    if (step.kind !== 'file' && step.kind !== 'file refs') return []
    const form = formOf(step)
    const store = files.get(step.store) as StoreFiles
    const id = JSON.stringify([step.store, form])
    const own = wanted.get(id) ?? { store, form, texts: new Set<string>() }
    wanted.set(id, own)
    return [{ at: step.at, texts: own.texts }]
  })
  if (steps.length === 0) return null
  return {
    add(t) {
      for (const { at, texts } of steps) if (!isEmpty(t, at)) texts.add(textOf(t, at, read[at]))
    },
    async fetch() {
      for (const { store, form, texts } of wanted.values()) {
        await store.prepare(form, texts)
        texts.clear()
      }
    },
  }
}

/** A step and the one that stands in for it. */
export function withFallback(step: FieldStep): FieldStep[] {
  const other = step.kind === 'row' ? step.fallback : step.kind === 'fresh' ? step.unless : undefined
  return other === undefined ? [step] : [step, ...withFallback(other)]
}
