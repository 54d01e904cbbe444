/** Small file work of the CSV engine: whole writes that are there or not, and errors with codes. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { NaruError } from '../../core/error.ts'

/** A file error as NaruError: DISK_FULL, PERMISSION_DENIED, else FILE_UNREADABLE. */
export function fileError(error: unknown, what: string): NaruError {
  if (error instanceof NaruError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const known =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'DISK_FULL'
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? 'PERMISSION_DENIED'
        : 'FILE_UNREADABLE'
  return new NaruError(known, what, { why: message, cause: error })
}

/** Runs file work; what it throws comes as NaruError. */
export function guarded<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw fileError(error, what)
  }
}

/** The text of a file, or null where there is none. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw fileError(error, `cannot read ${path}`)
  }
}

/** Writes all of a buffer at a position. */
export function writeAll(fd: number, bytes: Uint8Array, position: number | null): void {
  let done = 0
  while (done < bytes.length) {
    done += writeSync(fd, bytes, done, bytes.length - done, position === null ? null : position + done)
  }
}

/** Makes a rename or a new file durable. Some systems cannot sync folders: theirs are durable by themselves. */
export function syncFolder(path: string): void {
  try {
    const fd = openSync(path, 'r')
    try {
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch {
    // EISDIR, EPERM: nothing more to be done
  }
}

/** Replaces a file by a text: after a kill it is the old one or the new one. */
export function replaceText(path: string, text: string): void {
  replaceBytes(path, Buffer.from(text, 'utf8'))
}

/** Replaces a file by bytes, in the same way. */
export function replaceBytes(path: string, bytes: Uint8Array): void {
  guarded(`cannot write ${path}`, () => {
    const fd = openSync(`${path}.new`, 'w')
    try {
      writeAll(fd, bytes, null)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(`${path}.new`, path)
    syncFolder(dirname(path))
  })
}
