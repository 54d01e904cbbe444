/** Questions about values, asked by SQL in a PostgreSQL source, and the expressions that settle them. */
import type { Probe } from '../../core/engine.ts'
import type { Column, LogicalType } from '../../core/schema.ts'
import { textLiteral } from './values.ts'

type Kind = LogicalType['kind']

const NUMBERS: ReadonlySet<Kind> = new Set<Kind>(['int', 'decimal', 'float'])
const MOMENTS: ReadonlySet<Kind> = new Set<Kind>(['date', 'timestamp'])

/** A number of any type as numeric, NULL where it is none (NaN and infinities): numeric of before PostgreSQL 14 has no infinity. */
function finite(kind: Kind, sql: string): string {
  return kind === 'int' ? sql : `CASE WHEN ${notFinite(sql)} THEN NULL ELSE (${sql})::numeric END`
}

function notFinite(sql: string): string {
  return `(${sql})::text IN ('NaN', 'Infinity', '-Infinity')`
}

/** Characters of Latin-1 that, taken as bytes, are well-formed UTF-8 (Unicode, table 3-7), as a whole. */
const WELL_FORMED = [
  '[\\u0001-\\u007f]',
  '[\\u00c2-\\u00df]T',
  '\\u00e0[\\u00a0-\\u00bf]T',
  '[\\u00e1-\\u00ec\\u00ee\\u00ef]TT',
  '\\u00ed[\\u0080-\\u009f]T',
  '\\u00f0[\\u0090-\\u00bf]TT',
  '[\\u00f1-\\u00f3]TTT',
  '\\u00f4[\\u0080-\\u008f]TT',
]
  .join('|')
  .replaceAll('T', '[\\u0080-\\u00bf]')

function doubled(sql: string): string {
  return `((${sql})::text ~ '[\\u00c2-\\u00f4][\\u0080-\\u00bf]' AND (${sql})::text ~ '^(${WELL_FORMED})*$')`
}

/** The text whose UTF-8 bytes were taken for Latin-1. Without convert_to, which brings PGlite down on characters that are not ASCII. */
function undoubled(sql: string): string {
  return `(SELECT convert_from(decode(string_agg(lpad(to_hex(ascii(s.c)), 2, '0'), '' ORDER BY s.n), 'hex'), 'UTF8') FROM regexp_split_to_table(${sql}, '') WITH ORDINALITY AS s(c, n))`
}

/** What a text must look like to be read as a type; null where PostgreSQL cannot be asked without trying. */
function shapeOf(type: LogicalType): string | null {
  switch (type.kind) {
    case 'bool':
      return '^\\s*([01]|t|f|true|false|yes|no|on|off)\\s*$'
    case 'int':
      return '^\\s*[+-]?\\d+\\s*$'
    case 'decimal':
    case 'float':
      return '^\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*$'
    case 'uuid':
      return '^[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$'
    case 'date':
      return '^\\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$'
    case 'timestamp':
      return '^\\d{4,}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([ T]\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?([+-]\\d{2}(:?\\d{2})?|Z)?)?$'
    case 'time':
      return '^\\d{2}:\\d{2}(:\\d{2}(\\.\\d+)?)?$'
    default:
      return null
  }
}

function longer(probe: Extract<Probe, { kind: 'longer' }>, kind: Kind, sql: string): string {
  if (kind === 'bytes') return `octet_length(${sql}) > ${probe.max}`
  const text = kind === 'text' ? sql : `(${sql})::text`
  return `${probe.unit === 'bytes' ? 'octet_length' : 'char_length'}(${text}) > ${probe.max}`
}

/** Microseconds beyond so many digits of the second. Infinity has none. */
const finer = (scale: number, sql: string): string =>
  `(extract(microseconds FROM ${sql})::bigint % ${10 ** (6 - scale)})`

function beyondScale(scale: number, kind: Kind, sql: string): string | null {
  if (kind === 'timestamp') return scale < 6 ? `${finer(scale, sql)} <> 0` : null
  if (kind !== 'decimal' && kind !== 'float') return null
  const value = finite(kind, sql)
  return `${value} <> round(${value}, ${scale})`
}

/** True for a row in trouble, NULL or false for others; null where PostgreSQL cannot hold such a value. */
export function probeSql(probe: Probe, column: Column, sql: string): string | null {
  const { kind } = column.type.logical
  switch (probe.kind) {
    case 'not-boolean':
      return NUMBERS.has(kind) ? `${sql} NOT IN (0, 1)` : null
    case 'outside': {
      if (!NUMBERS.has(kind)) return null
      const value = finite(kind, sql)
      return `(${value} < ${probe.min} OR ${value} > ${probe.max})`
    }
    case 'longer':
      return longer(probe, kind, sql)
    case 'double-utf8':
      return kind === 'text' ? doubled(sql) : null
    case 'not-in':
      return `(${sql})::text NOT IN (${probe.values.map(textLiteral).join(', ')})`
    case 'not-finite':
      return kind === 'float' || kind === 'decimal' ? notFinite(sql) : null
    case 'date-outside':
      return MOMENTS.has(kind) ? `(${sql} < ${textLiteral(probe.min)} OR ${sql} > ${textLiteral(probe.max)})` : null
    case 'not-of-type': {
      const shape = kind === 'text' ? shapeOf(probe.type) : null
      return shape && `(${sql})::text !~* '${shape}'`
    }
    case 'scale':
      return beyondScale(probe.scale, kind, sql)
    case 'float32-digits':
      return kind === 'float' ? `(${sql})::text <> (${sql})::double precision::text` : null
    // Text is valid UTF-8 without U+0000, enums hold their labels, dates are dates.
    case 'zero-date':
    case 'time-beyond-day':
    case 'nul':
    case 'invalid-utf8':
    case 'empty-enum':
    case 'stored-otherwise':
    case 'not-json':
      return null
  }
}

function clip(probe: Probe, kind: Kind, sql: string): string | null {
  switch (probe.kind) {
    case 'outside':
      return `least(greatest(${sql}, ${probe.min}), ${probe.max})`
    case 'date-outside':
      return `least(greatest(${sql}, ${textLiteral(probe.min)}), ${textLiteral(probe.max)})`
    case 'not-boolean':
      return '1'
    case 'longer':
      if (kind === 'bytes') return `substring(${sql} FROM 1 FOR ${probe.max})`
      return probe.unit === 'characters' && kind === 'text' ? `left(${sql}, ${probe.max})` : null
    case 'scale':
      // Finer digits of a moment are cut: rounding could change the day.
      if (kind === 'timestamp') return `${sql} - ${finer(probe.scale, sql)} * interval '1 microsecond'`
      return kind === 'decimal'
        ? `round(${sql}, ${probe.scale})`
        : `round((${sql})::numeric, ${probe.scale})::double precision`
    default:
      return null
  }
}

/** The column with the policy applied where the probe is true, of the column's own type; null where the policy makes no sense. */
export function remedySql(
  probe: Probe,
  policy: 'null' | 'clip' | 'replace',
  column: Column,
  sql: string,
): string | null {
  const trouble = probeSql(probe, column, sql)
  if (trouble === null) return null
  if (policy === 'null') return `CASE WHEN ${trouble} THEN NULL ELSE ${sql} END`
  if (policy === 'replace') {
    if (probe.kind !== 'double-utf8') return null
    return `CASE WHEN ${trouble} THEN ${undoubled(sql)} ELSE ${sql} END`
  }
  const clipped = clip(probe, column.type.logical.kind, sql)
  return clipped && `CASE WHEN ${trouble} THEN ${clipped} ELSE ${sql} END`
}

/** Texts that a case-, accent- and blank-insensitive collation holds for equal become equal. */
export function foldSql(sql: string): string {
  return `rtrim(lower(regexp_replace(normalize((${sql})::text, NFD), '[\\u0300-\\u036f]', '', 'g')))`
}
