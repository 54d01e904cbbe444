/**
 * A configuration whose mappings import modules of `naru inspect --format types` that are still to be made: that command reads the configuration
 * itself, so in it such a module stands for whatever is asked of it.
 */
import { readFileSync } from 'node:fs'
import type { ResolveHookContext } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The relative file that an import did not find, as a path; null where something else went wrong. */
export function missingFile(error: unknown): string | null {
  const { code, url } = (error ?? {}) as { readonly code?: unknown; readonly url?: unknown }
  if (code !== 'ERR_MODULE_NOT_FOUND' || typeof url !== 'string' || !url.startsWith('file:')) return null
  return fileURLToPath(url)
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Names in braces that a module's text imports from `specifier`. */
function namesFrom(specifier: string, text: string): string[] {
  const clause = new RegExp(`import\\s[^'"{;]*\\{([^}]*)\\}\\s*from\\s*['"]${escaped(specifier)}['"]`, 'g')
  const names = [...text.matchAll(clause)].flatMap(([, inside = '']) => inside.split(','))
  return [...new Set(names.map((n) => n.trim().split(/\s+/)[0] ?? '').filter((n) => /^[\p{ID_Start}$_]/u.test(n)))]
}

/** A module whose exports give themselves for every property. */
export function standIn(specifier: string, context: ResolveHookContext): string | null {
  if (!/^\.{1,2}\//.test(specifier) || !context.parentURL?.startsWith('file:')) return null
  const names = namesFrom(specifier, readFileSync(fileURLToPath(context.parentURL), 'utf8'))
  const any = "const any = new Proxy({}, { get: (_, name) => (typeof name === 'symbol' ? undefined : any) })"
  return `data:text/javascript,${encodeURIComponent(`${any}\nexport { ${names.map((n) => `any as ${n}`).join(', ')} }\n`)}`
}
