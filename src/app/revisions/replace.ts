/** Rows of revisions that were squashed become the row of the one that stands for them. */
import type { Standing } from '../../revisions/standing.ts'
import { inTransaction } from './execute.ts'
import { beginner } from './run-revision.ts'
import { type LockedSite, operator } from './site.ts'

/** Rewrites the rows of squashed revisions all of which are applied. */
export async function rowsAfterSquash(site: LockedSite, now: Standing): Promise<void> {
  const { database, versions, graph, context } = site
  for (const { revision, rows } of now.replacements) {
    const { checksum } = await site.body(revision)
    const at = new Date().toISOString()
    const row = { state: 'stamped', checksum, message: revision.message, ms: 0, at, by: operator() } as const
    const covered = (graph.children.get(revision.id) ?? []).some((id) => now.applied.has(id))
    const statements = [versions.sql.remove(rows), versions.sql.insert(revision.id, row)]
    if (covered) statements.push(versions.sql.head([revision.id], false))
    await inTransaction(database, { begin: beginner(site) }, () => database.execute(statements.join('; ')))
    const message = `${revision.id} stands for ${rows.join(', ')} from now on`
    context.reporter.report({ type: 'note', message })
  }
}
