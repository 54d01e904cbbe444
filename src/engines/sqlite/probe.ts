/**
 * Questions about values as SQL predicates: true for a row that is in trouble, never NULL. Every row of a database is asked, so what is
 * cheap comes first: SQLite stops at the first false part of an AND, but only as the condition of a CASE.
 */
import type { Probe } from '../../core/engine.ts'
import type { Column, LogicalType } from '../../core/schema.ts'
import { OTHERWISE, UNFIT } from './fit.ts'
import { FIT, HAS_REPLACEMENT, IS_DOUBLE, IS_UTF8, LENGTH } from './functions.ts'
import { literal } from './literal.ts'
import { type Affinity, affinity } from './types.ts'

/** The beginning of UTF-8 that was taken for Latin-1. */
const LATIN = "'*[' || char(194) || '-' || char(244) || ']*'"
const ISO = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"

/** The predicate for `x`, or null where SQLite cannot hold such a value. */
export function probePredicate(probe: Probe, column: Column, x: string): string | null {
  const predicate = predicateOf(probe, column, x)
  return predicate === null ? null : `CASE WHEN ${predicate} THEN 1 ELSE 0 END`
}

function predicateOf(probe: Probe, column: Column, x: string): string | null {
  switch (probe.kind) {
    case 'zero-date':
      return `((${x} GLOB '0000-*' OR ${x} GLOB '????-00-*' OR ${x} GLOB '????-??-00*') AND ${isText(x)} AND ${x} ${ISO})`
    case 'time-beyond-day':
      return `(${isText(x)} AND ${x} GLOB '*[0-9]:[0-9][0-9]*' AND ${x} NOT GLOB '24:00:00*' AND (substr(${x}, 1, 1) = '-' OR CAST(${x} AS INTEGER) >= 24))`
    case 'not-boolean':
      return misfit({ kind: 'bool' }, x)
    case 'outside':
      return outside(column, x, probe.min, probe.max)
    case 'longer':
      return `(octet_length(${x}) > ${probe.max}${probe.unit === 'bytes' ? '' : ` AND ${characters(x)} > ${probe.max}`})`
    case 'nul':
      return `(${differs(x)} AND ${isText(x)} AND instr(${x}, char(0)) > 0)`
    case 'invalid-utf8':
      return `(${HAS_REPLACEMENT}(${x}) AND NOT ${IS_UTF8}(CAST(${x} AS BLOB)))`
    case 'double-utf8':
      return `(${differs(x)} AND ${x} GLOB ${LATIN} AND ${isText(x)} AND ${IS_DOUBLE}(CAST(${x} AS BLOB)))`
    default:
      return rarer(probe, column, x)
  }
}

function rarer(probe: Probe, column: Column, x: string): string | null {
  switch (probe.kind) {
    case 'empty-enum':
      return `(${isText(x)} AND ${x} = '')`
    case 'not-in':
      return `(${x} IS NOT NULL AND CAST(${x} AS TEXT) NOT IN (${probe.values.map(literal).join(', ')}))`
    case 'not-finite':
      return `CASE typeof(${x}) WHEN 'real' THEN abs(${x}) = 9e999 WHEN 'text' THEN ${numeric(column)} AND lower(${x}) IN ('nan', 'infinity', '-infinity') ELSE 0 END`
    case 'date-outside':
      return dateOutside(x, probe.min, probe.max)
    case 'not-of-type':
      return isOwnId(column) ? null : misfit(probe.type, x)
    case 'stored-otherwise':
      return otherwise(probe.type, column, x)
    case 'scale':
      return tooFine(x, probe.scale)
    case 'not-json':
      return `(${isText(x)} AND NOT json_valid(${x}))`
    default:
      return null // float32-digits: SQLite holds doubles
  }
}

const isText = (x: string): string => `typeof(${x}) = 'text'`

function numeric(column: Column): string {
  return ['decimal', 'float', 'int'].includes(column.type.logical.kind) ? '1' : '0'
}

/** length() counts characters, up to a NUL one, octet_length() bytes: they are equal for plain texts. */
function differs(x: string): string {
  return `octet_length(${x}) <> length(${x})`
}

/** Texts with a NUL character are counted by naru. */
function characters(x: string): string {
  return `CASE WHEN ${differs(x)} AND ${isText(x)} AND instr(${x}, char(0)) > 0 THEN ${LENGTH}(CAST(${x} AS BLOB)) ELSE length(${x}) END`
}

function outside(column: Column, x: string, min: string, max: string): string {
  const value = affinity(column.type.native) === 'text' ? `CAST(${x} AS NUMERIC)` : x
  // Comparing with two constants takes half as long as asking for the class; texts and blobs are greater than any number.
  return `((${value} < ${min} OR ${value} > ${max}) AND typeof(${value}) IN ('integer', 'real'))`
}

/** Moments as `YYYY-MM-DD HH:MM:SS` compare as text; years beyond 9999, BC and infinity are outside of anything. */
function dateOutside(x: string, min: string, max: string): string {
  const day = max.length <= 10
  const value = day ? `substr(${x}, 1, 10)` : `replace(substr(${x}, 1, 26), 'T', ' ')`
  const far = `(${x} IN ('infinity', '-infinity') OR ${x} GLOB '*BC' OR ${x} GLOB '[0-9][0-9][0-9][0-9][0-9]*')`
  return `(${isText(x)} AND (${far} OR (${x} ${ISO} AND (${value} < ${literal(min)} OR ${value} > ${literal(max)}))))`
}

/** What follows the point of a text: digits, then perhaps a zone. */
export function afterPoint(x: string): string {
  return `substr(${x}, instr(${x}, '.') + 1)`
}

/** More digits after the point than `scale`, zeros at the end not counted. Reals are asked roughly before they are rounded exactly. */
function tooFine(x: string, scale: number): string {
  const tail = afterPoint(x)
  const digits = `substr(${tail}, 1, length(${tail}) - length(ltrim(${tail}, '0123456789')))`
  const power = `${10 ** Math.min(scale, 15)}.0`
  const rough = scale > 15 ? '' : `round(${x} * ${power}) / ${power} <> ${x} AND `
  return `(${rough}CASE typeof(${x}) WHEN 'real' THEN round(${x}, ${scale}) <> ${x} WHEN 'text' THEN instr(${x}, '.') > 0 AND length(rtrim(${digits}, '0')) > ${scale} ELSE 0 END)`
}

function fit(type: LogicalType, x: string): string {
  return `${FIT}(${literal(JSON.stringify(type))}, ${x})`
}

function misfit(type: LogicalType, x: string): string {
  return `(${strange(type, x)} AND ${fit(type, x)} = ${UNFIT})`
}

/** Types whose values are readable from another storage class than their own. */
const READABLE: ReadonlySet<LogicalType['kind']> = new Set([
  'bool',
  'int',
  'decimal',
  'float',
  'text',
  'enum',
  'set',
  'bytes',
  'geometry',
  'uuid',
])

/** A rowid under another name: SQLite lets nothing but integers in. */
function isOwnId(column: Column): boolean {
  return column.identity !== undefined && /^integer$/i.test(column.type.native)
}

function otherwise(type: LogicalType, column: Column, x: string): string | null {
  const numbers = ['int', 'decimal', 'float'].includes(type.kind)
  const kept = affinity(column.type.native)
  // A column of numbers turns every text that is a number into one.
  if (!READABLE.has(type.kind) || (numbers && kept !== 'blob' && kept !== 'text')) return null
  return `(${foreign(type, kept, x)} AND ${fit(type, x)} = ${OTHERWISE})`
}

/** A storage class that is not the type's own. A column of text turns numbers into text. */
function foreign(type: LogicalType, kept: Affinity, x: string): string {
  switch (type.kind) {
    case 'bool':
      return `${x} NOT IN (0, 1)`
    case 'int':
    case 'decimal':
    case 'float':
      return not(x, 'integer', 'real')
    case 'bytes':
    case 'geometry':
      return not(x, 'blob')
    case 'uuid':
      return `typeof(${x}) = 'blob'`
    default:
      return kept === 'text' ? `typeof(${x}) = 'blob'` : not(x, 'text')
  }
}

/** A quick look by SQLite itself, so that the function is asked about the few values that are not plainly of the type. */
function strange(type: LogicalType, x: string): string {
  switch (type.kind) {
    case 'bool':
      return `${x} NOT IN (0, 1)`
    case 'int':
      return `${x} IS NOT CAST(${x} AS INTEGER)`
    case 'decimal':
    case 'float':
      return `${x} IS NOT CAST(${x} AS NUMERIC)`
    case 'text':
    case 'enum':
    case 'set':
      return not(x, 'text')
    case 'bytes':
    case 'geometry':
      return not(x, 'blob')
    case 'date':
      return `(${x} IS NOT date(${x}) OR ${not(x, 'text')})`
    case 'timestamp':
      return `(${x} IS NOT datetime(${x}) OR ${not(x, 'text')})`
    case 'time':
      return `${x} NOT GLOB '[01][0-9]:[0-5][0-9]:[0-5][0-9]'`
    case 'uuid':
      return `(length(${x}) <> 36 OR ${x} NOT GLOB '????????-????-????-????-????????????' OR ${x} GLOB '*[^0-9a-f-]*' OR ${not(x, 'text')})`
    case 'json':
      return not(x, 'text', 'integer', 'real')
    default:
      return `${x} IS NOT NULL`
  }
}

/** Neither NULL nor of these storage classes. */
function not(x: string, ...classes: readonly string[]): string {
  return `typeof(${x}) NOT IN (${[...classes, 'null'].map(literal).join(', ')})`
}
