/** Files for what does not fit into memory: no name leads to them, and the system takes them back when the process ends, however it does. */
import { randomUUID } from 'node:crypto'
import { accessSync, closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ErrorCode, NaruError } from '../core/error.ts'

/** An open file. Its number serves all threads of the process. */
export interface NamelessFile {
  readonly fd: number
  /** Appends. Throws DISK_FULL, FILE_UNREADABLE. */
  append(bytes: Uint8Array): void
  close(): void
}

/** TMPDIR, else /var/tmp, as SQLite does: /tmp is memory on many systems. */
function temporaryFolder(): string {
  if (process.env.TMPDIR !== undefined || process.platform === 'win32') return tmpdir()
  try {
    accessSync('/var/tmp', constants.W_OK | constants.X_OK)
    return '/var/tmp'
  } catch {
    return tmpdir()
  }
}

/** Makes one. `what` it holds, for messages. Throws DISK_FULL, PERMISSION_DENIED, FILE_UNREADABLE. */
export function namelessFile(what: string): NamelessFile {
  const folder = temporaryFolder()
  const failed = (error: unknown) => failure(error, what, folder)
  let fd: number
  try {
    const path = join(folder, `naru-${randomUUID()}`)
    fd = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  } catch (error) {
    throw failed(error)
  }
  let length = 0
  return {
    fd,
    append(bytes) {
      try {
        for (let done = 0; done < bytes.length; ) {
          const written = writeSync(fd, bytes, done, bytes.length - done, length)
          done += written
          length += written
        }
      } catch (error) {
        throw failed(error)
      }
    },
    close: () => closeSync(fd),
  }
}

/** The same as a handle that is appended to and read beside other work. Throws as `namelessFile` does. */
export async function namelessHandle(what: string): Promise<FileHandle> {
  const folder = temporaryFolder()
  let file: FileHandle | undefined
  try {
    const path = join(folder, `naru-${randomUUID()}`)
    file = await open(path, 'ax+', 0o600)
    await unlink(path)
    return file
  } catch (error) {
    await file?.close()
    throw failure(error, what, folder)
  }
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EFBIG: 'DISK_FULL',
  EACCES: 'PERMISSION_DENIED',
  EROFS: 'PERMISSION_DENIED',
}

function failure(error: unknown, what: string, folder: string): NaruError {
  const { code, message } = error as NodeJS.ErrnoException
  const found = CODES[code ?? ''] ?? 'FILE_UNREADABLE'
  return new NaruError(found, `${what}: a temporary file in ${folder} cannot be written`, {
    why: message,
    hint: `${found === 'DISK_FULL' ? `Make room in ${folder}` : `Make ${folder} writable`}, or name another folder with TMPDIR; then run the same command again.`,
    state: 'the temporary file is gone; what was finished before stays as it is',
    cause: error,
  })
}
