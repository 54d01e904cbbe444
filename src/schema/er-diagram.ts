/** What an entity-relationship diagram shows of a schema, with marks: plain data for `layoutEr` and `erSvg`. */
import { displayName, type ForeignKey, type ObjectName, type Schema, type Table } from '../core/schema.ts'

export type ErMark = 'added' | 'changed' | 'removed'

export interface ErColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  readonly primary: boolean
  readonly foreign: boolean
  readonly mark?: ErMark
}

export interface ErTable {
  /** `erKey(table.name)` */
  readonly key: string
  readonly title: string
  readonly columns: readonly ErColumn[]
  /** Columns that are not shown. */
  readonly hidden: number
  readonly mark?: ErMark
}

/** A foreign key, from the table that holds it to the one that it refers to. */
export interface ErEdge {
  readonly name: string
  readonly from: string
  readonly to: string
  readonly columns: readonly string[]
  readonly referencedColumns: readonly string[]
  /** Its columns may be NULL: not every row refers to one. */
  readonly optional: boolean
  /** Its columns are unique: at most one row refers to the same. */
  readonly single: boolean
  readonly mark?: ErMark
}

export interface ErDiagram {
  readonly tables: readonly ErTable[]
  readonly edges: readonly ErEdge[]
}

export interface ErOptions {
  /** Marks by `erKey` of a table, of its column, or of its foreign key's name. */
  readonly marks?: ReadonlyMap<string, ErMark>
  /** A schema whose tables, columns and foreign keys that are not in the other one are shown too: what a diff removes. */
  readonly removed?: Schema
  /** Show keys and what is marked only; default: where there are more than 60 tables. */
  readonly keysOnly?: boolean
  /** All columns, however many. */
  readonly whole?: boolean
}

const MANY = 60
/** Rows of one box; what is marked is always shown. */
const ROWS = 40

/** What a table, or a part of it, goes by in `ErOptions.marks`. */
export function erKey(table: ObjectName, part?: string): string {
  return part === undefined ? displayName(table) : `${displayName(table)}\u0000${part}`
}

function union<T extends { readonly name: string }>(now: readonly T[], before: readonly T[] | undefined): T[] {
  const there = new Set(now.map((one) => one.name))
  return [...now, ...(before ?? []).filter((one) => !there.has(one.name))]
}

/** Columns that a key or unique index covers on their own. */
function isSingle(table: Table, columns: readonly string[]): boolean {
  const keys = [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey.columns]),
    ...table.uniques.map((u) => u.columns),
    ...table.indexes.filter((i) => i.unique && i.where === undefined).map((i) => i.parts.map((p) => p.column ?? '')),
  ]
  return keys.some((key) => key.length === columns.length && key.every((c) => columns.includes(c)))
}

function edgeOf(table: Table, f: ForeignKey, o: ErOptions): ErEdge {
  const mark = o.marks?.get(erKey(table.name, f.name))
  const optional = f.columns.some((name) => table.columns.find((c) => c.name === name)?.nullable ?? false)
  return {
    name: f.name,
    from: erKey(table.name),
    to: erKey(f.references),
    columns: f.columns,
    referencedColumns: f.referencedColumns,
    optional,
    single: isSingle(table, f.columns),
    ...(mark !== undefined && { mark }),
  }
}

function columnsOf(table: Table, before: Table | undefined, o: ErOptions): ErColumn[] {
  const foreign = new Set([...table.foreignKeys, ...(before?.foreignKeys ?? [])].flatMap((f) => f.columns))
  const primary = new Set(table.primaryKey?.columns)
  return union(table.columns, before?.columns).map((c) => {
    const mark = o.marks?.get(erKey(table.name, c.name))
    return {
      name: c.name,
      type: c.type.native,
      nullable: c.nullable,
      primary: primary.has(c.name),
      foreign: foreign.has(c.name),
      ...(mark !== undefined && { mark }),
    }
  })
}

function shown(all: readonly ErColumn[], keysOnly: boolean): ErColumn[] {
  const must = (c: ErColumn) => c.primary || c.foreign || c.mark !== undefined
  if (keysOnly) return all.filter(must)
  let room = ROWS - all.filter(must).length
  return all.length <= ROWS ? [...all] : all.filter((c) => must(c) || room-- > 0)
}

/** The diagram of a schema: a box a table, an edge a foreign key. Keys that lead out of the schema are left out. Pure. */
export function erDiagram(schema: Schema, o: ErOptions = {}): ErDiagram {
  const before = new Map(o.removed?.tables.map((t) => [erKey(t.name), t]))
  const there = new Set(schema.tables.map((t) => erKey(t.name)))
  const all = [...schema.tables, ...[...before.values()].filter((t) => !there.has(erKey(t.name)))]
  const known = new Set(all.map((t) => erKey(t.name)))
  const home = (name: ObjectName) => (name.schema === schema.name ? name.name : displayName(name))
  const keysOnly = o.keysOnly ?? all.length > MANY
  const tables = all.map((t): ErTable => {
    const every = columnsOf(t, before.get(erKey(t.name)), o)
    const columns = o.whole ? every : shown(every, keysOnly)
    const mark = o.marks?.get(erKey(t.name))
    return {
      key: erKey(t.name),
      title: home(t.name),
      columns,
      hidden: every.length - columns.length,
      ...(mark !== undefined && { mark }),
    }
  })
  const edges = all.flatMap((t) =>
    union(t.foreignKeys, before.get(erKey(t.name))?.foreignKeys).map((f) => edgeOf(t, f, o)),
  )
  return { tables, edges: edges.filter((e) => known.has(e.to)) }
}

/** Of a whole diagram what stands around one table: all its columns, and the tables joined to it by a foreign key with their keys alone. */
export function erAround({ tables, edges: all }: ErDiagram, table: ObjectName): ErDiagram {
  const key = erKey(table)
  const edges = all.filter((e) => e.from === key || e.to === key)
  const near = new Set([key, ...edges.flatMap((e) => [e.from, e.to])])
  const keys = (t: ErTable): ErTable => {
    const columns = t.columns.filter((c) => c.primary || c.foreign)
    return { ...t, columns, hidden: t.hidden + t.columns.length - columns.length }
  }
  return { tables: tables.filter((t) => near.has(t.key)).map((t) => (t.key === key ? t : keys(t))), edges }
}
