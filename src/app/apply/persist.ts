/** Again where only a lock was in the way. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NaruError } from '../../core/error.ts'
import type { Reporter } from '../../core/event.ts'

/** Seconds between two attempts: a queue behind the lock is let through meanwhile. */
const PAUSES = [1, 2, 4, 8, 15, 30]

export interface Persistence {
  /** How often it is tried again. */
  readonly retries: number
  /** Seconds between two attempts; default: more each time. */
  readonly pause?: number
  readonly reporter: Reporter
  readonly signal?: AbortSignal
  /** The error where the user asks to stop between two attempts. */
  readonly stopped: () => NaruError
}

/** Runs `work` again as often as allowed where it failed with `waited` in its details, telling each time. */
export async function persistently<T>(o: Persistence, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      const waits = error instanceof NaruError && error.details.waited === true
      if (!waits || attempt > o.retries || o.signal?.aborted) throw error
      const pause = o.pause ?? PAUSES[Math.min(attempt, PAUSES.length) - 1]
      const times = Number.isFinite(o.retries) ? ` (${attempt} of ${o.retries})` : ''
      const message = `${error.message}: ${error.why ?? 'a lock was not granted'}. Trying again in ${pause} s${times}`
      o.reporter.report({ type: 'warning', message })
      await sleep(pause * 1000, undefined, { signal: o.signal }).catch(() => {
        throw o.stopped()
      })
    }
  }
}
