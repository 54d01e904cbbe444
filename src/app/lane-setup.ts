/** What the lanes of a session are told. */
import type { LaneSettings } from '../copy/lane.ts'
import { totalRows } from './copy-sample.ts'
import type { LaneSetup } from './lane-protocol.ts'
import type { Shared } from './lane-work.ts'
import type { Session } from './session.ts'

/** Where chunks are sent while they are read, lanes take smaller batches and larger chunks (copy/lane). Elsewhere larger chunks spare the target transactions and cost this process as much: its buffers then leave the cache, and fill memory. */
const CHUNK_BYTES = 2 * 1024 * 1024
const CHUNK_ROWS = 50_000
/** Rejects in one unit beyond --max-rejects after which a lane gives up. */
const REJECT_SLACK = 1000

/** Whether what lanes send is hashed, and the target read back by them for comparison. */
export function isDigested({ options }: Pick<Session, 'options'>): boolean {
  return (options.verify ?? 'digest') === 'digest'
}

/** What lanes of this process use in place of connections of their own. */
export function shared(session: Session): Shared {
  return { sources: session.sources.map((s) => s.database), target: session.target }
}

/** What a lane of this session is told at its start. */
export function laneSetup(session: Session, lanes: number, tokens: LaneSetup['tokens'], stop: Int32Array): LaneSetup {
  const { sources, to, run, plan } = session
  const from = sources.map((s) => s.address)
  return { from, to, tokens, run, tables: plan.tables, settings: settings(session, lanes), stop, ...session.lanes }
}

function settings(session: Session, lanes: number): LaneSettings {
  const { options } = session
  return {
    chunkBytes: options.chunkBytes ?? pacedChunk(options.rate, lanes),
    chunkRows: pacedRows(options.rowRate, lanes),
    digest: isDigested(session),
    bytesPerSecond: options.rate === undefined ? null : options.rate / lanes,
    rowsPerSecond: options.rowRate === undefined ? null : options.rowRate / lanes,
    rejectLimit: rejectLimit(session),
  }
}

/** With --rate a chunk is at most a quarter of a second's bytes, so that the flow is even and a stop is quick. */
function pacedChunk(rate: number | undefined, lanes: number): number {
  return rate === undefined ? CHUNK_BYTES : Math.min(CHUNK_BYTES, Math.max(16 * 1024, rate / lanes / 4))
}

function pacedRows(rate: number | undefined, lanes: number): number {
  return rate === undefined ? CHUNK_ROWS : Math.min(CHUNK_ROWS, Math.max(1, Math.floor(rate / lanes / 4)))
}

function rejectLimit(session: Session): number {
  const text = session.options.maxRejects ?? '0'
  const percent = /^([\d.]+)%$/.exec(text)
  return REJECT_SLACK + (percent ? (Number(percent[1]) / 100) * totalRows(session) : Number(text))
}
