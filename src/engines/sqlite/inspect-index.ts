/** Indexes that CREATE INDEX made → the model. */
import type { Column, Index, IndexPart } from '../../core/schema.ts'
import type { Catalog, IndexInfo } from './catalog.ts'
import { type ParsedIndex, parseCreateIndex } from './create-index.ts'

/** The indexes of a table that back no constraint. */
export function inspectIndexes(
  catalog: Catalog,
  table: string,
  indexes: readonly IndexInfo[],
  columns: readonly Column[],
): Index[] {
  return indexes
    .filter((index) => index.origin === 'c')
    .map((index) => {
      const sql =
        catalog.entries.find((e) => e.type === 'index' && e.name === index.name && e.table === table)?.sql ?? ''
      const parsed = parseCreateIndex(sql)
      return {
        name: index.name,
        parts: index.columns.map((_, i) => partOf(index, i, parsed, columns)),
        unique: index.unique,
        method: 'btree',
        ...(parsed.where !== null && { where: parsed.where }),
        definition: sql,
      }
    })
}

function partOf(index: IndexInfo, i: number, parsed: ParsedIndex, columns: readonly Column[]): IndexPart {
  const part = index.columns[i]
  const collation = part.collation.toUpperCase()
  const own = columns.find((c) => c.name === part.name)?.collation ?? 'BINARY'
  return {
    ...(part.name === null ? { expression: parsed.parts[i] ?? '' } : { column: part.name }),
    ...(part.descending && { descending: true }),
    ...(collation !== own && { collation }),
  }
}
