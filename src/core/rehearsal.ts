/** What earlier runs say of the next one: how fast each table went, and how long all of it would take now. Pure. */
import type { RunReport } from './report.ts'

/** A table in one run. */
interface RehearsedTable {
  readonly table: string
  /** Rows read, those left out included. */
  readonly rows: number
  readonly written: number
  readonly kept: number
  readonly bytes: number
  /** Time that lanes spent on it, added up. */
  readonly ms: number
  readonly rowsPerSecond: number | null
  readonly bytesPerSecond: number | null
}

/** A run that came to its end. */
export interface Rehearsal {
  readonly run: string
  readonly source: string
  readonly started: string
  /** All phases, one after the other. */
  readonly ms: number
  readonly jobs: number
  /** All rows were written: nothing was kept, it was no sample, and it was not continued. Only such runs foretell. */
  readonly full: boolean
  /** Why it is not full. */
  readonly part?: 'continued' | 'sample' | 'kept' | 'empty'
  readonly phases: readonly { readonly phase: string; readonly ms: number }[]
  readonly tables: readonly RehearsedTable[]
}

/** How long the next full run would take, in milliseconds. */
export interface Prediction {
  /** Median of what each run foretells. */
  readonly ms: number
  /** The least and the most that one of the runs foretells; null for a single run. */
  readonly range: readonly [number, number] | null
  readonly runs: number
  readonly rows: number
  /** Tables that no run has moved: taken at the mean rate of the others. */
  readonly unknown: readonly string[]
}

/** The form in which a summary lies in the ledger. */
type Summary = Pick<RunReport, 'run' | 'started' | 'resumed' | 'times' | 'jobs' | 'tables'>

const rate = (amount: number, ms: number): number | null => (ms > 0 && amount > 0 ? (amount / ms) * 1000 : null)

/** A rehearsal from the summary of a run; null where it moved no rows at all. */
export function rehearsalOf(source: string, report: Summary): Rehearsal | null {
  if (report.tables.length === 0) return null
  const tables = report.tables.map((t): RehearsedTable => {
    const rows = t.read + t.filtered
    const { table, written, bytes, ms } = t
    const speeds = { rowsPerSecond: rate(rows, ms), bytesPerSecond: rate(bytes, ms) }
    return { table, rows, written, kept: t.kept ?? 0, bytes, ms, ...speeds }
  })
  const { run, started, jobs, times } = report
  const part = partOf(report, tables)
  const full = { full: part === undefined, ...(part !== undefined && { part }) }
  return { run, source, started, jobs, ...full, phases: times, tables, ms: times.reduce((n, t) => n + t.ms, 0) }
}

function partOf(report: Summary, tables: readonly RehearsedTable[]): Rehearsal['part'] {
  if (report.resumed) return 'continued'
  if (report.tables.some((t) => t.sample !== undefined)) return 'sample'
  if (tables.some((t) => t.kept > 0)) return 'kept'
  return tables.some((t) => t.written > 0) ? undefined : 'empty'
}

/** Phases whose time goes with the number of rows; all others take what they took. */
const BY_ROWS: ReadonlySet<string> = new Set(['data', 'indexes', 'constraints', 'foreign keys', 'verify', 'statistics'])

/**
 * The next run, as each full run foretells it: the time that lanes spent on a table goes with its rows, the data phase with the sum of
 * that over all tables (so lanes that ran beside each other then do so now), indexes, keys and verification with the sum of rows.
 * Null where no full run is known.
 */
export function predict(rehearsals: readonly Rehearsal[], now: ReadonlyMap<string, number>): Prediction | null {
  const full = rehearsals.filter((r) => r.full)
  if (full.length === 0) return null
  const known = new Set(full.flatMap((r) => r.tables.map((t) => t.table)))
  const all = full.map((r) => foretold(r, now)).sort((a, b) => a - b)
  const middle = (all[Math.floor((all.length - 1) / 2)] + all[Math.ceil((all.length - 1) / 2)]) / 2
  return {
    ms: middle,
    range: all.length > 1 ? [all[0], all[all.length - 1]] : null,
    runs: full.length,
    rows: [...now.values()].reduce((n, rows) => n + rows, 0),
    unknown: [...now.keys()].filter((table) => !known.has(table)),
  }
}

function foretold(run: Rehearsal, now: ReadonlyMap<string, number>): number {
  const then = new Map(run.tables.map((t) => [t.table, t]))
  const spent = run.tables.reduce((n, t) => n + t.ms, 0)
  const moved = run.tables.reduce((n, t) => n + t.rows, 0)
  const mean = moved > 0 ? spent / moved : 0
  let work = 0
  let rows = 0
  for (const [table, count] of now) {
    const known = then.get(table)
    work += count * (known !== undefined && known.rows > 0 ? known.ms / known.rows : mean)
    rows += count
  }
  const growth = moved > 0 ? rows / moved : 1
  const effort = spent > 0 ? work / spent : growth
  return run.phases.reduce((n, { phase, ms }) => {
    if (!BY_ROWS.has(phase)) return n + ms
    return n + ms * (phase === 'data' ? effort : growth)
  }, 0)
}
