/**
 * naru-manifest.json: what a finished folder holds, written last and at once, so that a folder without it is not finished. Structure,
 * where the rows come from, and of each file its length, SHA-256, number of rows and digest of rows; the hash over all of that ends it.
 */

import { createHash, hash } from 'node:crypto'
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { BATCH } from '../../core/batch.ts'
import { tupleHasher } from '../../core/digest.ts'
import { NaruError } from '../../core/error.ts'
import type { Provenance, RowsDigest, Seal } from '../../core/folder.ts'
import { addSums, sumText } from '../../core/sum.ts'
import { fileError, guarded, readText, replaceText } from './files.ts'
import { tableName } from './folder.ts'
import { openSource } from './read.ts'
import { type Described, MANIFEST, pack, readDescription, SIDECAR, storedDescription, unpack } from './sidecar.ts'
import type { Place } from './table-file.ts'
import { wire } from './types.ts'

/** A file as the manifest has it. */
export interface ListedFile extends RowsDigest {
  readonly file: string
  readonly table: string
  readonly bytes: number
  readonly sha256: string
}

export interface Manifest extends ReturnType<typeof storedDescription> {
  readonly format: 1
  /** Version of naru that wrote it. */
  readonly naru: string
  readonly made: string
  readonly source: Provenance
  readonly files: readonly ListedFile[]
  /** SHA-256 of the manifest's text with this field empty. */
  readonly hash: string
}

/** The manifest's text without its hash: what the hash is taken of. */
function hashOf(manifest: Omit<Manifest, 'hash'>): string {
  return hash('sha256', pack({ ...manifest, hash: '' }))
}

/** Length and SHA-256 of a file. */
async function fileDigest(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const sum = createHash('sha256')
  let bytes = 0
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      sum.update(piece as Buffer)
      bytes += (piece as Buffer).length
    }
  } catch (error) {
    throw fileError(error, `cannot read ${path}`)
  }
  return { bytes, sha256: sum.digest('hex') }
}

/** Rows of a table and the sum of their hashes, in the form that copy and verify take it; lines that are no rows are counted apart. */
export async function rowsDigest(
  place: Place,
  d: Described,
  table: string,
): Promise<RowsDigest & { readonly bad: number }> {
  const described = d.tables.find((t) => t.name.name === table)
  if (described === undefined) return { rows: 0, digest: '', bad: 0 }
  const columns = described.columns.map((c) => ({ name: c.name, column: c, wire: wire(c.type) }))
  const hasher = tupleHasher(columns.map((c) => c.wire))
  let rows = 0
  let bad = 0
  let sum = 0n
  const source = openSource(place, described, columns, { key: null })
  for await (const batch of source.read({ kind: 'all' }, BATCH)) {
    sum = addSums(sum, hasher.sum(batch.bytes, batch.rows))
    rows += batch.rows
    bad += batch.rejects.length
    batch.release()
  }
  return { rows, bad, digest: sumText(sum) }
}

/** Writes the manifest of all files of the folder. Nothing is done while one of them is unfinished. */
export async function sealFolder(place: Place, seal: Seal): Promise<void> {
  const { folder } = place
  const files = folder.files(true)
  if (files.some((file) => folder.isPart(file))) return
  const d = readDescription(folder)
  const listed: ListedFile[] = []
  for (const file of files) {
    const table = tableName(file)
    const { rows, digest } = seal.known[table] ?? (await rowsDigest(place, d, table))
    listed.push({ file, table, rows, digest, ...(await fileDigest(folder.inside(file))) })
  }
  const { naru, source } = seal
  const plain = {
    format: 1,
    naru,
    made: new Date().toISOString(),
    source,
    files: listed,
    ...storedDescription(d),
  } as const
  replaceText(folder.inside(MANIFEST), `${pack({ ...plain, hash: hashOf(plain) }, 2)}\n`)
  guarded('cannot remove the schema file', () => rmSync(folder.inside(SIDECAR), { force: true }))
}

/** The manifest and whether its hash is right; null where there is none. Throws FILE_UNREADABLE. */
export function readManifest(place: Place): { readonly manifest: Manifest; readonly intact: boolean } | null {
  const path = place.folder.inside(MANIFEST)
  const text = readText(path)
  if (text === null) return null
  try {
    const manifest = unpack<Manifest>(text)
    const { hash: given, ...rest } = manifest
    return { manifest, intact: given === hashOf(rest) }
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `${path} is no manifest of naru`, {
      why: (error as Error).message,
      hint: 'Take the folder from where it was kept first.',
      cause: error,
    })
  }
}

/** What a folder that was never finished looks like: naru wrote into it, and there is no manifest. */
export function isIncomplete(place: Place): boolean {
  const { folder } = place
  if (existsSync(folder.inside(MANIFEST))) return folder.files(true).some((file) => folder.isPart(file))
  return existsSync(folder.inside(SIDECAR)) || place.ledger.exists()
}

/** What is not as the manifest says of a file, its rows aside; null: nothing. */
export async function fileTrouble(place: Place, listed: ListedFile): Promise<string | null> {
  const path = join(place.folder.path, listed.file)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 'it is missing'
  if (stat.size !== listed.bytes) {
    const more = stat.size - listed.bytes
    const size = Math.abs(more) === 1 ? '1 byte' : `${Math.abs(more)} bytes`
    return `it is ${size} ${more < 0 ? 'shorter' : 'longer'} than when it was written`
  }
  const { sha256 } = await fileDigest(path)
  return sha256 === listed.sha256 ? null : 'it was edited: its SHA-256 is another'
}

/** Files of the folder that the manifest does not list. */
export function strangers(place: Place, manifest: Manifest): string[] {
  const listed = new Set(manifest.files.map((f) => f.file))
  return place.folder.files(false).filter((file) => !listed.has(file))
}
