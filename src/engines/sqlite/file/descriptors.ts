/**
 * Descriptors of files that are read past SQLite. Closing any descriptor of a file drops all locks that the process holds on it
 * (POSIX; https://www.sqlite.org/howtocorrupt.html §2.2), those of other connections and threads too: one stays open for each file, and is
 * closed only when its path no longer leads to it.
 */
import { closeSync, fstatSync, openSync, type Stats, statSync } from 'node:fs'

interface Held {
  readonly fd: number
  readonly path: string
  users: number
}

const held = new Map<string, Held>()

const idOf = (s: Stats): string => `${s.dev}:${s.ino}`

/** The descriptor of a file for this process and its threads, and what to call when it is not needed any more. Null where it cannot be opened. */
export function borrowDescriptor(path: string): { readonly fd: number; giveBack(): void } | null {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return null
  closeReplaced()
  const file = held.get(idOf(stat)) ?? opened(path)
  if (file === null) return null
  file.users++
  return { fd: file.fd, giveBack: () => void file.users-- }
}

function opened(path: string): Held | null {
  try {
    const fd = openSync(path, 'r')
    const file: Held = { fd, path, users: 0 }
    held.set(idOf(fstatSync(fd)), file)
    return file
  } catch {
    return null // SQLite's connection is there all the same
  }
}

/** Files that are gone, or that others have taken the place of. */
function closeReplaced(): void {
  for (const [id, file] of held) {
    const stat = statSync(file.path, { throwIfNoEntry: false })
    if (file.users > 0 || (stat !== undefined && idOf(stat) === id)) continue
    held.delete(id)
    closeSync(file.fd)
  }
}
