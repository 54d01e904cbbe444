/** A mapping made ready: its look-ups loaded, its function found, its fields compiled to steps. Maps one batch at a time. */
import { CellError } from '../core/cell-error.ts'
import { decoder, valueDecoder } from '../core/decode.ts'
import type { Batch, CellReject } from '../core/engine.ts'
import type { Key } from '../core/key.ts'
import type { FieldStep, RowCall } from '../core/transfer.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { Mapping, StageContext } from './context.ts'
import { withFallback } from './file-step.ts'
import { gatherer } from './gather.ts'
import { type KeyReader, keyReader } from './lookup-key.ts'
import { type RowCaller, type RowResult, rowCaller, rowContext } from './row-call.ts'
import type { Produced } from './row-step.ts'
import { copyStep, type Step, type StepParts, stepOf } from './step.ts'
import { Tuple } from './tuple.ts'

/** Target tuples of one source batch; the source batch is not needed any more. */
interface Mapped {
  readonly rows: number
  readonly rejects: readonly CellReject[]
  readonly filtered: number
  readonly merged: number
}

export interface Mapper {
  /** Writes the target tuples of a batch to `w`. Throws LOOKUP_MISS, LOOKUP_AMBIGUOUS. */
  map(batch: Batch, w: ByteWriter): Promise<Mapped> | Mapped
}

/** Adjacent columns that are plain fields side by side are one copy. */
interface Compiled {
  readonly run: Step
  /** The column that a failure of the step is about. */
  readonly column: string
}

function compile(m: Mapping, parts: StepParts): Compiled[] {
  const { fields } = m.stage
  const compiled: Compiled[] = []
  for (let i = 0; i < fields.length; ) {
    const column = m.columns[i]
    const run = stepOf(fields[i], column, parts)
    const first = fields[i]
    let next = i + 1
    if (first.kind === 'field') {
      while (next < fields.length && follows(fields[next], first.at + next - i))
        stepOf(fields[next], m.columns[next++], parts)
      compiled.push({ run: next - i > 1 ? copyStep(first.at, first.at + next - i - 1) : run, column: column.name })
    } else compiled.push({ run, column: column.name })
    i = next
  }
  return compiled
}

function follows(step: FieldStep, at: number): boolean {
  return step.kind === 'field' && step.at === at
}

/** Everything that steps work with, loaded. */
async function loadParts(m: Mapping, context: StageContext, produced: Produced): Promise<StepParts> {
  const { stage } = m
  const loaded = await context.lookups(stage.lookups)
  const lookups = stage.lookups.map((plan, i) => ({ lookup: loaded[i], label: plan.label, by: plan.by }))
  const stores = new Set(stage.fields.flatMap(withFallback).flatMap((s) => ('store' in s ? [s.store] : [])))
  const files = new Map(await Promise.all([...stores].map(async (s) => [s, await context.files(s)] as const)))
  return { read: stage.read, lookups, files, fresh: () => context.fresh(m.label), produced }
}

/** Loads what a mapping needs. Throws LOOKUP_AMBIGUOUS, ROW_FUNCTION, CONFIG_INVALID. */
export async function prepareMapper(m: Mapping, context: StageContext): Promise<Mapper> {
  const { row: call, unless: left, read } = m.stage
  const produced: Produced = { row: null }
  const parts = await loadParts(m, context, produced)
  const unless = left === undefined ? null : presence(left, parts.lookups)
  const write = rowsWriter(m, compile(m, parts), produced, unless)
  const gather = gatherer(m, parts)
  const caller = call === undefined ? null : await callerOf(call, m, context)
  if (gather === null && caller === null) return { map: (batch, out) => write(batch, out, null) }
  const map = async (batch: Batch, out: ByteWriter) => {
    await gather?.(batch)
    return write(batch, out, caller === null ? null : await callRows(batch, read.length, caller, unless))
  }
  return { map: inTurn(map) }
}

async function callerOf(call: RowCall, m: Mapping, context: StageContext): Promise<RowCaller> {
  const { run, into } = await context.functions(call)
  const about = { database: m.database, label: m.label, now: context.now }
  return rowCaller(call, m.stage.read, run, { context: rowContext(about, into), target: m.target })
}

/** One batch after the other: answers that one waits for are in the hands of all. */
function inTurn<A extends unknown[], R>(work: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  return (...args) => {
    const turn = last.then(() => work(...args))
    last = turn.catch(() => {}) // told to whoever asked
    return turn
  }
}

/** Whether a tuple is left out: its key is in the look-up. */
type Presence = (t: Tuple) => boolean

function presence(
  unless: { readonly lookup: number; readonly at: readonly number[] },
  lookups: StepParts['lookups'],
): Presence {
  const { lookup, by } = lookups[unless.lookup]
  const key: KeyReader = keyReader(
    unless.at,
    by.map((c) => c.wire),
  )
  return (t) => key.read(t) && lookup.find(key) >= 0
}

/** Results of the function for the rows that are not left out, in order. */
async function callRows(
  batch: Batch,
  fields: number,
  caller: RowCaller,
  unless: Presence | null,
): Promise<RowResult[]> {
  const t = new Tuple(fields)
  let results: RowResult[] = []
  for (let i = 0, at = 0; i < batch.rows; i++) {
    at = t.scan(batch.bytes, at)
    if (unless?.(t)) continue
    caller.call(t)
    if (caller.full) results = results.concat(await caller.settle())
  }
  const last = await caller.settle()
  return results.length === 0 ? last : results.concat(last)
}

type RowsWriter = (batch: Batch, w: ByteWriter, results: readonly RowResult[] | null) => Mapped

function rowsWriter(m: Mapping, steps: readonly Compiled[], produced: Produced, unless: Presence | null): RowsWriter {
  const reject = rejecter(m)
  const t = new Tuple(m.stage.read.length)
  const width = m.columns.length
  const runs = steps.map((s) => s.run)
  const write = (w: ByteWriter) => {
    w.int16(width)
    let i = 0
    try {
      for (; i < runs.length; i++) runs[i](w, t)
    } catch (error) {
      if (error instanceof CellError) refused = steps[i].column
      throw error
    }
  }
  let refused = ''
  /** Rows that one source row came to; −1: it was refused. */
  const writeOne = (w: ByteWriter, result: RowResult | null, rejects: CellReject[]): number => {
    const began = w.at
    try {
      refused = 'row function'
      if (result === null) {
        write(w)
        return 1
      }
      if (result instanceof CellError) throw result
      for (const row of result) {
        produced.row = row
        write(w)
      }
      return result.length
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      w.at = began
      rejects.push(reject(t, refused, error.message))
      return -1
    } finally {
      produced.row = null
    }
  }
  return (batch, w, results) => {
    const rejects = [...batch.rejects]
    let rows = 0
    let filtered = batch.filtered ?? 0
    let left = 0
    let called = 0
    for (let i = 0, at = 0; i < batch.rows; i++) {
      at = t.scan(batch.bytes, at)
      if (unless?.(t)) {
        left++
        continue
      }
      const made = writeOne(w, results === null ? null : results[called++], rejects)
      if (made === 0) filtered++
      else if (made > 0) rows += made
    }
    const merged = m.stage.unless?.as === 'merged' ? left : 0
    return { rows, rejects, filtered: filtered + left - merged, merged: merged + (batch.merged ?? 0) }
  }
}

/** Makes a reject of a source tuple. */
function rejecter(m: Mapping): (t: Tuple, column: string, reason: string) => CellReject {
  const { read } = m.stage
  const texts = read.map((c) => decoder(c.wire))
  const values = read.map((c) => valueDecoder(c.wire))
  const positions = m.key?.map((name) => read.findIndex((c) => c.name === name)) ?? null
  const value = (t: Tuple, i: number): Key[number] => {
    if (i < 0 || t.isNull(i)) return null
    const v = values[i](t.bytes, t.at[i] + 4, t.at[i + 1])
    return typeof v === 'boolean' ? (v ? '1' : '0') : v
  }
  return (t, column, reason) => {
    const row: Record<string, string | null> = {}
    read.forEach((c, i) => {
      row[c.name] = t.isNull(i) ? null : texts[i](t.bytes, t.at[i] + 4, t.at[i + 1])
    })
    return { key: positions?.map((i) => value(t, i)) ?? null, column, reason, row }
  }
}
