/**
 * After a copy only the target is read again: what was written was hashed while it went by, the marks hold the digests.
 * Ordered tables are read unit by unit in key order and cut where the chunks were cut; all others are summed, in whatever order
 * the target likes. Tasks and parts are plain data, so lanes in other threads can do them.
 */
import { createHash } from 'node:crypto'
import { tupleHasher } from '../core/digest.ts'
import type { Database } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import type { Reporter } from '../core/event.ts'
import type { KeyRange } from '../core/key.ts'
import type { Mark, UnitRecord } from '../core/ledger.ts'
import type { TablePlan } from '../core/plan.ts'
import { addSums, parseSum, sumText } from '../core/sum.ts'
import { RowCursor } from './cursor.ts'
import { cutDigests } from './cut.ts'
import { keyedOnTarget, orderedRange, readTarget } from './side.ts'

/** One piece of reading back that a lane does on its own connection. */
export type ReadbackTask =
  | { readonly kind: 'unit'; readonly unit: string; readonly range: KeyRange; readonly chunks: readonly Chunk[] }
  | { readonly kind: 'range'; readonly range: KeyRange; readonly keyed: boolean }

/** What was written by one chunk. */
interface Chunk {
  readonly rows: number
  readonly digest: string
}

/** What a task found. `digest` of a unit: sha256 over its chunks' digests. */
export type ReadbackPart =
  | {
      readonly kind: 'unit'
      readonly unit: string
      readonly rows: number
      readonly digest: string
      readonly expected: string
      readonly same: boolean
      readonly ms: number
    }
  | { readonly kind: 'range'; readonly rows: number; readonly sum: string; readonly ms: number }

/** A table read back. */
export interface Readback {
  readonly rows: number
  readonly same: boolean
  /** Of the target as read; equal to `expected` exactly if every row is what was written. */
  readonly digest: string
  readonly expected: string
  /** Units whose rows differ; empty for tables that are summed, where no unit can be named. */
  readonly badUnits: readonly string[]
  /** Time of all tasks added up. */
  readonly ms: number
}

export interface ReadbackInput {
  readonly plan: TablePlan
  readonly target: Database
  /** Units of this table. */
  readonly units: readonly UnitRecord[]
  /** Marks of these units. */
  readonly marks: readonly Mark[]
  readonly signal?: AbortSignal
  readonly report?: Reporter
}

/** Rows of a range that a lane sums at a time where the order does not matter. */
const RANGE_ROWS = 500_000

/** Splits the reading back of a table into tasks. Throws OPTIONS_CHANGED when the copy kept no digests. */
export async function readbackTasks(i: Omit<ReadbackInput, 'signal' | 'report'>): Promise<ReadbackTask[]> {
  if (i.marks.some((m) => m.written > 0 && m.digest === '')) {
    throw new NaruError('OPTIONS_CHANGED', `${i.plan.source.name.name} was copied without digests`, {
      hint: 'Compare both sides with naru verify.',
    })
  }
  if (i.plan.ordered) {
    return i.units.map((u) => ({
      kind: 'unit',
      unit: u.unit,
      range: orderedRange(u.range),
      chunks: chunksOf(u, i.marks),
    }))
  }
  const physical = await readTarget(i.plan, i.target, false).split({ rows: RANGE_ROWS })
  if (physical.length > 1 || !keyedOnTarget(i.plan) || i.plan.rows < RANGE_ROWS) {
    return physical.map((range) => ({ kind: 'range', range, keyed: false }))
  }
  const keyed = await readTarget(i.plan, i.target).split({ rows: RANGE_ROWS })
  return keyed.map((range) => ({ kind: 'range', range, keyed: true }))
}

function chunksOf(unit: UnitRecord, marks: readonly Mark[]): Chunk[] {
  return marks
    .filter((m) => m.unit === unit.unit && m.written > 0)
    .sort((a, b) => a.seq - b.seq)
    .map((m) => ({ rows: m.written, digest: m.digest }))
}

/** Does one task on a connection to the target. Throws STOPPED when the signal ended it early. */
export async function readbackPart(
  plan: TablePlan,
  target: Database,
  task: ReadbackTask,
  signal?: AbortSignal,
): Promise<ReadbackPart> {
  return task.kind === 'unit' ? readUnit(plan, target, task, signal) : readRange(plan, target, task, signal)
}

type UnitTask = Extract<ReadbackTask, { kind: 'unit' }>
type RangeTask = Extract<ReadbackTask, { kind: 'range' }>

async function readUnit(
  plan: TablePlan,
  target: Database,
  task: UnitTask,
  signal?: AbortSignal,
): Promise<ReadbackPart> {
  const began = performance.now()
  const hasher = tupleHasher(plan.columns.map((c) => c.wire))
  let unreadable = 0
  const count = () => {
    unreadable++
  }
  const cursor = new RowCursor(readTarget(plan, target), task.range, count, signal)
  try {
    const found = await cutDigests(
      cursor,
      task.chunks.map((c) => c.rows),
      hasher,
    )
    const wanted = task.chunks.map((c) => c.digest)
    const same = unreadable === 0 && found.length === wanted.length && found.every((c, i) => c.digest === wanted[i])
    const rows = found.reduce((n, c) => n + c.rows, unreadable)
    const digest = digestOf(found.map((c) => c.digest))
    return {
      kind: 'unit',
      unit: task.unit,
      rows,
      digest,
      expected: digestOf(wanted),
      same,
      ms: performance.now() - began,
    }
  } finally {
    await cursor.close()
  }
}

async function readRange(
  plan: TablePlan,
  target: Database,
  task: RangeTask,
  signal?: AbortSignal,
): Promise<ReadbackPart> {
  const began = performance.now()
  const hasher = tupleHasher(plan.columns.map((c) => c.wire))
  let rows = 0
  let sum = 0n
  const count = () => {
    rows++ // unreadable: counted, but never part of an equal sum
    sum = addSums(sum, 1n)
  }
  const cursor = new RowCursor(readTarget(plan, target, task.keyed), task.range, count, signal)
  try {
    while (await cursor.fill()) {
      const all = cursor.look(cursor.left)
      sum = addSums(sum, hasher.sum(all.bytes, all.count))
      rows += all.count
      cursor.advance(all)
    }
  } finally {
    await cursor.close()
  }
  return { kind: 'range', rows, sum: sumText(sum), ms: performance.now() - began }
}

function digestOf(digests: readonly string[]): string {
  const hash = createHash('sha256')
  for (const digest of digests) hash.update(digest)
  return hash.digest('hex')
}

/** Puts the parts of a table together and compares them with what the marks say. */
export function combineReadback(
  plan: TablePlan,
  units: readonly UnitRecord[],
  marks: readonly Mark[],
  parts: readonly ReadbackPart[],
): Readback {
  const rows = parts.reduce((n, p) => n + p.rows, 0)
  const ms = parts.reduce((n, p) => n + p.ms, 0)
  if (!plan.ordered) {
    const digest = sumText(parts.reduce((s, p) => (p.kind === 'range' ? addSums(s, parseSum(p.sum)) : s), 0n))
    const written = marks.filter((m) => m.written > 0)
    const expected = sumText(written.reduce((s, m) => addSums(s, parseSum(m.digest)), 0n))
    const same = digest === expected && rows === written.reduce((n, m) => n + m.written, 0)
    return { rows, same, digest, expected, badUnits: [], ms }
  }
  const byUnit = new Map(parts.flatMap((p) => (p.kind === 'unit' ? [[p.unit, p] as const] : [])))
  const inOrder = [...units].sort((a, b) => a.position - b.position)
  const badUnits = inOrder.filter((u) => !byUnit.get(u.unit)?.same).map((u) => u.unit)
  const found = inOrder.flatMap((u) => byUnit.get(u.unit) ?? [])
  return {
    rows,
    same: badUnits.length === 0,
    digest: digestOf(found.map((p) => p.digest)),
    expected: digestOf(found.map((p) => p.expected)),
    badUnits,
    ms,
  }
}

/** Reads a table back on one connection: tasks, one after the other, and the verdict. */
export async function readBack(i: ReadbackInput): Promise<Readback> {
  const parts: ReadbackPart[] = []
  for (const task of await readbackTasks(i)) parts.push(await readbackPart(i.plan, i.target, task, i.signal))
  const result = combineReadback(i.plan, i.units, i.marks, parts)
  i.report?.report({ type: 'verified', table: i.plan.label, rows: result.rows, same: result.same })
  return result
}
