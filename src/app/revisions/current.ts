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
  const stand = new Set(now.heads)
  return {
    database: sideOf(database),
    heads: applied.filter((r) => r.head || r.progress !== null),
    applied,
    atHead: now.half.length === 0 && now.unknown.length === 0 && site.graph.heads.every((id) => stand.has(id)),
    troubles: await troubleLines(site, now),
  }
}

/** Where each database stands, and what does not fit. Throws REVISION_INVALID, USAGE where none is named. */
export function current(setup: RevisionsSetup): Promise<CurrentReport[]> {
  return onEach(setup, (address) => currentOne(address, setup))
}
