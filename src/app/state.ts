/** Whatever describes a database → its Schema: a live database, a snapshot, SQL, a Drizzle module, and any of these in git. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { NaruError } from '../core/error.ts'
import { parseSnapshot } from '../schema/snapshot.ts'
import { isSnapshotIndex, parseSnapshotFolder } from '../schema/snapshot-folder.ts'
import { schemeOf } from './address-hint.ts'
import { openDatabase } from './open.ts'
import type { State, StateOptions } from './state-form.ts'

async function database(text: string, o: StateOptions): Promise<State> {
  const address = await o.address(text)
  await using db = await openDatabase(address, { role: 'source' })
  const schema = await db.inspect({ schema: address.schema })
  return { label: address.label, kind: 'database', schema, address, can: db.can }
}

async function snapshot(path: string, label: string): Promise<State> {
  const text = await readText(path, label)
  if (!isSnapshotIndex(text)) return { label, kind: 'snapshot', schema: parseSnapshot(text, label) }
  const read = (file: string) => readText(join(dirname(path), file), `${label}, ${file},`)
  return { label, kind: 'snapshot', schema: await parseSnapshotFolder(text, read, label) }
}

/** A file's text. Throws FILE_UNREADABLE. */
async function readText(path: string, label: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: Error) => {
    throw new NaruError('FILE_UNREADABLE', `${label} could not be read`, { why: error.message, cause: error })
  })
}

type Form = 'sql' | 'snapshot' | 'drizzle' | 'revisions'

const FORMS: Readonly<Record<string, Form>> = {
  '.sql': 'sql',
  '.json': 'snapshot',
  '.ts': 'drizzle',
  '.mts': 'drizzle',
  '.js': 'drizzle',
  '.mjs': 'drizzle',
}

interface Found {
  readonly form: Form
  /** Files in order: of SQL all, else one; of revisions the folder. */
  readonly files: readonly string[]
}

function invalid(label: string, why: string): NaruError {
  return new NaruError('STATE_INVALID', `${label} is no desired state`, { why })
}

async function inFolder(path: string, label: string): Promise<Found> {
  if ((await import('./revisions/state.ts')).holdsRevisions(path)) return { form: 'revisions', files: [path] }
  const names = (await readdir(path)).sort()
  const index = names.find((n) => /^index\.m?[jt]s$/.test(n))
  const sql = names.filter((n) => extname(n) === '.sql')
  if (sql.length > 0) return { form: 'sql', files: sql.map((n) => join(path, n)) }
  if (index !== undefined) return { form: 'drizzle', files: [join(path, index)] }
  if (names.includes('index.json')) return { form: 'snapshot', files: [join(path, 'index.json')] }
  throw invalid(label, 'the folder holds no .sql files, no index.ts and no index.json')
}

/** What a path holds, or null when there is nothing. */
async function formOf(path: string, label: string): Promise<Found | null> {
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) return inFolder(path, label)
  if (there === null) return null
  const form = FORMS[extname(path).toLowerCase()]
  if (form === undefined) throw invalid(label, 'the file does not end in .sql, .json, .ts or .js')
  return { form, files: [path] }
}

/** A place on disk, and of a folder of revisions the one that is meant. */
interface Place {
  readonly path: string
  readonly rev: string | null
}

/** `migrations#1a2b` → its parts. */
function revOf(text: string): Place {
  const [, path, rev] = /^(.+)#([^#\\/]+)$/.exec(text) ?? []
  return path === undefined ? { path: text, rev: null } : { path, rev }
}

/** The same, unless a file or folder is called so. */
async function placeOf(text: string): Promise<Place> {
  const there = await stat(text).catch(() => null)
  return there === null ? revOf(text) : { path: text, rev: null }
}

/** The state in a file or folder on disk. `label` is what the user wrote. */
async function stateAt({ path, rev }: Place, label: string, o: StateOptions): Promise<State | null> {
  const found = await formOf(path, label)
  if (found === null) return null
  if (found.form === 'revisions') return (await import('./revisions/state.ts')).revisionsState(path, rev, label, o)
  if (rev !== null) throw invalid(label, `${label.slice(0, -rev.length - 1)} is no folder of revisions`)
  if (found.form === 'snapshot') return snapshot(found.files[0], label)
  if (found.form === 'sql') return (await import('./state-sql.ts')).sqlState(found.files, label, o)
  return (await import('./state-drizzle.ts')).drizzleState(found.files[0], label, o)
}

const looksLikePath = (text: string): boolean => /[\\/]$|^\.{1,2}([\\/]|$)|\.(sql|json|m?[jt]s)$/i.test(text)

async function inGit(text: string, o: StateOptions): Promise<State> {
  const { checkoutState } = await import('./state-git.ts')
  const { path, rev } = revOf(text)
  await using files = await checkoutState(path, o.cwd)
  const state = await stateAt({ path: files.path, rev }, text, o)
  if (state !== null) return state
  throw new NaruError('STATE_INVALID', `${text}: there is no such file in that revision`)
}

/**
 * The schema that a text names: an address or a name of the config (inspected), a JSON snapshot or a folder of one, a .sql file or folder (executed
 * on a scratch database, files by name), a folder of revisions (`migrations`, or `migrations#REV` up to one; replayed), a Drizzle module or a folder
 * with its index, or `git:REV:path` of any of these. Changes nothing but scratch databases.
 * Throws STATE_INVALID, STATE_REFUSED (with file and line), SCRATCH_UNAVAILABLE, FILE_UNREADABLE, ADDRESS_INVALID, and what opening throws.
 */
export async function loadState(text: string, o: StateOptions): Promise<State> {
  if (o.names.includes(text)) return database(text, o)
  if (text.startsWith('git:')) return inGit(text, o)
  if (schemeOf(text) !== null || text.startsWith('dump:')) return database(text, o)
  const state = await stateAt(await placeOf(resolve(o.cwd, text)), text, o)
  if (state !== null) return state
  if (!looksLikePath(text)) return database(text, o)
  throw new NaruError('STATE_INVALID', `there is no file or folder ${text}`, {
    why: `Looked for at ${resolve(o.cwd, text)}.`,
  })
}
