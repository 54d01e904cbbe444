/** PGlite: PostgreSQL in this process, spoken to in the same protocol. A statement's whole answer comes during the call. */
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Extension, PGlite } from '@electric-sql/pglite'
import type { Address, OpenOptions } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { makeHome } from '../../disk/make-folder.ts'
import type { Channel, Listener } from './channel.ts'
import { newDataFolder } from './pglite-template.ts'

/** The path that means: in memory, gone with the process. */
export const MEMORY = ':memory:'

/** Extensions that PGlite carries and that columns may need. They must be named when a database is opened, not later. */
const EXTENSIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  citext: () => import('@electric-sql/pglite/contrib/citext'),
  hstore: () => import('@electric-sql/pglite/contrib/hstore'),
  ltree: () => import('@electric-sql/pglite/contrib/ltree'),
  pg_trgm: () => import('@electric-sql/pglite/contrib/pg_trgm'),
  uuid_ossp: () => import('@electric-sql/pglite/contrib/uuid_ossp'),
  btree_gist: () => import('@electric-sql/pglite/contrib/btree_gist'),
  btree_gin: () => import('@electric-sql/pglite/contrib/btree_gin'),
}

async function extensions(): Promise<Record<string, Extension>> {
  const found: Record<string, Extension> = {}
  for (const [name, load] of Object.entries(EXTENSIONS)) {
    const module = (await load().catch(() => null)) as Record<string, Extension> | null
    if (module?.[name] !== undefined) found[name] = module[name]
  }
  return found
}

/** What a folder holds: null where there is none. */
async function entries(path: string): Promise<string[] | null> {
  return readdir(path).catch(() => null)
}

/** Where a database is to be opened, and whether it has to be made first. */
interface Opening {
  readonly path: string
  readonly isNew: boolean
}

/** The folder, or memory for a look at one that is not there yet. Throws unless it holds a database or may become one. */
async function checkFolder(path: string, o: OpenOptions): Promise<Opening> {
  const found = await entries(path)
  if (found?.includes('PG_VERSION')) return { path, isNew: false }
  if (o.role !== 'target') {
    const why = found === null ? 'There is no such folder.' : 'The folder holds no database.'
    throw new NaruError('DATABASE_MISSING', `no PGlite database at ${path}`, { why })
  }
  if (found !== null && found.length > 0) {
    throw new NaruError('ADDRESS_INVALID', `${path} is a folder with other things in it`, {
      hint: 'Name an empty or a new folder.',
    })
  }
  if (o.look) return { path: MEMORY, isNew: true }
  makeHome(dirname(path))
  return { path, isNew: true }
}

/** Opens the folder (or memory); made where it does not exist and this is a target. DATABASE_MISSING, ADDRESS_INVALID, CONNECT_FAILED. */
export async function openPglite(address: Address, o: OpenOptions): Promise<PGlite> {
  const wanted = address.path ?? MEMORY
  const { path, isNew } = wanted === MEMORY ? { path: MEMORY, isNew: true } : await checkFolder(wanted, o)
  try {
    const { PGlite } = await import('@electric-sql/pglite')
    return await PGlite.create({
      ...(path !== MEMORY && { dataDir: path }),
      ...(isNew && { loadDataDir: await newDataFolder() }),
      extensions: await extensions(),
    })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new NaruError('CONNECT_FAILED', `${address.label} could not be opened`, {
      why,
      hint: 'The folder may come from another version of PGlite, or be open in another process.',
      cause: error,
    })
  }
}

/** The channel of an open PGlite. */
export function pgliteChannel(db: PGlite, listener: Listener): Channel {
  let last = Promise.resolve()
  let closed: Promise<void> | null = null
  const exchange = async (message: Uint8Array) => {
    try {
      await db.runExclusive(() => db.execProtocolRawStream(message, { onRawData: (chunk) => listener.data(chunk) }))
      listener.answered?.()
    } catch (error) {
      listener.lost(error instanceof Error ? error.message : String(error), error)
    }
  }
  return {
    paced: false,
    send(parts) {
      const message = parts.length === 1 ? parts[0] : Buffer.concat(parts)
      // Never from within a call to the listener: PGlite would be entered twice.
      last = last.then(() => exchange(message))
    },
    pause() {},
    resume() {},
    async cancel() {},
    close() {
      closed ??= last.then(() => db.close())
      return closed
    },
  }
}
