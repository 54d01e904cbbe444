/** What a run of a job works with. */
import type { Database } from '../../core/engine.ts'
import type { Reporter } from '../../core/event.ts'
import type { SyncLedger, SyncRecord } from '../../core/sync-ledger.ts'
import type { JointSource } from '../../transfer/joint-source.ts'
import type { Sync } from '../../transfer/sync.ts'
import type { writeChunk } from '../../verify/sync/chunk.ts'
import type { Page } from '../../verify/sync/pages.ts'
import type { SyncTable } from '../../verify/sync/table.ts'

export interface SyncContext {
  readonly reporter: Reporter
  readonly signal?: AbortSignal
}

/** What a run works with. */
export interface Work {
  readonly job: Sync
  readonly target: Database
  readonly ledger: SyncLedger
  readonly source: JointSource
  /** The same over another connection, for pages that are looked at again while others are read. */
  again(): Promise<JointSource>
  /** In the order in which the source makes their rows. */
  readonly tables: readonly SyncTable[]
  readonly pages: AsyncIterable<Page>
  /** As the run stands when it begins. */
  readonly record: SyncRecord
  /** Goes on with a run that was broken off. */
  readonly resumed: boolean
  /** Rows that no mapping makes are only known at the end: another page may make them. */
  readonly scoped: boolean
  readonly dryRun: boolean
  /** Servers work on the next page while this one is compared. */
  readonly parallel: { readonly source: boolean; readonly target: boolean }
  readonly context: SyncContext
  readonly sql: Parameters<typeof writeChunk>[0]['sql']
  readonly began: number
}

const CHUNK = 1000

/** Rows of the source that are looked at together. */
export function pageRows(job: Sync): number {
  return job.chunk ?? CHUNK
}

/** What is referred to first. */
export function inOrder(tables: readonly SyncTable[]): SyncTable[] {
  return tables.toSorted((a, b) => (a.plan.phase ?? 0) - (b.plan.phase ?? 0))
}
