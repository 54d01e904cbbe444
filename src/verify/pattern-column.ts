/** What the differences of one column have in common, counted while they go by. Memory does not grow with the rows. */
import type { DriftPattern } from '../core/report.ts'
import { signsOf } from './pattern-sign.ts'
import type { Sign } from './pattern-text.ts'
import { isZone, share, signText, summerText } from './pattern-words.ts'

/** Signs that are counted; one that turns up later is not, so that what is counted is exact. */
const SIGNS = 256
/** Values of a column whose exchange is followed. */
const EXCHANGED = 16
/** Part of the rows that a pattern must hold for to be told. */
const SHARE = 0.6

/** Where several explanations hold for as many rows, the more telling comes first. */
const ORDER: readonly DriftPattern['kind'][] = [
  'null',
  'blanks',
  'case',
  'normalization',
  'encoded twice',
  'replaced',
  'flag',
  'time shift',
  'rounded',
  'truncated',
  'factor',
  'shift',
  'constant',
]

/** Explanations that any few numbers would give: they need different values to be told. */
const VARIED: ReadonlySet<DriftPattern['kind']> = new Set(['flag', 'time shift', 'factor', 'shift'])
const LEAST: Readonly<Partial<Record<DriftPattern['kind'], number>>> = {
  flag: 3,
  'time shift': 3,
  factor: 3,
  shift: 3,
  rounded: 3,
  constant: 3,
}

export interface ColumnTally {
  rows: number
  readonly signs: Map<string, { readonly sign: Sign; rows: number }>
  /** The first value of the source, and whether there were others. */
  first: string | null
  varied: boolean
  /** Value → what it has become; null: not one for one, or too many. */
  exchanged: Map<string, string> | null
}

/** Nothing counted yet. */
export function columnTally(): ColumnTally {
  return { rows: 0, signs: new Map(), first: null, varied: false, exchanged: new Map() }
}

/** Counts one difference. */
export function addDifference(t: ColumnTally, source: string | null, target: string | null): void {
  if (t.rows === 0) t.first = source
  else t.varied ||= source !== t.first
  t.rows++
  exchange(t, source, target)
  for (const sign of signsOf(source, target)) {
    const id = `${sign.kind} ${sign.value}`
    const known = t.signs.get(id)
    if (known !== undefined) known.rows++
    else if (t.signs.size < SIGNS) t.signs.set(id, { sign, rows: 1 })
  }
}

function exchange(t: ColumnTally, source: string | null, target: string | null): void {
  if (t.exchanged === null) return
  const usable = source !== null && target !== null && source.length <= 100 && target.length <= 100
  const other = source === null ? undefined : t.exchanged.get(source)
  if (!usable || (other !== undefined && other !== target)) t.exchanged = null
  else if (other === undefined && t.exchanged.size === EXCHANGED) t.exchanged = null
  else t.exchanged.set(source, target)
}

/** The pattern that explains most rows of the column; null where none explains enough of them. */
export function columnPattern(column: string, t: ColumnTally): DriftPattern | null {
  const told = [...t.signs.values()].filter(({ sign, rows }) => isTold(t, sign, rows))
  const rank = (sign: Sign): number => ORDER.indexOf(sign.kind)
  const [best] = told.sort((a, b) => b.rows - a.rows || rank(a.sign) - rank(b.sign))
  const summer = best?.rows === t.rows ? null : summerTime(column, t)
  if (summer !== null) return summer
  const swap = best?.rows === t.rows ? null : exchangePattern(column, t)
  if (swap !== null) return swap
  if (best === undefined) return null
  const text = `${column}: ${signText(best.sign, share(best.rows, t.rows))}`
  return { kind: best.sign.kind, column, rows: best.rows, of: t.rows, text }
}

function isTold(t: ColumnTally, sign: Sign, rows: number): boolean {
  if (rows < (LEAST[sign.kind] ?? 2) || rows < t.rows * SHARE) return false
  return t.varied || !VARIED.has(sign.kind)
}

/** Two offsets, one hour apart, that explain more rows together than each alone. */
function summerTime(column: string, t: ColumnTally): DriftPattern | null {
  const shifts = [...t.signs.values()].filter((s) => s.sign.kind === 'time shift').sort((a, b) => b.rows - a.rows)
  if (shifts.length < 2) return null
  const [a, b] = shifts.map((s) => BigInt(s.sign.value))
  const rows = shifts[0].rows + shifts[1].rows
  const hour = a - b === 3_600_000_000n || b - a === 3_600_000_000n
  if (!hour || !isZone(a) || !isZone(b) || rows < 3 || shifts[1].rows < 2 || rows < t.rows * SHARE) return null
  return { kind: 'time shift', column, rows, of: t.rows, text: `${column}: ${summerText(a, b, share(rows, t.rows))}` }
}

/** Every value has become one other, each several times: labels in another order. */
function exchangePattern(column: string, t: ColumnTally): DriftPattern | null {
  const map = t.exchanged
  if (map === null || map.size < 2 || t.rows < map.size * 2) return null
  const pairs = [...map].slice(0, 4).map(([from, to]) => `'${from}' is '${to}'`)
  const more = map.size > 4 ? ' …' : ''
  const text = `${column}: ${share(t.rows, t.rows)} are exchanged one for one: ${pairs.join(', ')}${more}`
  return { kind: 'exchanged', column, rows: t.rows, of: t.rows, text }
}
