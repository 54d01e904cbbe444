/** The use cases of revisions, each loaded when it is first needed. Those that take a folder open no database. */

import type { adopt } from '../app/revisions/adopt.ts'
import type { autogenerate } from '../app/revisions/autogenerate.ts'
import type { check, checkDatabases } from '../app/revisions/check.ts'
import type { commuting } from '../app/revisions/commuting.ts'
import type { current } from '../app/revisions/current.ts'
import type { downgrade } from '../app/revisions/downgrade.ts'
import type { adoptDrift } from '../app/revisions/drift-adopt.ts'
import type { revertDrift } from '../app/revisions/drift-revert.ts'
import type { ensureVersion } from '../app/revisions/ensure-version.ts'
import type { RevisionEntry } from '../app/revisions/entries.ts'
import type { BranchesReport, HistoryOptions, HistoryReport } from '../app/revisions/history.ts'
import type { MergeOptions, MergeReport } from '../app/revisions/merge.ts'
import type { NewRevision } from '../app/revisions/new.ts'
import type { offline } from '../app/revisions/offline.ts'
import type { proveRevisions } from '../app/revisions/proof.ts'
import type { RevisionsSetup } from '../app/revisions/setup.ts'
import type { ShownRevision, ShowOptions } from '../app/revisions/show.ts'
import type { SquashOptions, SquashReport } from '../app/revisions/squash.ts'
import type { stamp } from '../app/revisions/stamp.ts'
import type { stampOffline } from '../app/revisions/stamp-script.ts'
import type { upgrade } from '../app/revisions/upgrade.ts'

export interface RevisionUseCases {
  newRevision(folder: string, o: NewRevision): Promise<RevisionEntry>
  history(folder: string, o: HistoryOptions): Promise<HistoryReport>
  heads(folder: string): Promise<readonly RevisionEntry[]>
  branches(folder: string): Promise<BranchesReport>
  show(folder: string, text: string, o: ShowOptions): Promise<readonly ShownRevision[]>
  /** Heads of what the only target has applied. */
  standsAt(setup: RevisionsSetup): Promise<readonly string[]>
  merge(folder: string, o: MergeOptions): Promise<MergeReport>
  squash(folder: string, o: SquashOptions): Promise<SquashReport>
  readonly upgrade: typeof upgrade
  readonly downgrade: typeof downgrade
  readonly stamp: typeof stamp
  readonly current: typeof current
  readonly ensureVersion: typeof ensureVersion
  readonly offline: typeof offline
  readonly stampOffline: typeof stampOffline
  readonly adopt: typeof adopt
  readonly autogenerate: typeof autogenerate
  readonly check: typeof check
  readonly checkDatabases: typeof checkDatabases
  readonly adoptDrift: typeof adoptDrift
  readonly revertDrift: typeof revertDrift
  readonly proveRevisions: typeof proveRevisions
  readonly commuting: typeof commuting
}

/** The real ones. */
export const revisionUseCases: RevisionUseCases = {
  newRevision: async (...a) => (await import('../app/revisions/new.ts')).newRevision(...a),
  history: async (...a) => (await import('../app/revisions/history.ts')).history(...a),
  heads: async (...a) => (await import('../app/revisions/history.ts')).heads(...a),
  branches: async (...a) => (await import('../app/revisions/history.ts')).branches(...a),
  show: async (...a) => (await import('../app/revisions/show.ts')).show(...a),
  standsAt: async (...a) => (await import('../app/revisions/stands.ts')).standsAt(...a),
  merge: async (...a) => (await import('../app/revisions/merge.ts')).merge(...a),
  adopt: async (...a) => (await import('../app/revisions/adopt.ts')).adopt(...a),
  squash: async (...a) => (await import('../app/revisions/squash.ts')).squash(...a),
  upgrade: async (...a) => (await import('../app/revisions/upgrade.ts')).upgrade(...a),
  downgrade: async (...a) => (await import('../app/revisions/downgrade.ts')).downgrade(...a),
  stamp: async (...a) => (await import('../app/revisions/stamp.ts')).stamp(...a),
  current: async (...a) => (await import('../app/revisions/current.ts')).current(...a),
  ensureVersion: async (...a) => (await import('../app/revisions/ensure-version.ts')).ensureVersion(...a),
  stampOffline: async (...a) => (await import('../app/revisions/stamp-script.ts')).stampOffline(...a),
  offline: async (...a) => (await import('../app/revisions/offline.ts')).offline(...a),
  autogenerate: async (...a) => (await import('../app/revisions/autogenerate.ts')).autogenerate(...a),
  check: async (...a) => (await import('../app/revisions/check.ts')).check(...a),
  checkDatabases: async (...a) => (await import('../app/revisions/check.ts')).checkDatabases(...a),
  adoptDrift: async (...a) => (await import('../app/revisions/drift-adopt.ts')).adoptDrift(...a),
  revertDrift: async (...a) => (await import('../app/revisions/drift-revert.ts')).revertDrift(...a),
  commuting: async (...a) => (await import('../app/revisions/commuting.ts')).commuting(...a),
  proveRevisions: async (...a) => (await import('../app/revisions/proof.ts')).proveRevisions(...a),
}
