/** Revisions for programs: what the commands do, exported as `revisions` of naru. */

import type { AdoptOptions, AdoptReport } from '../../core/adopt.ts'
import type { CurrentReport, UpgradeOptions, UpgradeReport } from '../../core/revision.ts'
import type { RevisionEntry } from './entries.ts'
import type { BranchesReport, HistoryOptions, HistoryReport } from './history.ts'
import { contextFor, placeFor, type RevisionsHooks, setupFor } from './hooks.ts'
import type { MergeOptions, MergeReport } from './merge.ts'
import type { NewRevision } from './new.ts'
import type { ShownRevision } from './show.ts'
import type { SquashOptions, SquashReport } from './squash.ts'
import type { StampOptions } from './stamp.ts'

export type { AdoptOptions, AdoptReport, Bookkeeping, Unfinished } from '../../core/adopt.ts'
export type { AutogenerateReport, CheckReport, DatabaseDrift, DriftReport } from '../../core/autogenerate.ts'
export type { DriftAdoption, DriftReversal } from '../../core/drift.ts'
export type { ProofReport, ProofVerdict, RevisionProof } from '../../core/proof.ts'
export type { AppliedRevision, CurrentReport, RevisionRun, UpgradeOptions, UpgradeReport } from '../../core/revision.ts'
export type { AutogenerateOptions } from './autogenerate.ts'
export type { DriftOptions } from './drift.ts'
export type { AdoptDriftOptions } from './drift-adopt.ts'
export type { RevertOptions } from './drift-revert.ts'
export type { RevisionEntry } from './entries.ts'
export type { Branch, BranchesReport, HistoryOptions, HistoryReport } from './history.ts'
export type { RevisionsHooks } from './hooks.ts'
export { adoptDrift, autogenerate, check, checkDatabases, proveRevisions, revertDrift } from './library-desired.ts'
export type { MergedBranch, MergeOptions, MergeReport } from './merge.ts'
export type { NewRevision } from './new.ts'
export type { ProofHooks } from './proof.ts'
export type { RevisionsChoice } from './setup.ts'
export type { ShownRevision, ShownWay } from './show.ts'
export type { SquashOptions, SquashReport } from './squash.ts'
export type { StampOptions } from './stamp.ts'
export type { WantedOptions } from './wanted.ts'

/**
 * Writes a new revision with empty sections, or those given. Throws NaruError: SEVERAL_HEADS, REVISION_INVALID, REVISION_UNKNOWN.
 * @example
 * const { path } = await revisions.revision({ message: 'add users', up: 'CREATE TABLE users (id int);', down: 'DROP TABLE users;' })
 */
export async function revision(o: NewRevision, hooks: RevisionsHooks = {}): Promise<RevisionEntry> {
  const { newRevision } = await import('./new.ts')
  return newRevision(placeFor(hooks).folder, o)
}

/**
 * The revisions, newest first, with their places in the graph. Opens no database. Throws REVISION_INVALID, REVISION_UNKNOWN.
 * @example
 * const { revisions: found } = await revisions.history({ range: '1a2b3c:' }, { folder: 'db/migrations' })
 * for (const r of found) console.log(r.id, r.message, r.head)
 */
export async function history(o: HistoryOptions = {}, hooks: RevisionsHooks = {}): Promise<HistoryReport> {
  const { history } = await import('./history.ts')
  return history(placeFor(hooks).folder, o)
}

/**
 * The revisions that nothing follows. Opens no database. Throws REVISION_INVALID.
 * @example
 * if ((await revisions.heads()).length > 1) await revisions.merge()
 */
export async function heads(hooks: RevisionsHooks = {}): Promise<readonly RevisionEntry[]> {
  const { heads } = await import('./history.ts')
  return heads(placeFor(hooks).folder)
}

/**
 * Where revisions branch, and the labels of branches. Opens no database. Throws REVISION_INVALID.
 * @example
 * const { labels } = await revisions.branches()
 * console.log(labels.map((l) => l.label))
 */
export async function branches(hooks: RevisionsHooks = {}): Promise<BranchesReport> {
  const { branches } = await import('./history.ts')
  return branches(placeFor(hooks).folder)
}

/**
 * Revisions with what they do; their statements where the engine is known. Opens no database. Throws REVISION_UNKNOWN, SEVERAL_HEADS.
 * @example
 * const [head] = await revisions.show('head', { engine: 'postgres' })
 * if (head.ways?.up.kind === 'sql') console.log(head.ways.up.statements.length)
 */
export async function show(text: string, hooks: RevisionsHooks = {}): Promise<readonly ShownRevision[]> {
  const { show } = await import('./show.ts')
  const { folder, family } = placeFor(hooks)
  return show(folder, text, { family })
}

/**
 * Joins heads by a revision that follows them all. Throws REVISION_INVALID where there is nothing to join.
 * @example
 * const { revision } = await revisions.merge({ message: 'billing meets users' })
 * console.log(revision.path)
 */
export async function merge(o: MergeOptions = {}, hooks: RevisionsHooks = {}): Promise<MergeReport> {
  const { merge } = await import('./merge.ts')
  return merge(placeFor(hooks).folder, o)
}

/**
 * Makes a line of revisions one file, and deletes theirs. Throws REVISION_INVALID where they are no line, USAGE where the engine is not
 * known.
 * @example
 * const { replaced } = await revisions.squash({ range: 'base..3f2a9c' }, { engine: 'sqlite' })
 * console.log(replaced.length)
 */
export async function squash(o: Omit<SquashOptions, 'family'>, hooks: RevisionsHooks = {}): Promise<SquashReport> {
  const { squash } = await import('./squash.ts')
  const { folder, family } = placeFor(hooks)
  return squash(folder, { ...o, family })
}

/**
 * Takes a database over from the tool that kept its versions until now: writes one revision that makes what is there, proves it by a replay on
 * a scratch database, and stamps. The report's `exit` is 0 when that went well. Throws ADOPT_REFUSED, SCRATCH_UNAVAILABLE, TABLE_MISSING.
 * @example
 * const { outcome, tool } = await revisions.adopt({}, { targets: ['postgres://app@localhost/shop'], folder: 'migrations' })
 * console.log(outcome, tool?.last)
 */
export async function adopt(o: AdoptOptions = {}, hooks: RevisionsHooks = {}): Promise<AdoptReport> {
  const { adopt } = await import('./adopt.ts')
  return adopt(await setupFor(hooks), o, contextFor(hooks))
}

/**
 * Brings each database up to a revision; a report for each. Throws NaruError: REVISION_CHANGED, REVISION_MISSING … with nothing changed,
 * STEP_FAILED, APPLY_STOPPED … with the state that was left: the same call goes on from there.
 * @example
 * const [report] = await revisions.upgrade({ target: 'head' }, { targets: ['postgres://app@localhost/shop'] })
 * console.log(report.before, report.after)
 */
export async function upgrade(o: UpgradeOptions, hooks: RevisionsHooks = {}): Promise<readonly UpgradeReport[]> {
  const { upgrade } = await import('./upgrade.ts')
  return upgrade(await setupFor(hooks), o, contextFor(hooks))
}

/**
 * Takes revisions back on each database. Throws NaruError: REVISION_IRREVERSIBLE before anything runs, and what `upgrade` throws.
 * @example
 * await revisions.downgrade({ target: '-1' }, { targets: ['sqlite:shop.db'] })
 */
export async function downgrade(o: UpgradeOptions, hooks: RevisionsHooks = {}): Promise<readonly UpgradeReport[]> {
  const { downgrade } = await import('./downgrade.ts')
  return downgrade(await setupFor(hooks), o, contextFor(hooks))
}

/**
 * Says of each database that it has these revisions and all before them, and nothing after them; runs nothing.
 * @example
 * await revisions.stamp({ revisions: ['head'] }, { targets: ['sqlite:shop.db'] })
 */
export async function stamp(o: StampOptions, hooks: RevisionsHooks = {}): Promise<readonly UpgradeReport[]> {
  const { stamp } = await import('./stamp.ts')
  return stamp(await setupFor(hooks), o, contextFor(hooks))
}

/**
 * Where each database stands, and what does not fit. Changes nothing.
 * @example
 * const [{ atHead, troubles }] = await revisions.current({ targets: ['postgres://app@localhost/shop'] })
 * if (!atHead || troubles.length > 0) process.exitCode = 1
 */
export async function current(hooks: RevisionsHooks = {}): Promise<readonly CurrentReport[]> {
  const { current } = await import('./current.ts')
  return current(await setupFor(hooks))
}
