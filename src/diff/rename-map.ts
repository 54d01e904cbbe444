/** Renames that somebody told, and a schema as it would be called after them. */
import {
  type Column,
  displayName,
  type Index,
  type IndexPart,
  type KeyConstraint,
  type ObjectName,
  type OtherObject,
  type Schema,
  type Table,
} from '../core/schema.ts'
import { renameWords } from './rename-words.ts'

/** A table or object (alone), a column of a table, or a label of an enum, and its name on the to side. */
export interface Rename {
  readonly table: ObjectName
  readonly column?: string
  readonly value?: string
  readonly to: string
}

/** Old name → new name of what is inside one table or type. */
type Inner = ReadonlyMap<string, string>

interface Names {
  readonly tables: ReadonlyMap<string, string>
  /** By table of the from side. */
  readonly columns: ReadonlyMap<string, Inner>
  /** By enum of the from side. */
  readonly values: ReadonlyMap<string, Inner>
}

const NONE: Inner = new Map()

function inner(renames: readonly Rename[], old: (r: Rename) => string | undefined): ReadonlyMap<string, Inner> {
  const all = new Map<string, Map<string, string>>()
  for (const r of renames) {
    const name = old(r)
    if (name === undefined) continue
    const home = displayName(r.table)
    all.set(home, (all.get(home) ?? new Map()).set(name, r.to))
  }
  return all
}

function namesOf(renames: readonly Rename[]): Names {
  const whole = renames.filter((r) => r.column === undefined && r.value === undefined)
  return {
    tables: new Map(whole.map((r) => [displayName(r.table), r.to])),
    columns: inner(renames, (r) => r.column),
    values: inner(renames, (r) => r.value),
  }
}

/** The same renames, from the to side's point of view. */
export function reverseRenames(renames: readonly Rename[]): Rename[] {
  const { tables } = namesOf(renames)
  return renames.map((r) => {
    const table = { ...r.table, name: tables.get(displayName(r.table)) ?? r.table.name }
    if (r.column !== undefined) return { table, column: r.to, to: r.column }
    return r.value === undefined ? { table, to: r.table.name } : { table, value: r.to, to: r.value }
  })
}

/** The labels of an enum that were renamed, old → new. */
export function renamedValues(name: ObjectName, renames: readonly Rename[]): Inner {
  return renames.length === 0 ? NONE : (namesOf(renames).values.get(displayName(name)) ?? NONE)
}

/**
 * The schema under its new names: tables, columns, and wherever the structure or an expression of the table itself names them. Same
 * order of everything, so that positions still say what was what. Texts of views, triggers and routines stay: not every engine follows there.
 */
export function renamedSchema(schema: Schema, renames: readonly Rename[]): Schema {
  if (renames.length === 0) return schema
  const names = namesOf(renames)
  const place = (name: ObjectName): ObjectName => ({ ...name, name: names.tables.get(displayName(name)) ?? name.name })
  return {
    ...schema,
    tables: schema.tables.map((t) => renamedTable(t, names, place)),
    others: schema.others.map((o) => renamedObject(o, names, place)),
  }
}

type Place = (name: ObjectName) => ObjectName

function renamedObject(o: OtherObject, names: Names, place: Place): OtherObject {
  const labels = names.values.get(displayName(o.name)) ?? NONE
  return {
    ...o,
    name: place(o.name),
    ...(o.table !== undefined && { table: place(o.table) }),
    ...(o.values !== undefined && { values: o.values.map((v) => labels.get(v) ?? v) }),
  }
}

/** What stands for names inside one table. */
interface Translation {
  readonly column: (name: string) => string
  readonly text: (sql: string) => string
}

function renamedTable(table: Table, names: Names, place: Place): Table {
  const columns = names.columns.get(displayName(table.name)) ?? NONE
  const own = new Map(columns)
  const home = names.tables.get(displayName(table.name))
  if (home !== undefined) own.set(table.name.name, home)
  const t: Translation = { column: (name) => columns.get(name) ?? name, text: (sql) => renameWords(sql, own) }
  return {
    ...table,
    name: place(table.name),
    columns: table.columns.map((c) => renamedColumn(c, t)),
    ...(table.primaryKey !== undefined && { primaryKey: renamedKey(table.primaryKey, t) }),
    uniques: table.uniques.map((k) => renamedKey(k, t)),
    indexes: table.indexes.map((i) => renamedIndex(i, t)),
    foreignKeys: table.foreignKeys.map((f) => {
      const there = names.columns.get(displayName(f.references)) ?? NONE
      const referencedColumns = f.referencedColumns.map((c) => there.get(c) ?? c)
      return { ...f, columns: f.columns.map(t.column), references: place(f.references), referencedColumns }
    }),
    checks: table.checks.map((c) => ({
      ...c,
      expression: t.text(c.expression),
      ...(c.column !== undefined && { column: t.column(c.column) }),
    })),
    ...(table.options.definition !== undefined && {
      options: { ...table.options, definition: renameWords(table.options.definition, wordsOf(table, own, names)) },
    }),
  }
}

/** Names that a whole statement may hold: its own, and those of the tables that it refers to. */
function wordsOf(table: Table, own: ReadonlyMap<string, string>, names: Names): ReadonlyMap<string, string> {
  const theirs = table.foreignKeys.flatMap((f) => {
    const key = displayName(f.references)
    const home = names.tables.get(key)
    return [...(home === undefined ? [] : [[f.references.name, home] as const]), ...(names.columns.get(key) ?? [])]
  })
  return new Map([...theirs, ...own])
}

function renamedColumn(c: Column, t: Translation): Column {
  return {
    ...c,
    name: t.column(c.name),
    ...(c.generated !== undefined && { generated: { ...c.generated, expression: t.text(c.generated.expression) } }),
    ...(c.default?.kind === 'expression' && { default: { ...c.default, sql: t.text(c.default.sql) } }),
  }
}

function renamedPart(p: IndexPart, t: Translation): IndexPart {
  return {
    ...p,
    ...(p.column !== undefined && { column: t.column(p.column) }),
    ...(p.expression !== undefined && { expression: t.text(p.expression) }),
  }
}

function renamedKey(k: KeyConstraint, t: Translation): KeyConstraint {
  return {
    ...k,
    columns: k.columns.map(t.column),
    ...(k.parts !== undefined && { parts: k.parts.map((p) => renamedPart(p, t)) }),
    ...(k.include !== undefined && { include: k.include.map(t.column) }),
  }
}

function renamedIndex(i: Index, t: Translation): Index {
  return {
    ...i,
    parts: i.parts.map((p) => renamedPart(p, t)),
    ...(i.include !== undefined && { include: i.include.map(t.column) }),
    ...(i.where !== undefined && { where: t.text(i.where) }),
    ...(i.definition !== undefined && { definition: t.text(i.definition) }),
  }
}
