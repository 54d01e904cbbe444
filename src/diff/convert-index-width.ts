/** Keeps indexes within what the target allows by declared types (MySQL: 3072 bytes); limits on values are for the plan's findings. */
import type { ColumnType, Index, IndexPart, Table } from '../core/schema.ts'
import { type ConvertContext, columnKey, labelOf, targetColumn } from './convert-context.ts'

/** Characters of a text without a length that an index on MySQL begins with. */
const TEXT_PREFIX = 191

/**
 * The parts, with prefixes where the index would be too wide. A unique index must not be cut: it is raised as INDEX_ENTRY and kept
 * as it is.
 */
export function fitWidth(c: ConvertContext, table: Table, index: Index, notes: string[]): IndexPart[] {
  if (c.to.grammar !== 'mysql' || c.can.indexBytes === null) return [...index.parts]
  const limit = c.can.indexBytes
  const widths = index.parts.map((p) => partBytes(c, table, p))
  const total = widths.reduce((a, b) => a + b, 0)
  if (total <= limit) return [...index.parts]
  const column = index.parts[widths.indexOf(Math.max(...widths))]?.column ?? ''
  if (index.unique) {
    raiseWidth(c, table, index, column, total)
    return [...index.parts]
  }
  notes.push(`only the first ${TEXT_PREFIX} characters of long texts are indexed`)
  return index.parts.map((p, i) => (widths[i] > TEXT_PREFIX * 4 ? { ...p, prefix: TEXT_PREFIX } : p))
}

function raiseWidth(c: ConvertContext, table: Table, index: Index, target: string, total: number): void {
  const label = labelOf(c, table.name)
  const source = table.columns.find((k) => targetColumn(c, table.name, k.name) === target)?.name ?? target
  c.raise({
    code: 'INDEX_ENTRY',
    table: label,
    column: source,
    message: `the unique index ${index.name} would be ${Number.isFinite(total) ? `${total} bytes` : 'without limit'} wide, ${c.to.title} allows ${c.can.indexBytes}`,
    ways: [`--cast '${label}.${source}=varchar(${TEXT_PREFIX})'`],
  })
}

function partBytes(c: ConvertContext, table: Table, part: IndexPart): number {
  if (part.prefix !== undefined) return part.prefix * 4
  const source = table.columns.find((k) => targetColumn(c, table.name, k.name) === part.column)
  if (source === undefined) return 0
  const type = c.types.get(columnKey(table.name, source.name))
  return type === undefined ? 0 : typeBytes(type.type)
}

/** Bytes of a column in an index of MySQL: utf8mb4 takes four for each character. */
function typeBytes(type: ColumnType): number {
  const { logical } = type
  if (logical.kind === 'text') return (logical.max ?? Number.POSITIVE_INFINITY) * 4
  if (logical.kind === 'bytes') return logical.max ?? Number.POSITIVE_INFINITY
  if (logical.kind === 'opaque' || logical.kind === 'array' || logical.kind === 'interval') return 256
  return logical.kind === 'uuid' ? 144 : 8
}
