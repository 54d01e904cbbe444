/**
 * Rows whose expected values are gathered by key beside the databases (folded.ts), compared with those of the target: of merged rows what they
 * come to together, of rows that a function makes without the columns that it said nothing of. Values that are open are not compared.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openTuple } from '../copy/fold.ts'
import { type TupleHasher, tupleHasher } from '../core/digest.ts'
import type { CellReject, Database } from '../core/engine.ts'
import type { TablePlan } from '../core/plan.ts'
import { type FoldedGroup, foldSources, type HeldRows, heldRows, type ReadsMade } from './folded.ts'
import type { PairTaker, RowView } from './pair.ts'
import { withFieldsOf, withNulls } from './repair/tuple.ts'
import { refuseAborted } from './side.ts'
import { addRows, type SideTally } from './tally.ts'
import { tupleKey } from './tuple-key.ts'

/** Where rows are read. */
export interface KeyedSides {
  readonly made: ReadsMade
  readonly target: Database
}

export interface KeyedInput {
  readonly group: FoldedGroup
  /** The rows as they are compared and told; `targetWhere`: those of the target that the group answers for. */
  readonly plan: TablePlan
  /** Rows of the target that nobody made are taken, too. */
  readonly extras: boolean
  /** Milliseconds between the first look and the second one. */
  readonly settle: number
  readonly signal?: AbortSignal
  readonly taker: PairTaker
  rejected?(plan: TablePlan, reject: CellReject): void
  /** Opens what rows that differ are read from once more. */
  again(): Promise<KeyedSides & AsyncDisposable>
}

/** What both sides hold of the keys that were looked at. */
export interface KeyedFound {
  readonly source: SideTally
  readonly target: SideTally
  /** Rows that differed at first and were equal when looked at again. */
  moved: number
  /** By column: rows in which its value was open. */
  readonly open: Map<string, number>
}

/** Compares all rows, then those that differ once more: these are taken. Digests are of the rows without what is open. Throws STOPPED. */
export async function compareKeyed(i: KeyedInput, sides: KeyedSides): Promise<KeyedFound> {
  const side = (): SideTally => ({ rows: 0, sum: 0n })
  const found: KeyedFound = { source: side(), target: side(), moved: 0, open: new Map() }
  const first = await look(i, sides, { found, taker: null })
  if (first === 0) return found
  await sleep(i.settle, undefined, { signal: i.signal }).catch(() => refuseAborted(i.signal))
  await i.group.store.again()
  await using again = await i.again()
  const second = await look(i, again, { found, taker: i.taker })
  found.moved = Math.max(0, first - second)
  return found
}

interface Looking {
  readonly found: KeyedFound
  /** Null: rows that differ are only noted. */
  readonly taker: PairTaker | null
}

interface Look extends Looking {
  readonly i: KeyedInput
  readonly hasher: TupleHasher
  take(source: Uint8Array | null, target: RowView | null): void | Promise<void>
}

/** How many rows differ. What is the same is counted; what differs, where it is taken. */
async function look(i: KeyedInput, sides: KeyedSides, o: Looking): Promise<number> {
  const { group, plan } = i
  const hasher = tupleHasher(group.fold.columns.map((c) => c.wire))
  const key = tupleKey(plan, sides.target.engine.dialect.rawValue)
  const l: Look = {
    ...o,
    i,
    hasher,
    take(source, target) {
      const own = source === null ? null : { bytes: source, at: 0 }
      const row = own ?? (target as RowView)
      return o.taker?.take({ key: key?.values(row.bytes, row.at) ?? null, source: own, target, place: null })
    },
  }
  const twice = new Set<string>()
  await foldSources(group, sides.made, {
    rejected: o.taker === null ? i.rejected : undefined,
    async twice(key, row) {
      twice.add(key)
      await l.take(row, null)
    },
  })
  refuseAborted(i.signal)
  let differing = twice.size
  for await (const held of heldRows(group, sides.target, { where: plan.targetWhere, signal: i.signal }))
    differing += await compareBatch(l, held)
  refuseAborted(i.signal)
  for await (const [, values] of group.store.missing()) {
    differing++
    const { bytes } = openTuple(values)
    if (o.taker !== null) addRows(o.found.source, 1, hasher.row(bytes, 0, bytes.length))
    await l.take(bytes, null)
  }
  await group.store.differ([...twice])
  return differing
}

async function compareBatch(l: Look, { bytes, offsets, keys, rows, known }: HeldRows): Promise<number> {
  const { store } = l.i.group
  const is = { same: [] as string[], differing: [] as string[], extra: [] as string[] }
  for (const row of rows) {
    const held = bytes.subarray(offsets[row], offsets[row + 1])
    const expected = known.get(keys[row])
    if (expected === undefined) {
      if (!l.i.extras) continue
      is.extra.push(keys[row])
      count(l, null, held, [])
      await l.take(null, { bytes: held, at: 0 })
      continue
    }
    const { bytes: own, open } = openTuple(expected.values)
    const filled = withFieldsOf(own, held, open)
    const same = l.hasher.same(filled, 0, held, 0)
    is[same ? 'same' : 'differing'].push(keys[row])
    if (same || l.taker !== null) count(l, own, held, open)
    if (!same) await l.take(filled, { bytes: held, at: 0 })
  }
  await store.same(is.same)
  await store.differ(is.differing)
  await store.extra(is.extra)
  return is.differing.length + is.extra.length
}

/** Rows that differ count at the last look. */
function count(l: Look, own: Uint8Array | null, held: Uint8Array, open: readonly number[]): void {
  const { found, hasher, i } = l
  const target = withNulls(held, new Set(open))
  if (own !== null) addRows(found.source, 1, hasher.row(own, 0, own.length))
  if (own !== null || l.taker !== null) addRows(found.target, 1, hasher.row(target, 0, target.length))
  for (const at of open) {
    const { name } = i.group.fold.columns[at]
    found.open.set(name, (found.open.get(name) ?? 0) + 1)
  }
}

/** Which values were open, for people; `why`: what that means. */
export function openNote(found: KeyedFound, why: string): string[] {
  if (found.open.size === 0) return []
  const named = [...found.open].map(([name, n]) => `${name} in ${n} ${n === 1 ? 'row' : 'rows'}`)
  return [`not compared: ${named.join(', ')}: ${why}`]
}
