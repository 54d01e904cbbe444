/** Keys, indexes and checks behind a table's columns, and a word on each that only the sidecar can hold. */
import {
  displayName,
  type ForeignKey,
  type Index,
  type IndexPart,
  type KeyConstraint,
  type Table,
} from '../core/schema.ts'
import { call, member, object, sqlTag, str } from './codegen-text.ts'
import type { TableParts } from './drizzle-context.ts'
import type { DrizzleDialect } from './drizzle-default.ts'
import { inlineKeys } from './drizzle-foreign.ts'

/** The name that an engine gives to a primary key. */
export function defaultPrimaryName(table: Table, dialect: DrizzleDialect): string {
  if (dialect === 'mysql') return 'PRIMARY'
  return dialect === 'pg' ? `${table.name.name}_pkey` : (table.primaryKey?.name ?? '')
}

type Own = ReadonlyMap<string, string>

const refer = (own: Own, column: string): string => member('t', own.get(column) ?? column)
const columnsList = (own: Own, columns: readonly string[]): string => columns.map((c) => refer(own, c)).join(', ')

function pgPart(part: IndexPart, own: Own, p: TableParts): string {
  const natural = part.nulls === undefined || part.nulls === (part.descending ? 'first' : 'last')
  if (part.column === undefined) {
    p.imports.orm('sql')
    const order = `${part.descending ? ' desc' : ''}${part.nulls === undefined ? '' : ` nulls ${part.nulls}`}`
    return sqlTag(`(${part.expression ?? ''})${part.opclass === undefined ? '' : ` ${part.opclass}`}${order}`)
  }
  // Drizzle writes NULLS LAST wherever nothing is said, PostgreSQL takes NULLS FIRST for what descends.
  const nulls = natural ? (part.descending ? 'first' : undefined) : part.nulls
  return [
    refer(own, part.column),
    part.descending ? '.desc()' : '',
    nulls === 'first' ? '.nullsFirst()' : nulls === 'last' ? '.nullsLast()' : '',
    part.opclass === undefined ? '' : call('.op', str(part.opclass)),
  ].join('')
}

function otherPart(part: IndexPart, own: Own, p: TableParts): string {
  const plain = part.column !== undefined && part.prefix === undefined && !part.descending
  if (plain) return refer(own, part.column ?? '')
  p.imports.orm('sql')
  const what = part.column === undefined ? `(${part.expression ?? ''})` : `\${${refer(own, part.column)}}`
  const rest = `${part.prefix === undefined ? '' : `(${part.prefix})`}${part.descending ? ' desc' : ''}`
  return part.column === undefined ? sqlTag(`${what}${rest}`) : `sql\`${what}${rest}\``
}

function indexItem(index: Index, own: Own, p: TableParts): string {
  const { dialect } = p.context
  const parts = index.parts.map((part) => (dialect === 'pg' ? pgPart(part, own, p) : otherPart(part, own, p)))
  const make = call(p.imports.core(index.unique ? 'uniqueIndex' : 'index'), str(index.name))
  const on =
    dialect === 'pg' && index.method !== 'btree' ? call('.using', str(index.method), ...parts) : call('.on', ...parts)
  const using = dialect === 'mysql' && index.method === 'hash' ? ".using('hash')" : ''
  if (index.where !== undefined && dialect !== 'mysql') p.imports.orm('sql')
  const where = index.where === undefined || dialect === 'mysql' ? '' : call('.where', sqlTag(index.where))
  return make + on + using + where
}

/** Indexes that Drizzle has no words for at all. */
function beyond(index: Index): boolean {
  return index.method === 'fulltext' || index.method === 'spatial'
}

function primaryItem(table: Table, own: Own, p: TableParts): string[] {
  const pk = table.primaryKey
  if (pk === undefined) return []
  const usual = pk.name === defaultPrimaryName(table, p.context.dialect)
  if (usual && pk.columns.length === 1) return []
  const parts = object([
    ['name', usual ? undefined : str(pk.name)],
    ['columns', `[${columnsList(own, pk.columns)}]`],
  ])
  return [call(p.imports.core('primaryKey'), parts)]
}

/** SQLite's own names of indexes behind constraints that have none. */
export function isUnnamed(u: KeyConstraint): boolean {
  return u.name.startsWith('sqlite_autoindex_')
}

function uniqueItem(u: KeyConstraint, own: Own, p: TableParts): string {
  const name = isUnnamed(u) ? '' : str(u.name)
  const on = call('.on', columnsList(own, u.columns))
  return call(p.imports.core('unique'), name) + on + (u.nullsNotDistinct ? '.nullsNotDistinct()' : '')
}

function foreignItem(table: Table, f: ForeignKey, own: Own, p: TableParts): string[] {
  const target = p.context.tables.get(displayName(f.references))
  if (target === undefined || f.referencedColumns.some((c) => !target.keys.has(c))) return []
  const constant =
    displayName(f.references) === displayName(table.name)
      ? 't'
      : p.imports.local(p.places.table(target), target.constant)
  const parts = object([
    ['name', p.context.dialect === 'sqlite' ? undefined : str(f.name)],
    ['columns', `[${columnsList(own, f.columns)}]`],
    ['foreignColumns', `[${f.referencedColumns.map((c) => member(constant, target.keys.get(c) ?? c)).join(', ')}]`],
  ])
  const action = (name: string, value: string) => (value === 'no action' ? '' : `.${name}('${value}')`)
  return [call(p.imports.core('foreignKey'), parts) + action('onDelete', f.onDelete) + action('onUpdate', f.onUpdate)]
}

export interface KeyItems {
  readonly items: readonly string[]
  /** What only the sidecar holds. */
  readonly notes: readonly string[]
  /** Among the items is a foreign key to a table that refers back: TypeScript cannot infer one from the other. */
  readonly circular: boolean
}

/** The items of a table's third argument. `t` is the table in them. */
export function keyItems(table: Table, p: TableParts): KeyItems {
  const own = p.context.tables.get(displayName(table.name))?.keys ?? new Map<string, string>()
  const inline = new Set(inlineKeys(table, p.context))
  const foreign = table.foreignKeys.filter((f) => !inline.has(f))
  const said = foreign.map((f) => ({ f, items: foreignItem(table, f, own, p) }))
  const uniques = table.uniques.filter((u) => u.columns.length > 1 || u.parts !== undefined)
  if (table.checks.length > 0) p.imports.orm('sql')
  const items = [
    ...primaryItem(table, own, p),
    ...uniques.map((u) => uniqueItem(u, own, p)),
    ...table.indexes.filter((i) => !beyond(i)).map((i) => indexItem(i, own, p)),
    ...said.flatMap((s) => s.items),
    ...table.checks.map((k) => call(p.imports.core('check'), str(k.name), sqlTag(k.expression))),
  ]
  const notes = [
    ...table.indexes.filter(beyond).map((i) => `${i.method} index ${i.name}`),
    ...said.filter((s) => s.items.length === 0).map((s) => `foreign key ${s.f.name}`),
  ]
  const circular = foreign.some(
    (f) => displayName(f.references) !== displayName(table.name) && p.context.inCircle(table.name, f.references),
  )
  return { items, notes, circular }
}
