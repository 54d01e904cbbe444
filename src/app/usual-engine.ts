/** The engine that a configuration speaks of, without resolving or opening anything. */
import type { NaruConfig } from './config-form.ts'

/** What an address begins with, or that of a name of the config; undefined where it begins with no scheme. */
export function schemeNamed(nameOrUrl: string, { databases = {} }: NaruConfig): string | undefined {
  const known = Object.hasOwn(databases, nameOrUrl) ? databases[nameOrUrl] : nameOrUrl
  return /^(\w+):/.exec(typeof known === 'string' ? known : known.url)?.[1]
}

/** That of the revisions, or of the first database that they work on; undefined where nothing says it. */
export function usualEngine(config: NaruConfig): string | undefined {
  const { revisions, databases = {} } = config
  if (revisions?.engine !== undefined) return revisions.engine
  const [first] = [revisions?.database ?? Object.keys(databases)].flat()
  return first === undefined ? undefined : schemeNamed(first, config)
}
