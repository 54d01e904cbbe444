/** Keys to page by, whether rows come back in their order, and the order in which tables are made. */
import { type Column, displayName, type LogicalType, type Schema, type Table } from '../core/schema.ts'
import type { DraftColumn, DraftTable } from './draft.ts'

/** Values of these kinds cannot be paged by: not comparable, not exact, or without a stable order. */
const UNPAGED: ReadonlySet<LogicalType['kind']> = new Set([
  'float',
  'json',
  'array',
  'set',
  'geometry',
  'opaque',
  'interval',
  'inet',
  'bits',
])

/**
 * The columns to page by: the primary key, else the narrowest unique key without NULLs; null where there is none among the columns
 * that travel.
 */
export function pagingKey(table: Table, travelling: readonly DraftColumn[]): readonly string[] | null {
  const plain = travelling.filter((k) => k.expression === undefined)
  const usable = new Map(plain.map((k) => [k.source.name, k.source]))
  const fits = (columns: readonly string[]) =>
    columns.length > 0 &&
    columns.every((name) => {
      const column = usable.get(name)
      return column !== undefined && !column.nullable && !UNPAGED.has(column.type.logical.kind)
    })
  const primary = table.primaryKey
  if (primary !== undefined && !primary.parts?.some((p) => p.prefix !== undefined) && fits(primary.columns))
    return primary.columns
  const keys = uniqueKeys(table).filter(fits)
  return keys.sort((a, b) => width(a, usable) - width(b, usable))[0] ?? null
}

/** The columns that a table's rows are paged by. */
export function draftKey(draft: DraftTable): readonly string[] | null {
  return draft.key === undefined ? pagingKey(draft.source, draft.columns) : draft.key
}

/** Columns of each key that no two rows share: constraints and plain unique indexes. */
function uniqueKeys(table: Table): (readonly string[])[] {
  const constraints = table.uniques
    .filter((u) => !u.deferrable && !u.parts?.some((p) => p.prefix !== undefined))
    .map((u) => u.columns)
  const indexes = table.indexes
    .filter(
      (i) =>
        i.unique && i.where === undefined && i.parts.every((p) => p.column !== undefined && p.prefix === undefined),
    )
    .map((i) => i.parts.map((p) => p.column ?? ''))
  return [...constraints, ...indexes]
}

/** Whether rows can be found by values of a column. */
export function isPaged(column: Column): boolean {
  return !UNPAGED.has(column.type.logical.kind)
}

/** A rough width in bytes: integers before texts, one column before two. */
function width(columns: readonly string[], all: ReadonlyMap<string, Column>): number {
  return columns.reduce((sum, name) => {
    const logical = all.get(name)?.type.logical
    if (logical === undefined) return sum
    if (logical.kind === 'int') return sum + logical.bits / 8
    if (logical.kind === 'text' || logical.kind === 'bytes') return sum + (logical.max ?? 1000)
    return sum + 16
  }, 0)
}

/** Both ends sort these alike, whatever the engines. */
const SORTS_ALIKE: ReadonlySet<LogicalType['kind']> = new Set(['int', 'decimal', 'date', 'timestamp', 'bytes'])
/** Of SQLite's values these sort as their meaning does; texts of dates only where all of them are spelled as naru spells them. */
const SORTS_ON_SQLITE: ReadonlySet<LogicalType['kind']> = new Set(['int', 'bytes'])
const SPELLED_BY_NARU: ReadonlySet<LogicalType['kind']> = new Set(['date', 'timestamp'])

/** Rows of files come as they lie. */
function inFiles(schema: Schema): boolean {
  return schema.engine === 'csv' || schema.filed !== undefined
}

/** Whether the target gives rows back in the order of the source's key, so that a digest can be taken over the stream. */
export function isOrdered(draft: DraftTable, key: readonly string[] | null, source: Schema, target: Schema): boolean {
  if (key === null || inFiles(source) || inFiles(target)) return false
  const columns = key.map((name) => draft.columns.find((k) => k.source.name === name))
  return columns.every(
    (k) =>
      k !== undefined &&
      (source.engine === target.engine
        ? sameOrder(k, source, target)
        : alikeOrder(k, source, target, draft.action.endsWith('create'))),
  )
}

function alikeOrder(k: DraftColumn, source: Schema, target: Schema, made: boolean): boolean {
  const [s, t] = [k.source.type.logical.kind, k.target.type.logical.kind]
  const numbers = (s === 'int' || s === 'decimal') && (t === 'int' || t === 'decimal')
  if ((s !== t && !numbers) || !SORTS_ALIKE.has(s) || !SORTS_ALIKE.has(t)) return false
  if (source.engine === 'sqlite') return s === 'int' && t === 'int'
  if (target.engine === 'sqlite') return SORTS_ON_SQLITE.has(t) || (made && SPELLED_BY_NARU.has(t))
  return true
}

/** Within one engine only texts may sort otherwise: by another collation, or by another library behind the same one. */
function sameOrder(k: DraftColumn, source: Schema, target: Schema): boolean {
  if (k.rule === 'cast') return false
  if (k.source.type.native !== k.target.type.native) return false
  const { kind } = k.source.type.logical
  if (kind !== 'text') return kind !== 'opaque' && (kind !== 'enum' || source.flavor === target.flavor)
  const [a, b] = [k.source.collation ?? source.collation, k.target.collation ?? target.collation]
  if (a !== b) return false
  if (source.engine === 'sqlite' || /^(C|POSIX|ucs_basic|C\.UTF-?8)$/i.test(a ?? '')) return true
  return source.flavor === target.flavor && source.version === target.version
}

/** Tables that a table points to or inherits from. */
function neededBy(table: Table): string[] {
  const parents = JSON.parse(table.options.inherits ?? '[]') as [string, string][]
  return [
    ...table.foreignKeys.map((f) => displayName(f.references)),
    ...parents.map(([schema, name]) => displayName({ schema, name })),
  ]
}

/** Tables so that what is referred to comes before what refers to it; those of a cycle by name. */
export function creationOrder<T extends { readonly target: Table }>(tables: readonly T[]): T[] {
  const left = new Map(
    [...tables]
      .sort((a, b) => (displayName(a.target.name) < displayName(b.target.name) ? -1 : 1))
      .map((t) => [displayName(t.target.name), t]),
  )
  const ordered: T[] = []
  while (left.size > 0) {
    const ready = [...left].filter(([name, t]) =>
      neededBy(t.target).every((other) => other === name || !left.has(other)),
    )
    const next = ready.length > 0 ? ready : [[...left][0]]
    for (const [name, table] of next) {
      left.delete(name)
      ordered.push(table)
    }
  }
  return ordered
}
