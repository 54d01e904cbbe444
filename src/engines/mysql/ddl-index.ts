/** Index clauses, as CREATE TABLE and ALTER TABLE … ADD take them. */
import type { Column, Index, IndexPart, KeyConstraint, Table } from '../../core/schema.ts'
import { quote, textLiteral } from './literal.ts'
import { KEY_BYTES } from './render.ts'

/** A unique key as the index that it is. */
export function indexOfKey(key: KeyConstraint): Index {
  const parts = key.parts ?? key.columns.map((column) => ({ column }))
  return { name: key.name, parts, unique: true, method: 'btree', ...(key.comment && { comment: key.comment }) }
}

/** Unique keys first, then the other indexes. */
export function indexesOf(table: Table): Index[] {
  return [...table.uniques.map(indexOfKey), ...table.indexes]
}

function partSql(part: IndexPart): string {
  const what = part.expression === undefined ? quote(part.column ?? '') : `(${part.expression})`
  return `${what}${part.prefix === undefined ? '' : `(${part.prefix})`}${part.descending ? ' DESC' : ''}${part.opclass === undefined ? '' : ` ${part.opclass}`}`
}

/** `(a, b(10) DESC)` */
export function partsSql(parts: readonly IndexPart[]): string {
  return `(${parts.map(partSql).join(', ')})`
}

const KINDS: Readonly<Record<string, string>> = { fulltext: 'FULLTEXT ', spatial: 'SPATIAL ' }

/** MariaDB and MySQL have other words for an index that queries do not use; each reads only its own comment. */
const HIDDEN = ' /*M!100600 IGNORED */ /*!80000 INVISIBLE */'

/** `UNIQUE KEY name (parts) …` */
export function indexSql(index: Index, table: Table): string {
  const kind = index.unique ? 'UNIQUE ' : (KINDS[index.method] ?? '')
  const memory = /^memory$/i.test(table.options.engine ?? '') && (index.method === 'btree' || index.method === 'hash')
  return [
    `${kind}KEY ${quote(index.name)}`,
    memory ? ` USING ${index.method.toUpperCase()}` : '',
    ` ${partsSql(fitParts(index, table))}`,
    index.parser === undefined ? '' : ` WITH PARSER ${index.parser}`,
    index.comment ? ` COMMENT ${textLiteral(index.comment)}` : '',
    index.invisible ? HIDDEN : '',
  ].join('')
}

const CHARACTER_BYTES: Readonly<Record<string, number>> = {
  utf8mb3: 3,
  utf8: 3,
  ucs2: 2,
  latin1: 1,
  ascii: 1,
  binary: 1,
}

/** The most bytes that a character of the column takes; 1 for bytes. */
export function characterBytes(column: Column): number {
  return column.type.logical.kind === 'bytes' ? 1 : (CHARACTER_BYTES[column.charset ?? ''] ?? 4)
}

function partBytes(part: IndexPart, column: Column | undefined): number {
  const logical = column?.type.logical
  if (column === undefined || (logical?.kind !== 'text' && logical?.kind !== 'bytes')) return 9
  return (part.prefix ?? logical.max ?? 0) * characterBytes(column)
}

/**
 * An index entry has at most 3072 bytes. Texts of an index that goes beyond are indexed by their beginnings, in fair shares; a unique
 * index would mean something else then and is left as it is, for the server to judge.
 */
function fitParts(index: Index, table: Table): readonly IndexPart[] {
  const columnOf = (p: IndexPart) => table.columns.find((c) => c.name === p.column)
  const sizes = index.parts.map((p) => partBytes(p, columnOf(p)))
  const total = sizes.reduce((a, b) => a + b, 0)
  if (index.unique || total <= KEY_BYTES || index.method === 'fulltext' || index.method === 'spatial')
    return index.parts
  const rest = sizes.filter((s) => s <= 9).reduce((a, b) => a + b, 0)
  const share = Math.floor((KEY_BYTES - rest) / sizes.filter((s) => s > 9).length)
  return index.parts.map((p, i) => {
    const column = columnOf(p)
    return column === undefined || sizes[i] <= share ? p : { ...p, prefix: Math.floor(share / characterBytes(column)) }
  })
}
