/** Rates as people write them. */

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  ki: 1024,
  mi: 1024 ** 2,
  gi: 1024 ** 3,
}

/** `20MB`, `512k`, `1.5GiB`, `20MB/s` → bytes a second; null when it is no such text or zero. */
export function parseRate(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]i?)?b?(?:\/s)?$/i.exec(text.trim())
  if (match === null) return null
  const bytes = Math.floor(Number(match[1]) * FACTORS[(match[2] ?? '').toLowerCase()])
  return bytes > 0 ? bytes : null
}
