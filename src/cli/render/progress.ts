/** Events → where a run stands. Pure but for the clock that is handed in. */
import type { NaruEvent } from '../../core/event.ts'

interface TableProgress {
  readonly table: string
  readonly rows: number
  /** Rows to expect, null where nobody said. */
  readonly total: number | null
}

export interface Standing {
  /** schema, data, indexes …; empty before the first. */
  readonly phase: string
  readonly rows: number
  readonly total: number
  readonly rejected: number
  readonly rowsPerSecond: number
  readonly bytesPerSecond: number
  /** Milliseconds until all rows are there, null when nothing moves yet. */
  readonly eta: number | null
  readonly tablesDone: number
  readonly tables: number
  /** Tables of which some rows are there but not all. */
  readonly running: readonly TableProgress[]
  /** Statements run and tables verified in this phase. */
  readonly steps: number
  readonly verified: number
}

/** Rates are of this long a time. */
const WINDOW_MS = 10_000

interface Sample {
  readonly at: number
  readonly rows: number
  readonly bytes: number
}

export interface Progress {
  apply(event: NaruEvent, now: number): void
  standing(now: number): Standing
}

/** Progress of one run. Chunks without bytes were stored by an earlier process: they count as done but not as speed. */
export function progress(): Progress {
  const running = new Map<string, { rows: number; total: number | null }>()
  const finished = new Set<string>()
  const samples: Sample[] = []
  let phase = ''
  let rows = 0
  let moved = 0
  let bytes = 0
  let total = 0
  let tables = 0
  let rejected = 0
  let steps = 0
  const verified = new Set<string>()

  function chunk(event: Extract<NaruEvent, { type: 'chunk' }>, now: number): void {
    rows += event.read
    rejected += event.rejected
    bytes += event.bytes
    if (event.bytes > 0) moved += event.read
    const table = running.get(event.table) ?? { rows: 0, total: null }
    running.set(event.table, { ...table, rows: table.rows + event.read })
    const last = samples[samples.length - 1]
    if (last === undefined || now - last.at >= 100) samples.push({ at: now, rows: moved, bytes })
    while (samples.length > 2 && now - samples[1].at > WINDOW_MS) samples.shift()
  }

  function table(event: Extract<NaruEvent, { type: 'table' }>): void {
    if (event.state === 'begin')
      running.set(event.table, { rows: running.get(event.table)?.rows ?? 0, total: event.rows })
    else {
      running.delete(event.table)
      finished.add(event.table)
    }
  }

  return {
    apply(event, now) {
      if (event.type === 'run') {
        ;[total, tables] = [event.rows, event.tables]
        samples.push({ at: now, rows: 0, bytes: 0 })
      } else if (event.type === 'phase' && event.state === 'begin') {
        ;[phase, steps] = [event.phase, 0]
        verified.clear()
      } else if (event.type === 'chunk') chunk(event, now)
      else if (event.type === 'table') table(event)
      else if (event.type === 'step') steps++
      else if (event.type === 'verified') verified.add(event.table)
    },
    standing(now) {
      const first = samples[0]
      const seconds = first === undefined ? 0 : (now - first.at) / 1000
      const per = (amount: number) => (seconds > 0.2 ? amount / seconds : 0)
      const rowsPerSecond = per(moved - (first?.rows ?? 0))
      return {
        phase,
        rows,
        total,
        rejected,
        rowsPerSecond,
        bytesPerSecond: per(bytes - (first?.bytes ?? 0)),
        eta: rowsPerSecond > 0 ? (Math.max(0, total - rows) / rowsPerSecond) * 1000 : null,
        tablesDone: finished.size,
        tables,
        running: [...running].flatMap(([name, t]) => (t.rows === 0 ? [] : [{ table: name, ...t }])),
        steps,
        verified: verified.size,
      }
    },
  }
}
