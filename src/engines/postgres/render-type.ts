/** Meanings → types of PostgreSQL, with what is lost. */
import type { Loss, RenderOptions } from '../../core/engine.ts'
import type { ColumnType, LogicalType } from '../../core/schema.ts'
import { plainIdent } from './names.ts'
import { parseType } from './types.ts'

interface Rendered {
  readonly type: ColumnType
  readonly loss?: Loss
}

/** Longest n of varchar(n) and char(n) (MaxAttrSize). */
const LONGEST_TEXT = 10485760
/** Bytes of an enum label (NAMEDATALEN − 1). */
const LONGEST_LABEL = 63

const plain = (native: string, loss?: Loss): Rendered => ({
  type: parseType(native),
  ...(loss !== undefined && { loss }),
})

function int(bits: number, unsigned: boolean): string {
  if (bits === 64) return unsigned ? 'numeric(20,0)' : 'bigint'
  if (bits === 32) return unsigned ? 'bigint' : 'integer'
  if (bits === 24 || (bits === 16 && unsigned)) return 'integer'
  return 'smallint'
}

function decimal(precision: number | undefined, scale: number | undefined): string {
  return precision === undefined || precision > 1000 ? 'numeric' : `numeric(${precision},${scale ?? 0})`
}

function text(max: number | undefined, fixed: boolean): string {
  if (max === undefined || max > LONGEST_TEXT) return 'text'
  return fixed ? `character(${Math.max(max, 1)})` : `character varying(${Math.max(max, 1)})`
}

function moment(logical: Extract<LogicalType, { fraction: number }>): Rendered {
  const zone = logical.zone ? 'with time zone' : 'without time zone'
  const fraction = logical.fraction >= 6 ? '' : `(${logical.fraction})`
  const loss = logical.fraction > 6 ? `fractions of a second keep 6 of ${logical.fraction} digits` : undefined
  return plain(`${logical.kind}${fraction} ${zone}`, loss)
}

function enumeration(logical: Extract<LogicalType, { kind: 'enum' | 'set' }>, o: RenderOptions): Rendered {
  const long = logical.values.find((v) => Buffer.byteLength(v) > LONGEST_LABEL)
  if (long !== undefined || logical.values.length === 0) {
    return plain(
      'text',
      `an enum of PostgreSQL takes labels of up to ${LONGEST_LABEL} bytes: kept as text, any value is allowed`,
    )
  }
  const { name } = o.typeName
  const logicalEnum: LogicalType = { kind: 'enum', values: logical.values, name: o.typeName }
  return { type: { native: plainIdent(name), logical: logicalEnum } }
}

function array(of: LogicalType, o: RenderOptions): Rendered {
  // An array of arrays is an array of more dimensions.
  if (of.kind === 'array') return array(of.of, o)
  const element = renderType(of, o)
  const native = `${element.type.native}[]`
  return {
    type: { native, logical: { kind: 'array', of: element.type.logical } },
    ...(element.loss !== undefined && { loss: element.loss }),
  }
}

/** The closest type for a meaning. A set becomes text[]; `ddl` adds the check on its values. */
export function renderType(logical: LogicalType, o: RenderOptions): Rendered {
  switch (logical.kind) {
    case 'bool':
      return plain('boolean')
    case 'date':
    case 'uuid':
    case 'interval':
    case 'inet':
      return plain(logical.kind)
    case 'json':
      return plain('jsonb')
    case 'geometry':
      return o.can.extensions.includes('postgis')
        ? plain('geometry')
        : plain('bytea', 'PostGIS is not there: geometry is kept as EWKB bytes')
    case 'int':
      return plain(int(logical.bits, logical.unsigned === true))
    case 'decimal':
      return plain(decimal(logical.precision, logical.scale))
    case 'float':
      return plain(logical.bits === 32 ? 'real' : 'double precision')
    case 'bits':
      return bits(logical)
    case 'text':
      return plain(text(logical.max, logical.fixed === true))
    case 'bytes':
      return plain('bytea')
    case 'time':
    case 'timestamp':
      return moment(logical)
    case 'enum':
      return enumeration(logical, o)
    case 'set':
      return { type: { native: 'text[]', logical: { kind: 'set', values: logical.values } } }
    case 'array':
      return array(logical.of, o)
    case 'opaque':
      return plain('text', `${logical.native} is unknown here: kept as text`)
  }
}

function bits(logical: Extract<LogicalType, { kind: 'bits' }>): Rendered {
  if (logical.varying) return plain(logical.length === undefined ? 'bit varying' : `bit varying(${logical.length})`)
  return logical.length === 1 || logical.length === undefined ? plain('boolean') : plain(`bit(${logical.length})`)
}
