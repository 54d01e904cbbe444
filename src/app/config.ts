/** How naru.config.ts is found and loaded. What it may hold is in config-form.ts, checked in config-schema.ts. */
import { access } from 'node:fs/promises'
import { registerHooks } from 'node:module'
import { dirname, extname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NaruError } from '../core/error.ts'
import type { NaruConfig } from './config-form.ts'
import { missingFile, standIn } from './missing-types.ts'

/** A configuration as it was read: `path` is null when there is no file. */
export interface LoadedConfig {
  readonly path: string | null
  /** Folder that relative paths in the file start from. */
  readonly folder: string
  readonly config: NaruConfig
}

const NAMES = ['naru.config.ts', 'naru.config.mts', 'naru.config.js', 'naru.config.mjs']

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function findConfig(cwd: string, wanted: string | undefined): Promise<string | null> {
  if (wanted !== undefined) {
    const path = resolve(cwd, wanted)
    if (await exists(path)) return path
    throw new NaruError('CONFIG_INVALID', `no file at ${path}`, { hint: 'Check the path given with --config.' })
  }
  for (const name of NAMES) if (await exists(join(cwd, name))) return join(cwd, name)
  return null
}

/** `import … from 'naru'` inside the file means the naru that runs, whether or not the project has one installed. */
async function importFile(path: string, reading: Reading): Promise<Record<string, unknown>> {
  const own = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'naru') return { url: own, shortCircuit: true }
      try {
        return next(specifier, context)
      } catch (error) {
        const url = reading === 'databases' && missingFile(error) !== null ? standIn(specifier, context) : null
        if (url === null) throw error
        return { url, shortCircuit: true }
      }
    },
  })
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>
  } finally {
    hooks.deregister()
  }
}

function refuseWithoutTypes(path: string): void {
  const typed = /\.[mc]?ts$/.test(path)
  if (!typed || process.features.typescript) return
  throw new NaruError('CONFIG_INVALID', `this Node (${process.version}) cannot load ${path}`, {
    why: 'It does not strip types: it is older than 22.18, or was started with --no-strip-types.',
    hint: 'Use Node 22.18 or later, or write the file as naru.config.mjs.',
  })
}

async function load(path: string, reading: Reading): Promise<unknown> {
  refuseWithoutTypes(path)
  try {
    const module = await importFile(path, reading)
    if ('default' in module) return module.default
  } catch (error) {
    const missing = missingFile(error)
    throw new NaruError('CONFIG_INVALID', `${path} could not be loaded`, {
      why: error instanceof Error ? error.message : String(error),
      ...(missing !== null && {
        hint: `Make the file. If it holds the types of a database: \`naru inspect NAME --format types --out ${relative(dirname(path), missing)}\`.`,
      }),
      cause: error,
    })
  }
  throw new NaruError('CONFIG_INVALID', `${path} has no default export`, {
    hint: 'Write `export default defineConfig({ … })`.',
  })
}

function withoutMappings(read: unknown): unknown {
  if (typeof read !== 'object' || read === null) return read
  const { transfers, syncs, ...rest } = read as NaruConfig
  return rest
}

/** `databases`: mappings and what builds on them are left out, for the modules of types that they import may be still to be made. */
export type Reading = 'all' | 'databases'

/**
 * Finds, loads and checks the configuration: the file named, else naru.config.{ts,mts,js,mjs} in `cwd`, else an empty one.
 * Throws CONFIG_INVALID; the message names the field.
 */
export async function loadConfig(cwd: string, wanted?: string, reading: Reading = 'all'): Promise<LoadedConfig> {
  const path = await findConfig(cwd, wanted)
  if (path === null) return { path, folder: cwd, config: {} }
  const { checkConfig } = await import('./config-schema.ts')
  const read = await load(path, reading)
  return { path, folder: dirname(path), config: checkConfig(reading === 'all' ? read : withoutMappings(read), path) }
}
