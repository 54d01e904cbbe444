/** `sqlite:path` → Address. */
import { basename, resolve } from 'node:path'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'

export const MEMORY = ':memory:'
/** A file without a name, gone with its connection: SQLite's own form for it. No address of a user is this. */
export const NAMELESS = ''

/**
 * `sqlite:shop.db`, `sqlite:/data/shop.db`, `sqlite:///data/shop.db`, `sqlite::memory:`; percent-encoded characters are decoded,
 * relative paths start at the current folder. Throws ADDRESS_INVALID.
 */
export function parseAddress(url: string): Address {
  const match = /^sqlite:(?:\/\/(?=\/))?([^?]*)(?:\?(.*))?$/s.exec(url)
  const given = match?.[1] ?? ''
  if (given === '') {
    throw new NaruError('ADDRESS_INVALID', 'an sqlite address needs a path', {
      why: `"${url}" names no file`,
      hint: 'Write sqlite:path/to/file.db, or sqlite::memory: for a database in memory.',
    })
  }
  const params = Object.fromEntries(new URLSearchParams(match?.[2] ?? ''))
  const path = given === MEMORY ? MEMORY : resolve(decoded(given))
  return { engine: 'sqlite', label: `sqlite:${path}`, path, database: basename(path), params }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a lone % is part of the name
  }
}
