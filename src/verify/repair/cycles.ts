/** Things that wait for each other in a circle: strongly connected components, after Tarjan. */

/**
 * The components of a graph, each after all that it waits for. `of` gives what a thing waits for; what is not among `all` is passed over.
 * No recursion: chains may be as long as tables.
 */
export function components(all: readonly number[], of: (n: number) => readonly number[]): number[][] {
  const known = new Set(all)
  const index = new Map<number, number>()
  const low = new Map<number, number>()
  const open = new Set<number>()
  const stack: number[] = []
  const found: number[][] = []
  const enter = (n: number) => {
    index.set(n, index.size)
    low.set(n, index.size - 1)
    stack.push(n)
    open.add(n)
    return { n, next: of(n).filter((other) => known.has(other)), at: 0 }
  }
  const lower = (n: number, to: number) => low.set(n, Math.min(low.get(n) as number, to))
  const close = (n: number) => {
    const part = stack.splice(stack.lastIndexOf(n))
    for (const one of part) open.delete(one)
    found.push(part)
  }
  for (const start of all) {
    if (index.has(start)) continue
    const way = [enter(start)]
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const { n } = top
      const other = top.next[top.at++]
      if (other !== undefined) {
        if (!index.has(other)) way.push(enter(other))
        else if (open.has(other)) lower(n, index.get(other) as number)
        continue
      }
      way.pop()
      if (low.get(n) === index.get(n)) close(n)
      const above = way.at(-1)
      if (above !== undefined) lower(above.n, low.get(n) as number)
    }
  }
  return found
}
