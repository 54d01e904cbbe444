/** Numbers of the client/server protocol. Source: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */

/** Column types as results name them. */
export const TYPE = {
  decimal: 0,
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  null: 6,
  timestamp: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  time: 11,
  datetime: 12,
  year: 13,
  newdate: 14,
  varchar: 15,
  bit: 16,
  vector: 242,
  json: 245,
  newdecimal: 246,
  enum: 247,
  set: 248,
  tinyblob: 249,
  mediumblob: 250,
  longblob: 251,
  blob: 252,
  varstring: 253,
  string: 254,
  geometry: 255,
} as const

/** Flag of a column: unsigned. */
export const UNSIGNED = 32

/** Number of the character set `binary`. */
const BINARY = 63

/** What kind of value a protocol type carries. */
export type FieldKind =
  | 'int'
  | 'float'
  | 'decimal'
  | 'moment'
  | 'time'
  | 'bits'
  | 'geometry'
  | 'bytes'
  | 'text'
  | 'null'

const KINDS: Readonly<Record<number, FieldKind>> = {
  [TYPE.tiny]: 'int',
  [TYPE.short]: 'int',
  [TYPE.long]: 'int',
  [TYPE.longlong]: 'int',
  [TYPE.int24]: 'int',
  [TYPE.year]: 'int',
  [TYPE.float]: 'float',
  [TYPE.double]: 'float',
  [TYPE.decimal]: 'decimal',
  [TYPE.newdecimal]: 'decimal',
  [TYPE.date]: 'moment',
  [TYPE.newdate]: 'moment',
  [TYPE.datetime]: 'moment',
  [TYPE.timestamp]: 'moment',
  [TYPE.time]: 'time',
  [TYPE.bit]: 'bits',
  [TYPE.geometry]: 'geometry',
  [TYPE.null]: 'null',
  // Sent with character set 63 although it is UTF-8.
  [TYPE.json]: 'text',
}

/** The kind of a result's column. */
export function fieldKind(field: { readonly columnType: number; readonly characterSet: number }): FieldKind {
  return KINDS[field.columnType] ?? (field.characterSet === BINARY ? 'bytes' : 'text')
}

/** Bytes of an integer or float in the binary protocol. */
export function fixedSize(columnType: number): 1 | 2 | 4 | 8 {
  switch (columnType) {
    case TYPE.tiny:
      return 1
    case TYPE.short:
    case TYPE.year:
      return 2
    case TYPE.longlong:
    case TYPE.double:
      return 8
    default:
      return 4
  }
}
