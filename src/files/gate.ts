/** How many files are under way at once: in all, per host, and none of a host that asked for a pause. */

export interface Gate {
  /**
   * Runs work when there is room for it; first come, first served, but for hosts that are full or pausing. Work that needs its host no more
   * says so by `leaveHost`, and counts among all until its end.
   */
  run<T>(host: string, work: (leaveHost: () => void) => Promise<T>): Promise<T>
  /** Nothing of this host begins before this moment (milliseconds of `performance.now`). */
  pause(host: string, until: number): void
}

interface Entry {
  readonly host: string
  readonly start: () => void
}

/** A gate with these limits. */
export function openGate(o: { readonly concurrency: number; readonly perHost: number }): Gate {
  const waiting: Entry[] = []
  const busy = new Map<string, number>()
  const pauses = new Map<string, number>()
  let running = 0
  let timer: NodeJS.Timeout | undefined

  const isFree = (host: string, now: number) => (busy.get(host) ?? 0) < o.perHost && (pauses.get(host) ?? 0) <= now
  function next(): void {
    const now = performance.now()
    for (let i = 0; i < waiting.length && running < o.concurrency; ) {
      const entry = waiting[i]
      if (!isFree(entry.host, now)) i++
      else {
        waiting.splice(i, 1)
        running++
        busy.set(entry.host, (busy.get(entry.host) ?? 0) + 1)
        entry.start()
      }
    }
    wakeLater(now)
  }
  /** Nobody else would call `next` when all that waits waits for the end of a pause. */
  function wakeLater(now: number): void {
    clearTimeout(timer)
    const ends = waiting.map((e) => pauses.get(e.host) ?? 0).filter((end) => end > now)
    if (ends.length > 0) timer = setTimeout(next, Math.min(...ends) - now + 1)
  }
  const hostLeaver = (host: string) => {
    let there = true
    return () => {
      if (there) busy.set(host, (busy.get(host) ?? 1) - 1)
      there = false
      next()
    }
  }
  return {
    run: (host, work) =>
      new Promise((resolve, reject) => {
        const start = () => {
          const leaveHost = hostLeaver(host)
          void work(leaveHost)
            .then(resolve, reject)
            .finally(() => {
              running--
              leaveHost()
            })
        }
        waiting.push({ host, start })
        next()
      }),
    pause(host, until) {
      pauses.set(host, Math.max(until, pauses.get(host) ?? 0))
    },
  }
}
