/** A folder that `naru inspect` writes time and again: which files an earlier run left there, so that no table lives on that is gone. */
import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { NaruError } from '../core/error.ts'
import { stableJson } from '../schema/snapshot.ts'
import type { InspectFormat } from './inspect.ts'

/** Beside the files, and kept in git with them. */
const LIST = '.naru-files.json'

/** Forms of one group replace each other in a folder: each has an `index.ts`. */
const groupOf = (format: InspectFormat): string =>
  format === 'drizzle' || format === 'kysely' || format === 'types' ? 'code' : format

/** Names of files by group. */
type Listed = Readonly<Record<string, readonly string[]>>

/** A name that lies in the folder itself: what a list says is taken for no more. */
const isPlain = (name: unknown): name is string =>
  typeof name === 'string' && !/[\\/\0]/.test(name) && !/^\.{1,2}$/.test(name)

/** The list; null where there is none. Throws STATE_INVALID. */
async function listed(folder: string): Promise<Listed | null> {
  const text = await readFile(join(folder, LIST), 'utf8').catch(() => null)
  if (text === null) return null
  try {
    const { files } = JSON.parse(text) as { readonly files?: Record<string, unknown> }
    return Object.fromEntries(
      Object.entries(files ?? {}).map(([group, names]) => [group, Array.isArray(names) ? names.filter(isPlain) : []]),
    )
  } catch (error) {
    throw new NaruError('STATE_INVALID', `${join(folder, LIST)} is not what naru wrote`, {
      why: (error as Error).message,
      hint: 'Delete it; files that an earlier run left in the folder are then only named, not removed.',
      state: 'nothing was written',
    })
  }
}

/** What must be known of a folder before anything is written into it. */
export interface KeptFolder {
  /** Removes what an earlier run wrote and this one did not, notes what this one wrote, and tells what else lies there. */
  settle(written: readonly string[]): Promise<Settled>
}

interface Settled {
  readonly removed: readonly string[]
  /** Files of the same kind that no run is known to have written. */
  readonly strangers: readonly string[]
}

async function removeFiles(folder: string, names: readonly string[]): Promise<string[]> {
  const removed: string[] = []
  for (const name of names) {
    const there = await lstat(join(folder, name)).catch(() => null)
    if (there?.isFile() !== true) continue
    await rm(join(folder, name))
    removed.push(name)
  }
  return removed
}

/** `folder`: its path, which need not be there yet. Throws STATE_INVALID. */
export async function keptFolder(folder: string, format: InspectFormat): Promise<KeptFolder> {
  const before = await listed(folder)
  const group = groupOf(format)
  return {
    async settle(written) {
      const now = new Set(written)
      const removed = await removeFiles(
        folder,
        (before?.[group] ?? []).filter((name) => !now.has(name)),
      )
      const files = { ...before, [group]: [...written].sort() }
      await writeFile(join(folder, LIST), stableJson({ naru: 'files', files }))
      const known = new Set(Object.values(files).flat())
      const ending = extname(written[0] ?? '')
      // A folder of SQL means all of its files; elsewhere own files may well lie beside those of naru.
      const asked = before?.[group] === undefined || format === 'sql'
      const there = asked
        ? (await readdir(folder)).filter((name) => extname(name) === ending && !name.startsWith('.'))
        : []
      return { removed, strangers: there.filter((name) => !known.has(name)).sort() }
    },
  }
}
