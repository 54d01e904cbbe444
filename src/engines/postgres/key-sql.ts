/** Keys and ranges in SQL: row comparisons, which the server's indexes serve, with literals that take the columns' types. */
import { NaruError } from '../../core/error.ts'
import { type Key, type KeyRange, type KeyValue, listedKeys } from '../../core/key.ts'
import type { Column, Table } from '../../core/schema.ts'
import { arrayText } from './default-sql.ts'
import { quote } from './names.ts'
import { hex, textLiteral } from './values.ts'

/** Opaque types whose binary form, as hex, their input function takes too. All others of that kind cannot be paged by. */
const HEX_TEXT = new Set(['macaddr', 'macaddr8'])

/** Whether a column can be part of a key that is paged by. */
export function isPageable(column: Column): boolean {
  const { logical } = column.type
  if (logical.kind === 'opaque') return HEX_TEXT.has(logical.native)
  return column.type.native !== 'money' && logical.kind !== 'json' && logical.kind !== 'geometry'
}

/** A column of the table, named so that it is not mistaken for a column of the result. */
export function tableColumn(table: Table, name: string): string {
  return `${quote(table.name.name)}.${quote(name)}`
}

/** A key's value, untyped: it takes the type of the column that it is compared with. */
export function keyLiteral(value: KeyValue, column: Column): string {
  if (value === null) return 'NULL'
  if (value instanceof Uint8Array) {
    return textLiteral(column.type.logical.kind === 'uuid' ? hex(value) : `\\x${hex(value)}`)
  }
  const text = Object.is(value, -0) ? '-0' : String(value)
  return textLiteral(column.type.logical.kind === 'array' ? arrayText(JSON.parse(text) as unknown[]) : text)
}

function comparison(table: Table, columns: readonly Column[], operator: string, key: Key): string {
  const left = columns.map((c) => tableColumn(table, c.name))
  const right = columns.map((c, i) => keyLiteral(key[i] ?? null, c))
  if (columns.length === 1) return `${left[0]} ${operator} ${right[0]}`
  return `(${left.join(', ')}) ${operator} (${right.join(', ')})`
}

function oneOf(table: Table, columns: readonly Column[], keys: readonly Key[]): string {
  if (keys.length === 0) return 'false'
  if (columns.length === 0) {
    throw new NaruError('UNSUPPORTED', `${table.name.name} has no key to find rows by`)
  }
  const literals = keys.map((key) => columns.map((c, i) => keyLiteral(key[i] ?? null, c)))
  const names = columns.map((c) => tableColumn(table, c.name))
  if (columns.length === 1) return `${names[0]} IN (${literals.map(([one]) => one).join(', ')})`
  const rows = literals.map((parts) => `(${parts.join(', ')})`)
  return [...listedColumns(names, literals), `(${names.join(', ')}) IN (${rows.join(', ')})`].join(' AND ')
}

/** Combinations of listed values that are looked up in an index at most. */
const MOST_LOOKUPS = 50_000

/** Lists of the values of the first columns: a list of rows alone is planned as that many conditions, which takes longer than to find them. */
function listedColumns(names: readonly string[], literals: readonly (readonly string[])[]): string[] {
  const lists: string[] = []
  let lookups = 1
  for (const [i, name] of names.entries()) {
    const values = new Set(literals.map((parts) => parts[i]))
    lookups *= values.size
    if (i > 0 && lookups > MOST_LOOKUPS) break
    lists.push(`${name} IN (${[...values].join(', ')})`)
  }
  return lists
}

/** Predicates of a range; none for a whole table. `columns` are those of the key. */
export function rangeSql(table: Table, columns: readonly Column[], range: KeyRange): string[] {
  const name = quote(table.name.name)
  switch (range.kind) {
    case 'all':
      return []
    case 'physical':
      return [
        `${name}.ctid >= '(${range.from},0)'::tid`,
        ...(range.to === null ? [] : [`${name}.ctid < '(${range.to},0)'::tid`]),
      ]
    case 'key':
      return [
        ...(range.after === null ? [] : [comparison(table, columns, '>', range.after)]),
        ...(range.upto === null ? [] : [comparison(table, columns, '<=', range.upto)]),
        ...(range.only === undefined ? [] : [oneOf(table, columns, listedKeys(range) ?? [])]),
      ]
  }
}
