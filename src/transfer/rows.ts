/** Writes the target tuples of a batch row by row, and keeps the count of what became of each. */
import { CellError } from '../core/cell-error.ts'
import { decoder, valueDecoder } from '../core/decode.ts'
import type { Batch, CellReject } from '../core/engine.ts'
import type { Key } from '../core/key.ts'
import type { ByteWriter } from '../core/writer.ts'
import type { Mapping } from './context.ts'
import type { RowResult } from './row-call.ts'
import type { Produced } from './row-step.ts'
import type { Step } from './step.ts'
import { Tuple } from './tuple.ts'

/** Target tuples of one source batch; the source batch is not needed any more. */
export interface Mapped {
  readonly rows: number
  readonly rejects: readonly CellReject[]
  readonly filtered: number
  readonly merged: number
}

/** One step, or adjacent columns that are plain fields side by side. */
export interface Compiled {
  readonly run: Step
  /** Fields [from, to), copied as they are in one piece. */
  readonly copies?: readonly [from: number, to: number]
  /** The column that a failure of the step is about. */
  readonly column: string
}

/** Whether a tuple is left out: its key is in the look-up. */
export type Presence = (t: Tuple) => boolean

/** A batch on its way: where its next row begins, and what the rows before came to. */
export interface Passage {
  readonly batch: Batch
  readonly rejects: CellReject[]
  at: number
  /** Rows of the source before that. */
  passed: number
  rows: number
  filtered: number
  /** Rows that are there already. */
  there: number
  /** Null: nobody asks. */
  readonly origins: Origin[] | null
}

/** Where a row that was written comes from: the place of the source's row in the batch, and what the function gave, where there is one. */
export interface Origin {
  readonly from: number
  readonly given: Readonly<Record<string, unknown>> | null
}

/** Before the first row of a batch. */
export function begin(batch: Batch, origins: Origin[] | null = null): Passage {
  const filtered = batch.filtered ?? 0
  return { batch, rejects: [...batch.rejects], at: 0, passed: 0, rows: 0, filtered, there: 0, origins }
}

/** After its last row. */
export function ended(p: Passage, m: Mapping): Mapped {
  const merged = m.stage.unless?.as === 'merged' ? p.there : 0
  const { rows, rejects } = p
  return { rows, rejects, filtered: p.filtered + p.there - merged, merged: merged + (p.batch.merged ?? 0) }
}

/** Writes the next `count` rows of a batch; `results`: what the function gave for those of them that are not left out, in order. */
export type RowsWriter = (p: Passage, w: ByteWriter, count: number, results: readonly RowResult[] | null) => void

/** The writer of a mapping's rows. */
export function rowsWriter(
  m: Mapping,
  steps: readonly Compiled[],
  produced: Produced,
  unless: Presence | null,
): RowsWriter {
  const reject = rejecter(m)
  const t = new Tuple(m.stage.read.length)
  const write = rowWriter(t, m.columns.length, steps, produced)
  return (p, w, count, results) => {
    const { bytes } = p.batch
    let called = 0
    for (let i = 0; i < count; i++) {
      p.at = t.scan(bytes, p.at)
      if (unless?.(t)) {
        p.there++
        continue
      }
      const result = results === null ? null : results[called++]
      const made = write(w, result)
      if (typeof made !== 'number') p.rejects.push(reject(t, made.column, made.reason))
      else if (made === 0) p.filtered++
      else p.rows += made
      if (p.origins !== null && typeof made === 'number') trace(p.origins, p.passed + i, made, result)
    }
    p.passed += count
  }
}

function trace(origins: Origin[], from: number, made: number, result: RowResult | null): void {
  const given = result instanceof CellError ? null : result
  for (let n = 0; n < made; n++) origins.push({ from, given: given?.[n] ?? null })
}

/** Why a row is refused. */
interface Refusal {
  readonly column: string
  readonly reason: string
}

/** Writes the rows that the current tuple comes to: their number, or why it is refused as a whole. */
function rowWriter(
  t: Tuple,
  width: number,
  steps: readonly Compiled[],
  produced: Produced,
): (w: ByteWriter, result: RowResult | null) => number | Refusal {
  const runs = steps.map((s) => s.run)
  // Copies are done in the loop itself: a call through a list of functions takes longer than most fields.
  const from = Int32Array.from(steps, (s) => s.copies?.[0] ?? -1)
  const to = Int32Array.from(steps, (s) => s.copies?.[1] ?? -1)
  let step = 0
  const fields = (w: ByteWriter) => {
    w.int16(width)
    for (step = 0; step < runs.length; step++) {
      if (from[step] < 0) runs[step](w, t)
      else t.copy(w, from[step], to[step])
    }
  }
  return (w, result) => {
    if (result instanceof CellError) return { column: 'row function', reason: result.message }
    const began = w.at
    try {
      if (result === null) {
        fields(w)
        return 1
      }
      for (const row of result) {
        produced.row = row
        fields(w)
      }
      return result.length
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      w.at = began
      return { column: steps[step].column, reason: error.message }
    }
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
    const text = (i: number) => (t.isNull(i) ? null : texts[i](t.bytes, t.at[i] + 4, t.at[i + 1]))
    const row = Object.fromEntries(read.map((c, i) => [c.name, text(i)]))
    return { key: positions?.map((i) => value(t, i)) ?? null, column, reason, row }
  }
}
