/** The text of a chunk until it is committed: in memory, and what is more in a file without a name, which goes with the process. */
import { randomUUID } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs'
import { writeAll } from './files.ts'
import type { Folder } from './folder.ts'

/** Bytes of a chunk that are kept in memory. */
const MEMORY = 32 << 20
/** Bytes that are copied at a time. */
const PIECE = 1 << 20

export interface ChunkText {
  readonly length: number
  /** Takes a copy of the bytes. */
  add(bytes: Uint8Array): void
  /** Forgets what lies beyond a length. */
  cut(length: number): void
  /** Writes all of it at a position of a file. */
  copyTo(fd: number, position: number): void
  close(): void
}

/** An empty text. */
export function chunkText(folder: Folder): ChunkText {
  let memory = Buffer.allocUnsafeSlow(1 << 16)
  let spool: number | null = null
  let length = 0
  const kept = () => Math.min(length, MEMORY)
  const room = (most: number) => {
    if (most <= memory.length) return
    const grown = Buffer.allocUnsafeSlow(Math.min(MEMORY, Math.max(most, memory.length * 2)))
    memory.copy(grown, 0, 0, kept())
    memory = grown
  }
  return {
    get length() {
      return length
    },
    add(bytes) {
      const here = Math.min(bytes.length, MEMORY - kept())
      room(kept() + here)
      memory.set(bytes.subarray(0, here), kept())
      if (here < bytes.length) {
        spool ??= nameless(folder)
        writeAll(spool, bytes.subarray(here), length + here - MEMORY)
      }
      length += bytes.length
    },
    cut(to) {
      length = to
      if (spool !== null) ftruncateSync(spool, Math.max(0, to - MEMORY))
    },
    copyTo(fd, position) {
      writeAll(fd, memory.subarray(0, kept()), position)
      if (spool === null) return
      const piece = Buffer.allocUnsafe(PIECE)
      for (let at = MEMORY; at < length; ) {
        const n = readSync(spool, piece, 0, Math.min(PIECE, length - at), at - MEMORY)
        writeAll(fd, piece.subarray(0, n), position + at)
        at += n
      }
    },
    close() {
      if (spool !== null) closeSync(spool)
      spool = null
      length = 0
    },
  }
}

function nameless(folder: Folder): number {
  const path = folder.inside(`.naru-${randomUUID()}`)
  const fd = openSync(path, 'wx+')
  unlinkSync(path)
  return fd
}
