/** Single calls made into calls of many: whatever is asked while one is under way goes with the next. */

interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/** When a call begins that could be larger a moment later. */
export interface Pace {
  /** Milliseconds from the beginning of one call to that of the next. */
  readonly every: number
  /** So many items are not waited with. */
  readonly enough: number
}

/**
 * `work` gets up to `most` items and gives as many results, in their order; one call runs at a time, and with a pace no sooner than that says.
 * Its error is that of all its items.
 */
export function gather<T, R>(
  most: number,
  work: (items: readonly T[]) => Promise<readonly R[]>,
  pace: Pace = { every: 0, enough: 1 },
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = []
  let running = false
  let began = Number.NEGATIVE_INFINITY
  let wake = () => {}
  async function more(): Promise<void> {
    const ms = began + pace.every - performance.now()
    if (waiting.length >= pace.enough || ms <= 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      await more()
      began = performance.now()
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
      else if (waiting.length === pace.enough) wake()
    })
}
