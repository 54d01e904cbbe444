/** Files that may be made anew at any time, kept for the next process in the user's cache folder. A cache that does not work is no error. */
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The folder, or null where the user wants none or has no home. A relative XDG_CACHE_HOME is to be ignored, says its specification. */
export function cacheFolder(): string | null {
  const { NARU_CACHE, XDG_CACHE_HOME, HOME } = process.env
  if (NARU_CACHE === 'off') return null
  if (XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME)) return join(XDG_CACHE_HOME, 'naru')
  const home = HOME ?? homedir()
  return isAbsolute(home) ? join(home, '.cache', 'naru') : null
}

/** Whether nobody but this user can have written it: what is kept becomes a database in which naru then works. */
async function ownedAlone(path: string): Promise<boolean> {
  const found = await lstat(path)
  if (found.isSymbolicLink()) return false
  return process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o022) === 0)
}

/** What was kept under the name; null where nothing is, or it is not to be trusted. Never throws. */
export async function readCached(name: string): Promise<Buffer | null> {
  const folder = cacheFolder()
  if (folder === null) return null
  try {
    const path = join(folder, name)
    const trusted = (await ownedAlone(folder)) && (await ownedAlone(path))
    return trusted ? await readFile(path) : null
  } catch {
    return null
  }
}

/** Keeps the bytes under the name, at once for those who read meanwhile; where that cannot be done, does nothing. Never throws. */
export async function writeCached(name: string, bytes: Uint8Array): Promise<void> {
  const folder = cacheFolder()
  if (folder === null) return
  const temporary = join(folder, `${name}.${process.pid}.${randomBytes(4).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!(await ownedAlone(folder))) return
    await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600 })
    await rename(temporary, join(folder, name))
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined)
  }
}

/** Removes all but the newest files whose names begin so. Never throws. */
export async function thinCached(prefix: string, keep: number): Promise<void> {
  const folder = cacheFolder()
  if (folder === null) return
  try {
    const names = (await readdir(folder)).filter((name) => name.startsWith(prefix))
    if (names.length <= keep) return
    const aged = await Promise.all(names.map(async (name) => ({ name, at: (await lstat(join(folder, name))).mtimeMs })))
    aged.sort((a, b) => b.at - a.at)
    for (const { name } of aged.slice(keep)) await rm(join(folder, name), { force: true })
  } catch {
    // another process thins it too
  }
}
