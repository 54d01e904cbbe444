/** The second look at rows that share no order: both sides are read once more, and what lies under the hashes in question is kept. */
import { setTimeout as sleep } from 'node:timers/promises'
import { displayKey } from '../core/key.ts'
import { skipRow } from '../core/wire.ts'
import type { Pair, PairTaker, RowView } from './pair.ts'
import type { Settled } from './settle.ts'
import { appended, refuseAborted } from './side.ts'
import { type Candidates, driftIn, eachHashed, type Hashed, type Surplus, type UnorderedInput } from './unordered.ts'
import { NOTHING, type Watched, watchKeys } from './watch-keys.ts'

/** Bytes of rows kept in memory; what is beyond is read in another pass. */
const HELD_BYTES = 48 * 1024 * 1024

export interface SettleUnorderedInput extends UnorderedInput {
  /** Milliseconds between the first look and this one. */
  readonly settle: number
  readonly taker: PairTaker
}

interface Kept {
  n: number
  readonly row: RowView & { readonly hash: bigint }
}

/** Rows by their hash, under the hash of their key. */
type KeptRows = Map<bigint, Map<bigint, Kept>>

/** Looks again at what lies under the candidates, in as many passes as memory asks for. */
export async function settleUnordered(i: SettleUnorderedInput, candidates: Candidates, s: Settled): Promise<void> {
  if (candidates.size === 0) return
  const watched = i.settle > 0 && i.key !== null ? await watchKeys(i, i.key, candidates, s) : null
  if (watched === null) await sleep(i.settle, undefined, { signal: i.signal }).catch(() => refuseAborted(i.signal))
  for (let todo = [...(watched ?? candidates).keys()]; todo.length > 0; ) {
    const { rows, done } = await pass(i, todo)
    const pairs = todo.slice(0, done).flatMap((key) => {
      const last = watched?.get(key)
      if (last !== undefined && movedSince(last, rows.get(key), s)) return []
      return pairsOf(i, candidates.get(key) as Surplus, rows.get(key))
    })
    if (watched !== null) {
      for (const pair of pairs.sort(asPeopleLook)) await i.taker.take(pair)
      todo = todo.slice(done)
      continue
    }
    const before = todo
      .slice(0, done)
      .reduce((n, key) => n + driftIn(candidates.get(key) as Surplus, appended(i.plan)), 0)
    s.moved += Math.max(0, before - pairs.length)
    for (const pair of pairs.sort(asPeopleLook)) await i.taker.take(pair)
    todo = todo.slice(done)
  }
}

/** Whether what lies under a key is not what it was at the last of many looks: then it has not come to rest. */
function movedSince(last: Watched, now: ReadonlyMap<bigint, Kept> | undefined, s: Settled): boolean {
  const all = [...(now?.values() ?? [])]
  const source = all.find((r) => r.n > 0)?.row.hash ?? NOTHING
  const target = all.find((r) => r.n < 0)?.row.hash ?? NOTHING
  if (source === last.source && target === last.target) return false
  if (source === target || last.seen.has(target)) s.moved++
  else s.restless.push(last.name)
  return true
}

/** Rows under the first `done` keys: all of them, unless they take too much memory. */
async function pass(i: UnorderedInput, todo: readonly bigint[]): Promise<{ rows: KeptRows; done: number }> {
  const wanted = new Set(todo)
  const rows: KeptRows = new Map()
  let done = todo.length
  let held = 0
  await eachHashed(i, (side, row) => {
    if (!wanted.has(row.key)) return
    held += keep(rows, side === 'source' ? 1 : -1, row)
    while (held > HELD_BYTES && done > 1) {
      const fewer = Math.ceil(done / 2)
      for (const key of todo.slice(fewer, done)) {
        wanted.delete(key)
        for (const { row } of rows.get(key)?.values() ?? []) held -= row.bytes.length
        rows.delete(key)
      }
      done = fewer
    }
  })
  return { rows, done }
}

/** Counts a row; the bytes that it takes. */
function keep(rows: KeptRows, n: number, row: Hashed): number {
  const under = rows.get(row.key) ?? new Map<bigint, Kept>()
  rows.set(row.key, under)
  const known = under.get(row.hash)
  if (known !== undefined) {
    known.n += n
    return 0
  }
  const bytes = Uint8Array.prototype.slice.call(row.bytes, row.at, skipRow(row.bytes, row.at))
  under.set(row.hash, { n, row: { bytes, at: 0, hash: row.hash } })
  return bytes.length
}

/** Surplus rows under one key: pairs differ, what is left over is on one side alone. */
function pairsOf(i: SettleUnorderedInput, first: Surplus, now: ReadonlyMap<bigint, Kept> | undefined): Pair[] {
  const all = [...(now?.values() ?? [])]
  const rows = all.map((kept) => ({ ...kept, n: lasting(i, first, kept) }))
  const source = rows.flatMap((r) => Array<RowView>(Math.max(0, r.n)).fill(r.row))
  const target = rows.flatMap((r) => Array<RowView>(Math.max(0, -r.n)).fill(r.row))
  const most = appended(i.plan) ? source.length : Math.max(source.length, target.length)
  return Array.from({ length: most }, (_, n) => {
    const pair = { source: source[n] ?? null, target: target[n] ?? null, place: null }
    const row = pair.source ?? (pair.target as RowView)
    return { ...pair, key: i.key?.values(row.bytes, row.at) ?? null }
  })
}

/** Of rows without a key, with time in between, only a surplus that lasts counts. */
function lasting(i: SettleUnorderedInput, first: Surplus, { n, row }: Kept): number {
  if (i.settle === 0 || i.key !== null) return n
  const before = first.get(row.hash) ?? 0
  return n > 0 ? Math.max(0, Math.min(n, before)) : Math.min(0, Math.max(n, before))
}

/** Made when it is first needed: it takes longer than all else that a small command does. */
let order: Intl.Collator | undefined

/** Rows that share no order are told as people would look for them. */
function asPeopleLook(a: Pair, b: Pair): number {
  order ??= new Intl.Collator('en', { numeric: true })
  return order.compare(displayKey(a.key), displayKey(b.key)) || rank(a) - rank(b)
}

const rank = (p: Pair): number => (p.source !== null && p.target !== null ? 0 : p.source !== null ? 1 : 2)
