/**
 * The data folder of a new PGlite, kept packed. Its initdb takes seconds and always ends in the same files, so it runs once for
 * a version of PGlite; whatever is opened later begins with a copy. Nothing of a user's ever is in it: it is packed before anybody
 * could send a statement. All databases made from it have one system identifier, which serves only to tell a server's
 * standbys and archives apart; PGlite has neither.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { readCached, writeCached } from '../../disk/cache-folder.ts'
import { pgliteVersion } from './pglite-version.ts'

const pack = promisify(zstdCompress)
const unpack = promisify(zstdDecompress)

/** With a checksum over the content, so that a file that was cut off or altered is noticed. */
const PACKING = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
/** In few pieces: of some 40 MB in the usual ones, half the time would go into putting them together. */
const UNPACKING = { chunkSize: 1 << 24 }

/** The file's name: it holds what this version makes of this recipe. Null where the version cannot be told. */
async function fileName(): Promise<string | null> {
  const version = await pgliteVersion()
  return version === null ? null : `pglite-${version}.tar.zst`
}

/** Without extensions: they are files beside the data folder, and add nothing to it before CREATE EXTENSION. */
async function makeTar(): Promise<Buffer<ArrayBuffer>> {
  const { PGlite } = await import('@electric-sql/pglite')
  const fresh = await PGlite.create()
  try {
    return Buffer.from(await (await fresh.dumpDataDir('none')).arrayBuffer())
  } finally {
    await fresh.close()
  }
}

interface Template {
  readonly tar: Buffer<ArrayBuffer>
  readonly packed: Buffer
}

async function keptOrMade(): Promise<Template> {
  const name = await fileName()
  const kept = name === null ? null : await readCached(name)
  const tar = kept === null ? null : await unpack(kept, UNPACKING).catch(() => null)
  if (kept !== null && tar !== null) return { tar, packed: kept }
  const made = await makeTar()
  const packed = await pack(made, PACKING)
  if (name !== null) await writeCached(name, packed)
  return { tar: made, packed }
}

/** Kept packed in this process too: a tenth of the memory, for a tenth of a second where there is a second database. */
let packed: Promise<Buffer> | null = null

/**
 * The data folder of an empty PGlite, for its option `loadDataDir`: from this process, else from the user's cache folder, else made
 * by initdb and kept in both. Throws what PGlite throws.
 */
export async function newDataFolder(): Promise<Blob> {
  if (packed !== null) return new Blob([await unpack(await packed, UNPACKING)])
  const template = keptOrMade()
  packed = template.then((t) => t.packed)
  packed.catch(() => {
    packed = null
  })
  return new Blob([(await template).tar])
}
