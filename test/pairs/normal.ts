/** Values of two databases brought to one text where they mean the same, by what either side says that the column is. */
import type { ContentColumn, TableContents } from './contents.ts'

type Meaning =
  | 'float32'
  | 'float64'
  | 'number'
  | 'bool'
  | 'json'
  | 'timestamp'
  | 'time'
  | 'bytes'
  | 'fixed'
  | 'list'
  | 'text'

/** What a declared type means. */
function meaningOf(type: string): Meaning {
  if (/\[\]$/.test(type)) return 'list'
  if (/^set\(/.test(type)) return 'list'
  if (/^(bool|boolean|tinyint\(1\)|bit\(1\))$/.test(type)) return 'bool'
  if (/^(real|float)(\(|$| unsigned)/.test(type)) return 'float32'
  if (/^double/.test(type)) return 'float64'
  if (/int|serial|numeric|decimal|^year|^number/.test(type) && !/interval|point/.test(type)) return 'number'
  if (/^jsonb?/.test(type)) return 'json'
  if (/^(timestamp|datetime|date)/.test(type)) return 'timestamp'
  if (/^time/.test(type)) return 'time'
  if (/^bytea|blob|binary|geometry|^point|^bit/.test(type)) return 'bytes'
  if (/^(char|character|bpchar)(\(|$)/.test(type)) return 'fixed'
  return 'text'
}

/** The strongest of what both sides say; a side that stores everything as text says the least. */
const STRENGTH: readonly Meaning[] = [
  'list',
  'json',
  'bool',
  'float32',
  'float64',
  'number',
  'timestamp',
  'time',
  'bytes',
  'fixed',
  'text',
]

function together(a: string, b: string): Meaning {
  const meanings = [meaningOf(a), meaningOf(b)]
  return STRENGTH.find((m) => meanings.includes(m)) ?? 'text'
}

/** 12.50 → 12.5, 1e3 → 1000, -0.0 → 0; text that is no number stays. */
function number(text: string): string {
  const match = /^([+-]?)0*(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text)
  if (match === null) return text
  const [, sign, whole, fraction = '', exponent = '0'] = match
  const shift = Number(exponent)
  const digits = whole + fraction
  const point = whole.length + shift
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 1)
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const right = padded.slice(at).replace(/0+$/, '')
  const plain = right === '' ? left : `${left}.${right}`
  return sign === '-' && plain !== '0' ? `-${plain}` : plain
}

/** ISO forms of one moment: T or blank, zeros at the end of the fraction, +00 or Z, midnight of a date. */
function timestamp(text: string): string {
  const match = /^(\d{4,})-(\d\d)-(\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(\.\d+)?)?(?:\+00(?::?00)?|Z)?$/.exec(text)
  if (match === null) return text
  const [, y, m, d, clock = '00:00:00', fraction = ''] = match
  return `${y}-${m}-${d} ${clock.length === 5 ? `${clock}:00` : clock}${fraction.replace(/\.?0+$/, '')}`
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([k, v]) => [k, sorted(v)]),
  )
}

function json(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)))
  } catch {
    return text
  }
}

/** A list as JSON array, as a SET's commas, or empty. */
function list(text: string): string {
  if (!text.startsWith('[')) return JSON.stringify(text === '' ? [] : text.split(','))
  return JSON.stringify((JSON.parse(text) as unknown[]).map((v) => (v === null ? null : String(v))))
}

/** 0101 as bits, \x05 as bytes: one number of bits. */
function bytes(text: string): string {
  return /^[01]+$/.test(text)
    ? `\\x${BigInt(`0b${text}`)
        .toString(16)
        .padStart(Math.ceil(text.length / 8) * 2, '0')}`
    : text
}

const BOOL: Readonly<Record<string, string>> = { true: '1', false: '0', t: '1', f: '0', '\\x01': '1', '\\x00': '0' }

const FORMS: Readonly<Record<Meaning, (text: string) => string>> = {
  list,
  json,
  bool: (text) => BOOL[text] ?? number(text),
  float32: (text) => String(Math.fround(Number(text))),
  float64: (text) => String(Number(text)),
  number,
  timestamp,
  time: (text) => text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''),
  bytes,
  fixed: (text) => text.replace(/ +$/, ''),
  text: (text) => text,
}

/** Both tables as sorted lines over the columns that both have, ready to be compared. */
export function sideBySide(source: TableContents, target: TableContents): { source: string[]; target: string[] } {
  const pairs = source.columns.flatMap((column, i) => {
    const j = target.columns.findIndex((c) => c.name === column.name)
    return j < 0 ? [] : [{ i, j, form: FORMS[together(column.type, target.columns[j].type)] }]
  })
  const lines = (rows: TableContents['rows'], side: 'i' | 'j') =>
    rows
      .map((row) => JSON.stringify(pairs.map((p) => (row[p[side]] === null ? null : p.form(row[p[side]] as string)))))
      .sort()
  return { source: lines(source.rows, 'i'), target: lines(target.rows, 'j') }
}

/** Names of columns that the target does not have. */
export function missingColumns(source: TableContents, target: TableContents): string[] {
  const names = new Set(target.columns.map((c: ContentColumn) => c.name))
  return source.columns.map((c) => c.name).filter((n) => !names.has(n))
}
