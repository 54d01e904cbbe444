/** Kinds of drift: a table for each, what is done to its copy, and what must be found. */
import type { DatabaseKind } from '../harness/database.ts'

/** SQL that differs between engines. */
export interface Words {
  readonly double: string
  readonly bytes: string
  readonly json: string
  readonly moment: string
  readonly instant: string
  readonly flag: string
  readonly size: string
  /** Bytes from their hexadecimal digits. */
  hex(digits: string): string
  /** A moment so many hours later. */
  later(column: string, hours: number): string
  flipped(column: string): string
  truth(value: boolean): string
}

const POSTGRES: Words = {
  double: 'double precision',
  bytes: 'bytea',
  json: 'json',
  moment: 'timestamp(6)',
  instant: 'timestamptz(6)',
  flag: 'boolean',
  size: 'size',
  hex: (digits) => `'\\x${digits}'`,
  later: (column, hours) => `${column} + interval '${hours} hours'`,
  flipped: (column) => `NOT ${column}`,
  truth: String,
}

const MYSQL: Words = {
  double: 'double',
  bytes: 'varbinary(40)',
  json: 'json',
  moment: 'datetime(6)',
  instant: 'timestamp(6) NULL',
  flag: 'tinyint(1)',
  size: "enum('small','medium','large')",
  hex: (digits) => `x'${digits}'`,
  later: (column, hours) => `${column} + INTERVAL ${hours} HOUR`,
  flipped: (column) => `1 - ${column}`,
  truth: (value) => (value ? '1' : '0'),
}

const SQLITE: Words = {
  double: 'double',
  bytes: 'blob',
  json: 'JSON',
  moment: 'datetime',
  instant: 'datetime',
  flag: 'boolean',
  size: 'varchar(10)',
  hex: (digits) => `x'${digits}'`,
  later: (column, hours) => `strftime('%Y-%m-%d %H:%M:%S', ${column}, '${hours > 0 ? '+' : ''}${hours} hours')`,
  flipped: (column) => `1 - ${column}`,
  truth: (value) => (value ? '1' : '0'),
}

/** An engine's words. */
export function wordsOf(kind: DatabaseKind): Words {
  if (kind === 'mysql') return MYSQL
  return kind === 'sqlite' ? SQLITE : POSTGRES
}

const ROWS = 12
const IDS = Array.from({ length: ROWS }, (_, i) => i + 1)
const SIZES = ['small', 'medium', 'large']

/** `key columns` of each row that must be found; a kind in place of columns for a row on one side alone. */
type Found = readonly string[]

export interface DriftKindCase {
  /** Also the table's name. */
  readonly name: string
  columns(w: Words): string
  /** The values of a row behind its id. */
  row(w: Words, id: number): string
  /** What is done to the copy. */
  drift(w: Words, target: DatabaseKind): readonly string[]
  readonly found: Found
  /** The sentence about all of it. */
  readonly pattern?: RegExp
}

const text = { columns: () => 'v varchar(400)', row: (_: Words, id: number) => `'value ${id}'` }
const update = (table: string, set: string, where = '') => [`UPDATE ${table} SET ${set}${where && ` WHERE ${where}`}`]
const withNul = (target: DatabaseKind) =>
  target === 'mysql' ? "concat('a', char(0))" : target === 'sqlite' ? "'a' || char(0)" : "'a '"
const all = (column: string): Found => IDS.map((id) => `${id} ${column}`)

/** The kinds of drift that are injected. */
export const KINDS: readonly DriftKindCase[] = [
  { name: 'missing', ...text, drift: () => ['DELETE FROM missing WHERE id = 5'], found: ['5 missing on target'] },
  {
    name: 'stopped',
    ...text,
    drift: () => ['DELETE FROM stopped WHERE id > 7'],
    found: [8, 9, 10, 11, 12].map((id) => `${id} missing on target`),
    pattern: /^all rows after id 7 missing \(5 rows\): the copy stopped there$/,
  },
  { name: 'extra', ...text, drift: () => ["INSERT INTO extra VALUES (99, 'x')"], found: ['99 extra on target'] },
  { name: 'letter', ...text, drift: () => update('letter', "v = 'valve 6'", 'id = 6'), found: ['6 v'] },
  {
    name: 'blank',
    ...text,
    drift: () => update('blank', "v = 'value 6 '", 'id = 6'),
    found: ['6 v'],
  },
  {
    name: 'null_empty',
    ...text,
    row: (_, id) => (id % 2 === 0 ? 'NULL' : "'x'"),
    drift: () => update('null_empty', "v = ''", 'v IS NULL'),
    found: ['2 v', '4 v', '6 v', '8 v', '10 v', '12 v'],
    pattern: /^v: all 6: NULL has become ''$/,
  },
  {
    name: 'hours',
    columns: (w) => `v ${w.moment}`,
    row: (_, id) => `'2024-03-${String(id + 10)} 22:00:00'`,
    drift: (w) => update('hours', `v = ${w.later('v', 9)}`),
    found: all('v'),
    pattern: /^v: \+9 h in all 12 rows: a time zone$/,
  },
  {
    name: 'flag',
    columns: (w) => `v ${w.flag}`,
    row: (w, id) => w.truth(id % 3 === 0),
    drift: (w) => update('flag', `v = ${w.flipped('v')}`),
    found: all('v'),
    pattern: /^v: all 12 are flipped$/,
  },
  {
    name: 'columns_swapped',
    columns: () => 'a varchar(40), b varchar(40)',
    row: (_, id) => `'a${id}', 'b${id}'`,
    drift: () => [3, 4].flatMap((id) => update('columns_swapped', `a = 'b${id}', b = 'a${id}'`, `id = ${id}`)),
    found: ['3 a,b', '4 a,b'],
    pattern: /^a and b: all 2 hold each other's value$/,
  },
  {
    name: 'rows_swapped',
    ...text,
    drift: () => [
      ...update('rows_swapped', "v = 'value 4'", 'id = 3'),
      ...update('rows_swapped', "v = 'value 3'", 'id = 4'),
    ],
    found: ['3 v', '4 v'],
  },
  {
    name: 'float_digit',
    columns: (w) => `v ${w.double}`,
    row: (_, id) => `0.12345678901234${id % 10}`,
    drift: () => update('float_digit', 'v = 0.123456789012349', 'id = 5'),
    found: ['5 v'],
  },
  {
    name: 'decimal_scale',
    columns: () => 'v decimal(12,4)',
    row: (_, id) => `${id * 1000}.${id % 2 === 0 ? '1250' : '3333'}`,
    drift: () => update('decimal_scale', 'v = round(v, 2)'),
    found: all('v'),
    pattern: /^v: all 12 are rounded to 2 digits after the point$/,
  },
  {
    name: 'factor',
    columns: () => 'v decimal(12,2)',
    row: (_, id) => `${id}.25`,
    drift: () => update('factor', 'v = v * 100'),
    found: all('v'),
    pattern: /^v: all 12 differ by a factor of 100$/,
  },
  {
    name: 'json_order',
    columns: (w) => `v ${w.json}`,
    row: (_, id) => `'{"b": ${id}, "a": [1, {"d": "한", "c": null}]}'`,
    drift: () =>
      IDS.flatMap((id) => update('json_order', `v = '{"a":[1,{"c":null,"d":"한"}],"b":${id}}'`, `id = ${id}`)),
    found: [],
  },
  {
    name: 'json_value',
    columns: (w) => `v ${w.json}`,
    row: (_, id) => `'{"b": ${id}, "a": [1, 2]}'`,
    drift: () => update('json_value', `v = '{"b": 4, "a": [2, 1]}'`, 'id = 4'),
    found: ['4 v'],
  },
  {
    name: 'twins',
    ...text,
    row: (_, id) => ['é', 'straße', 'Kim', 'ＡＢＣ'].map((t) => `'${t}'`)[id % 4],
    drift: () => [
      ...update('twins', "v = 'É'", 'id = 4'),
      ...update('twins', "v = 'strasse'", 'id = 5'),
      ...update('twins', "v = 'KIM'", 'id = 6'),
      ...update('twins', "v = 'ABC'", 'id = 7'),
    ],
    found: ['4 v', '5 v', '6 v', '7 v'],
  },
  {
    name: 'combining',
    ...text,
    row: (_, id) => `'caf\u00e9 ${id}'`,
    drift: () => [2, 3].flatMap((id) => update('combining', `v = 'cafe\u0301 ${id}'`, `id = ${id}`)),
    found: ['2 v', '3 v'],
    pattern: /^v: all 2 are the same text in another Unicode normalization \(NFD on the target\)$/,
  },
  {
    name: 'encoded_twice',
    ...text,
    row: (_, id) => `'caf\u00e9 ${id}'`,
    drift: () => IDS.flatMap((id) => update('encoded_twice', `v = 'caf\u00c3\u00a9 ${id}'`, `id = ${id}`)),
    found: all('v'),
    pattern: /^v: all 12 are encoded twice on the target/,
  },
  {
    name: 'emoji',
    ...text,
    row: () => "'👍'",
    drift: () => update('emoji', "v = '👍🏽'", 'id = 9'),
    found: ['9 v'],
  },
  {
    name: 'nul',
    columns: (w) => `v ${w.bytes}, t varchar(20)`,
    row: (w) => `${w.hex('61')}, 'a'`,
    drift: (w, target) => [
      ...update('nul', `v = ${w.hex('6100')}`, 'id = 8'),
      // PostgreSQL has no text with a NUL in it.
      ...update('nul', `t = ${withNul(target)}`, 'id = 9'),
    ],
    found: ['8 v', '9 t'],
  },
  {
    name: 'cut_off',
    columns: () => 'v text',
    row: (_, id) => `'${'긴 글 '.repeat(100)}${id}'`,
    drift: () => update('cut_off', 'v = substr(v, 1, 255)', 'id > 8'),
    found: ['9 v', '10 v', '11 v', '12 v'],
    pattern: /^v: all 4 are cut off on the target at 255 characters$/,
  },
  {
    name: 'zone',
    columns: (w) => `v ${w.instant}`,
    row: (_, id) => `'2024-${id > 6 ? '07' : '01'}-10 12:00:00'`,
    drift: (w) => [
      ...update('zone', `v = ${w.later('v', 1)}`, 'id <= 6'),
      ...update('zone', `v = ${w.later('v', 2)}`, 'id > 6'),
    ],
    found: all('v'),
    pattern: /^v: \+1 h or \+2 h in all 12 rows: a time zone with summer time$/,
  },
  {
    name: 'enum_order',
    columns: (w) => `v ${w.size}`,
    row: (_, id) => `'${SIZES[id % 3]}'`,
    drift: () => update('enum_order', "v = CASE v WHEN 'small' THEN 'large' WHEN 'large' THEN 'small' ELSE v END"),
    found: IDS.filter((id) => id % 3 !== 1).map((id) => `${id} v`),
    pattern: /^v: all 8 are exchanged one for one: 'large' is 'small', 'small' is 'large'$/,
  },
  {
    name: 'type_changed',
    columns: () => 'v decimal(12,4)',
    row: (_, id) => `${id}.1251`,
    drift: () => [
      'DROP TABLE type_changed',
      'CREATE TABLE type_changed (id int NOT NULL PRIMARY KEY, v varchar(20))',
      `INSERT INTO type_changed VALUES ${IDS.map((id) => `(${id}, '${id}.${id === 7 ? '1252' : '1251'}')`).join(', ')}`,
    ],
    found: ['7 v'],
  },
]

/** Statements that make all tables. */
export function tablesSql(kind: DatabaseKind): string[] {
  const w = wordsOf(kind)
  const made = KINDS.flatMap((k) => [
    `CREATE TABLE ${k.name} (id int NOT NULL PRIMARY KEY, ${k.columns(w)})`,
    `INSERT INTO ${k.name} VALUES ${IDS.map((id) => `(${id}, ${k.row(w, id)})`).join(', ')}`,
  ])
  return kind === 'postgres' || kind === 'pglite'
    ? ["CREATE TYPE size AS ENUM ('small', 'medium', 'large')", ...made]
    : [...(kind === 'mysql' ? ["SET time_zone = '+00:00'"] : []), ...made]
}
