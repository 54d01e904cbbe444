/** Questions about values as SQL predicates: true for a row that is in trouble, never NULL. */
import type { Probe } from '../../core/engine.ts'
import type { Column, LogicalType } from '../../core/schema.ts'
import { OTHERWISE, UNFIT } from './fit.ts'
import { FIT, IS_DOUBLE, IS_UTF8, LENGTH } from './functions.ts'
import { literal } from './literal.ts'
import { affinity } from './types.ts'

const ISO = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'"

/** The predicate for `x`, or null where SQLite cannot hold such a value. */
export function probePredicate(probe: Probe, column: Column, x: string): string | null {
  const predicate = predicateOf(probe, column, x)
  return predicate === null ? null : `coalesce(${predicate}, 0)`
}

function predicateOf(probe: Probe, column: Column, x: string): string | null {
  switch (probe.kind) {
    case 'zero-date':
      return `(${isText(x)} AND ${x} ${ISO} AND (substr(${x}, 1, 4) = '0000' OR substr(${x}, 6, 2) = '00' OR substr(${x}, 9, 2) = '00'))`
    case 'time-beyond-day':
      return `(${isText(x)} AND ${x} GLOB '*[0-9]:[0-9][0-9]*' AND ${x} NOT GLOB '24:00:00*' AND (substr(${x}, 1, 1) = '-' OR CAST(${x} AS INTEGER) >= 24))`
    case 'not-boolean':
      return misfit({ kind: 'bool' }, x)
    case 'outside':
      return outside(column, x, probe.min, probe.max)
    case 'longer':
      return `(${size(x, probe.unit)} > ${probe.max})`
    case 'nul':
      return `(${isText(x)} AND instr(${x}, char(0)) > 0)`
    case 'invalid-utf8':
      return `(${isText(x)} AND NOT ${IS_UTF8}(CAST(${x} AS BLOB)))`
    case 'double-utf8':
      return `(${isText(x)} AND octet_length(${x}) > length(${x}) AND ${IS_DOUBLE}(CAST(${x} AS BLOB)))`
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
      return misfit(probe.type, x)
    case 'stored-otherwise':
      return `(${strange(probe.type, x)} AND ${fit(probe.type, x)} = ${OTHERWISE})`
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

/** length() counts up to a NUL character; texts that have one are counted by naru. */
function size(x: string, unit: 'characters' | 'bytes'): string {
  if (unit === 'bytes') return `octet_length(${x})`
  return `CASE WHEN ${isText(x)} AND instr(${x}, char(0)) > 0 THEN ${LENGTH}(CAST(${x} AS BLOB)) ELSE length(${x}) END`
}

function outside(column: Column, x: string, min: string, max: string): string {
  const value = affinity(column.type.native) === 'text' ? `CAST(${x} AS NUMERIC)` : x
  return `(typeof(${value}) IN ('integer', 'real') AND (${value} < ${min} OR ${value} > ${max}))`
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

/** More digits after the point than `scale`, zeros at the end not counted. */
function tooFine(x: string, scale: number): string {
  const tail = afterPoint(x)
  const digits = `substr(${tail}, 1, length(${tail}) - length(ltrim(${tail}, '0123456789')))`
  return `CASE typeof(${x}) WHEN 'real' THEN round(${x}, ${scale}) <> ${x} WHEN 'text' THEN instr(${x}, '.') > 0 AND length(rtrim(${digits}, '0')) > ${scale} ELSE 0 END`
}

function fit(type: LogicalType, x: string): string {
  return `${FIT}(${literal(JSON.stringify(type))}, ${x})`
}

function misfit(type: LogicalType, x: string): string {
  return `(${strange(type, x)} AND ${fit(type, x)} = ${UNFIT})`
}

/** A quick look by SQLite itself, so that the function is asked about the few values that are not plainly of the type. */
function strange(type: LogicalType, x: string): string {
  switch (type.kind) {
    case 'bool':
      return `${x} NOT IN (0, 1)`
    case 'int':
      return `typeof(${x}) NOT IN ('integer', 'null')`
    case 'decimal':
    case 'float':
      return `typeof(${x}) NOT IN ('integer', 'real', 'null')`
    case 'text':
    case 'enum':
    case 'set':
      return `typeof(${x}) NOT IN ('text', 'null')`
    case 'bytes':
    case 'geometry':
      return `typeof(${x}) NOT IN ('blob', 'null')`
    case 'date':
      return `(${x} IS NOT NULL AND (NOT ${isText(x)} OR ${x} IS NOT date(${x})))`
    case 'timestamp':
      return `(${x} IS NOT NULL AND (NOT ${isText(x)} OR ${x} IS NOT datetime(${x})))`
    default:
      return `${x} IS NOT NULL`
  }
}
