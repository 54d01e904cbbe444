/** Predicates for key ranges: `a > x OR (a = x AND b > y)`, which both servers turn into ranges of the key's index. */
import { betweenSql, type Key, type KeyRange, listedKeys } from '../../core/key.ts'
import type { Column } from '../../core/schema.ts'
import { keyColumnSql, keyLiteral, labelNumber } from './key-value.ts'
import { quote, textLiteral } from './literal.ts'

/** Labels that an IN list is made of at most; beyond, the comparison of numbers alone has to do. */
const MOST_LABELS = 200

type Sign = '>' | '<' | '<='

/** A SET of 64 labels would be compared as a signed number. */
const compared = (column: Column): string =>
  column.type.logical.kind === 'set' ? keyColumnSql(column) : quote(column.name)

/**
 * ENUM columns compare by number. That is exact but uses no index; the labels that the number stands for do, so they are named too.
 * (0 stands for a refused value, '' without being a label.)
 */
function compare(column: Column, sign: Sign, value: Key[number]): string {
  const name = quote(column.name)
  const exact = `${compared(column)} ${sign} ${keyLiteral(column, value)}`
  const l = column.type.logical
  if (l.kind !== 'enum' || sign !== '>' || l.values.length > MOST_LABELS) return exact
  if (typeof value !== 'bigint' && typeof value !== 'string') return exact
  const labels = l.values.slice(Number(labelNumber(column, value))).map(textLiteral)
  return labels.length === 0 ? 'false' : `(${name} IN (${labels.join(', ')}) AND ${exact})`
}

/** Equality with a key's value, by the column's index. */
export function equal(column: Column, value: Key[number]): string {
  const name = quote(column.name)
  const exact = `${compared(column)} = ${keyLiteral(column, value)}`
  const l = column.type.logical
  if (l.kind !== 'enum' || (typeof value !== 'bigint' && typeof value !== 'string')) return exact
  const label = l.values[Number(labelNumber(column, value)) - 1]
  return label === undefined || label === '' ? exact : `(${name} = ${textLiteral(label)} AND ${exact})`
}

/** Rows beyond (or before) a key, in the order of its columns. */
function side(columns: readonly Column[], key: Key, sign: Sign): string {
  const strict = sign === '<=' ? '<' : sign
  const terms = columns.map((column, i) => {
    const before = columns.slice(0, i).map((c, n) => equal(c, key[n]))
    const own = compare(column, i === columns.length - 1 ? sign : strict, key[i])
    return [...before, own].join(' AND ')
  })
  return terms.length === 1 ? terms[0] : `(${terms.map((t) => `(${t})`).join(' OR ')})`
}

/** Rows of these keys. One column takes a list; pairs in a list would be looked up by no index on MariaDB. */
function oneOf(columns: readonly Column[], keys: readonly Key[]): string {
  if (keys.length === 0) return 'false'
  const [first] = columns
  if (columns.length === 1 && first.type.logical.kind !== 'enum') {
    return `${compared(first)} IN (${keys.map((key) => keyLiteral(first, key[0])).join(', ')})`
  }
  return keys.map((key) => `(${columns.map((c, i) => equal(c, key[i])).join(' AND ')})`).join(' OR ')
}

/** Rows beyond one key and up to another. */
function ends(columns: readonly Column[], { after, upto }: { after: Key | null; upto: Key | null }): string[] {
  if (columns.length === 1 && columns[0].type.logical.kind === 'int') {
    const [low, high] = [after?.[0], upto?.[0]]
    if (typeof low === 'bigint' && typeof high === 'bigint') return [betweenSql(quote(columns[0].name), low + 1n, high)]
  }
  return [...(after === null ? [] : [side(columns, after, '>')]), ...(upto === null ? [] : [side(columns, upto, '<=')])]
}

/** The predicates of a key range; none for the whole table. */
export function rangePredicates(columns: readonly Column[], range: KeyRange): string[] {
  if (range.kind !== 'key') return []
  return [...ends(columns, range), ...(range.only === undefined ? [] : [oneOf(columns, listedKeys(range) ?? [])])]
}

/** `WHERE a AND b`, empty for none. */
export function whereSql(predicates: readonly (string | undefined)[]): string {
  const all = predicates.filter((p) => p !== undefined && p !== '')
  return all.length === 0 ? '' : ` WHERE ${all.map((p) => `(${p})`).join(' AND ')}`
}
