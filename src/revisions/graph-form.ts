/** What a graph of revisions is. */
import type { Revision } from '../core/revision.ts'

export interface Graph {
  /** By id. Where `down` or `dependsOn` named a revision that was squashed, they name the one that stands for it. */
  readonly revisions: ReadonlyMap<string, Revision>
  /** What follows a revision by `down`, oldest first; an entry for each revision. */
  readonly children: ReadonlyMap<string, readonly string[]>
  /** Revisions that depend on one by `dependsOn`. */
  readonly dependents: ReadonlyMap<string, readonly string[]>
  /** Ids of squashed revisions → the one that stands for them. */
  readonly aliases: ReadonlyMap<string, string>
  /** What nothing follows; oldest first. */
  readonly heads: readonly string[]
  /** What follows nothing; oldest first. */
  readonly roots: readonly string[]
}
