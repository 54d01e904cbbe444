/** Questions about values, and what is read in place of a value in trouble: SQL for a column of a MySQL source. */
import type { Probe } from '../../core/engine.ts'
import type { Column, LogicalType } from '../../core/schema.ts'
import { quote, textLiteral } from './literal.ts'
import { nativeName } from './native.ts'

const utf8 = (e: string): string => `CONVERT(${e} USING utf8mb4)`
/** The bytes of a text in UTF-8: compares without collation, also where the column is in another character set. */
const raw = (e: string): string => `CAST(${utf8(e)} AS BINARY)`
const decimal = (text: string): string => (/^[-+]?\d+(\.\d+)?$/.test(text) ? text : textLiteral(text))

/** Microseconds beyond so many digits of the second. */
const finer = (scale: number, e: string): string => `(MICROSECOND(${e}) % ${10 ** (6 - scale)})`

const isMoment = (l: LogicalType): boolean => l.kind === 'date' || l.kind === 'timestamp'
const isText = (l: LogicalType): boolean =>
  l.kind === 'text' || l.kind === 'enum' || l.kind === 'set' || l.kind === 'json'

/**
 * Day, month or year 0, and days that the month does not have (ALLOW_INVALID_DATES). TO_DAYS is NULL for a date without a day or a month,
 * and 366 for the first of year 1: one look for three. The last day of a month is looked for only where the day is none that all months
 * have. Source: https://dev.mysql.com/doc/refman/8.4/en/date-and-time-functions.html#function_to-days
 */
function zeroDate(column: Column, e: string): string {
  // "IS NULL" would find the zero dates of a column that takes no NULL.
  const there = e === quote(column.name) && !column.nullable ? '' : `${e} IS NOT NULL AND `
  const day = `DAYOFMONTH(${e})`
  return `(${there}((TO_DAYS(${e}) < 366) IS NOT FALSE OR (${day} > 28 AND ${day} > DAYOFMONTH(LAST_DAY(${e})))))`
}

/** Bytes as text and back again: what is not UTF-8 is lost or changed. */
function invalidUtf8(e: string): string {
  const back = `CONVERT(CAST(${e} AS BINARY) USING utf8mb4)`
  return `(${e} IS NOT NULL AND (${back} IS NULL OR CAST(${back} AS BINARY) <> CAST(${e} AS BINARY)))`
}

/** What the text would be if its characters, written as latin1 bytes, were read as UTF-8. */
const undoubled = (e: string): string => `CONVERT(CAST(CONVERT(${e} USING latin1) AS BINARY) USING utf8mb4)`

/**
 * Whether the text's bytes in UTF-8 hold this one: a binary needle makes the search one of bytes, on MariaDB without a copy of the
 * text. MySQL goes by the text's collation all the same, whose characters of no weight are found everywhere; what stands in /*!50700
 * it alone reads. A CAST would make the needle anew for each row.
 */
const holdsByte = (hex: string, column: Column, e: string): string =>
  `INSTR(/*!50700 CONVERT( */ ${/^utf8/.test(column.charset ?? '') ? e : utf8(e)} /*!50700 USING binary) */, _binary x'${hex}' COLLATE \`binary\`)`

/**
 * Text that goes into latin1 without loss, is UTF-8 there, and is shorter then: encoded twice. A character encoded twice begins with
 * one of U+00C2 … U+00F4, that is with the byte C3, which is looked for first: most texts have none.
 */
function doubleUtf8(column: Column, e: string): string {
  const lossless = `CAST(${utf8(`CONVERT(${e} USING latin1)`)} AS BINARY) = ${raw(e)}`
  const valid = `CAST(${undoubled(e)} AS BINARY) = CAST(CONVERT(${e} USING latin1) AS BINARY)`
  return `(${holdsByte('C3', column, e)} AND CHAR_LENGTH(${undoubled(e)}) < CHAR_LENGTH(${e}) AND ${lossless} AND ${valid})`
}

const PATTERNS: Partial<Record<LogicalType['kind'], string>> = {
  bool: '^[01]$',
  int: '^[-+]?[0-9]+$',
  decimal: '^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)$',
  float: '^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]+)?$',
  uuid: '^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9a-fA-F]{32})$',
  date: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$',
}

function notOfType(type: LogicalType, column: Column, e: string): string | null {
  if (!isText(column.type.logical)) return null
  if (type.kind === 'json') return `NOT JSON_VALID(${e})`
  const pattern = PATTERNS[type.kind]
  return pattern === undefined ? null : `${utf8(e)} NOT REGEXP ${textLiteral(pattern)}`
}

function longer(max: number, unit: 'characters' | 'bytes', column: Column, e: string): string | null {
  const bytes = column.type.logical.kind === 'bytes'
  if (!bytes && !isText(column.type.logical)) return null
  if (unit === 'characters' && !bytes) return `CHAR_LENGTH(${e}) > ${max}`
  return `LENGTH(${bytes ? e : utf8(e)}) > ${max}`
}

/** A TIMESTAMP is a moment or zero, never a part. Of the column itself the number that is stored is looked at. */
function zeroMoment(column: Column, e: string): string {
  return e === quote(column.name) ? `UNIX_TIMESTAMP(${e}) = 0` : `DAYOFMONTH(${e}) = 0`
}

/** Whether this bound is one that no value of the integer column is beyond. */
function isIdle(bound: string, side: 'min' | 'max', column: Column, e: string): boolean {
  const l = column.type.logical
  if (l.kind !== 'int' || e !== quote(column.name) || !/^-?\d+$/.test(bound)) return false
  const bits = BigInt(l.bits) - (l.unsigned ? 0n : 1n)
  if (side === 'max') return BigInt(bound) >= 2n ** bits - 1n
  return BigInt(bound) <= (l.unsigned ? 0n : -(2n ** bits))
}

/** Only the comparisons that can be true: each is made for every row. */
function outside(min: string, max: string, column: Column, e: string): string | null {
  const below = isIdle(min, 'min', column, e) ? [] : [`${e} < ${decimal(min)}`]
  const above = isIdle(max, 'max', column, e) ? [] : [`${e} > ${decimal(max)}`]
  const either = [...below, ...above]
  return either.length === 0 ? null : `(${either.join(' OR ')})`
}

/** A predicate that is true for a row in trouble; null where the column cannot hold such a value. */
export function probe(p: Probe, column: Column, e: string): string | null {
  const l = column.type.logical
  switch (p.kind) {
    case 'zero-date':
      if (l.kind === 'timestamp' && l.zone) return zeroMoment(column, e)
      return isMoment(l) ? zeroDate(column, e) : null
    case 'time-beyond-day':
      return l.kind === 'time' ? `(${e} < '00:00:00' OR ${e} > '24:00:00')` : null
    case 'not-boolean':
      return `${e} NOT IN (0, 1)`
    case 'outside':
      return outside(p.min, p.max, column, e)
    case 'longer':
      return longer(p.max, p.unit, column, e)
    case 'nul':
      return isText(l) ? holdsByte('00', column, e) : null
    case 'invalid-utf8':
      return l.kind === 'bytes' || (isText(l) && /^utf8/.test(column.charset ?? 'utf8mb4')) ? invalidUtf8(e) : null
    case 'double-utf8':
      return l.kind === 'text' ? doubleUtf8(column, e) : null
    case 'empty-enum':
      return l.kind === 'enum' ? emptyEnum(l.values, e) : null
    case 'not-in':
      return `${raw(e)} NOT IN (${p.values.map((v) => `CAST(${textLiteral(v)} AS BINARY)`).join(', ')})`
    case 'not-finite':
      return null
    case 'date-outside':
      return isMoment(l)
        ? `(${e} < ${textLiteral(plainMoment(p.min))} OR ${e} > ${textLiteral(plainMoment(p.max))})`
        : null
    case 'not-of-type':
      return notOfType(p.type, column, e)
    case 'stored-otherwise':
      return null
    case 'scale':
      if (l.kind === 'timestamp') return p.scale < 6 ? `${finer(p.scale, e)} <> 0` : null
      return l.kind === 'decimal' || l.kind === 'float' ? `${e} <> ROUND(${e}, ${p.scale})` : null
    case 'not-json':
      return isText(l) ? `NOT JSON_VALID(${e})` : null
    case 'float32-digits':
      return nativeName(column.type.native) === 'float' ? `${e} <> CAST(CONCAT(${e}, '') AS FLOAT)` : null
  }
}

/** '' that is no label of its own: MySQL's mark of a value that was refused. Numbers are compared sooner than labels with a number. */
const emptyEnum = (values: readonly string[], e: string): string | null => (values.length === 0 ? null : `${e} + 0 = 0`)

const plainMoment = (iso: string): string => iso.replace('T', ' ').replace(/(Z|[+-]00(:?00)?)$/, '')

function clip(p: Probe, column: Column, e: string): string | null {
  switch (p.kind) {
    case 'outside':
      return `LEAST(GREATEST(${e}, ${decimal(p.min)}), ${decimal(p.max)})`
    case 'date-outside':
      return `LEAST(GREATEST(${e}, ${textLiteral(plainMoment(p.min))}), ${textLiteral(plainMoment(p.max))})`
    case 'time-beyond-day':
      return `LEAST(GREATEST(${e}, CAST('00:00:00' AS TIME(6))), CAST('23:59:59.999999' AS TIME(6)))`
    case 'longer':
      return p.unit === 'characters' || column.type.logical.kind === 'bytes' ? `LEFT(${e}, ${p.max})` : null
    case 'scale':
      // Finer digits of a moment are cut: rounding could change the day.
      if (column.type.logical.kind === 'timestamp') return `(${e} - INTERVAL ${finer(p.scale, e)} MICROSECOND)`
      return `ROUND(${e}, ${p.scale})`
    case 'not-boolean':
      return `(${e} <> 0)`
    default:
      return null
  }
}

function replace(p: Probe, e: string): string | null {
  switch (p.kind) {
    case 'nul':
      return utf8(`REPLACE(${raw(e)}, x'00', '')`)
    case 'invalid-utf8':
      return `CONVERT(CAST(${e} AS BINARY) USING utf8mb4)`
    case 'double-utf8':
      return undoubled(e)
    case 'not-boolean':
      return `(${e} <> 0)`
    default:
      return null
  }
}

/** What is read in place of values in trouble, all others as they are; null where the policy makes no sense. */
export function remedy(p: Probe, policy: 'null' | 'clip' | 'replace', column: Column, e: string): string | null {
  const trouble = probe(p, column, e)
  if (trouble === null) return null
  const instead = policy === 'null' ? 'NULL' : policy === 'clip' ? clip(p, column, e) : replace(p, e)
  return instead === null ? null : `IF(${trouble}, ${instead}, ${e})`
}

/** Under this expression texts are equal that MySQL's usual collations hold for equal: without case, accents and trailing blanks. */
export function fold(e: string): string {
  return `(${utf8(e)} COLLATE utf8mb4_general_ci)`
}
