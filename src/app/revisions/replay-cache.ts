/** Under which keys the schemas are kept that revisions lead to: the next replay begins where an earlier one ended. */
import type { Revision } from '../../core/revision.ts'
import { readText } from '../../revisions/folder.ts'
import { cacheKey } from '../schema-cache.ts'

/** What a module imports from beside it can change while it stays the same. */
const importsBeside = (text: string): boolean => /\b(?:from|import|require)\b\s*\(?\s*['"`]\.{1,2}\//.test(text)

/**
 * One key for each revision of a chain, standing for the chain up to it on that kind of scratch database; null from where files do not say
 * all. Throws FILE_UNREADABLE.
 */
export function chainKeys(kind: string, chain: readonly Revision[]): (string | null)[] {
  let key: string | null = cacheKey('replay', kind)
  return chain.map((revision) => {
    const text = readText(revision.path)
    key = key === null || (revision.kind === 'ts' && importsBeside(text)) ? null : cacheKey(key, revision.id, text)
    return key
  })
}
