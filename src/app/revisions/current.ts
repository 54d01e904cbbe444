/** `naru current`: where databases stand. Changes nothing. */
import type { Address } from '../../core/engine.ts'
import type { CurrentReport } from '../../core/revision.ts'
import type { RevisionsSetup } from './setup.ts'
import { openToLook, sideOf, siteOf, standing } from './site.ts'
import { onEach } from './targets.ts'
import { troubleLines } from './troubles.ts'

async function currentOne(address: Address, setup: RevisionsSetup): Promise<CurrentReport> {
  await using database = await openToLook(address)
  const site = await siteOf(database, setup)
  const now = await standing(site)
  const applied = now.rows.map(({ journal: _, ...row }) => row)
  const heads = applied.filter((r) => r.head || r.progress !== null)
  const { graph } = site
  const stand = new Set(graph.heads.filter((id) => now.heads.includes(id)))
  const missing = graph.heads.filter((id) => !stand.has(id) && !now.half.some((row) => row.id === id))
  return {
    database: sideOf(database),
    heads,
    applied,
    // The row of a revision that was squashed says the old id until the next upgrade.
    folderHeads: heads.map((r) => r.id).filter((id) => stand.has(graph.aliases.get(id) ?? id)),
    missing: missing.map((id) => ({ id, message: graph.revisions.get(id)?.message ?? '' })),
    atHead: now.half.length === 0 && now.unknown.length === 0 && missing.length === 0,
    troubles: await troubleLines(site, now),
  }
}

/** Where each database stands, and what does not fit. Throws REVISION_INVALID, USAGE where none is named. */
export function current(setup: RevisionsSetup): Promise<CurrentReport[]> {
  return onEach(setup, (address) => currentOne(address, setup))
}
