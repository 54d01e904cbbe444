/** Events → where a run stands. Pure but for the clock that is handed in. */
import type { NaruEvent } from '../../core/event.ts'
import { type FilesProgress, type FilesStanding, filesProgress } from './files-progress.ts'

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
  /** Files of a store, while they move. */
  readonly files: FilesStanding | null
  /** The statement that is running, of so many, and since when in milliseconds. */
  readonly statement: {
    readonly number: number
    readonly of: number
    readonly object: string
    readonly ms: number
  } | null
  /** What is waited for, and since when in milliseconds. */
  readonly pause: { readonly reason: string; readonly ms: number } | null
}

/** Rates are of this long a time. */
const WINDOW_MS = 10_000
const SAMPLE_MS = 100
/** A rate of a shorter time says nothing. */
const LEAST_SECONDS = 0.2

interface Sample {
  readonly at: number
  readonly rows: number
  readonly bytes: number
}

export interface Progress {
  apply(event: NaruEvent, now: number): void
  standing(now: number): Standing
}

interface State {
  readonly running: Map<string, { rows: number; total: number | null }>
  readonly finished: Set<string>
  readonly verified: Set<string>
  readonly samples: Sample[]
  phase: string
  rows: number
  /** Rows that this process moved itself. */
  moved: number
  bytes: number
  total: number
  tables: number
  rejected: number
  steps: number
  statement: { number: number; of: number; object: string; since: number } | null
  pause: { reason: string; since: number } | null
  readonly files: FilesProgress
}

function applyChunk(s: State, event: Extract<NaruEvent, { type: 'chunk' }>, now: number): void {
  s.rejected += event.rejected
  s.bytes += event.bytes
  addRows(s, event.table, event.read, event.bytes > 0, now)
}

/** `own`: this process has moved them, so that they say how quick it is. */
function addRows(s: State, name: string, rows: number, own: boolean, now: number): void {
  s.rows += rows
  if (own) s.moved += rows
  const table = s.running.get(name) ?? { rows: 0, total: null }
  s.running.set(name, { ...table, rows: table.rows + rows })
  const last = s.samples.at(-1)
  if (last === undefined || now - last.at >= SAMPLE_MS) s.samples.push({ at: now, rows: s.moved, bytes: s.bytes })
  while (s.samples.length > 2 && now - s.samples[1].at > WINDOW_MS) s.samples.shift()
}

function applyTable(s: State, event: Extract<NaruEvent, { type: 'table' }>): void {
  if (event.state === 'begin') {
    s.running.set(event.table, { rows: s.running.get(event.table)?.rows ?? 0, total: event.rows })
    return
  }
  s.running.delete(event.table)
  s.finished.add(event.table)
}

function apply(s: State, event: NaruEvent, now: number): void {
  if (event.type === 'run' || event.type === 'comparison') {
    s.total = event.rows
    s.tables = event.tables
    s.samples.push({ at: now, rows: 0, bytes: 0 })
  } else if (event.type === 'phase' && event.state === 'begin') {
    s.phase = event.phase
    s.steps = 0
    s.verified.clear()
    s.files.forget()
  } else if (event.type === 'files') s.files.apply(event, now)
  else if (event.type === 'chunk') applyChunk(s, event, now)
  else if (event.type === 'compared') addRows(s, event.table, event.rows, !event.earlier, now)
  else if (event.type === 'pause') s.pause = pauseOf(event, now)
  else if (event.type === 'table') applyTable(s, event)
  else if (event.type === 'step') s.steps++
  else if (event.type === 'statement') {
    const { number, of, object } = event
    s.statement = event.state === 'begin' ? { number, of, object, since: now } : null
  } else if (event.type === 'verified') s.verified.add(event.table)
}

function pauseOf({ state, reason, ms }: Extract<NaruEvent, { type: 'pause' }>, now: number): State['pause'] {
  return state === 'end' ? null : { reason, since: now - ms }
}

function standing(s: State, now: number): Standing {
  const first = s.samples[0]
  const seconds = first === undefined ? 0 : (now - first.at) / 1000
  const per = (amount: number) => (seconds > LEAST_SECONDS ? amount / seconds : 0)
  const rowsPerSecond = per(s.moved - (first?.rows ?? 0))
  return {
    phase: s.phase,
    rows: s.rows,
    total: s.total,
    rejected: s.rejected,
    rowsPerSecond,
    bytesPerSecond: per(s.bytes - (first?.bytes ?? 0)),
    eta: rowsPerSecond > 0 ? (Math.max(0, s.total - s.rows) / rowsPerSecond) * 1000 : null,
    tablesDone: s.finished.size,
    tables: s.tables,
    running: [...s.running].flatMap(([name, t]) => (t.rows === 0 ? [] : [{ table: name, ...t }])),
    steps: s.steps,
    verified: s.verified.size,
    files: s.files.standing(now),
    statement: s.statement === null ? null : { ...s.statement, ms: now - s.statement.since },
    pause: s.pause === null ? null : { reason: s.pause.reason, ms: now - s.pause.since },
  }
}

/** Progress of one run. Chunks without bytes were stored by an earlier process: they count as done but not as speed. */
export function progress(): Progress {
  const counts = {
    phase: '',
    statement: null,
    pause: null,
    rows: 0,
    moved: 0,
    bytes: 0,
    total: 0,
    tables: 0,
    rejected: 0,
    steps: 0,
  }
  const state: State = {
    ...counts,
    running: new Map(),
    finished: new Set(),
    verified: new Set(),
    samples: [],
    files: filesProgress(),
  }
  return {
    apply: (event, now) => apply(state, event, now),
    standing: (now) => standing(state, now),
  }
}
