/** Schemas that statements made on a scratch database, kept in the user's cache folder: what made them once is not run again. */
import { createHash } from 'node:crypto'
import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Schema } from '../core/schema.ts'
import { readCached, thinCached, writeCached } from '../disk/cache-folder.ts'
import { parseSnapshot, wholeText } from '../schema/snapshot.ts'

const PREFIX = 'schema-'
/** Files that stay: one for each state that was worked on lately. */
const KEPT = 100

const SELF = fileURLToPath(import.meta.url)

/** When these files were written: one stands for a whole build, sources are changed one by one. */
function written(): number {
  if (!SELF.endsWith('.ts')) return statSync(SELF).mtimeMs
  const root = join(SELF, '../..')
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return Math.max(...names.map((name) => statSync(join(root, name)).mtimeMs))
}

let known: string | undefined

/** Another naru may inspect more than this one, or read files otherwise. */
function naru(): string {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
  known ??= `${version} ${written()}`
  return known
}

/** What stands for all of these texts in their order, and for this version of naru. */
export function cacheKey(...parts: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([naru(), ...parts]))
    .digest('hex')
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

/** Keeps a schema whole, statistics too. Never throws. */
export async function keepSchema(key: string | null, schema: Schema): Promise<void> {
  if (key === null) return
  await writeCached(`${PREFIX}${key}.json`, Buffer.from(wholeText(schema)))
  await thinCached(PREFIX, KEPT)
}

/** The schema under the key, else what `make` gives, which is kept then. Throws what `make` throws. */
export async function cachedSchema(key: string | null, make: () => Promise<Schema>): Promise<Schema> {
  const kept = await keptSchema(key)
  if (kept !== null) return kept
  const made = await make()
  await keepSchema(key, made)
  return made
}
