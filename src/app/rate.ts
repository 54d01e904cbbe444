/** Rates and sizes as people write them. */
import type { Rate } from '../core/throttle.ts'

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
}

const ROWS = /^(\d+(?:\.\d+)?)(?:\s*([km]?)\s*rows?)?\/s$/i
const BYTES = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?(?:\/s)?$/i

/**
 * `5000/s`, `5k rows/s` → rows a second; `20MB`, `512k`, `1.5GiB`, `20MB/s`, and a number alone → bytes a second; null when it is no such
 * text or zero.
 */
export function parseRate(text: string): Rate | null {
  const rows = amount(ROWS, text)
  if (rows !== null) return rows > 0 ? { rows } : null
  const bytes = amount(BYTES, text)
  return bytes !== null && bytes > 0 ? { bytes } : null
}

function amount(form: RegExp, text: string): number | null {
  const match = form.exec(text.trim())
  return match === null ? null : Math.floor(Number(match[1]) * FACTORS[(match[2] ?? '').toLowerCase()])
}

/** `20MB`, `512k`, `1.5GiB` → bytes; null when it is no such text or zero. */
export function parseSize(text: string): number | null {
  const bytes = text.includes('/') ? null : amount(BYTES, text)
  return bytes !== null && bytes > 0 ? bytes : null
}
