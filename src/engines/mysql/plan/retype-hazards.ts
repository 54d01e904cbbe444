/** Values that another type of their column refuses or cuts. All sessions of naru are strict: what does not fit fails. */
import type { Hazard } from '../../../core/change.ts'
import type { Column, LogicalType, Table } from '../../../core/schema.ts'
import { quote, textLiteral } from '../literal.ts'
import { tableSql } from '../table-name.ts'
import type { ColumnChange } from './columns.ts'

interface Trouble {
  readonly kind: 'may-fail' | 'lossy'
  /** Predicate that is true for a row in trouble; absent: it cannot be told beforehand. */
  readonly where?: string
  readonly counted?: string
}

/** Hazards of a column that changes its type or character set. */
export function retypeHazards(table: Table, c: ColumnChange): Hazard[] {
  const { from, to } = c
  if (from === null || to === null || from.generated !== undefined) return []
  const column = quote(from.name)
  const troubles = [
    ...(c.aspects.includes('type') ? typeTroubles(from.type.logical, to.type.logical, column, from, to) : []),
    ...(c.aspects.includes('charset') ? charsetTroubles(from, to, column) : []),
  ]
  return troubles.map((t) => ({
    kind: t.kind,
    what: `${table.name.name}.${from.name} becomes ${to.type.native}${from.charset !== to.charset && to.charset ? ` in ${to.charset}` : ''}`,
    table: table.name,
    column: from.name,
    ...(t.where !== undefined && {
      count: `SELECT count(*) AS n FROM ${tableSql(table.name)} WHERE ${t.where}`,
      counted: t.counted,
    }),
  }))
}

function typeTroubles(a: LogicalType, b: LogicalType, column: string, from: Column, to: Column): Trouble[] {
  if (a.kind === 'int' && b.kind === 'int') return intTroubles(a, b, column)
  if (isNumber(a) && (b.kind === 'int' || b.kind === 'decimal')) return numberTroubles(a, b, column)
  if (a.kind === 'float' && b.kind === 'float') return a.bits > b.bits ? [{ kind: 'lossy' }] : []
  if (isNumber(a) && b.kind === 'float')
    return a.kind === 'int' && a.bits <= (b.bits === 64 ? 32 : 16) ? [] : [{ kind: 'lossy' }]
  if ((a.kind === 'text' || a.kind === 'bytes') && b.kind === a.kind) return lengthTroubles(from, to, column)
  if ((a.kind === 'enum' || a.kind === 'set') && b.kind === a.kind) return labelTroubles(a, b, column)
  if (a.kind === 'enum' && b.kind === 'text') return lengthTroubles(from, to, column)
  if (a.kind === 'text' && b.kind === 'enum') {
    return [
      {
        kind: 'may-fail',
        where: `${column} NOT IN (${b.values.map(textLiteral).join(', ')})`,
        counted: 'rows with another value',
      },
    ]
  }
  if (a.kind === 'timestamp' || a.kind === 'time') return momentTroubles(a, b, column)
  if (a.kind === 'bits' && b.kind === 'bits') return bitTroubles(a.length ?? 1, b.length ?? 1, column)
  if (a.kind === 'text' && b.kind === 'json') {
    return [{ kind: 'may-fail', where: `json_valid(${column}) = 0`, counted: 'rows that are no JSON' }]
  }
  if (a.kind === 'json' && b.kind === 'text') return lengthTroubles(from, to, column)
  if (isNumber(a) && b.kind === 'text') return lengthTroubles(from, to, column)
  if (a.kind === 'date' && b.kind === 'timestamp' && !b.zone) return []
  return [{ kind: 'may-fail' }]
}

const isNumber = (l: LogicalType): l is Extract<LogicalType, { kind: 'int' | 'decimal' | 'float' }> =>
  l.kind === 'int' || l.kind === 'decimal' || l.kind === 'float'

type Int = Extract<LogicalType, { kind: 'int' }>

function rangeOf({ bits, unsigned }: Int): readonly [bigint, bigint] {
  const size = 1n << BigInt(bits)
  return unsigned ? [0n, size - 1n] : [-size / 2n, size / 2n - 1n]
}

function outside(column: string, min: bigint, max: bigint): Trouble {
  return { kind: 'may-fail', where: `${column} NOT BETWEEN ${min} AND ${max}`, counted: 'rows with a number outside' }
}

function intTroubles(a: Int, b: Int, column: string): Trouble[] {
  const [[min, max], [least, most]] = [rangeOf(a), rangeOf(b)]
  return min >= least && max <= most ? [] : [outside(column, least, most)]
}

function numberTroubles(
  a: LogicalType,
  b: Extract<LogicalType, { kind: 'int' | 'decimal' }>,
  column: string,
): Trouble[] {
  const scale = b.kind === 'decimal' ? (b.scale ?? 0) : 0
  const digits = b.kind === 'decimal' ? (b.precision ?? 10) - scale : null
  const own = a.kind === 'decimal' ? { scale: a.scale ?? 0, digits: (a.precision ?? 10) - (a.scale ?? 0) } : null
  const range =
    digits === null ? rangeOf(b as Int) : ([-(10n ** BigInt(digits)) + 1n, 10n ** BigInt(digits) - 1n] as const)
  const wide = own !== null && digits !== null && own.digits <= digits
  const unsigned = b.kind === 'decimal' && b.unsigned === true && !(a.kind === 'decimal' && a.unsigned)
  const intFits = a.kind === 'int' && digits !== null && String(rangeOf(a)[1]).length <= digits
  return [
    ...(wide || intFits ? [] : [outside(`truncate(${column}, 0)`, unsigned ? 0n : range[0], range[1])]),
    ...(unsigned && (wide || intFits)
      ? [{ kind: 'may-fail' as const, where: `${column} < 0`, counted: 'rows below zero' }]
      : []),
    ...(a.kind === 'int' || (own !== null && own.scale <= scale)
      ? []
      : [
          {
            kind: 'lossy' as const,
            where: `${column} <> round(${column}, ${scale})`,
            counted: 'rows with more digits',
          },
        ]),
  ]
}

/** Bytes that the long types hold. */
const CAPACITY: readonly (readonly [RegExp, number])[] = [
  [/^tiny(text|blob)/i, 255],
  [/^(text|blob)/i, 65_535],
  [/^medium(text|blob)/i, 16_777_215],
  [/^long(text|blob)/i, 4_294_967_295],
]

function capacity(column: Column): { readonly bytes: number } | { readonly characters: number } {
  const long = CAPACITY.find(([name]) => name.test(column.type.native))
  if (long !== undefined) return { bytes: long[1] }
  const { logical } = column.type
  if (logical.kind === 'bytes') return { bytes: logical.max ?? 0 }
  return { characters: logical.kind === 'text' ? (logical.max ?? 0) : 255 }
}

function lengthTroubles(from: Column, to: Column, column: string): Trouble[] {
  const [a, b] = [capacity(from), capacity(to)]
  if ('characters' in b) {
    if ('characters' in a && from.type.logical.kind === 'text' && a.characters <= b.characters) return []
    return [{ kind: 'may-fail', where: `char_length(${column}) > ${b.characters}`, counted: 'rows with a longer text' }]
  }
  const most = 'bytes' in a ? a.bytes : a.characters * 4
  if (most <= b.bytes) return []
  return [{ kind: 'may-fail', where: `length(${column}) > ${b.bytes}`, counted: 'rows with more bytes' }]
}

type Labels = Extract<LogicalType, { kind: 'enum' | 'set' }>

function labelTroubles(a: Labels, b: Labels, column: string): Trouble[] {
  const gone = a.values.filter((v) => !b.values.includes(v))
  if (gone.length === 0) return []
  const where =
    a.kind === 'enum'
      ? `${column} IN (${gone.map(textLiteral).join(', ')})`
      : gone.map((v) => `find_in_set(${textLiteral(v)}, ${column})`).join(' OR ')
  return [{ kind: 'may-fail', where, counted: 'rows with a value that goes' }]
}

function momentTroubles(a: LogicalType, b: LogicalType, column: string): Trouble[] {
  if (a.kind === 'timestamp' && b.kind === 'date') {
    return [{ kind: 'lossy', where: `time(${column}) <> '00:00:00'`, counted: 'rows with a time of day' }]
  }
  if (b.kind !== 'timestamp' && b.kind !== 'time') return [{ kind: 'may-fail' }]
  const fraction = a.kind === 'timestamp' || a.kind === 'time' ? a.fraction : 0
  const cut = fraction > b.fraction
  const unit = 10 ** (6 - b.fraction)
  return [
    ...(cut
      ? [{ kind: 'lossy' as const, where: `microsecond(${column}) % ${unit} <> 0`, counted: 'rows with finer moments' }]
      : []),
    ...(a.kind === b.kind && 'zone' in a && 'zone' in b && !a.zone && b.zone
      ? [
          {
            kind: 'may-fail' as const,
            where: `${column} NOT BETWEEN '1970-01-01 00:00:01' AND '2038-01-19 03:14:07'`,
            counted: 'rows outside of TIMESTAMP',
          },
        ]
      : []),
    ...(a.kind === b.kind ? [] : [{ kind: 'may-fail' as const }]),
  ]
}

function bitTroubles(a: number, b: number, column: string): Trouble[] {
  return a <= b
    ? []
    : [{ kind: 'may-fail', where: `${column} + 0 >= ${1n << BigInt(b)}`, counted: 'rows with more bits' }]
}

/** All that these hold, the others hold as well. */
const CONTAINED: Readonly<Record<string, readonly string[]>> = {
  ascii: [
    'latin1',
    'latin2',
    'cp1252',
    'utf8',
    'utf8mb3',
    'utf8mb4',
    'ucs2',
    'utf16',
    'utf32',
    'gbk',
    'big5',
    'euckr',
    'sjis',
  ],
  latin1: ['utf8', 'utf8mb3', 'utf8mb4', 'ucs2', 'utf16', 'utf32'],
  utf8: ['utf8mb3', 'utf8mb4', 'ucs2', 'utf16', 'utf32'],
  utf8mb3: ['utf8', 'utf8mb4', 'ucs2', 'utf16', 'utf32'],
  utf8mb4: ['utf16', 'utf32'],
  utf16: ['utf8mb4', 'utf32'],
  utf32: ['utf8mb4', 'utf16'],
}

function charsetTroubles(from: Column, to: Column, column: string): Trouble[] {
  if (from.charset === undefined || to.charset === undefined || from.charset === to.charset) return []
  if (CONTAINED[from.charset]?.includes(to.charset) || /^utf(8mb4|16|32)$/.test(to.charset)) return []
  const there = `convert(convert(${column} USING ${to.charset}) USING utf8mb4)`
  return [
    {
      kind: 'may-fail',
      where: `cast(${there} AS binary) <> cast(convert(${column} USING utf8mb4) AS binary)`,
      counted: `rows with characters that ${to.charset} lacks`,
    },
  ]
}
