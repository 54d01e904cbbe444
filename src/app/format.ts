/** Numbers, sizes and times as people read them: the same on the terminal and in reports, whatever the locale. */
export { printable } from '../core/printable.ts'

/** `1234567` → `1,234,567`. */
export function count(n: number | bigint): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `1 row`, `2 rows`; `many` where the plural is not made with an s. */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB']

/** Bytes with decimal units (1 kB = 1000 bytes): `0 B`, `512 B`, `1.5 kB`, `363 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`
  let value = bytes
  let unit = -1
  do {
    value /= 1000
    unit++
  } while (value >= 999.5 && unit < UNITS.length - 1)
  return `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`
}

/** Milliseconds: `40 ms`, `3.2 s`, `4 min 05 s`, `2 h 07 min`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** An estimated time: no more exact than it is. */
export function roughly(seconds: number): string {
  if (seconds < 1) return 'less than a second'
  return seconds < 60 ? `about ${Math.round(seconds)} s` : `about ${duration(seconds * 1000)}`
}

/** Share of a whole as `37%`; 100% only when all is there. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '100%'
  return `${Math.min(part >= whole ? 100 : 99, Math.floor((part / whole) * 100))}%`
}

/** The first few of a list and how many more there are: `a, b and 3 more`. */
export function someOf(items: readonly string[], limit: number): string {
  if (items.length <= limit) return items.join(', ')
  return `${items.slice(0, limit).join(', ')} and ${count(items.length - limit)} more`
}

/** ISO time stamp → `2026-03-15 09:30:12 UTC`; other text as it is. */
export function moment(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso)
  return match === null ? iso : `${match[1]} ${match[2]} UTC`
}
