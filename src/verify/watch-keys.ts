/**
 * Keys under which two sides differ that share no order, looked at again and again: what the target holds may be what the source held at some
 * moment since. Every look reads both sides; only hashes are kept.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { displayKey } from '../core/key.ts'
import type { Settled } from './settle.ts'
import { refuseAborted } from './side.ts'
import type { TupleKey } from './tuple-key.ts'
import { type Candidates, eachHashed, type Surplus, type UnorderedInput } from './unordered.ts'

/** A side's hash under a key where there is no row. */
export const NOTHING = -1n

/** A key under watch. */
export interface Watched {
  /** Hashes that the source had at some moment. */
  readonly seen: ReadonlySet<bigint>
  /** Both sides at the last look. */
  readonly source: bigint
  readonly target: bigint
  /** The key for people. */
  readonly name: string
}

interface Look {
  source: bigint
  target: bigint
  name: string
}

/** Pauses between looks take so many times as long as a look. */
const SPARING = 2

/** The keys that differ at rest, for as long as a difference must last. Those that moved or found no rest are in `s`. */
export async function watchKeys(
  i: UnorderedInput & { readonly settle: number },
  key: TupleKey,
  candidates: Candidates,
  s: Settled,
): Promise<Map<bigint, Watched>> {
  const began = performance.now()
  const differing = new Map<bigint, Watched>()
  const open = new Map([...candidates].map(([k, surplus]) => [k, begun(surplus)]))
  for (let took = 0; open.size > 0; ) {
    const pause = Math.max(50, Math.min(i.settle / 4, 5000), SPARING * took)
    await sleep(pause, undefined, { signal: i.signal }).catch(() => refuseAborted(i.signal))
    const age = performance.now() - began
    const now = await look(i, key, open)
    took = performance.now() - began - age
    for (const [k, last] of [...open]) {
      const { source, target, name } = now.get(k) ?? { source: NOTHING, target: NOTHING, name: last.name }
      const seen = last.seen.add(source)
      const rested = source === last.source && target === last.target
      open.delete(k)
      if (source === target || seen.has(target)) s.moved++
      else if (age < i.settle || (!rested && age < 2 * i.settle)) open.set(k, { seen, source, target, name })
      else if (rested) differing.set(k, { seen, source, target, name })
      else s.restless.push(name)
    }
  }
  return differing
}

function begun(surplus: Surplus): Look & { readonly seen: Set<bigint> } {
  const all = [...surplus]
  const source = all.find(([, n]) => n > 0)?.[0] ?? NOTHING
  const target = all.find(([, n]) => n < 0)?.[0] ?? NOTHING
  return { seen: new Set([source]), source, target, name: '' }
}

async function look(i: UnorderedInput, key: TupleKey, open: ReadonlyMap<bigint, unknown>): Promise<Map<bigint, Look>> {
  const found = new Map<bigint, Look>()
  await eachHashed(i, (side, row) => {
    if (!open.has(row.key)) return
    const known = found.get(row.key)
    const name = known?.name ?? displayKey(key.values(row.bytes, row.at))
    found.set(row.key, { source: NOTHING, target: NOTHING, ...known, name, [side]: row.hash })
  })
  return found
}
