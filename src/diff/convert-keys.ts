/** Primary keys and unique constraints, and what keeps uniqueness where the source ignores case and the target does not. */
import type { Column, Index, IndexPart, KeyConstraint, Table } from '../core/schema.ts'
import { type ConvertContext, labelOf, targetColumn, targetTable, typeOf } from './convert-context.ts'
import { fitWidth } from './convert-index-width.ts'
import { convertIndex } from './convert-indexes.ts'
import { keyName } from './convert-object-names.ts'
import { foldsOnTarget } from './convert-translate.ts'

export interface ConvertedKeys {
  readonly primaryKey?: KeyConstraint
  readonly uniques: readonly KeyConstraint[]
  /** Unique indexes that stand for or beside a key. */
  readonly indexes: readonly Index[]
}

/** Keys of a table on the target. */
export function convertKeys(c: ConvertContext, table: Table): ConvertedKeys {
  const indexes: Index[] = []
  const primaryKey = table.primaryKey && convertKey(c, table, table.primaryKey, 'pkey', indexes)
  const uniques = table.uniques.flatMap((key) => convertKey(c, table, key, 'key', indexes) ?? [])
  return { ...(primaryKey && { primaryKey }), uniques, indexes }
}

function convertKey(
  c: ConvertContext,
  table: Table,
  key: KeyConstraint,
  suffix: 'pkey' | 'key',
  indexes: Index[],
): KeyConstraint | undefined {
  const target = targetTable(c, table.name) ?? table.name
  const name = keyName(target, key, suffix)
  const parts: readonly IndexPart[] = key.parts ?? key.columns.map((column) => ({ column }))
  if (!c.sameEngine && parts.some((p) => p.prefix !== undefined && !prefixIsWhole(c, table, p))) {
    const index = convertIndex(c, table, { name, parts, unique: true, method: 'btree' })
    if (index !== null) indexes.push(index)
    if (suffix === 'pkey')
      reportKey(c, table, name, 'a primary key over the beginning of a text becomes a unique index')
    return undefined
  }
  const folded = foldedIndex(c, table, name, parts)
  if (folded !== null) indexes.push(folded)
  reportRichness(c, table, key)
  if (!c.sameEngine)
    fitWidth(c, table, { name, parts: renameParts(c, table, parts), unique: true, method: 'btree' }, [])
  return {
    name: c.sameEngine && c.to.indexNames === 'table' ? key.name : c.objectNames.index(table, name),
    columns: key.columns.map((column) => targetColumn(c, table.name, column)),
    ...(c.to.richKeys && richness(key)),
    ...(c.sameEngine && key.parts && { parts: renameParts(c, table, key.parts) }),
    ...(c.sameEngine && key.include && { include: key.include.map((column) => targetColumn(c, table.name, column)) }),
    ...(c.sameEngine && key.options && { options: key.options }),
    ...(c.to.comments && key.comment !== undefined && { comment: key.comment }),
  }
}

function renameParts(c: ConvertContext, table: Table, parts: readonly IndexPart[]): IndexPart[] {
  return parts.map((p) => (p.column === undefined ? p : { ...p, column: targetColumn(c, table.name, p.column) }))
}

function richness(key: KeyConstraint): Partial<KeyConstraint> {
  const { deferrable, initiallyDeferred, nullsNotDistinct } = key
  return {
    ...(deferrable && { deferrable }),
    ...(initiallyDeferred && { initiallyDeferred }),
    ...(nullsNotDistinct && { nullsNotDistinct }),
  }
}

function reportRichness(c: ConvertContext, table: Table, key: KeyConstraint): void {
  if (c.to.richKeys || c.to.grammar === null) return
  if (key.nullsNotDistinct) reportKey(c, table, key.name, 'NULLs count as different there, so two of them are allowed')
  if (key.deferrable) reportKey(c, table, key.name, 'it is checked at once there, not at the end of the transaction')
}

function reportKey(c: ConvertContext, table: Table, name: string, why: string): void {
  c.report({ kind: 'key', name, table: labelOf(c, table.name), outcome: 'approximated', why })
}

/** A prefix that is no shorter than the column itself. */
function prefixIsWhole(c: ConvertContext, table: Table, part: IndexPart): boolean {
  if (part.prefix === undefined || part.column === undefined) return true
  const { logical } = typeOf(c, table.name, part.column).type
  return (
    (logical.kind === 'text' || logical.kind === 'bytes') && logical.max !== undefined && logical.max <= part.prefix
  )
}

/** Text columns of a key that the source compares without case and the target does not. */
function foldingColumns(c: ConvertContext, table: Table, parts: readonly IndexPart[]): Column[] {
  if (c.sameEngine || c.to.grammar !== 'postgres') return []
  return parts.flatMap((p) => {
    const column = table.columns.find((k) => k.name === p.column)
    if (column === undefined || !column.caseInsensitive || foldsOnTarget(c, table, column)) return []
    return typeOf(c, table.name, column.name).type.logical.kind === 'text' ? [column] : []
  })
}

/**
 * A unique index on lower() beside a key: the plain key still serves foreign keys, ON CONFLICT and look-ups, the index keeps 'a' and 'A'
 * apart no more than the source did. With `report` there is none, only a word.
 */
export function foldedIndex(c: ConvertContext, table: Table, name: string, parts: readonly IndexPart[]): Index | null {
  const folding = foldingColumns(c, table, parts)
  if (folding.length === 0) return null
  const columns = folding.map((k) => k.name).join(', ')
  const report = { kind: 'case-insensitive key', name, table: labelOf(c, table.name) }
  if (c.choices.caseInsensitive === 'report') {
    const sql = `CREATE UNIQUE INDEX ON ${c.targetDialect.table(targetTable(c, table.name) ?? table.name)} (${foldedParts(
      c,
      table,
      parts,
      folding,
    )
      .map((p) => p.expression ?? c.targetDialect.quote(p.column ?? ''))
      .join(', ')});`
    c.report({ ...report, outcome: 'left', why: `${columns} was unique without regard to case`, stub: sql })
    return null
  }
  const missing = c.choices.caseInsensitive === 'citext' ? ' (citext is not there to use)' : ''
  c.report({
    ...report,
    outcome: 'converted',
    why: `${columns} stays unique without regard to case by a unique index on lower()${missing}`,
  })
  return {
    name: c.objectNames.index(table, `${name}_lower`),
    parts: foldedParts(c, table, parts, folding),
    unique: true,
    method: 'btree',
  }
}

function foldedParts(
  c: ConvertContext,
  table: Table,
  parts: readonly IndexPart[],
  folding: readonly Column[],
): IndexPart[] {
  return parts.map((p) => {
    const column = targetColumn(c, table.name, p.column ?? '')
    if (!folding.some((k) => k.name === p.column)) return { ...p, column }
    return { expression: `lower(${c.targetDialect.quote(column)})` }
  })
}
