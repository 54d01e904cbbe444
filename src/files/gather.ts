/** Single calls made into calls of many: whatever is asked while one is under way goes with the next. */

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** `work` gets up to `most` items and gives as many results, in their order; one call runs at a time. Its error is that of all its items. */
export function gather<T, R>(
  most: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = []
  let running = false
  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, most)
      waiting = waiting.slice(most)
      try {
        const results = await work(batch.map((w) => w.item))
        for (const [i, w] of batch.entries()) w.resolve(results[i])
      } catch (error) {
        for (const w of batch) w.reject(error)
      }
    }
    running = false
  }
  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (!running) void run()
    })
}
