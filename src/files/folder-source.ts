/** Files of a folder. Nothing outside of it is read: not by `..`, not by a link. */
import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { decoded } from './name.ts'
import type { Answer, Asked, FileSource } from './source.ts'

/** Names that an encoded path may stand for, the likeliest first; none of them leads out of the folder. */
export function candidates(path: string): string[] {
  const [plain, ...rest] = path.split('?')
  const query = rest.length === 0 ? '' : `?${rest.join('?')}`
  const names = [decoded(plain), decoded(plain) + decoded(query), decoded(plain) + query, plain, plain + query]
  const forms = names.flatMap((name) => [name, name.normalize('NFC'), name.normalize('NFD')])
  return [...new Set(forms)].filter((name) => isInside(name))
}

function isInside(name: string): boolean {
  if (name === '' || name.includes('\0') || isAbsolute(name)) return false
  return !name.split(sep === '\\' ? /[\\/]/ : '/').includes('..')
}

const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'EISDIR', 'ELOOP', 'EINVAL'])

async function locate(root: string, name: string): Promise<string | null> {
  try {
    return await realpath(join(root, name))
  } catch (error) {
    if (NOT_THERE.has((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

async function read(root: string, asked: Asked): Promise<Answer> {
  const real = await realpath(root)
  const names = candidates(asked.path ?? '')
  if (names.length === 0) return { kind: 'refused', why: 'the path leads out of the folder' }
  for (const name of names) {
    const path = await locate(real, name)
    if (path === null) continue
    const way = relative(real, path)
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
      return { kind: 'refused', why: 'a link leads out of the folder' }
    }
    const facts = await stat(path)
    if (facts.isFile()) return content(path, facts, asked)
  }
  return { kind: 'missing', why: 'no such file' }
}

function content(path: string, facts: { size: number; mtimeMs: number }, asked: Asked): Answer {
  const etag = `"${facts.size.toString(16)}-${Math.round(facts.mtimeMs * 1000).toString(16)}"`
  if (asked.unless?.etag === etag) return { kind: 'unchanged' }
  const body = createReadStream(path, { highWaterMark: 256 * 1024 })
  const modified = new Date(facts.mtimeMs).toUTCString()
  return {
    kind: 'content',
    body,
    offset: 0,
    total: facts.size,
    type: null,
    etag,
    modified,
    cancel: () => void body.destroy(),
  }
}

/** A folder as a source. */
export function folderSource(root: string): FileSource {
  return {
    host: () => 'folder',
    async open(asked) {
      try {
        return await read(root, asked)
      } catch (error) {
        return { kind: 'failed', why: (error as Error).message }
      }
    },
    async close() {},
  }
}
