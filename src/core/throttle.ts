/** Reading no faster than asked, and not while a database has more urgent things to do. Pure but for the clock that is handed in. */
import type { RowSource } from './engine.ts'
import type { Reporter } from './event.ts'
import type { PauseSummary } from './report.ts'

/** Time, as tests may invent it. */
export interface Clock {
  /** Milliseconds from any moment on. */
  now(): number
  /** Resolves after so many milliseconds, or at once when the signal fires. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Most rows and bytes a second; absent: as fast as it goes. */
export interface Rate {
  readonly rows?: number
  readonly bytes?: number
}

/** Something that must hold while rows are read. */
export interface Watch {
  /** Null where it holds; else why not, for people: `Threads_running 41 ≥ 40`. Throws as databases do. */
  look(): Promise<string | null>
}

/** What one side of a comparison is held to. */
export interface Pace {
  /** Rows of a batch at most, so that the flow is even. */
  readonly batchRows: number
  readonly batchBytes: number
  /** Rows of a range at most, for rows of so many bytes: between ranges a pause can begin. */
  pieceRows(width: number): number
  /** Waits until rows may be read. Resolves early when the signal fires. */
  ready(): Promise<void>
  /** Takes down what was read. */
  charge(rows: number, bytes: number): void
}

export interface Throttle {
  /** Every call is another pace of its own: each database is read at the rate that was asked for. */
  pace(): Pace
  /** Between two pieces: returns when all watches hold, or the signal has fired. Throws as they do. */
  gate(): Promise<void>
  /** What the pauses have come to. */
  pauses(): PauseSummary
}

export interface ThrottleOptions {
  readonly rate: Rate
  readonly watches: readonly Watch[]
  readonly clock: Clock
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/** Watches are not asked more often than this, and so often while they do not hold. */
const LOOK_MS = 500
const PAUSED_MS = 1000
/** A range takes about a second where nothing is known of the database: never more rows or bytes than these. */
const PIECE_ROWS = 20_000
const PIECE_BYTES = 16 * 1024 * 1024
/** Never fewer: below, questions would cost more than rows. */
const LEAST_ROWS = 100
/** Parts of a second that a batch may take of the rate. */
const PART = 4
const LEAST_BYTES = 16 * 1024

/** A throttle over the given clock. */
export function throttle(o: ThrottleOptions): Throttle {
  const gate = gateOf(o)
  return { pace: () => paceOf(o), gate: gate.pass, pauses: gate.pauses }
}

function paceOf({ rate, clock, signal }: ThrottleOptions): Pace {
  const { rows: most = Number.POSITIVE_INFINITY, bytes: mostBytes = Number.POSITIVE_INFINITY } = rate
  let free = Number.NEGATIVE_INFINITY
  return {
    batchRows: Math.max(1, Math.floor(most / PART)),
    batchBytes: Math.max(LEAST_BYTES, Math.floor(mostBytes / PART)),
    pieceRows(width) {
      const byBytes = Math.min(PIECE_BYTES, mostBytes) / Math.max(1, width)
      return Math.max(LEAST_ROWS, Math.floor(Math.min(PIECE_ROWS, most, byBytes)))
    },
    async ready() {
      const ms = free - clock.now()
      if (ms > 1) await clock.sleep(ms, signal)
    },
    charge(rows, bytes) {
      free = Math.max(free, clock.now()) + Math.max(rows / most, bytes / mostBytes) * 1000
    },
  }
}

function gateOf({ watches, clock, reporter, signal }: ThrottleOptions) {
  const reasons = new Set<string>()
  let looked = Number.NEGATIVE_INFINITY
  let under: Promise<void> | null = null
  let count = 0
  let ms = 0
  const why = async () => {
    looked = clock.now()
    for (const watch of watches) {
      const reason = await watch.look()
      if (reason !== null) return reason
    }
    return null
  }
  const wait = async (first: string) => {
    const began = clock.now()
    count++
    reasons.add(first)
    reporter.report({ type: 'pause', state: 'begin', reason: first, ms: 0 })
    for (let reason: string | null = first; reason !== null && !signal?.aborted; reason = await why()) {
      if (clock.now() > began) reporter.report({ type: 'pause', state: 'still', reason, ms: clock.now() - began })
      await clock.sleep(PAUSED_MS, signal)
    }
    ms += clock.now() - began
    reporter.report({ type: 'pause', state: 'end', reason: first, ms: clock.now() - began })
  }
  const look = async () => {
    if (watches.length === 0 || signal?.aborted || clock.now() - looked < LOOK_MS) return
    const reason = await why()
    if (reason !== null) await wait(reason)
  }
  return {
    /** Several lanes wait for one answer. */
    pass(): Promise<void> {
      under ??= look().finally(() => {
        under = null
      })
      return under
    },
    pauses: (): PauseSummary => ({ count, ms, reasons: [...reasons] }),
  }
}

/** The same source, held to a pace; `width`: bytes of a row, as far as known, for digests that do not tell them. */
export function pacedSource(from: RowSource, pace: Pace, gate: () => Promise<void>, width: number): RowSource {
  const { digest } = from
  return {
    split: ({ rows }) => from.split({ rows: Math.min(rows, pace.pieceRows(width)) }),
    count: () => from.count(),
    async *read(range, o) {
      await gate()
      const limits = { rows: Math.min(o.rows, pace.batchRows), bytes: Math.min(o.bytes, pace.batchBytes) }
      for await (const batch of from.read(range, { ...o, ...limits })) {
        await pace.ready()
        pace.charge(batch.rows, batch.bytes.length)
        yield batch
      }
    },
    ...(digest !== undefined && {
      digest: async (range, fields) => {
        await gate()
        const found = await digest(range, fields)
        pace.charge(found.rows, found.rows * width)
        // Paid for at once, so that whoever asks sees how long such a range takes.
        await pace.ready()
        return found
      },
    }),
  }
}
