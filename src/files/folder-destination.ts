/** A folder as a destination: each file appears whole, by rename, and is synced before it counts. */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, opendir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { makeFolder } from '../disk/make-folder.ts'
import type { Destination, StoredObject } from './destination.ts'
import { gather } from './gather.ts'
import { temporaryFolder } from './spool.ts'

/** Inside the folder itself: a rename must not cross file systems. */
const TEMPORARY = '.naru-tmp'
const MOST_SYNCED = 256

/** A folder; it is made where it is missing. */
export function folderDestination(root: string): Destination {
  let temporary: Promise<string> | undefined
  let count = 0
  const sync = syncFolders()
  const ownTemporary = () => {
    temporary ??= temporaryFolder(join(root, TEMPORARY))
    return temporary
  }
  return {
    md5: false,
    temporary: ownTemporary,
    async put(key, file) {
      const path = join(root, key)
      makeFolder(dirname(path))
      const written = typeof file.content === 'string' ? file.content : join(await ownTemporary(), `put-${count++}`)
      if (typeof file.content === 'string') await synced(written, 'r+')
      else await writeFile(written, file.content, { flush: true })
      await rename(written, path)
      await sync(dirname(path))
    },
    head: (key) => head(join(root, key), key),
    read: async (key) => createReadStream(join(root, key)),
    list: () => list(root),
    async close() {
      if (temporary !== undefined) await rm(await temporary, { recursive: true, force: true })
      // The parent goes, too, where nobody else uses it.
      await rmdir(join(root, TEMPORARY)).catch(() => {})
    },
  }
}

/** Syncs folders, each once for all who ask meanwhile: a name lasts only when its folder is synced. Windows cannot open folders. */
const syncFolders = () =>
  gather<string, string>(MOST_SYNCED, async (folders) => {
    if (sep === '/') await Promise.all([...new Set(folders)].map((folder) => synced(folder, 'r')))
    return folders
  })

async function synced(path: string, flags: string): Promise<void> {
  let file: FileHandle | undefined
  try {
    file = await open(path, flags)
    await file.sync()
  } finally {
    await file?.close()
  }
}

async function head(path: string, key: string): Promise<StoredObject | null> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw error
  })
  return facts?.isFile() ? { key, bytes: facts.size } : null
}

async function* list(root: string): AsyncIterable<StoredObject> {
  if ((await stat(root).catch(() => null)) === null) return
  for await (const entry of await opendir(root, { recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    const key = relative(root, path).split(sep).join('/')
    if (key.startsWith(`${TEMPORARY}/`)) continue
    yield { key, bytes: (await stat(path)).size }
  }
}
