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

/** What waits for one host, and how much of it is under way. */
interface Host {
  readonly waiting: { readonly turn: number; readonly start: () => void }[]
  busy: number
  /** Nothing begins before this moment. */
  free: number
}

/** A gate with these limits. */
export function openGate(o: { readonly concurrency: number; readonly perHost: number }): Gate {
  /** Hosts for which something waits or runs, or that asked for a pause. */
  const hosts = new Map<string, Host>()
  let running = 0
  let turns = 0
  let timer: NodeJS.Timeout | undefined

  const hostOf = (name: string): Host => {
    const host = hosts.get(name) ?? { waiting: [], busy: 0, free: 0 }
    hosts.set(name, host)
    return host
  }
  /** The host whose turn it is: of those that have room, the one that waits longest. */
  function ready(now: number): Host | null {
    let first: Host | null = null
    for (const host of hosts.values()) {
      if (host.waiting.length === 0 || host.busy >= o.perHost || host.free > now) continue
      if (first === null || host.waiting[0].turn < first.waiting[0].turn) first = host
    }
    return first
  }
  function next(): void {
    const now = performance.now()
    while (running < o.concurrency) {
      const host = ready(now)
      const entry = host?.waiting.shift()
      if (host === null || entry === undefined) break
      running++
      host.busy++
      entry.start()
    }
    wakeLater(now)
  }
  /** Nobody else would call `next` when all that waits waits for the end of a pause. */
  function wakeLater(now: number): void {
    clearTimeout(timer)
    let end = Number.POSITIVE_INFINITY
    for (const { waiting, free } of hosts.values()) if (waiting.length > 0 && free > now) end = Math.min(end, free)
    if (end < Number.POSITIVE_INFINITY) timer = setTimeout(next, end - now + 1)
  }
  /** Hosts are as many as the addresses name. */
  function forget(name: string, { waiting, busy, free }: Host): void {
    if (waiting.length === 0 && busy === 0 && free <= performance.now()) hosts.delete(name)
  }
  const hostLeaver = (name: string, host: Host) => {
    let there = true
    return () => {
      if (there) host.busy--
      there = false
      forget(name, host)
      next()
    }
  }
  return {
    run: (name, work) =>
      new Promise((resolve, reject) => {
        const host = hostOf(name)
        const start = () => {
          const leaveHost = hostLeaver(name, host)
          void work(leaveHost)
            .then(resolve, reject)
            .finally(() => {
              running--
              leaveHost()
            })
        }
        host.waiting.push({ turn: turns++, start })
        next()
      }),
    pause(name, until) {
      const host = hostOf(name)
      host.free = Math.max(until, host.free)
    },
  }
}
