/** Folders of revisions for tests, and what works on them. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RevisionsSetup, revisionsSetup } from '../../src/app/revisions/setup.ts'
import { newId } from '../../src/revisions/ids.ts'
import { address } from '../schema/loading.ts'

/** One revision of a chain. */
export interface Made {
  readonly up: string
  readonly down?: string
  readonly id?: string
  readonly revises?: readonly string[]
}

/** Writes a revision; gives its id. */
export async function makeRevision(folder: string, r: Made): Promise<string> {
  const id = r.id ?? newId()
  const revises = r.revises === undefined || r.revises.length === 0 ? 'none' : r.revises.join(', ')
  const text = `-- naru:revision ${id}
-- naru:revises ${revises}
-- naru:message made ${id}

-- naru:up
${r.up}

-- naru:down
${r.down ?? ''}
`
  await writeFile(join(folder, `${id}_made.sql`), text)
  return id
}

/** Writes revisions that follow each other; gives their ids. */
export async function makeChain(folder: string, chain: readonly Made[]): Promise<string[]> {
  const ids: string[] = []
  for (const one of chain) ids.push(await makeRevision(folder, { ...one, revises: ids.slice(-1) }))
  return ids
}

/** What commands would work on: the folder, and perhaps a database and a server for temporary ones. */
export function setupFor(
  folder: string,
  o: { readonly engine?: string; readonly target?: string; readonly dev?: string; readonly models?: string } = {},
): Promise<RevisionsSetup> {
  return revisionsSetup(
    { folder, engine: o.engine, dev: o.dev, models: o.models, targets: o.target === undefined ? [] : [o.target] },
    { config: {}, configFolder: folder, cwd: folder, address },
  )
}
