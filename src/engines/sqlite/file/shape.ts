/** The header of a SQLite file, as far as rows are read past SQLite (https://www.sqlite.org/fileformat2.html §1.3). */
import { fstatSync, readSync } from 'node:fs'

/** A file that is open, and how its pages lie. Plain data: worker threads share the descriptor. */
export interface FileShape {
  readonly fd: number
  /** Bytes. */
  readonly pageSize: number
  /** Bytes of a page without those reserved at its end. */
  readonly usable: number
  readonly pages: number
}

/** The file is not as this reader knows it, or not as it should be: SQLite itself is to read, and to say what is wrong. */
export class NotPlain extends Error {}

const MAGIC = 'SQLite format 3\0'
/** What SQLite itself demands at least. */
const LEAST_USABLE = 480

/** Null where the file is none that is read past SQLite: not of format 1 or 2, text in UTF-16, cut short. Throws what the system says. */
export function readShape(fd: number): FileShape | null {
  const header = Buffer.alloc(100)
  if (readSync(fd, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 16) !== MAGIC) return null
  const size = header.readUInt16BE(16)
  const pageSize = size === 1 ? 65536 : size
  const usable = pageSize - header[20]
  const powerOfTwo = pageSize >= 512 && (pageSize & (pageSize - 1)) === 0
  if (!powerOfTwo || usable < LEAST_USABLE || header[19] > 2 || header.readUInt32BE(56) !== 1) return null
  return { fd, pageSize, usable, pages: Math.floor(fstatSync(fd).size / pageSize) }
}
