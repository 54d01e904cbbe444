/** Imports a module of the user's by Node itself: TypeScript with its types stripped, relative imports as bundlers allow them. */
import { existsSync, statSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { dirname, extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { NaruError } from '../core/error.ts'

/** What a bundler would try behind a path without ending, or for a `.js` that is a `.ts`. */
function candidates(path: string): string[] {
  const typed = path.replace(/\.([mc]?)js$/, '.$1ts')
  return [
    ...(typed === path ? [] : [typed]),
    `${path}.ts`,
    `${path}.mts`,
    `${path}.js`,
    `${path}/index.ts`,
    `${path}/index.js`,
  ]
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile()

function lenient(specifier: string, parent: string | undefined): string | null {
  if (!/^\.{1,2}\//.test(specifier) || parent === undefined || !parent.startsWith('file:')) return null
  const found = candidates(fileURLToPath(new URL(specifier, parent))).find(isFile)
  return found === undefined ? null : pathToFileURL(found).href
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const place = error instanceof SyntaxError ? /^(\S+:\d+)$/m.exec(error.stack ?? '')?.[1] : undefined
  return place === undefined ? error.message : `${error.message} (${place})`
}

function missingDrizzle(label: string, cause?: unknown): NaruError {
  return new NaruError('DRIZZLE_MISSING', `${label} needs drizzle-orm, which is not installed beside it`, {
    hint: 'Run `npm install drizzle-orm` in the project of the module.',
    cause,
  })
}

function unloadable(label: string, error: unknown): NaruError {
  const code = (error as { readonly code?: unknown } | null)?.code
  const message = error instanceof Error ? error.message : ''
  if (code === 'ERR_MODULE_NOT_FOUND' && /'drizzle-orm['/]/.test(message)) return missingDrizzle(label, error)
  const typeless = code === 'ERR_UNKNOWN_FILE_EXTENSION' || (/\.[mc]?ts$/.test(label) && !process.features.typescript)
  return new NaruError('STATE_INVALID', `${label} could not be loaded`, {
    why: typeless ? `this Node (${process.version}) strips no types: it is older than 22.18` : reason(error),
    cause: error,
  })
}

let imported = 0

/** `import … from 'naru'` means the naru that runs, whether or not the project of the module has one installed. */
const OWN = new URL(`../index${extname(import.meta.url)}`, import.meta.url).href

/** The exports of a module. `label` is for people. Throws STATE_INVALID, DRIZZLE_MISSING. */
export async function importModule(path: string, label: string): Promise<Record<string, unknown>> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'naru') return { url: OWN, shortCircuit: true }
      try {
        return next(specifier, context)
      } catch (error) {
        const url = lenient(specifier, context.parentURL)
        if (url === null) throw error
        return { url, shortCircuit: true }
      }
    },
  })
  try {
    // A module may have changed since it was imported before.
    return (await import(`${pathToFileURL(path).href}?naru=${++imported}`)) as Record<string, unknown>
  } catch (error) {
    throw unloadable(label, error)
  } finally {
    hooks.deregister()
  }
}

/** The folder of drizzle-orm as the module at `path` sees it. Throws DRIZZLE_MISSING. */
export function drizzleFolder(path: string, label: string): string {
  try {
    return dirname(createRequire(path).resolve('drizzle-orm'))
  } catch (error) {
    throw missingDrizzle(label, error)
  }
}
