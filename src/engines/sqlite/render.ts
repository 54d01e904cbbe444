/** Meanings → declared types of SQLite. What a declared type does to values is chosen first, its name second. */
import type { Loss, RenderOptions } from '../../core/engine.ts'
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import { parseType } from './types.ts'

interface Rendered {
  readonly type: ColumnType
  readonly loss?: Loss
}

/** Significant digits that a double keeps whatever they are. */
const DOUBLE_DIGITS = 15

/** The closest declared type, with what is lost. A table holds any value there, so nothing narrower than the meaning is ever chosen. */
export function renderType(t: LogicalType, _o: RenderOptions): Rendered {
  switch (t.kind) {
    case 'bool':
      return declared('BOOLEAN')
    case 'int':
      return renderInt(t.bits, t.unsigned === true)
    case 'decimal':
      return renderDecimal(t.precision, t.scale)
    case 'float':
      return declared('REAL')
    case 'text':
      return renderText(t.max, t.fixed === true)
    case 'bytes':
      return t.max === undefined ? declared('BLOB') : declared(`${t.fixed ? 'BINARY' : 'VARBINARY'}(${t.max})`)
    case 'timestamp':
      return declared(t.zone ? 'TIMESTAMPTZ' : 'TIMESTAMP')
    case 'time':
      return declared(t.zone ? 'TIMETZ' : 'TIME')
    case 'bits':
      return keptAs(
        t,
        `${t.varying ? 'VARBIT' : 'BIT'}_TEXT${t.length === undefined ? '' : `(${t.length})`}`,
        'kept as text of 0 and 1',
      )
    default:
      return renderOther(t)
  }
}

function renderOther(t: LogicalType): Rendered {
  switch (t.kind) {
    case 'date':
    case 'uuid':
    case 'interval':
    case 'inet':
      return declared(t.kind.toUpperCase())
    case 'json':
      return declared('JSON_TEXT')
    case 'array':
      return keptAs(t, 'JSON_TEXT', 'SQLite has no arrays: kept as a JSON array of texts')
    case 'enum':
      return keptAs(t, 'TEXT', 'SQLite has no enums: kept as text under a check')
    case 'set':
      return keptAs(t, 'TEXT', 'SQLite has no sets: kept as text')
    case 'geometry':
      return keptAs(t, 'BLOB', 'kept as bytes (EWKB)')
    default:
      return { type: { logical: { kind: 'text' }, native: 'TEXT' }, loss: 'kept as text' }
  }
}

function declared(native: string, loss?: Loss): Rendered {
  return loss === undefined ? { type: parseType(native) } : { type: parseType(native), loss }
}

/** The meaning stays with the column, so that values travel in their own wire form and only their storage is text or bytes. */
function keptAs(logical: LogicalType, native: string, loss: Loss): Rendered {
  return { type: { logical, native }, loss }
}

/** 32 and 64 bits are INTEGER, which a row's own id must be called. */
function renderInt(bits: 8 | 16 | 24 | 32 | 64, unsigned: boolean): Rendered {
  const suffix = unsigned ? ' UNSIGNED' : ''
  if (bits === 8) return declared(`TINYINT${suffix}`)
  if (bits === 16) return declared(`SMALLINT${suffix}`)
  if (bits === 24) return declared(`MEDIUMINT${suffix}`)
  if (bits === 32) return { type: { logical: { kind: 'int', bits, ...(unsigned && { unsigned }) }, native: 'INTEGER' } }
  return declared('INTEGER', unsigned ? 'values above 9223372036854775807 do not fit' : undefined)
}

/**
 * NUMERIC affinity stores decimals as doubles, which keep 15 digits whatever they are. Longer ones would change silently, so they
 * are declared with TEXT in the name, which makes SQLite leave them alone.
 */
function renderDecimal(precision: number | undefined, scale: number | undefined): Rendered {
  const args = precision === undefined ? '' : `(${precision},${scale ?? 0})`
  if (precision !== undefined && precision <= DOUBLE_DIGITS) return declared(`DECIMAL${args}`)
  return declared(`DECIMAL_TEXT${args}`, 'kept as text, so that no digit is lost: it sorts and compares as text')
}

function renderText(max: number | undefined, fixed: boolean): Rendered {
  if (max === undefined) return declared('TEXT')
  if (!fixed) return declared(`VARCHAR(${max})`)
  return { type: { logical: { kind: 'text', max, fixed: true }, native: `CHAR(${max})` } }
}
