/** The real clock. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../core/throttle.ts'

/** Time as this process has it. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}), // who asked looks at the signal
}
