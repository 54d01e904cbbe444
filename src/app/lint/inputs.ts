/** Files, folders and globs → the scripts that are linted. */
import { glob, readdir, readFile, stat } from 'node:fs/promises'
import { extname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { NaruError } from '../../core/error.ts'

export interface LintInput {
  /** As people wrote it, or relative to what they wrote. */
  readonly label: string
  /** Absolute; null: standard input. */
  readonly path: string | null
  readonly text: string
}

function unreadable(label: string, error: Error): NaruError {
  return new NaruError('FILE_UNREADABLE', `${label} could not be read`, { why: error.message, cause: error })
}

/** Bytes that are no UTF-8 would come out as others where the file is rewritten. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

async function readText(label: string, path: string): Promise<LintInput> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw unreadable(label, error)
  })
  try {
    return { label, path, text: UTF8.decode(bytes) }
  } catch {
    throw unreadable(label, new Error('it is not UTF-8'))
  }
}

const isScript = (name: string): boolean => extname(name).toLowerCase() === '.sql'

async function inFolder(label: string, path: string): Promise<LintInput[]> {
  const names = await readdir(path, { recursive: true }).catch((error: Error) => {
    throw unreadable(label, error)
  })
  const scripts = names.filter((name) => isScript(name) && !name.split(sep).includes('node_modules')).toSorted()
  return Promise.all(scripts.map((name) => readText(join(label, name), join(path, name))))
}

async function matching(pattern: string, cwd: string): Promise<LintInput[]> {
  const found: string[] = []
  for await (const name of glob(pattern, { cwd })) if (isScript(name)) found.push(name)
  if (found.length === 0) {
    throw unreadable(
      pattern,
      new Error(/[*?[{]/.test(pattern) ? 'it matches no .sql file' : 'there is no such file or folder'),
    )
  }
  return Promise.all(found.toSorted().map((name) => readText(name, resolve(cwd, name))))
}

async function inputsOf(text: string, cwd: string): Promise<LintInput[]> {
  const path = resolve(cwd, text)
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) return inFolder(text, path)
  return there === null ? matching(text, cwd) : [await readText(text, path)]
}

/**
 * The scripts behind paths: a file whatever its ending, all .sql files under a folder, all that a glob matches; each once. `-` is
 * `stdin`. Throws FILE_UNREADABLE for what is not there or matches nothing.
 */
export async function lintInputs(
  paths: readonly string[],
  cwd: string,
  stdin: () => Promise<string>,
): Promise<readonly LintInput[]> {
  const found = new Map<string | null, LintInput>()
  for (const text of paths) {
    const inputs = text === '-' ? [{ label: '-', path: null, text: await stdin() }] : await inputsOf(text, cwd)
    for (const input of inputs) if (!found.has(input.path)) found.set(input.path, input)
  }
  return [...found.values()]
}

/** A path as tools beside naru want it: relative to the folder they run in where it lies there, with slashes. */
export function portablePath(label: string, cwd: string): string {
  const inside = relative(cwd, resolve(cwd, label))
  const path = inside === '' || inside.startsWith('..') || isAbsolute(inside) ? label : inside
  return path.split(sep).join('/')
}
