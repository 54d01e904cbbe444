/**
 * Descriptors of files that are read past SQLite. Closing any descriptor of a file drops all locks that the process holds on it
 * (POSIX; https://www.sqlite.org/howtocorrupt.html §2.2), those of other connections and threads too: one stays open for each file, and is
 * closed only when that file has no name left.
 */
import { type BigIntStats, closeSync, fstatSync, openSync, statSync } from 'node:fs'

interface Held {
  readonly fd: number
  users: number
}

const held = new Map<string, Held>()

const idOf = (s: BigIntStats): string => `${s.dev}:${s.ino}`

/** Which file a path leads to now, whatever it is called; null where there is none. */
export function fileAt(path: string): string | null {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? null : idOf(stat)
}

/** Which file a descriptor is of. */
export function fileOf(fd: number): string {
  return idOf(fstatSync(fd, { bigint: true }))
}

/** The descriptor of a file for this process and its threads, and what to call when it is not needed any more. Null where it cannot be opened. */
export function borrowDescriptor(path: string): { readonly fd: number; giveBack(): void } | null {
  const id = fileAt(path)
  if (id === null) return null
  closeRemoved()
  const file = held.get(id) ?? opened(path)
  if (file === null) return null
  file.users++
  let lent = true
  return {
    fd: file.fd,
    giveBack() {
      if (lent) file.users--
      lent = false
    },
  }
}

function opened(path: string): Held | null {
  try {
    const fd = openSync(path, 'r')
    const file: Held = { fd, users: 0 }
    held.set(fileOf(fd), file)
    return file
  } catch {
    return null // SQLite's connection is there all the same
  }
}

/** Files that were removed, or replaced by others: nobody can come to lock them any more, and the disk wants their room. */
function closeRemoved(): void {
  for (const [id, { fd, users }] of held) {
    if (users > 0 || fstatSync(fd).nlink > 0) continue
    held.delete(id)
    closeSync(fd)
  }
}
