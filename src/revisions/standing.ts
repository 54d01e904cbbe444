/** Where a database stands among the revisions of a folder, and what does not fit. Pure. */
import type { Revision } from '../core/revision.ts'
import { type Graph, headsOf } from './graph.ts'
import type { VersionRow } from './version-table.ts'

/** Replaced revisions of which a squashed one takes the place. */
interface Replacement {
  readonly revision: Revision
  readonly rows: readonly string[]
}

export interface Standing {
  readonly rows: readonly VersionRow[]
  /** Revisions of the folder that are applied whole. */
  readonly applied: ReadonlySet<string>
  /** Where the database stands, of what the folder knows; half applied ones are not among them. */
  readonly heads: readonly string[]
  /** Begun and not finished. */
  readonly half: readonly VersionRow[]
  /** Rows that no file knows. */
  readonly unknown: readonly VersionRow[]
  /** Squashed revisions all of whose parts are applied, and whose row is not there yet. */
  readonly replacements: readonly Replacement[]
  /** Squashed revisions of whose parts only some are applied. */
  readonly torn: readonly Replacement[]
}

function replaced(graph: Graph, rows: readonly VersionRow[]): Pick<Standing, 'replacements' | 'torn'> {
  const whole = new Set(rows.filter((r) => r.progress === null).map((r) => r.id))
  const all = [...graph.revisions.values()]
    .filter((r) => r.replaces.length > 0 && !whole.has(r.id))
    .map((revision) => ({ revision, rows: revision.replaces.filter((id) => whole.has(id)) }))
    .filter((r) => r.rows.length > 0)
  const isWhole = (r: Replacement) => r.rows.length === r.revision.replaces.length
  return { replacements: all.filter(isWhole), torn: all.filter((r) => !isWhole(r)) }
}

/** Where a database with these rows stands. */
export function standingOf(graph: Graph, rows: readonly VersionRow[]): Standing {
  const { replacements, torn } = replaced(graph, rows)
  const gone = new Set([...replacements, ...torn].flatMap((r) => r.rows))
  const half = rows.filter((r) => r.progress !== null)
  const there = rows.filter((r) => r.progress === null && graph.revisions.has(r.id)).map((r) => r.id)
  const applied = new Set([...there, ...replacements.map((r) => r.revision.id)])
  // A row that a squashed revision left behind, beside the row of that revision itself, says nothing new.
  const known = (id: string) => graph.revisions.has(id) || gone.has(id) || applied.has(graph.aliases.get(id) ?? '')
  return {
    rows,
    applied,
    heads: headsOf(graph, applied),
    half,
    unknown: rows.filter((r) => !known(r.id)),
    replacements,
    torn,
  }
}

/** Rows whose file says something else than what was applied. `checksums`: of the files, by id. */
export function changedRows(standing: Standing, checksums: ReadonlyMap<string, string>): readonly VersionRow[] {
  return standing.rows.filter((row) => {
    const now = checksums.get(row.id)
    return row.progress === null && now !== undefined && now !== row.checksum
  })
}
