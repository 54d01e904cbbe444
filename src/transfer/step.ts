/** Field steps as functions over bytes: chosen once when a table is opened, called for every row. */
import { decoder } from '../core/decode.ts'
import type { WireColumn } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { FieldStep } from '../core/transfer.ts'
import type { WireType } from '../core/wire.ts'
import type { ByteWriter } from '../core/writer.ts'
import { ByteTable } from './byte-table.ts'
import type { FreshNumbers } from './context.ts'
import type { StoreFiles } from './file.ts'
import { fileStep } from './file-step.ts'
import { freshNumber, freshUuid } from './fresh.ts'
import { keyText, type Lookup } from './lookup.ts'
import { keyReader } from './lookup-key.ts'
import { maskStep } from './mask.ts'
import { configuredField, missWriter } from './miss.ts'
import { type Produced, propertyStep } from './row-step.ts'
import { Tuple } from './tuple.ts'

/** Writes fields of the target's tuple. Throws CellError: the row is then a reject, and the writer is taken back to its start. */
export type Step = (w: ByteWriter, t: Tuple) => void

/** What the steps of one table work with, all loaded. */
export interface StepParts {
  readonly read: readonly WireColumn[]
  readonly lookups: readonly { readonly lookup: Lookup; readonly label: string; readonly by: readonly WireColumn[] }[]
  readonly files: ReadonlyMap<string, StoreFiles>
  readonly fresh: () => FreshNumbers
  /** The row that the user's function gave, while it is being written. */
  readonly produced: Produced
}

/** The step that writes one column. */
export function stepOf(step: FieldStep, column: WireColumn, p: StepParts): Step {
  switch (step.kind) {
    case 'field':
      mustMatch(p.read[step.at].wire, column)
      return copyStep(step.at)
    case 'constant': {
      const field = configuredField(column, step.text, 'the constant')
      return (w) => w.raw(field)
    }
    case 'values':
      return valuesStep(step, column, p)
    case 'lookup':
      return lookupStep(step, column, p)
    case 'fresh': {
      const fresh = step.as === 'uuid' ? freshUuid(column.wire) : freshNumber(column.wire, column.name, p.fresh())
      return step.unless === undefined ? fresh : orFresh(stepOf(step.unless, column, p), fresh)
    }
    case 'mask':
      return maskStep(step, p.read[step.at], column)
    case 'file':
    case 'file refs':
      return fileStep(step, p.read[step.at], column, p.files)
    case 'row':
      return propertyStep(
        step.property,
        column,
        p.produced,
        step.fallback === undefined ? undefined : stepOf(step.fallback, column, p),
      )
  }
}

/** What the step gives, a fresh value where that is NULL. */
function orFresh(step: Step, fresh: (w: ByteWriter) => void): Step {
  return (w, t) => {
    const start = w.at
    step(w, t)
    const empty = w.bytes[start] === 255 && w.at === start + 4
    if (!empty) return
    w.at = start
    fresh(w)
  }
}

function copyStep(at: number): Step {
  return (w, t) => t.copy(w, at, at + 1)
}

/** Bytes up to which a loop is faster than a call that makes a view first. */
const BY_HAND = 96

function copyBytes(w: ByteWriter, bytes: Uint8Array, start: number, end: number): void {
  if (end - start > BY_HAND) {
    w.raw(bytes, start, end)
    return
  }
  w.ensure(end - start)
  const to = w.bytes
  let o = w.at
  for (let i = start; i < end; i++) to[o++] = bytes[i]
  w.at = o
}

/** Bytes are copied as they are: a type of their own would make them another value, or an equal one with another digest. */
function mustMatch(wire: WireType, column: WireColumn): void {
  const form = (t: WireType) => JSON.stringify({ ...t, beyond: undefined, fixed: undefined })
  if (form(wire) === form(column.wire)) return
  throw new NaruError('INTERNAL', `${column.name} is given ${form(wire)} and holds ${form(column.wire)}`)
}

/** A field's text for people. */
function fieldText(t: Tuple, at: number, wire: WireType): string {
  return t.isNull(at) ? 'NULL' : `'${decoder(wire)(t.bytes, t.at[at] + 4, t.at[at + 1])}'`
}

/** NULL stays NULL unless an entry says otherwise. */
function valuesStep(step: Extract<FieldStep, { kind: 'values' }>, column: WireColumn, p: StepParts): Step {
  const { at } = step
  const read = p.read[at]
  const key = keyReader([0], [read.wire])
  const table = new ByteTable(step.entries.length)
  let ofNull = configuredField(column, null, 'NULL')
  const one = new Tuple(1)
  for (const [from, to] of step.entries) {
    const value = configuredField(column, to, `the value '${to}'`)
    if (from === null) {
      ofNull = value
      continue
    }
    one.scan(Buffer.concat([Buffer.from([0, 1]), configuredField(read, from, `'${from}'`)]), 0)
    key.read(one)
    if (table.find(key.bytes, key.start, key.end) >= 0) continue
    table.add(key.bytes, key.start, key.end, value, 0, value.length)
  }
  const own = keyReader([at], [read.wire])
  const miss = missWriter(step.miss, column)
  return (w, t) => {
    if (!own.read(t)) return w.raw(ofNull)
    const found = table.find(own.bytes, own.start, own.end)
    if (found < 0) return miss(w, () => fieldText(t, at, read.wire), `the values of ${read.name}`)
    writeField(w, table.bytes, found)
  }
}

function lookupStep(step: Extract<FieldStep, { kind: 'lookup' }>, column: WireColumn, p: StepParts): Step {
  const { lookup, label, by } = p.lookups[step.lookup]
  const key = keyReader(
    step.at,
    by.map((c) => c.wire),
  )
  const miss = missWriter(step.miss, column)
  return (w, t) => {
    if (!key.read(t)) return w.null()
    const found = lookup.find(key)
    if (found < 0) return miss(w, () => keyText(by, t, step.at), label)
    writeField(w, lookup.bytes, found)
  }
}

/** Copies the field at an offset. */
function writeField(w: ByteWriter, bytes: Buffer, at: number): void {
  const length = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]
  copyBytes(w, bytes, at, at + 4 + Math.max(length, 0))
}
