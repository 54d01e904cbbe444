/** --max-lag and --while of a copy: lanes in threads of their own are held by a shared flag while a watch does not hold. */
import type { NaruEvent } from '../core/event.ts'
import { CLOCK } from './clock.ts'
import type { Session } from './session.ts'
import { openThrottle, pauseNotes } from './throttle.ts'

/** How often watches are asked, in milliseconds. */
const EVERY_MS = 1000

/** Watches that are asked while rows move. */
export interface Hold extends AsyncDisposable {
  /** Rows move no more: notes what the pauses came to. Throws what a watch has failed with. */
  end(): Promise<void>
}

/** Begins to watch. Throws as `openThrottle` does. A watch that fails later stops the run after the running chunks. */
export async function openHold(session: Session, flags: Int32Array, signal: AbortSignal | undefined): Promise<Hold> {
  const { options, reporter } = session
  const over = new AbortController()
  const both = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
  const report = (event: NaruEvent) => {
    if (event.type === 'pause') Atomics.store(flags, 1, event.state === 'end' ? 0 : 1)
    reporter.report(event)
  }
  // Lanes keep the rates by themselves.
  const asked = { maxLag: options.maxLag, while: options.while }
  const [first, ...others] = session.sources
  const ends = { from: first.address, source: first.database, to: session.to, target: session.target }
  const held = await openThrottle(ends, asked, { reporter: { report }, signal: both })
  if (held.throttle !== null && others.length > 0)
    session.notes.push(`of the sources, --max-lag and --while watched ${first.address.label} alone`)
  const { throttle } = held
  // Before the snapshot: nothing is kept open for a pause.
  await throttle?.gate().catch(async (error: unknown) => {
    await held[Symbol.asyncDispose]()
    throw error
  })
  let failure: unknown
  const watching = (async () => {
    while (throttle !== null && !both.aborted) {
      await throttle.gate()
      await CLOCK.sleep(EVERY_MS, both)
    }
  })().catch((error: unknown) => {
    failure = error
    Atomics.store(flags, 0, 1)
  })
  const stop = async () => {
    over.abort()
    await watching
  }
  return {
    async end() {
      await stop()
      if (failure !== undefined) throw failure
      session.notes.push(...held.notes, ...pauseNotes(throttle))
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await held[Symbol.asyncDispose]()
    },
  }
}
