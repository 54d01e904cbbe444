/**
 * Which questions to ask of a column's values, for this pair of types and engines: only those whose answer can matter, since each costs
 * a look at every row.
 */
import type { Probe } from '../core/engine.ts'
import type { Column, ColumnType, LogicalType } from '../core/schema.ts'
import type { WireType } from '../core/wire.ts'
import type { Traits } from '../diff/convert-traits.ts'

/** One column on its way. */
export interface Crossing {
  readonly source: Column
  readonly target: ColumnType
  readonly wire: WireType
  readonly from: Traits
  readonly to: Traits
  readonly nulInText: boolean
  /** The values are known to be JSON (a JSON column, or one with a json_valid check). */
  readonly knownJson: boolean
  /** The very same type of the very same engine: the target takes whatever the source has. */
  readonly exact: boolean
}

/** Probes for one column, in the order in which their remedies apply. */
export function probesFor(c: Crossing): Probe[] {
  if (c.exact || c.wire.kind === 'raw') return []
  if (isSpelled(c)) return [{ kind: 'invalid-utf8' }]
  return [...typeProbes(c), ...textProbes(c), ...numberProbes(c), ...momentProbes(c)]
}

/** Loose values that travel as they are spelled, whatever their column is meant to hold: only broken text is in the way. */
function isSpelled(c: Crossing): boolean {
  return c.from.looseTypes && c.wire.kind === 'text' && c.wire.spelled === true
}

const SAME_FORM: ReadonlySet<LogicalType['kind']> = new Set(['text', 'bytes', 'opaque', 'geometry'])

/** SQLite holds values of any class; elsewhere only a cast can ask for a type that values are not of. */
function typeProbes(c: Crossing): Probe[] {
  const [s, t] = [c.source.type.logical, c.target.logical]
  const probes: Probe[] = []
  if (c.wire.kind === 'bool' && (s.kind !== 'bool' || c.from.looseTypes)) {
    probes.push({ kind: 'not-boolean' })
    // Files hold flags as they are spelled where they are not all 0 and 1.
    if (c.from.looseTypes && c.to.grammar === null) probes.push({ kind: 'stored-otherwise', type: { kind: 'bool' } })
  } else if (c.from.looseTypes) probes.push(...looseProbes(c, s, t))
  else if (s.kind === 'text' && !SAME_FORM.has(t.kind) && t.kind !== 'enum' && t.kind !== 'json') {
    probes.push({ kind: 'not-of-type', type: t })
  }
  if (t.kind === 'json' && !c.knownJson) probes.push({ kind: 'not-json' })
  return [...probes, ...enumProbes(s, t)]
}

/** Of what SQLite may hold besides; a column that numbers itself holds nothing but integers. */
function looseProbes(c: Crossing, s: LogicalType, t: LogicalType): Probe[] {
  if (c.source.identity !== undefined) return []
  const type = SAME_FORM.has(t.kind) ? s : t
  const probes: Probe[] = SAME_FORM.has(t.kind) ? [] : [{ kind: 'not-of-type', type }]
  return STORED.has(type.kind) ? [...probes, { kind: 'stored-otherwise', type }] : probes
}

/** Numbers stored as text, and what else is stored in text columns: worth a word though it can be read. */
const STORED: ReadonlySet<LogicalType['kind']> = new Set(['int', 'decimal', 'float', 'bool', 'text'])

function enumProbes(s: LogicalType, t: LogicalType): Probe[] {
  if (t.kind !== 'enum') return []
  if (s.kind === 'enum') {
    const missing = s.values.some((v) => !t.values.includes(v))
    return missing ? [{ kind: 'not-in', values: t.values }] : [{ kind: 'empty-enum' }]
  }
  return s.kind === 'text' ? [{ kind: 'not-in', values: t.values }] : []
}

function textProbes(c: Crossing): Probe[] {
  const [s, t] = [c.source.type.logical, c.target.logical]
  const probes: Probe[] = []
  if (s.kind === 'text' && c.wire.kind === 'text') {
    if (!c.from.validText) probes.push({ kind: 'invalid-utf8' })
    if (!c.nulInText) probes.push({ kind: 'nul' })
    if (c.from.grammar !== c.to.grammar) probes.push({ kind: 'double-utf8' })
  }
  const probe = lengthProbe(c, s, t)
  return probe === null ? probes : [...probes, probe]
}

function lengthProbe(c: Crossing, s: LogicalType, t: LogicalType): Probe | null {
  if ((t.kind !== 'text' && t.kind !== 'bytes') || t.max === undefined) return null
  const had = s.kind === t.kind ? s.max : undefined
  if (had !== undefined && had <= t.max && !c.from.looseTypes) return null
  if (had === undefined && s.kind !== t.kind && printedLength(s) <= t.max) return null
  return { kind: 'longer', max: t.max, unit: t.kind === 'text' ? 'characters' : 'bytes' }
}

/** Characters that a value of another type takes as text, at most. */
function printedLength(s: LogicalType): number {
  switch (s.kind) {
    case 'uuid':
      return 36
    case 'inet':
      return 43
    case 'int':
      return 20
    case 'bits':
      return s.length ?? Number.POSITIVE_INFINITY
    case 'enum':
      return Math.max(0, ...s.values.map((v) => [...v].length))
    case 'set':
      return s.values.reduce((sum, v) => sum + [...v].length + 1, 0)
    case 'interval':
      return 64
    case 'time':
      return 21
    default:
      return Number.POSITIVE_INFINITY
  }
}

function numberProbes(c: Crossing): Probe[] {
  const [s, t] = [c.source.type.logical, c.target.logical]
  if (s.kind !== 'int' && s.kind !== 'decimal' && s.kind !== 'float') return []
  const probes: Probe[] = []
  const outside = rangeProbe(c, s, t)
  if (outside !== null) probes.push(outside)
  const kept = t.kind === 'int' ? 0 : t.kind === 'decimal' ? (t.scale ?? null) : null
  const has = s.kind === 'int' ? 0 : s.kind === 'decimal' ? (s.scale ?? null) : null
  if (kept !== null && (has === null || has > kept || (c.from.looseTypes && s.kind !== 'int')))
    probes.push({ kind: 'scale', scale: kept })
  const finite = (c.to.grammar === 'mysql' && s.kind !== 'int') || (c.to.grammar === 'sqlite' && s.kind === 'float')
  if (finite || (s.kind === 'float' && (t.kind === 'int' || t.kind === 'decimal'))) probes.push({ kind: 'not-finite' })
  if (s.kind === 'float' && s.bits === 32 && (t.kind === 'decimal' || (t.kind === 'float' && t.bits === 64))) {
    probes.push({ kind: 'float32-digits' })
  }
  return probes
}

type Numeric = Extract<LogicalType, { kind: 'int' | 'decimal' | 'float' }>

function rangeProbe(c: Crossing, s: Numeric, t: LogicalType): Probe | null {
  const narrow = c.wire.kind === 'int8' && t.kind === 'int' && t.unsigned
  const to = narrow ? { ...intRange(BIGINT), min: 0n } : rangeOf(t)
  if (to === null) return null
  const from = c.from.looseTypes ? (s.kind === 'int' ? intRange(BIGINT) : null) : rangeOf(s)
  if (from !== null && from.min >= to.min && from.max <= to.max) return null
  const digits = t.kind === 'decimal' && t.scale ? `.${'9'.repeat(t.scale)}` : ''
  return { kind: 'outside', min: `${to.min}${to.min < 0n ? digits : ''}`, max: `${to.max}${digits}` }
}

const BIGINT = { kind: 'int', bits: 64 } as const

interface Range {
  readonly min: bigint
  readonly max: bigint
}

function intRange(t: Extract<LogicalType, { kind: 'int' }>): Range {
  const bits = BigInt(t.bits)
  return t.unsigned ? { min: 0n, max: 2n ** bits - 1n } : { min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n }
}

/** Whole numbers that a type holds; null = no limit that matters. */
function rangeOf(t: LogicalType): Range | null {
  if (t.kind === 'int') return intRange(t)
  if (t.kind !== 'decimal' || t.precision === undefined) return null
  const max = 10n ** BigInt(Math.max(0, t.precision - (t.scale ?? 0))) - 1n
  return { min: t.unsigned ? 0n : -max, max }
}

function momentProbes(c: Crossing): Probe[] {
  const { kind } = c.wire
  if ('beyond' in c.wire && c.wire.beyond && c.from.grammar === c.to.grammar) return []
  if (kind === 'time' && !c.to.longTimes) return [{ kind: 'time-beyond-day' }]
  if (kind !== 'date' && kind !== 'timestamp' && kind !== 'timestamptz') return []
  const probes: Probe[] = [{ kind: 'zero-date' }]
  const range = momentRange(c)
  if (range !== null) probes.push({ kind: 'date-outside', ...range })
  const [s, t] = [c.source.type.logical, c.target.logical]
  if (s.kind === 'timestamp' && t.kind === 'timestamp' && s.fraction > t.fraction)
    probes.push({ kind: 'scale', scale: t.fraction })
  return probes
}

function momentRange(c: Crossing): { min: string; max: string } | null {
  if (c.to.grammar === 'mysql' && /^timestamp/i.test(c.target.native)) {
    if (/^timestamp/i.test(c.source.type.native) && c.from.grammar === 'mysql') return null
    return { min: '1970-01-01 00:00:01', max: '2038-01-19 03:14:07.999999' }
  }
  if (c.to.dates === null || c.from.dates !== null) return null
  return c.wire.kind === 'date'
    ? c.to.dates
    : { min: `${c.to.dates.min} 00:00:00`, max: `${c.to.dates.max} 23:59:59.999999` }
}
