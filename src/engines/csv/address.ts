/** `csv:folder` → Address. */
import { basename, resolve } from 'node:path'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'

/**
 * `csv:export`, `csv:/data/export`, `csv:///data/export`; percent-encoded characters are decoded, relative paths start at the current
 * folder. `?delimiter=;` and `?null=\N` say what foreign files use. Throws ADDRESS_INVALID.
 */
export function parseAddress(url: string): Address {
  const match = /^csv:(?:\/\/(?=\/))?([^?]*)(?:\?(.*))?$/s.exec(url)
  const given = match?.[1] ?? ''
  if (given === '') {
    throw new NaruError('ADDRESS_INVALID', 'a csv address needs a folder', {
      why: `"${url}" names none`,
      hint: 'Write csv:path/to/folder; each file in it is a table.',
    })
  }
  const params = Object.fromEntries(new URLSearchParams(match?.[2] ?? ''))
  const delimiter = params.delimiter
  if (delimiter !== undefined && !/^[,;|\t]$|^tab$/.test(delimiter)) {
    throw new NaruError('ADDRESS_INVALID', `"${delimiter}" is no delimiter`, { hint: 'Use one of , ; | tab' })
  }
  const path = resolve(decoded(given))
  return { engine: 'csv', label: `csv:${path}`, path, database: basename(path), params }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a lone % is part of the name
  }
}
