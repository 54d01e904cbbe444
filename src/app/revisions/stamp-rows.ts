/** What stamping makes of the rows of the version table, on a database and in a script alike. */
import type { Revision } from '../../core/revision.ts'
import { ancestors, descendants, type Graph, headsOf, order } from '../../revisions/graph.ts'
import { resolveRevisions } from '../../revisions/resolve.ts'
import type { VersionSql } from '../../revisions/version-sql.ts'
import type { VersionRow } from '../../revisions/version-table.ts'
import type { Site } from './site.ts'

/** A row of the version table, as far as it is known. */
interface KnownRow extends Pick<VersionRow, 'id' | 'head' | 'progress'> {
  readonly checksum: string | null
}

export interface StampGoal {
  /** What is to be there afterwards: ids, head, heads, branch@head …, base. */
  readonly revisions: readonly string[]
  /** Forgets first what the database has, also revisions that no file knows. */
  readonly purge?: boolean
}

/** Applied afterwards: each named revision with all before it and nothing after it; other branches as they are. `now`: heads. Throws REVISION_UNKNOWN. */
export function stampedRevisions(graph: Graph, now: readonly string[], { revisions, purge }: StampGoal): Revision[] {
  const heads = purge ? [] : now
  const named = revisions.map((text) => resolveRevisions(graph, text, now))
  // The base is left of everything, so all goes that is not named beside it.
  const keeps = !purge && !named.some((ids) => ids.length === 0)
  const after = descendants(graph, named.flat())
  const before = keeps ? [...ancestors(graph, heads)].filter((id) => !after.has(id)) : []
  return order(graph, [...ancestors(graph, [...named.flat(), ...before])])
}

interface Marking extends Pick<Site, 'graph' | 'body'> {
  readonly sql: VersionSql
  /** Absent: the moment and the user of whoever runs the statements. */
  readonly at?: string
  readonly by?: string
}

/**
 * Statements that make the rows say so. Rows that stay keep their history; their checksums become those of the files. `null`: that of a row is
 * not known. Throws REVISION_INVALID.
 */
export async function stampStatements(
  m: Marking,
  rows: readonly KnownRow[],
  goal: readonly Revision[],
): Promise<string[]> {
  const { sql, at, by } = m
  const ids = new Set(goal.map((r) => r.id))
  const heads = new Set(headsOf(m.graph, ids))
  const kept = new Map(rows.filter((r) => ids.has(r.id) && r.progress === null).map((r) => [r.id, r]))
  const gone = rows.filter((r) => !kept.has(r.id)).map((r) => r.id)
  const statements = gone.length === 0 ? [] : [sql.remove(gone)]
  for (const revision of goal) {
    const { id, message } = revision
    const { checksum } = await m.body(revision)
    const row = kept.get(id)
    if (row === undefined) statements.push(sql.insert(id, { state: 'stamped', checksum, message, ms: 0, at, by }))
    else if (row.checksum !== checksum) statements.push(sql.checksum(id, checksum))
    const flagged = row?.head ?? true
    if (flagged !== heads.has(id)) statements.push(sql.head([id], heads.has(id)))
  }
  return statements
}
