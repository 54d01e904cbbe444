/** From one column type to another: how values are cast, what is written anew, what may fail or be lost. */

import type { Hazard } from '../../../core/change.ts'
import type { Column, LogicalType, Table } from '../../../core/schema.ts'
import { stepName } from '../../../core/schema.ts'
import { qualified, quote } from '../names.ts'
import { textLiteral } from '../values.ts'
import { sizeOf } from './reference.ts'

const NUMBERS = new Set(['int', 'decimal', 'float'])
const TEXTS = /^(text|character varying|character|citext|name)\b/
const INTEGER_BITS: Readonly<Record<string, number>> = { smallint: 16, integer: 32, bigint: 64 }

const array = (l: LogicalType) => l.kind === 'array'

function castsDirectly(from: Column, to: Column): boolean {
  const [a, b] = [from.type.logical, to.type.logical]
  if (TEXTS.test(from.type.native) || TEXTS.test(to.type.native)) return !array(a) && !array(b)
  if (NUMBERS.has(a.kind) && NUMBERS.has(b.kind)) return true
  if (a.kind === 'array' && b.kind === 'array') return a.of.kind !== 'enum' || b.of.kind === 'text'
  if (a.kind === 'enum' || b.kind === 'enum') return false
  const moments = new Set(['date', 'timestamp'])
  if (moments.has(a.kind) && moments.has(b.kind)) return true
  return a.kind === b.kind && a.kind !== 'opaque'
}

/** What follows USING; null where the assignment alone does. Length limits are left to the assignment, which refuses what a cast would cut. */
export function usingSql(from: Column, to: Column): string | null {
  const name = quote(to.name)
  const [a, b] = [from.type.logical, to.type.logical]
  const target = to.type.native
  if (b.kind === 'text' && TEXTS.test(target) && !target.endsWith('[]'))
    return a.kind === 'text' ? null : `${name}::text`
  if (a.kind === 'bool' && NUMBERS.has(b.kind)) return `${name}::integer`
  if (b.kind === 'bool' && NUMBERS.has(a.kind)) return `${name}::integer::boolean`
  if (a.kind === 'array' && b.kind === 'array' && !castsDirectly(from, to)) return `${name}::text[]::${target}`
  if (castsDirectly(from, to)) return implicitly(a, b) ? null : `${name}::${target}`
  return `${name}::text::${target}`
}

function implicitly(a: LogicalType, b: LogicalType): boolean {
  return a.kind === b.kind || (NUMBERS.has(a.kind) && NUMBERS.has(b.kind) && a.kind === 'int')
}

const length = (native: string) =>
  Number(
    /^character varying\((\d+)\)$|^bit varying\((\d+)\)$/
      .exec(native)
      ?.slice(1)
      .find((n) => n !== undefined) ?? Number.POSITIVE_INFINITY,
  )

/** Whether the server writes the table anew: not where only a limit is widened or the bytes are the same. */
export function rewrites(from: Column, to: Column): boolean {
  const [a, b] = [from.type.native, to.type.native]
  if (a === b) return false
  const varying = /^(text|character varying(\(\d+\))?)$/
  if (varying.test(a) && varying.test(b)) return length(b) < length(a)
  if (/^bit varying/.test(a) && /^bit varying/.test(b)) return length(b) < length(a)
  const [x, y] = [from.type.logical, to.type.logical]
  if (x.kind === 'decimal' && y.kind === 'decimal' && /^numeric/.test(a) && /^numeric/.test(b)) {
    if (y.precision === undefined) return false
    return x.precision === undefined || y.precision < x.precision || (x.scale ?? 0) !== (y.scale ?? 0)
  }
  if (x.kind === 'timestamp' && y.kind === 'timestamp' && x.zone === y.zone) return y.fraction < x.fraction
  if (x.kind === 'time' && y.kind === 'time' && x.zone === y.zone) return y.fraction < x.fraction
  return !(a === 'cidr' && b === 'inet')
}

type Finding = readonly [kind: 'may-fail' | 'lossy', what: string, counted: string, where: string | null]

function textFindings(name: string, from: Column, to: Column): Finding[] {
  const { logical } = to.type
  if (logical.kind !== 'text' || logical.max === undefined) return []
  const before = from.type.logical
  if (before.kind === 'text' && before.max !== undefined && before.max <= logical.max) return []
  const value = logical.fixed ? `rtrim(${name}::text)` : `${name}::text`
  return [
    [
      'may-fail',
      `holds at most ${logical.max} characters`,
      'values that are longer',
      `char_length(${value}) > ${logical.max}`,
    ],
  ]
}

function integerFindings(name: string, a: LogicalType, b: LogicalType): Finding[] {
  if (b.kind !== 'int' || (a.kind === 'int' && b.bits >= a.bits)) return []
  const top = (1n << BigInt(b.bits - 1)) - 1n
  const range = `${name}::numeric NOT BETWEEN ${-top - 1n} AND ${top}`
  const fraction = `${name}::numeric <> round(${name}::numeric)`
  return [
    ['may-fail', `holds integers of ${b.bits} bits`, 'numbers that are too large', range],
    ...(a.kind === 'int' ? [] : [['lossy', 'fractions are rounded', 'numbers with a fraction', fraction] as const]),
  ]
}

function decimalFindings(name: string, a: LogicalType, b: LogicalType): Finding[] {
  if (b.kind !== 'decimal' || b.precision === undefined) return []
  const scale = b.scale ?? 0
  const digits = b.precision - scale
  const bounded = a.kind === 'decimal' && a.precision !== undefined
  const found: Finding[] = []
  if (!(bounded && a.precision - (a.scale ?? 0) <= digits))
    found.push([
      'may-fail',
      `holds ${digits} digits before the point`,
      'numbers that are too large',
      `abs(round(${name}::numeric, ${scale})) >= 1e${digits}::numeric`,
    ])
  if (a.kind !== 'int' && !(bounded && (a.scale ?? 0) <= scale))
    found.push([
      'lossy',
      `keeps ${scale} digits after the point`,
      'numbers with more',
      `round(${name}::numeric, ${scale}) <> ${name}::numeric`,
    ])
  return found
}

function floatFindings(name: string, a: LogicalType, b: LogicalType): Finding[] {
  if (b.kind !== 'float' || (a.kind === 'float' && b.bits >= a.bits) || (a.kind === 'int' && a.bits < b.bits)) return []
  const [digits, type] = b.bits === 32 ? [6, 'real'] : [15, 'double precision']
  const changed = `${name}::${type}::numeric <> ${name}::numeric`
  return [['lossy', `keeps about ${digits} digits`, 'numbers that change', changed]]
}

function numberFindings(name: string, from: Column, to: Column): Finding[] {
  const [a, b] = [from.type.logical, to.type.logical]
  return [...integerFindings(name, a, b), ...decimalFindings(name, a, b), ...floatFindings(name, a, b)]
}

function momentFindings(name: string, from: Column, to: Column): Finding[] {
  const [a, b] = [from.type.logical, to.type.logical]
  if (a.kind === 'timestamp' && b.kind === 'date')
    return [['lossy', 'the time of day goes', 'moments that are not midnight', `${name}::date::timestamp <> ${name}`]]
  if (a.kind === 'timestamp' && b.kind === 'time') return [['lossy', 'the date goes', 'moments', `${name} IS NOT NULL`]]
  if ((a.kind === 'timestamp' && b.kind === 'timestamp') || (a.kind === 'time' && b.kind === 'time'))
    if (b.fraction < a.fraction)
      return [
        [
          'lossy',
          `keeps ${b.fraction} digits of a second`,
          'moments that are rounded',
          `${name}::${to.type.native} <> ${name}`,
        ],
      ]
  return []
}

/** What a text must look like to be read as a value of a type; null where no pattern says it. */
function patternOf(to: LogicalType): string | null {
  if (to.kind === 'int') return '^\\s*[+-]?\\d+\\s*$'
  if (NUMBERS.has(to.kind)) return '^\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$'
  return to.kind === 'uuid' ? '^[{]?[0-9a-fA-F-]{32,36}[}]?$' : null
}

function readingFindings(name: string, from: Column, to: Column): Finding[] {
  const [a, b] = [from.type.logical, to.type.logical]
  if (b.kind === 'enum') {
    const known = new Set(b.values)
    if (a.kind === 'enum' && a.values.every((v) => known.has(v))) return []
    return [
      [
        'may-fail',
        'takes its labels only',
        'values that are none of them',
        `${name}::text NOT IN (${b.values.map(textLiteral).join(', ')})`,
      ],
    ]
  }
  if (a.kind !== 'text' || b.kind === 'text')
    return castsDirectly(from, to) || b.kind === 'text' || a.kind === 'bool'
      ? []
      : [['may-fail', `values are read as ${to.type.native}`, '', null]]
  const pattern = patternOf(b)
  return [
    [
      'may-fail',
      `texts are read as ${to.type.native}`,
      'texts that are none',
      pattern === null ? null : `${name} !~ ${textLiteral(pattern)}`,
    ],
  ]
}

/** Hazards of a change of type. Counts are asked of the column as it is before. */
export function typeHazards(table: Table, from: Column, to: Column): Hazard[] {
  const name = quote(from.name)
  const both = NUMBERS.has(from.type.logical.kind) && NUMBERS.has(to.type.logical.kind)
  const found = [
    ...(from.type.native === to.type.native ? [] : textFindings(name, from, to)),
    ...(both ? numberFindings(name, from, to) : []),
    ...momentFindings(name, from, to),
    ...(both || from.type.native === to.type.native ? [] : readingFindings(name, from, to)),
  ]
  const label = `${table.name.name}.${from.name}`
  const hazards = found.map(
    ([kind, what, counted, where]): Hazard => ({
      kind,
      what: `${label} becomes ${to.type.native}: ${what}`,
      ...sizeOf(table),
      column: from.name,
      ...(where !== null && { count: `SELECT count(*) AS n FROM ${qualified(table.name)} WHERE ${where}`, counted }),
    }),
  )
  if (!rewrites(from, to)) return hazards
  return [
    ...hazards,
    {
      kind: 'rewrite',
      what: `${label} becomes ${to.type.native}: the table is written anew`,
      ...sizeOf(table),
      column: from.name,
    },
    { kind: 'blocking', what: `nobody reads or writes ${stepName(table.name)} meanwhile`, ...sizeOf(table) },
  ]
}

/** Whether a foreign key, a key and the like keep comparing the same way: integers among themselves. */
export function sameFamily(from: Column, to: Column): boolean {
  return INTEGER_BITS[from.type.native] !== undefined && INTEGER_BITS[to.type.native] !== undefined
}
