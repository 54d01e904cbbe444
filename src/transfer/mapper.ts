/** A mapping made ready: its look-ups loaded, its function found, its fields compiled to steps. Maps one batch at a time. */
import type { Batch } from '../core/engine.ts'
import type { FieldStep, RowCall } from '../core/transfer.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { Mapping, StageContext } from './context.ts'
import { withFallback } from './file-step.ts'
import { gatherer } from './gather.ts'
import { type KeyReader, keyReader } from './lookup-key.ts'
import { type RowCaller, rowCaller, rowContext } from './row-call.ts'
import type { Produced } from './row-step.ts'
import {
  begin,
  type Compiled,
  ended,
  type Mapped,
  type Origin,
  type Presence,
  type RowsWriter,
  rowsWriter,
} from './rows.ts'
import { type StepParts, stepOf } from './step.ts'
import { Tuple } from './tuple.ts'

export interface Mapper {
  /** Writes the target tuples of a batch to `w`. Throws LOOKUP_MISS, LOOKUP_AMBIGUOUS. */
  map(batch: Batch, w: ByteWriter): Promise<Mapped> | Mapped
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
      while (next < fields.length && follows(fields[next], first.at + next - i)) {
        stepOf(fields[next], m.columns[next++], parts) // throws where the column holds another type
      }
      compiled.push({ run, column: column.name, copies: [first.at, first.at + next - i] })
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
  const { row: call, unless: left } = m.stage
  const produced: Produced = { row: null }
  const parts = await loadParts(m, context, produced)
  const unless = left === undefined ? null : presence(left, parts.lookups)
  const write = rowsWriter(m, compile(m, parts), produced, unless)
  const gather = gatherer(m, parts)
  const caller = call === undefined ? null : await callerOf(call, [m], context)
  if (caller !== null) return { map: inTurn(mapByCalls({ m, caller, gather, unless, write })) }
  const plain = (batch: Batch, w: ByteWriter) => {
    const passage = begin(batch)
    write(passage, w, batch.rows, null)
    return ended(passage, m)
  }
  if (gather === null) return { map: plain }
  return {
    map: inTurn(async (batch: Batch, w: ByteWriter) => {
      await gather(batch)
      return plain(batch, w)
    }),
  }
}

/** Several mappings of the rows of one source, each row read once. */
export interface JointMapper {
  /**
   * Writes the tuples that each mapping makes of a batch to the writer of the same place. `origins`: per mapping a list that takes where each
   * row that is written comes from. Throws LOOKUP_MISS, LOOKUP_AMBIGUOUS.
   */
  map(batch: Batch, writers: readonly ByteWriter[], origins: readonly Origin[][] | null): Promise<readonly Mapped[]>
}

/** Mappings that read the same columns; where there are several, they are tables of one function, which is called once a row. Throws as `prepareMapper`. */
export async function prepareJointMapper(mappings: readonly Mapping[], context: StageContext): Promise<JointMapper> {
  const lanes = await Promise.all(
    mappings.map(async (m) => {
      const produced: Produced = { row: null }
      const parts = await loadParts(m, context, produced)
      return { m, gather: gatherer(m, parts), write: rowsWriter(m, compile(m, parts), produced, null) }
    }),
  )
  const [{ stage }] = mappings
  const caller = stage.row === undefined ? null : await callerOf(stage.row, mappings, context)
  const t = new Tuple(stage.read.length)
  return {
    map: inTurn(async (batch: Batch, writers: readonly ByteWriter[], origins: readonly Origin[][] | null) => {
      for (const { gather } of lanes) await gather?.(batch)
      const passages = lanes.map((_, k) => begin(batch, origins?.[k] ?? null))
      for (let done = 0, at = 0; done < batch.rows; done += SLICE) {
        const rows = Math.min(SLICE, batch.rows - done)
        for (let i = 0; caller !== null && i < rows; i++) {
          at = t.scan(batch.bytes, at)
          caller.call(t)
        }
        const results = (await caller?.settle()) ?? null
        for (const [k, { write }] of lanes.entries()) write(passages[k], writers[k], rows, results?.[k] ?? null)
      }
      return lanes.map(({ m }, k) => ended(passages[k], m))
    }),
  }
}

/** Rows that a function is called for before they are written: enough for promises to overlap, few enough for the youngest objects to be gone. */
const SLICE = 1000

interface Calls {
  readonly m: Mapping
  readonly caller: RowCaller
  readonly gather: ReturnType<typeof gatherer>
  readonly unless: Presence | null
  readonly write: RowsWriter
}

/** Slice by slice: rows are decoded, the function is called, what it gave is written. */
function mapByCalls({ m, caller, gather, unless, write }: Calls): (batch: Batch, w: ByteWriter) => Promise<Mapped> {
  const t = new Tuple(m.stage.read.length)
  return async (batch, w) => {
    await gather?.(batch)
    const passage = begin(batch)
    for (let done = 0; done < batch.rows; done += SLICE) {
      const rows = Math.min(SLICE, batch.rows - done)
      for (let i = 0, at = passage.at; i < rows; i++) {
        at = t.scan(batch.bytes, at)
        if (!unless?.(t)) caller.call(t)
      }
      const results = caller.settle()
      write(passage, w, rows, (results instanceof Promise ? await results : results)[0])
    }
    return ended(passage, m)
  }
}

async function callerOf(call: RowCall, ms: readonly Mapping[], context: StageContext): Promise<RowCaller> {
  const { run, into } = await context.functions(call)
  const [m] = ms
  const about = { database: m.database, label: m.label, now: context.now }
  const targets = ms.map((of) => ({ table: of.target, own: of.stage.row?.into === undefined }))
  return rowCaller(call, m.stage.read, run, { context: rowContext(about, into), targets })
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
