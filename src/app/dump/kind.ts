/** What a dump is, by its first bytes: an archive of pg_dump, a script of pg_dump, mysqldump, mariadb-dump or sqlite3. */
import { createReadStream } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { NaruError } from '../../core/error.ts'

export interface DumpKind {
  readonly engine: 'postgres' | 'mysql' | 'sqlite'
  /** archive: for pg_restore; script: statements. */
  readonly form: 'archive' | 'script'
  readonly packed: boolean
}

const HEAD = 64 * 1024

/** Words that only one writer puts near the beginning. */
const SCRIPTS: readonly (readonly [DumpKind['engine'], RegExp])[] = [
  ['postgres', /^-- PostgreSQL database (cluster )?dump/m],
  ['mysql', /^(-- (MySQL|MariaDB) dump |\/\*M?!\d{5,6})/m],
  ['sqlite', /^PRAGMA foreign_keys=OFF;\r?\nBEGIN TRANSACTION;/],
  ['postgres', /^(SET statement_timeout = |SELECT pg_catalog\.set_config\(|COPY \S+ \(.*\) FROM stdin;)/m],
  ['mysql', /^(CREATE TABLE `|INSERT INTO `|\) ENGINE=)/m],
]

/** The kind of the dump at a path; null for something else. Throws FILE_UNREADABLE for what cannot be read. */
export async function dumpKind(path: string): Promise<DumpKind | null> {
  const there = await stat(path).catch(() => null)
  if (there === null) return null
  if (there.isDirectory()) {
    const toc = await access(join(path, 'toc.dat')).then(
      () => true,
      () => false,
    )
    return toc ? { engine: 'postgres', form: 'archive', packed: false } : null
  }
  const bytes = await begin(path)
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const head = packed ? await unpackedBegin(path) : bytes
  if (head.toString('latin1', 0, 5) === 'PGDMP') return { engine: 'postgres', form: 'archive', packed }
  const tar = head.toString('latin1', 257, 262) === 'ustar' && head.toString('latin1', 0, 7) === 'toc.dat'
  if (tar) return { engine: 'postgres', form: 'archive', packed }
  const text = head.toString('utf8')
  if (text.includes('\0')) return null
  const engine = SCRIPTS.find(([, words]) => words.test(text))?.[0]
  return engine === undefined ? null : { engine, form: 'script', packed }
}

async function begin(path: string): Promise<Buffer> {
  try {
    await using file = await open(path, 'r')
    const bytes = Buffer.alloc(HEAD)
    const { bytesRead } = await file.read(bytes, 0, HEAD, 0)
    return bytes.subarray(0, bytesRead)
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `cannot read ${path}`, { why: (error as Error).message, cause: error })
  }
}

async function unpackedBegin(path: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of dumpBytes(path, true)) {
      pieces.push(piece as Buffer)
      size += (piece as Buffer).length
      if (size >= HEAD) break
    }
  } catch (error) {
    throw new NaruError('FILE_UNREADABLE', `${path} cannot be unpacked`, {
      why: (error as Error).message,
      cause: error,
    })
  }
  return Buffer.concat(pieces)
}

/** The bytes of a dump, out of gzip. */
export function dumpBytes(path: string, packed: boolean): Readable {
  const file = createReadStream(path)
  if (!packed) return file
  const gunzip = createGunzip()
  file.on('error', (error) => gunzip.destroy(error))
  gunzip.on('close', () => file.destroy())
  return file.pipe(gunzip)
}
