/** Expressions that read a column with a policy applied to the values in trouble. */
import type { Probe } from '../../core/engine.ts'
import type { Column, LogicalType } from '../../core/schema.ts'
import { CLIP, IS_UTF8, REPAIR, ROUND, UNDOUBLE, WITHOUT_NUL } from './functions.ts'
import { literal } from './literal.ts'
import { afterPoint, probePredicate } from './probe.ts'

/** The expression, or null where the policy makes no sense for the trouble. */
export function remedyExpression(
  probe: Probe,
  policy: 'null' | 'clip' | 'replace',
  column: Column,
  x: string,
): string | null {
  const predicate = probePredicate(probe, column, x)
  const instead =
    policy === 'null' ? 'NULL' : policy === 'clip' ? clipped(probe, column, x) : replaced(probe, column, x)
  return predicate === null || instead === null ? null : `CASE WHEN ${predicate} THEN ${instead} ELSE ${x} END`
}

/** The nearest value that fits. */
function clipped(probe: Probe, column: Column, x: string): string | null {
  switch (probe.kind) {
    case 'longer':
      if (probe.unit === 'characters') return `substr(${x}, 1, ${probe.max})`
      return `CASE typeof(${x}) WHEN 'text' THEN ${CLIP}(CAST(${x} AS BLOB), ${probe.max}) ELSE substr(${x}, 1, ${probe.max}) END`
    case 'outside':
      return `CASE WHEN ${x} < ${probe.min} THEN ${probe.min} ELSE ${probe.max} END`
    case 'date-outside':
      return `CASE WHEN ${x} = '-infinity' OR ${x} GLOB '*BC' OR (${x} <> 'infinity' AND ${x} < ${literal(probe.min)} AND ${x} NOT GLOB '[0-9][0-9][0-9][0-9][0-9]*') THEN ${literal(probe.min)} ELSE ${literal(probe.max)} END`
    case 'scale':
      return rounded(column, x, probe.scale)
    case 'not-boolean':
      return trueUnlessZero(x)
    case 'zero-date':
      return nearestDay(x)
    default:
      return null
  }
}

function trueUnlessZero(x: string): string {
  return `CASE WHEN typeof(${x}) IN ('integer', 'real') THEN ${x} <> 0 END`
}

/** Year 0 becomes year 1, month and day 0 the first. */
function nearestDay(x: string): string {
  const part = (from: number, length: number, zero: string, first: string) =>
    `CASE substr(${x}, ${from}, ${length}) WHEN '${zero}' THEN '${first}' ELSE substr(${x}, ${from}, ${length}) END`
  return `${part(1, 4, '0000', '0001')} || '-' || ${part(6, 2, '00', '01')} || '-' || ${part(9, 2, '00', '01')} || substr(${x}, 11)`
}

/** Numbers are rounded; of moments the finer digits are cut, since rounding could change the day. */
function rounded(column: Column, x: string, scale: number): string {
  const { kind } = column.type.logical
  if (kind !== 'timestamp' && kind !== 'time') {
    return `CASE typeof(${x}) WHEN 'text' THEN ${ROUND}(${x}, ${scale}) ELSE round(${x}, ${scale}) END`
  }
  const kept = scale === 0 ? `instr(${x}, '.') - 1` : `instr(${x}, '.') + ${scale}`
  return `substr(${x}, 1, ${kept}) || ltrim(${afterPoint(x)}, '0123456789')`
}

/** The value that was most likely meant. */
function replaced(probe: Probe, column: Column, x: string): string | null {
  switch (probe.kind) {
    case 'nul':
      return `${WITHOUT_NUL}(CAST(${x} AS BLOB))`
    case 'invalid-utf8':
      return `${REPAIR}(CAST(${x} AS BLOB))`
    case 'double-utf8':
      return `${UNDOUBLE}(CAST(${x} AS BLOB))`
    case 'not-boolean':
      return trueUnlessZero(x)
    case 'scale':
      return rounded(column, x, probe.scale)
    case 'not-json':
      return `json_quote(${x})`
    case 'not-of-type':
      return asType(probe.type, x)
    default:
      return null
  }
}

function asType(type: LogicalType, x: string): string | null {
  switch (type.kind) {
    case 'timestamp':
      return fromEpoch(x, '%Y-%m-%d %H:%M:%f')
    case 'date':
      return fromEpoch(x, '%Y-%m-%d')
    case 'text':
      return `CASE WHEN typeof(${x}) = 'blob' AND ${IS_UTF8}(${x}) THEN CAST(${x} AS TEXT) ELSE ${x} END`
    case 'int':
      return `CASE WHEN typeof(${x}) = 'real' THEN CAST(round(${x}) AS INTEGER) ELSE ${x} END`
    default:
      return null
  }
}

/**
 * Numbers in a date column: whole ones are seconds since 1970, or milliseconds from 10^11 on (seconds would be the year 5138);
 * fractions between 1,721,059 and 5,373,485 are Julian days (the years 0 to 9999).
 */
function fromEpoch(x: string, format: string): string {
  const of = (value: string, ...modifiers: string[]) =>
    `strftime(${[format, value, ...modifiers].map((p, i) => (i === 1 ? p : literal(p))).join(', ')})`
  return `CASE typeof(${x}) WHEN 'integer' THEN CASE WHEN abs(${x}) >= 100000000000 THEN ${of(`${x} / 1000.0`, 'unixepoch')} ELSE ${of(x, 'unixepoch')} END WHEN 'real' THEN CASE WHEN ${x} BETWEEN 1721059.5 AND 5373484.5 THEN ${of(x, 'julianday')} ELSE ${of(x, 'unixepoch')} END ELSE ${x} END`
}
