/** `csv:folder`, `ndjson:folder` → Address. */
import { basename, resolve } from 'node:path'
import type { Address } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import { knownEncoding } from './bytes.ts'
import { character } from './form.ts'

/**
 * `csv:export`, `ndjson:/data/export`, `csv:///data/export`; percent-encoded characters are decoded, relative paths start at the current
 * folder. Parameters say how files are written, or what others' files use: see the engine's README. Throws ADDRESS_INVALID.
 */
export function parseAddress(url: string): Address {
  const match = /^(csv|ndjson):(?:\/\/(?=\/))?([^?]*)(?:\?(.*))?$/s.exec(url)
  const [, scheme = 'csv', given = '', query = ''] = match ?? []
  if (given === '') {
    throw new NaruError('ADDRESS_INVALID', `a ${scheme} address needs a folder`, {
      why: `"${url}" names none`,
      hint: `Write ${scheme}:path/to/folder; each file in it is a table.`,
    })
  }
  const params = { ...parametersOf(query), ...(scheme === 'ndjson' && { format: 'ndjson' }) }
  checkParameters(params)
  const path = resolve(decoded(given))
  return { engine: 'csv', label: `${scheme}:${path}`, path, database: basename(path), params }
}

/** `a=b&c=d`. A plus is a plus: `?null=+` and `?delimiter=+` mean it. */
function parametersOf(query: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(query.replaceAll('+', '%2B')))
}

const SWITCH = /^(1|yes|true|on|0|no|false|off)$/i

/** What each parameter may be. */
const VALUES: Readonly<Record<string, { readonly fits: (value: string) => boolean; readonly hint: string }>> = {
  delimiter: {
    fits: (v) => character(v) !== null && character(v) !== '"',
    hint: 'Use one character of one byte, such as ; or | – or tab, or \\x01.',
  },
  quote: { fits: (v) => character(v) !== null, hint: 'Use one character of one byte.' },
  header: { fits: (v) => SWITCH.test(v), hint: 'Use yes or no.' },
  gzip: { fits: (v) => SWITCH.test(v), hint: 'Use 1 or 0.' },
  dialect: { fits: (v) => /^(plain|postgres|excel)$/.test(v), hint: 'Use plain, postgres or excel.' },
  encoding: { fits: knownEncoding, hint: 'Use utf-8, utf-16le, utf-16be, windows-949, euc-kr, latin1 …' },
  manifest: { fits: (v) => v === 'ignore', hint: 'Use manifest=ignore, or leave it out.' },
  null: { fits: (v) => !/[\r\n]/.test(v), hint: 'Use a word without line ends.' },
  format: { fits: (v) => v === 'csv' || v === 'ndjson', hint: 'Write ndjson:folder.' },
}

function checkParameters(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    const known = VALUES[name]
    if (known === undefined)
      throw new NaruError('ADDRESS_INVALID', `a folder's address has no parameter ${name}`, {
        hint: `It knows ${Object.keys(VALUES).slice(0, -1).join(', ')}.`,
      })
    if (!known.fits(value)) throw new NaruError('ADDRESS_INVALID', `"${value}" is no ${name}`, { hint: known.hint })
  }
  if (params.quote !== undefined && character(params.quote) === character(params.delimiter ?? ','))
    throw new NaruError('ADDRESS_INVALID', 'delimiter and quote are the same character', { hint: 'Choose two.' })
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // a lone % is part of the name
  }
}
