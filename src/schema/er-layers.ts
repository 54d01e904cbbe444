/** Tables by what connects them: groups, and within a group layers from what is referred to, to what refers. */
import type { ErEdge } from './er-diagram.ts'

type Neighbours = ReadonlyMap<string, readonly string[]>

function neighbours(edges: readonly ErEdge[], side: 'from' | 'to'): Neighbours {
  const other = side === 'from' ? 'to' : 'from'
  const found = new Map<string, string[]>()
  for (const e of edges) {
    if (e.from === e.to) continue
    const list = found.get(e[side]) ?? []
    if (!list.includes(e[other])) list.push(e[other])
    found.set(e[side], list)
  }
  return found
}

/** Keys of tables that foreign keys connect, the largest group first; tables without any come one by one at the end. */
export function groupsOf(keys: readonly string[], edges: readonly ErEdge[]): string[][] {
  const out = neighbours(edges, 'from')
  const into = neighbours(edges, 'to')
  const seen = new Set<string>()
  const groups: string[][] = []
  for (const key of keys) {
    if (seen.has(key)) continue
    const group: string[] = []
    const open = [key]
    seen.add(key)
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      group.push(at)
      for (const next of [...(out.get(at) ?? []), ...(into.get(at) ?? [])]) {
        if (!seen.has(next)) open.push(next)
        seen.add(next)
      }
    }
    groups.push(group)
  }
  return groups.sort((a, b) => b.length - a.length)
}

/** Depth of each table: 0 for those that refer to none, else one more than the deepest that it refers to; keys that close a circle do not count. */
function depths(keys: readonly string[], refersTo: Neighbours): Map<string, number> {
  const depth = new Map<string, number>()
  const open = new Set<string>()
  const visit = (start: string) => {
    const stack = [{ key: start, next: 0 }]
    open.add(start)
    while (stack.length > 0) {
      const top = stack[stack.length - 1]
      const all = refersTo.get(top.key) ?? []
      if (top.next < all.length) {
        const to = all[top.next++]
        if (depth.has(to) || open.has(to)) continue
        open.add(to)
        stack.push({ key: to, next: 0 })
        continue
      }
      depth.set(top.key, Math.max(0, ...all.map((k) => (depth.has(k) ? (depth.get(k) ?? 0) + 1 : 0))))
      open.delete(top.key)
      stack.pop()
    }
  }
  for (const key of keys) if (!depth.has(key)) visit(key)
  return depth
}

const SWEEPS = 6

/** Layers in order, within each the order that lets keys cross little: each table near the middle of its neighbours. */
export function layersOf(keys: readonly string[], edges: readonly ErEdge[]): string[][] {
  const refersTo = neighbours(edges, 'from')
  const referredBy = neighbours(edges, 'to')
  const depth = depths(keys, refersTo)
  const layers: string[][] = []
  for (const key of keys) {
    const at = depth.get(key) ?? 0
    layers[at] = [...(layers[at] ?? []), key]
  }
  const kept = layers.filter((layer) => layer !== undefined)
  for (let i = 0; i < SWEEPS; i++) sweep(kept, i % 2 === 0 ? refersTo : referredBy, i % 2 === 0)
  return kept
}

function sweep(layers: string[][], near: Neighbours, forward: boolean): void {
  const place = new Map(layers.flatMap((layer) => layer.map((key, i) => [key, (i + 0.5) / layer.length] as const)))
  for (const i of forward ? layers.keys() : [...layers.keys()].reverse()) {
    const middle = new Map(
      layers[i].map((key) => {
        const around = (near.get(key) ?? []).flatMap((k) => place.get(k) ?? [])
        return [key, around.length === 0 ? (place.get(key) ?? 0) : around.reduce((a, b) => a + b) / around.length]
      }),
    )
    layers[i] = [...layers[i]].sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0))
    layers[i].forEach((key, n) => {
      place.set(key, (n + 0.5) / layers[i].length)
    })
  }
}
