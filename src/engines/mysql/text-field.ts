/** Wire fields → the fields of LOAD DATA's text, or of an INSERT's literals: chosen once a column. */

import { asciiWriter, valueDecoder } from '../../core/decode.ts'
import { CellError } from '../../core/encode.ts'
import type { WireColumn } from '../../core/engine.ts'
import type { ColumnType } from '../../core/schema.ts'
import type { WireType } from '../../core/wire.ts'
import { fromEwkb } from './geometry.ts'
import { bitsAppender } from './text-bits.ts'
import { type Appender, appendDate, appendMoment, appendSpan, appendTime, appendYear, ascii } from './text-moment.ts'

/** What of a column's value needs care when it is put into text. */
export interface TextField {
  /** `copied`: the wire's own bytes, from `skip` on; `built`: what `append` makes, which may need escaping; `safe`: never needs it. */
  readonly kind: 'copied' | 'built' | 'safe'
  readonly skip: number
  readonly append: Appender
  /** Holds bytes, not characters. */
  readonly binary: boolean
  readonly name: string
  /** The server would put a fresh number, the current moment or zero in place of NULL. */
  readonly refusesNull: boolean
}

/** Labels are matched without case and trailing blanks by the server; here only as they are written. */
function labelled(values: readonly string[], set: boolean): Appender {
  const labels = values.map((v) => Buffer.from(v))
  const known = (b: Uint8Array, start: number, end: number): boolean =>
    labels.some((l) => l.length === end - start && l.compare(b, start, end) === 0)
  const check = (b: Uint8Array, start: number, end: number): void => {
    if (known(b, start, end)) return
    const text = Buffer.from(b.buffer, b.byteOffset + start, end - start).toString('utf8')
    throw new CellError(`'${text.slice(0, 48)}' is none of the labels of the ${set ? 'set' : 'enum'}`)
  }
  return (w, b, start, end) => {
    if (!set) check(b, start, end)
    else for (let at = start; at < end; ) at = nextLabel(b, at, end, check)
    w.raw(b, start, end)
  }
}

function nextLabel(
  b: Uint8Array,
  start: number,
  end: number,
  check: (b: Uint8Array, s: number, e: number) => void,
): number {
  let at = start
  while (at < end && b[at] !== 44) at++
  check(b, start, at)
  return at + 1
}

/** The zone of `2020-01-01 00:00:00+00`, which a TIMESTAMP's text carries, is left out: MariaDB does not read it. */
const zonelessText: Appender = (w, b, start, end) => {
  const utc = end - start > 19 && b[end - 3] === 43 && b[end - 2] === 48 && b[end - 1] === 48
  w.raw(b, start, utc ? end - 3 : end)
}

/** A float32 as the double that it is: its shortest text may lie above the largest float32, and is refused then. */
function appendFloat(wire: WireType, flavor: 'mysql' | 'mariadb'): Appender {
  const value = valueDecoder(wire)
  return (w, b, start, end) => {
    const v = value(b, start, end) as number
    if (Object.is(v, -0) && flavor === 'mariadb') throw new CellError('MariaDB stores -0 as 0')
    ascii(w, Object.is(v, -0) ? '-0' : String(v))
  }
}

const geometryBytes: Appender = (w, b, start, end) => {
  w.raw(fromEwkb(b.subarray(start, end)))
}

/** `native`: what the target's column is. */
function appenderFor({ logical, native }: ColumnType, wire: WireType, flavor: 'mysql' | 'mariadb'): Appender {
  if (logical.kind === 'bits') return bitsAppender(wire)
  if (logical.kind === 'geometry' && wire.kind === 'bytea') return geometryBytes
  if ((logical.kind === 'enum' || logical.kind === 'set') && wire.kind === 'text')
    return labelled(logical.values, logical.kind === 'set')
  if (/^year/i.test(native) && wire.kind === 'int2') return appendYear
  if (logical.kind === 'timestamp' && wire.kind === 'text') return zonelessText
  if (wire.kind === 'float4' || wire.kind === 'float8') return appendFloat(wire, flavor)
  if (wire.kind === 'date') return appendDate
  if (wire.kind === 'timestamp' || (wire.kind === 'timestamptz' && logical.kind === 'timestamp')) return appendMoment
  if (wire.kind === 'time') return appendTime
  if (wire.kind === 'interval' && logical.kind === 'time') return appendSpan
  return asciiWriter(wire)
}

const SAFE = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'date',
  'time',
  'timetz',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'inet',
  'cidr',
  'bit',
  'raw',
])
const COPIED = new Set(['text', 'json', 'jsonb', 'bytea'])

/** How a column's values are written. */
export function textField(column: WireColumn, flavor: 'mysql' | 'mariadb'): TextField {
  const { wire } = column
  const { logical } = column.column.type
  const binary = logical.kind === 'bits' || wire.kind === 'bytea'
  const append = appenderFor(column.column.type, wire, flavor)
  const own =
    logical.kind === 'bits' ||
    logical.kind === 'geometry' ||
    logical.kind === 'enum' ||
    logical.kind === 'set' ||
    logical.kind === 'timestamp'
  const copied = COPIED.has(wire.kind) && !own
  return {
    kind: copied ? 'copied' : SAFE.has(wire.kind) && !binary ? 'safe' : 'built',
    skip: wire.kind === 'jsonb' ? 1 : 0,
    append,
    binary,
    name: column.name,
    refusesNull: !column.column.nullable || column.column.identity !== undefined,
  }
}
