/** URL scheme → engine, loaded when first needed so that start-up stays quick. */
import type { Engine } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'

const SCHEMES: Readonly<Record<string, () => Promise<Engine>>> = {
  postgres: async () => (await import('./postgres/index.ts')).postgres,
  postgresql: async () => (await import('./postgres/index.ts')).postgres,
  pglite: async () => (await import('./postgres/index.ts')).postgres,
  mysql: async () => (await import('./mysql/index.ts')).mysql,
  mariadb: async () => (await import('./mysql/index.ts')).mysql,
  sqlite: async () => (await import('./sqlite/index.ts')).sqlite,
  csv: async () => (await import('./csv/index.ts')).csv,
  ndjson: async () => (await import('./csv/index.ts')).csv,
}

/** The engine for a URL's scheme (`postgres`, `sqlite` …). Throws ADDRESS_INVALID for an unknown one. */
export async function engineFor(scheme: string): Promise<Engine> {
  const load = SCHEMES[scheme]
  if (load === undefined) throw new NaruError('ADDRESS_INVALID', `no engine for the scheme "${scheme}:"`)
  return load()
}

/** Schemes that `engineFor` knows. */
export const schemes: readonly string[] = Object.keys(SCHEMES)
