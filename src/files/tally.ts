/** Counts of a run: outcomes by state, what was fetched, how fast. */
import type { FileRecord } from '../core/file-ledger.ts'
import { shownAddress } from './address.ts'
import type { FileOutcome } from './outcome.ts'

/** What happened to addresses in one run. Addresses that name one file are counted each; files once. */
export interface FilesTally {
  /** Addresses by state. */
  readonly addresses: Readonly<Record<string, number>>
  /** Files that this run asked for. */
  readonly fetched: number
  /** Bytes that this run read. */
  readonly bytes: number
  /** Addresses whose file was there already. */
  readonly reused: number
  /** Addresses that no policy settles: their rows are refused. */
  readonly refused: number
  /** The first few files of each state that will not be what was wished, with the reason. */
  readonly samples: readonly { readonly address: string; readonly state: string; readonly reason: string }[]
}

export interface TallyKeeper {
  settled(outcome: FileOutcome, record: FileRecord | undefined, fetched: boolean): void
  progress(bytes: number): void
  tally(): FilesTally
}

const MOST_SAMPLES = 5

/** A tally that begins at nothing. */
export function keepTally(): TallyKeeper {
  const addresses: Record<string, number> = {}
  const ids = new Set<string>()
  const sampled = new Map<string, Set<string>>()
  const samples: FilesTally['samples'][number][] = []
  let bytes = 0
  let fetched = 0
  let reused = 0
  let refused = 0
  return {
    settled(outcome, record, wasFetched) {
      addresses[outcome.state] = (addresses[outcome.state] ?? 0) + 1
      if (outcome.action.kind === 'reject') refused++
      // Several addresses may wait for one fetch.
      if (wasFetched && record !== undefined && !ids.has(record.id)) fetched++
      if (wasFetched && record !== undefined) ids.add(record.id)
      else if (outcome.state === 'done') reused++
      const { address, state, why } = outcome
      if (why === null || state === 'pending') return
      // Several addresses may name one file.
      const own = sampled.get(state) ?? new Set()
      sampled.set(state, own)
      const file = record?.id ?? address
      if (own.size >= MOST_SAMPLES || own.has(file)) return
      own.add(file)
      samples.push({ address: shownAddress(address), state, reason: why })
    },
    progress(n) {
      bytes += n
    },
    tally: () => ({ addresses: { ...addresses }, fetched, bytes, reused, refused, samples }),
  }
}
