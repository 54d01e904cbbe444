/** Events of files → how many are settled, and how fast. Pure but for the clock that is handed in. */
import type { NaruEvent } from '../../core/event.ts'

type FilesEvent = Extract<NaruEvent, { type: 'files' }>

export interface FilesStanding {
  readonly settled: number
  readonly of: number | null
  readonly refused: number
  readonly bytes: number
  readonly filesPerSecond: number
  readonly bytesPerSecond: number
  /** Milliseconds until all are settled; null where that cannot be told. */
  readonly eta: number | null
}

export interface FilesProgress {
  apply(event: FilesEvent, now: number): void
  /** Null where no files move. */
  standing(now: number): FilesStanding | null
  forget(): void
}

/** Rates are of this long a time. */
const WINDOW_MS = 10_000
const SAMPLE_MS = 100
/** A rate of a shorter time says nothing. */
const LEAST_SECONDS = 0.2

/** Where the files of one store stand. */
export function filesProgress(): FilesProgress {
  const samples: { readonly at: number; readonly fetched: number; readonly bytes: number }[] = []
  let latest: FilesEvent | null = null
  return {
    apply(event, now) {
      latest = event
      const { fetched, bytes } = event
      const last = samples.at(-1)
      if (last === undefined || now - last.at >= SAMPLE_MS) samples.push({ at: now, fetched, bytes })
      while (samples.length > 2 && now - samples[1].at > WINDOW_MS) samples.shift()
    },
    standing(now) {
      if (latest === null) return null
      const { settled, of, refused, bytes, fetched } = latest
      const [first] = samples
      const seconds = (now - first.at) / 1000
      const per = (amount: number) => (seconds > LEAST_SECONDS ? amount / seconds : 0)
      const filesPerSecond = per(fetched - first.fetched)
      const eta = of === null || filesPerSecond === 0 ? null : (Math.max(0, of - settled) / filesPerSecond) * 1000
      return { settled, of, refused, bytes, filesPerSecond, bytesPerSecond: per(bytes - first.bytes), eta }
    },
    forget() {
      latest = null
      samples.length = 0
    },
  }
}
