/** The folder of revisions: which files are revisions, and what their headers say. Statements are not read. */
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { NaruError } from '../core/error.ts'
import type { Revision } from '../core/revision.ts'
import { buildGraph, type Graph } from './graph.ts'
import { type Header, headerEnds, parseHeader } from './header.ts'
import { checkModule, parseModuleHeader } from './module-header.ts'

/** Imports a module: path → its exports. */
export type LoadModule = (path: string) => Promise<Readonly<Record<string, unknown>>>

/** A header rarely takes more. One buffer serves all files of a folder. */
const beginning = Buffer.allocUnsafe(4096)

function unreadable(path: string, error: unknown): NaruError {
  return new NaruError('FILE_UNREADABLE', `${path} could not be read`, {
    why: error instanceof Error ? error.message : String(error),
    cause: error,
  })
}

/** Text as the same everywhere: no byte order mark, line ends as `\n`. */
const plain = (text: string) => text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n')

/** The text of a file, line ends as `\n`. Throws FILE_UNREADABLE. */
export function readText(path: string): string {
  try {
    return plain(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** The beginning of a file as far as its header goes; the whole file where that cannot be told. */
function readBeginning(path: string): string {
  let length = 0
  try {
    const file = openSync(path, 'r')
    try {
      length = readSync(file, beginning)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    throw unreadable(path, error)
  }
  const text = plain(beginning.toString('utf8', 0, length))
  return length < beginning.length || headerEnds(text) ? text : readText(path)
}

/** Names of files that are revisions, or should be. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter(({ name }) => /\.(?:sql|ts)$/i.test(name) && !/^\.|\.(?:d|test|spec)\.ts$/i.test(name))
      .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && leadsToFile(join(folder, entry.name))))
      .map(({ name }) => name)
      .sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error instanceof NaruError ? error : unreadable(folder, error)
  }
}

function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** The name begins with the id, so that one finds the other. */
function checkName(name: string, header: Header): void {
  const stem = basename(name, extname(name))
  if (stem === header.id || stem.startsWith(`${header.id}_`)) return
  throw new NaruError('REVISION_INVALID', `${name} holds revision ${header.id}, and its name does not begin so`, {
    why: 'the id in the header and the one in the name differ',
    hint: `Rename the file to ${header.id}_….${extname(name).slice(1)}, or correct its header.`,
  })
}

function headless(name: string): NaruError {
  return new NaruError('REVISION_INVALID', `${name} is no revision: it has no header`, {
    why: 'all .sql and .ts files in the folder of revisions are read',
    hint: 'Write `-- naru:revision ID`, `-- naru:revises ID` and `-- naru:up` above the statements (`naru revision -m MSG` makes such a file), or move it into a folder of its own.',
  })
}

async function headerAt(path: string, name: string, load: LoadModule): Promise<Header> {
  if (/\.sql$/i.test(name)) {
    const header = parseHeader(readBeginning(path), name)
    if (header === null) throw headless(name)
    return header
  }
  return parseModuleHeader(readText(path), name) ?? checkModule(await load(path), name).header
}

/**
 * The revisions of a folder; no folder is an empty one. Modules whose header is not written out are imported by `load`. Throws
 * REVISION_INVALID (file and line in the message), FILE_UNREADABLE.
 */
export async function readFolder(folder: string, load: LoadModule): Promise<Graph> {
  const revisions: Revision[] = []
  for (const name of namesIn(folder)) {
    const path = join(folder, name)
    const header = await headerAt(path, name, load)
    checkName(name, header)
    revisions.push({ ...header, path, kind: /\.sql$/i.test(name) ? 'sql' : 'ts' })
  }
  return buildGraph(revisions)
}
