/** Indexes: carried, carried in another shape with a word about it, or left with a statement to start from. */
import type { Index, IndexPart, Table } from '../core/schema.ts'
import { renamed } from './convert-columns.ts'
import { type ConvertContext, commented, labelOf, targetColumn, targetTable, typeOf } from './convert-context.ts'
import { indexStub, specialIndex } from './convert-index-stubs.ts'
import { fitWidth } from './convert-index-width.ts'
import { indexName } from './convert-object-names.ts'
import { translator } from './convert-translate.ts'

/** The index on the target, or null when it is left. */
export function convertIndex(c: ConvertContext, table: Table, index: Index): Index | null {
  const name = indexName(targetTable(c, table.name) ?? table.name, index)
  if (c.sameEngine && !renamed(c, table)) return exactIndex(c, table, index, name)
  if (c.to.grammar === null) return null
  const shape = spatialIndex(c, table, index, name)
  if (shape !== null) return shape
  if (specialIndex(index)) return leave(c, table, index, `${index.method} indexes are of ${c.from.title}'s own kind`)
  const notes: string[] = []
  const parts: IndexPart[] = []
  for (const part of index.parts) {
    const converted = convertPart(c, table, index, part, notes)
    if (typeof converted === 'string') return leave(c, table, index, converted)
    parts.push(converted)
  }
  const where = convertWhere(c, table, index, notes)
  if (where === null) return leave(c, table, index, notes.at(-1) ?? '')
  noteExtras(c, index, notes)
  const fitted = fitWidth(c, table, { ...index, name, parts }, notes)
  const made: Index = {
    name: c.objectNames.index(table, name),
    parts: fitted,
    unique: index.unique,
    method: 'btree',
    ...(where !== '' && { where }),
    ...(c.to.richKeys && index.include && { include: index.include.map((k) => targetColumn(c, table.name, k)) }),
    ...(c.to.richKeys && index.nullsNotDistinct && { nullsNotDistinct: true }),
    ...(c.to.comments && index.comment !== undefined && { comment: index.comment }),
  }
  if (notes.length > 0) report(c, table, index, 'approximated', [...new Set(notes)].join('; '))
  return made
}

/** With PostGIS there, a spatial index is a gist index. */
function spatialIndex(c: ConvertContext, table: Table, index: Index, name: string): Index | null {
  const columns = index.parts.flatMap((p) => p.column ?? [])
  const shapes = columns.every((k) => typeOf(c, table.name, k).type.logical.kind === 'geometry')
  if (c.to.grammar !== 'postgres' || index.method !== 'spatial' || !shapes) return null
  const parts = columns.map((k) => ({ column: targetColumn(c, table.name, k) }))
  return { name: c.objectNames.index(table, name), parts, unique: false, method: 'gist' }
}

/** Within one engine everything stays; another flavor may lack indexes on expressions. */
function exactIndex(c: ConvertContext, table: Table, index: Index, name: string): Index | null {
  if (!c.to.expressionIndexes && index.parts.some((p) => p.expression !== undefined)) {
    return leave(c, table, index, `${c.to.title} has no indexes on expressions`)
  }
  return { ...index, name: c.to.indexNames === 'table' ? index.name : c.objectNames.index(table, name) }
}

/** The part on the target, or the reason why there is none. */
function convertPart(
  c: ConvertContext,
  table: Table,
  index: Index,
  part: IndexPart,
  notes: string[],
): IndexPart | string {
  const order = part.descending ? { descending: true } : {}
  const nulls = convertNulls(c, part, notes)
  if (part.expression !== undefined) {
    if (!c.to.expressionIndexes) return `${c.to.title} has no indexes on expressions`
    const translated = translator(c, table, { immutable: true }).key(part.expression)
    if (!translated.ok) return `its expression is not carried: ${translated.why}`
    notes.push(...translated.notes)
    return { expression: translated.sql, ...order, ...nulls }
  }
  const source = part.column ?? ''
  const column = targetColumn(c, table.name, source)
  if (part.opclass !== undefined && !/^(text|varchar|bpchar)_pattern_ops$/.test(part.opclass)) {
    return `the operator class ${part.opclass} is of ${c.from.title}'s own kind`
  }
  if (!indexable(c, table, source)) return `${typeOf(c, table.name, source).type.native} cannot be indexed there`
  if (part.prefix === undefined || c.to.grammar === 'mysql') {
    return { column, ...order, ...nulls, ...(part.prefix !== undefined && { prefix: part.prefix }) }
  }
  return prefixPart(c, table, index, { ...part, column: source }, notes)
}

/** A prefix that covers the column, or that a look-up index can do without, is the column itself; else left(column, n). */
function prefixPart(
  c: ConvertContext,
  table: Table,
  index: Index,
  part: IndexPart & { readonly column: string },
  notes: string[],
): IndexPart {
  const column = targetColumn(c, table.name, part.column)
  const { logical } = typeOf(c, table.name, part.column).type
  const length = part.prefix ?? 0
  const order = part.descending ? { descending: true } : {}
  const max = logical.kind === 'text' || logical.kind === 'bytes' ? logical.max : undefined
  if (max !== undefined && max <= length) return { column, ...order }
  const bytes = (max ?? Number.POSITIVE_INFINITY) * (logical.kind === 'bytes' ? 1 : 4)
  if (!index.unique && (c.can.indexBytes === null || bytes <= c.can.indexBytes / 2)) {
    notes.push(`the whole of ${part.column} is indexed, not its first ${length} characters`)
    return { column, ...order }
  }
  const quoted = c.targetDialect.quote(column)
  const cut =
    c.to.grammar === 'postgres' && logical.kind === 'text'
      ? `left(${quoted}, ${length})`
      : `substr(${quoted}, 1, ${length})`
  notes.push(`the first ${length} characters of ${part.column} are indexed as ${cut}: queries must use that expression`)
  return { expression: cut, ...order }
}

/** NULLS FIRST and LAST exist only in PostgreSQL, where NULLs come last by default and first when descending. */
function convertNulls(c: ConvertContext, part: IndexPart, notes: string[]): Partial<IndexPart> {
  if (part.nulls === undefined) return {}
  if (c.to.richKeys) return { nulls: part.nulls }
  if (part.nulls !== (part.descending ? 'first' : 'last')) notes.push(`${c.to.title} sorts NULLs its own way`)
  return {}
}

function indexable(c: ConvertContext, table: Table, column: string): boolean {
  const { kind } = typeOf(c, table.name, column).type.logical
  if (c.to.grammar === 'sqlite') return true
  if (kind === 'json' || kind === 'geometry') return false
  return c.to.grammar === 'postgres' || kind !== 'array'
}

/** The predicate of a partial index; '' for none, null when the index cannot come along (its reason is the last note). */
function convertWhere(c: ConvertContext, table: Table, index: Index, notes: string[]): string | null {
  if (index.where === undefined) return ''
  if (c.to.partialIndexes) {
    const translated = translator(c, table, { immutable: true }).condition(index.where)
    if (translated.ok) {
      notes.push(...translated.notes)
      return translated.sql
    }
    notes.push(`its predicate is not carried: ${translated.why}`)
    return null
  }
  if (index.unique) {
    notes.push(`${c.to.title} has no partial indexes, and over all rows it would not be unique`)
    return null
  }
  notes.push(`it covers all rows, not only those where ${index.where}`)
  return ''
}

function noteExtras(c: ConvertContext, index: Index, notes: string[]): void {
  if (!c.to.richKeys && index.include && index.include.length > 0)
    notes.push(`without the included columns ${index.include.join(', ')}`)
  if (!c.to.richKeys && index.nullsNotDistinct) notes.push('NULLs count as different there, so several are allowed')
  if (index.method !== 'btree' && index.method !== '') notes.push(`a ${index.method} index becomes a btree`)
}

function leave(c: ConvertContext, table: Table, index: Index, why: string): null {
  report(c, table, index, 'left', why, indexStub(c, table, index))
  return null
}

function report(
  c: ConvertContext,
  table: Table,
  index: Index,
  outcome: 'approximated' | 'left',
  why: string,
  stub?: string,
): void {
  const kind = specialIndex(index)
    ? `${index.method} index`
    : index.where !== undefined
      ? 'partial index'
      : index.parts.some((p) => p.prefix)
        ? 'prefix index'
        : index.parts.some((p) => p.expression)
          ? 'expression index'
          : 'index'
  const original = index.definition === undefined ? '' : `${commented(`in the source: ${index.definition}`)}\n`
  c.report({
    kind,
    name: index.name,
    table: labelOf(c, table.name),
    outcome,
    why,
    ...(stub !== undefined && { stub: original + stub }),
  })
}
