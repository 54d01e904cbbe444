/** The ledger on the target: runs, units, marks, rejects, steps. Tables named naru_…; on PostgreSQL in a schema naru_ledger. */
import type { Key, KeyRange } from './key.ts'
import type { ObjectName } from './schema.ts'

/** In place of a digest: the mark of a unit that was the same on both sides and kept as it was. */
export const KEPT = 'kept'

/** Whether a mark is that of a unit that was kept. */
export function isKept(mark: Pick<Mark, 'digest'>): boolean {
  return mark.digest.startsWith(KEPT)
}

/** The digest of a kept unit whose rows are summed with those of others. */
export function keptDigest(sum: string): string {
  return `${KEPT} ${sum}`
}

/** The sum in `keptDigest`; null: the unit was compared by itself. */
export function keptSum({ digest }: Pick<Mark, 'digest'>): string | null {
  return digest.startsWith(`${KEPT} `) ? digest.slice(KEPT.length + 1) : null
}

/** One durable chunk: rows and mark land together or not at all. Counts are of this chunk alone. */
export interface Mark {
  readonly run: string
  readonly unit: string
  /** 1, 2, 3 … within the unit. */
  readonly seq: number
  /** Key of the last row of the chunk, where reading goes on. */
  readonly after: Key | null
  /** written + rejected + filtered + merged + kept. A row that a row function makes several of counts once for each. */
  readonly read: number
  readonly written: number
  readonly rejected: number
  /** Rows that a mapping left out. */
  readonly filtered: number
  /** Rows that became part of a row that is there already. */
  readonly merged: number
  /** Rows that the target held already as the source has them; absent: none. */
  readonly kept?: number
  /** Digest of the written rows' wire bytes (see core/digest). */
  readonly digest: string
  /** The unit ends with this chunk. */
  readonly done: boolean
}

/** A refused row as it is kept in the ledger and written to the reject file. */
export interface RejectRecord {
  readonly table: string
  readonly key: string
  readonly reason: string
  /** One NDJSON line: {"table","key","reason","row"}. */
  readonly line: string
}

export interface RunRecord {
  readonly id: string
  readonly started: string
  readonly source: string
  readonly target: string
  /** JSON of the options that must be the same on resume. */
  readonly options: string
  readonly schemaHash: string
  readonly state: 'copying' | 'finishing' | 'verified' | 'done' | 'failed' | 'abandoned'
  readonly finished: string | null
  /** JSON of the run's report. */
  readonly summary: string | null
}

export interface UnitRecord {
  readonly run: string
  readonly unit: string
  readonly table: string
  readonly position: number
  readonly range: KeyRange
  /** All chunks in one transaction: for ranges that cannot be continued by key. */
  readonly whole: boolean
}

/** What the copy asks of a target's ledger. All calls on one connection of its own. */
export interface Ledger {
  /** Makes the tables where they are missing; `idMaps`: and the place where id maps lie. */
  prepare(o?: { readonly idMaps: boolean }): Promise<void>
  /** Where the id map of a transfer lies: out of the user's sight, kept by `clean`. */
  idMap(transfer: string): ObjectName
  /** Runs, newest first; empty where there is no ledger. */
  runs(): Promise<RunRecord[]>
  begin(run: RunRecord): Promise<void>
  update(run: string, change: Partial<Pick<RunRecord, 'state' | 'finished' | 'summary'>>): Promise<void>
  addUnits(units: readonly UnitRecord[]): Promise<void>
  units(run: string): Promise<UnitRecord[]>
  marks(run: string): Promise<Mark[]>
  rejects(run: string): Promise<RejectRecord[]>
  /** Records rejects outside a chunk (replay, orphans). */
  stepDone(run: string, step: string): Promise<void>
  steps(run: string): Promise<string[]>
  /** Forgets units, marks, rejects and steps of one table (redo) or of the whole run; the run record stays. */
  forget(run: string, table?: string): Promise<void>
  /** Removes everything that naru made on the target for itself. */
  clean(): Promise<void>
}
