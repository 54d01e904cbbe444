/**
 * Checksums of revisions, with those of earlier processes kept in the user's cache folder by a hash of each file's whole text: what is told
 * of a file follows from the bytes that it has now, never from its date.
 */
import { createHash } from 'node:crypto'
import { dirname } from 'node:path'
import type { Revision, RevisionBody } from '../../core/revision.ts'
import { readCached, thinCached, writeCached } from '../../disk/cache-folder.ts'
import { readText } from '../../revisions/folder.ts'
import type { Family } from '../../schema/sql-body.ts'
import { cacheKey } from '../schema-cache.ts'

const PREFIX = 'checksums-'
/** Folders that are remembered. */
const KEPT = 20
/** Fewer are read sooner than they are looked up. */
const WORTH = 100

type Known = Readonly<Record<string, string>>

const CHECKSUM = /^[0-9a-f]{64}$/

/** What was kept; nothing where it cannot be read. */
async function keptIn(file: string): Promise<Known> {
  try {
    const kept: unknown = JSON.parse((await readCached(file))?.toString('utf8') ?? '{}')
    const entries = Object.entries(kept as Record<string, unknown>)
    return Object.fromEntries(entries.filter((e): e is [string, string] => CHECKSUM.test(String(e[1]))))
  } catch {
    return {}
  }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/**
 * The checksum of each revision. Modules, and whatever is not known yet, are read by `body`. Throws what `body` throws, FILE_UNREADABLE.
 */
export async function checksumsOf(
  revisions: readonly Revision[],
  family: Family,
  body: (revision: Revision) => Promise<RevisionBody>,
): Promise<ReadonlyMap<string, string>> {
  const many = revisions.length >= WORTH
  const file = many ? `${PREFIX}${cacheKey(family, dirname(revisions[0].path))}.json` : null
  const known = file === null ? {} : await keptIn(file)
  const found = new Map<string, string>()
  const kept: Record<string, string> = {}
  let fresh = 0
  for (const revision of revisions) {
    const hash = revision.kind === 'sql' ? hashOf(`${revision.id}\n${readText(revision.path)}`) : null
    const before = hash === null ? undefined : known[hash]
    const checksum = before ?? (await body(revision)).checksum
    if (before === undefined) fresh++
    if (hash !== null) kept[hash] = checksum
    found.set(revision.id, checksum)
  }
  if (file !== null && fresh > 0) {
    await writeCached(file, Buffer.from(JSON.stringify(kept)))
    await thinCached(PREFIX, KEPT)
  }
  return found
}
