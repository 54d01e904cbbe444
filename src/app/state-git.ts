/** `git:REV:path`: a file or folder as it was in a revision, laid out in a temporary folder with all that it may import. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { NaruError } from '../core/error.ts'
import { temporaryFolder } from '../disk/temporary-folder.ts'

const run = promisify(execFile)
const LIMIT = 256 * 1024 * 1024

function failed(text: string, error: unknown): NaruError {
  const e = error as Error & { readonly stderr?: string | Buffer; readonly code?: unknown }
  const why = e.code === 'ENOENT' ? 'the program git was not found' : String(e.stderr ?? '').trim() || e.message
  return new NaruError('STATE_INVALID', `${text} could not be read from git`, {
    why,
    hint: 'Write git:REV:path, as in git:main:db/schema.sql; the path starts at the top of the repository.',
    cause: error,
  })
}

async function git(cwd: string, ...args: string[]): Promise<Buffer> {
  const { stdout } = await run('git', args, { cwd, encoding: 'buffer', maxBuffer: LIMIT })
  return stdout
}

/** `git:REV:path` → its parts; the path is as git writes it, with slashes, from the top or (`./`) from here. */
function parts(text: string): { rev: string; path: string } {
  const at = text.indexOf(':', 4)
  const rev = at < 0 ? '' : text.slice(4, at)
  // A revision that begins with a dash would be taken for an option.
  if (rev === '' || rev.startsWith('-')) throw failed(text, new Error('it is not of the form git:REV:path'))
  return { rev, path: text.slice(at + 1) }
}

async function topOf(cwd: string): Promise<{ top: string; prefix: string }> {
  const top = (await git(cwd, 'rev-parse', '--show-toplevel')).toString().trimEnd()
  const prefix = (await git(cwd, 'rev-parse', '--show-prefix')).toString().trimEnd()
  return { top, prefix }
}

/** A JavaScript module, alone or in a folder, may import any file of the repository; for all else its own tree is enough. */
const importsOthers = (path: string): boolean => /\.m?[jt]s$/.test(path)

/** The index of a snapshot means the files beside it too. */
const treeOf = (path: string): string => (basename(path) === 'index.json' ? dirname(path).replace(/^\.$/, '') : path)

interface Entry {
  readonly id: string
  readonly path: string
}

/** Files of a tree; `whole`: modules and what they import, of the whole repository. */
async function entries(top: string, rev: string, path: string, whole: boolean): Promise<Entry[]> {
  const listed = await git(
    top,
    'ls-tree',
    '-r',
    '-z',
    '--full-tree',
    rev,
    ...(whole || path === '' ? [] : ['--', path]),
  )
  const all = listed
    .toString()
    .split('\0')
    .filter((line) => line !== '')
  return all.flatMap((line) => {
    const [meta, name] = line.split('\t')
    const [mode, type, id] = meta.split(' ')
    const wanted = type === 'blob' && mode !== '120000' && (!whole || /\.([mc]?[jt]s|json)$/.test(name))
    return wanted ? [{ id, path: name }] : []
  })
}

/** The contents of all blobs, from one process: a repository may have thousands of files. */
async function contents(top: string, ids: readonly string[]): Promise<Buffer[]> {
  const child = spawn('git', ['cat-file', '--batch'], { cwd: top, stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(child, 'close')
  const parts: Buffer[] = []
  child.stdout.on('data', (part: Buffer) => parts.push(part))
  child.stdin.on('error', () => undefined)
  child.stdin.end(ids.map((id) => `${id}\n`).join(''))
  const [code] = await ended
  if (code !== 0) throw new Error(`git cat-file ended with ${code}`)
  const all = Buffer.concat(parts)
  let at = 0
  return ids.map(() => {
    // `<id> blob <size>`, the content, a line feed.
    const line = all.indexOf(10, at)
    const size = Number(all.toString('latin1', at, line).split(' ')[2])
    at = line + 1 + size + 1
    return all.subarray(line + 1, line + 1 + size)
  })
}

async function layOut(top: string, folder: string, found: readonly Entry[]): Promise<void> {
  if (found.length === 0) return
  const texts = await contents(
    top,
    found.map((entry) => entry.id),
  )
  for (const [i, entry] of found.entries()) {
    const path = join(folder, entry.path)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, texts[i])
  }
}

/** Packages are those that are installed now: every node_modules folder from the module up to the top is linked. */
async function linkPackages(top: string, folder: string, path: string): Promise<void> {
  for (let place = dirname(path); ; place = dirname(place)) {
    const there = resolve(top, place, 'node_modules')
    if ((await stat(there).catch(() => null))?.isDirectory() && (await stat(join(folder, place)).catch(() => null))) {
      await symlink(there, join(folder, place, 'node_modules'), 'dir').catch(() => undefined)
    }
    if (place === '.' || place === '/') return
  }
}

/** A file or folder of a revision on disk; disposing removes it. */
export interface Checkout extends AsyncDisposable {
  readonly path: string
}

/** Lays out what `git:REV:path` names, without touching the work tree. Throws STATE_INVALID with git's own words. */
export async function checkoutState(text: string, cwd: string): Promise<Checkout> {
  const { rev, path: given } = parts(text)
  const folder = await temporaryFolder('git')
  const dispose = () => rm(folder, { recursive: true, force: true })
  try {
    const { top, prefix } = await topOf(cwd)
    const path = /^\.\.?(\/|$)/.test(given) ? join(prefix, given).replace(/\/$/, '') : given
    const own = await entries(top, rev, treeOf(path), false)
    const module = own.find((entry) => importsOthers(entry.path))
    await layOut(top, folder, module === undefined ? own : [...own, ...(await entries(top, rev, path, true))])
    if (module !== undefined) await linkPackages(top, folder, module.path)
    return { path: join(folder, path), [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error instanceof NaruError ? error : failed(text, error)
  }
}
