/** Schemas that revisions were replayed to, kept in the user's cache folder: the next replay begins where an earlier one ended. */
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Revision } from '../../core/revision.ts'
import type { Schema } from '../../core/schema.ts'
import { readCached, thinCached, writeCached } from '../../disk/cache-folder.ts'
import { readText } from '../../revisions/folder.ts'
import { parseSnapshot, snapshotText } from '../../schema/snapshot.ts'

const PREFIX = 'replay-'
/** Files that stay: one for each state of each folder that was worked on lately. */
const KEPT = 100

/** Another naru may inspect more than this one. */
const naru = (): string => (createRequire(import.meta.url)('../../../package.json') as { version: string }).version

const sha = (...parts: readonly string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')

/** What a module imports from beside it can change while it stays the same. */
const importsBeside = (text: string): boolean => /\b(?:from|import|require)\b\s*\(?\s*['"`]\.{1,2}\//.test(text)

/**
 * One key for each revision of a chain, standing for the chain up to it on that kind of scratch database; null from where files do not say
 * all. Throws FILE_UNREADABLE.
 */
export function chainKeys(kind: string, chain: readonly Revision[]): (string | null)[] {
  let key: string | null = sha(naru(), kind)
  return chain.map((revision) => {
    const text = readText(revision.path)
    key = key === null || (revision.kind === 'ts' && importsBeside(text)) ? null : sha(key, revision.id, text)
    return key
  })
}

/** The schema that was kept under a key; null: none, or none that can be read. Never throws. */
export async function keptSchema(key: string | null): Promise<Schema | null> {
  const bytes = key === null ? null : await readCached(`${PREFIX}${key}.json`)
  if (bytes === null) return null
  try {
    return parseSnapshot(bytes.toString('utf8'), key!)
  } catch {
    return null
  }
}

/** Keeps a schema. Never throws. */
export async function keepSchema(key: string | null, schema: Schema): Promise<void> {
  if (key === null) return
  await writeCached(`${PREFIX}${key}.json`, Buffer.from(snapshotText(schema)))
  await thinCached(PREFIX, KEPT)
}
