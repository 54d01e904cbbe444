/** A folder as a destination: each file appears whole, by rename, and is synced before it counts. */
import { createReadStream } from 'node:fs'
import { opendir, rm, rmdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { temporaryFolder } from '../disk/temporary-folder.ts'
import type { Destination, StoredObject } from './destination.ts'
import { openWriteThread } from './write-thread.ts'

/** Inside the folder itself: a rename must not cross file systems. */
const TEMPORARY = '.naru-tmp'

/** A folder; it is made where it is missing. */
export function folderDestination(root: string): Destination {
  let temporary: Promise<string> | undefined
  let count = 0
  const thread = openWriteThread()
  const ownTemporary = () => {
    temporary ??= temporaryFolder('files', join(root, TEMPORARY))
    return temporary
  }
  return {
    md5: false,
    temporary: ownTemporary,
    async put(key, file) {
      const [path, { content }] = [join(root, key), file]
      if (typeof content === 'string') await thread.store(path, content, null)
      else await thread.store(path, join(await ownTemporary(), `put-${count++}`), content)
    },
    head: (key) => head(join(root, key), key),
    read: async (key) => createReadStream(join(root, key)),
    list: () => list(root),
    async close() {
      await thread.close()
      if (temporary !== undefined) await rm(await temporary, { recursive: true, force: true })
      // The parent goes, too, where nobody else uses it.
      await rmdir(join(root, TEMPORARY)).catch(() => {})
    },
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
