/** Renames that somebody told, and a schema as it would be called after them. */
import { displayName, type IndexPart, type ObjectName, type Schema, type Table } from '../core/schema.ts'
import { renameWords } from './rename-words.ts'

/** A table or object (without `column`) or a column of the from side, and its name on the to side. */
export interface Rename {
  readonly table: ObjectName
  readonly column?: string
  readonly to: string
}

interface Names {
  readonly tables: ReadonlyMap<string, string>
  /** By table of the from side, then by column. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, string>>
}

const NO_COLUMNS: ReadonlyMap<string, string> = new Map()

function namesOf(renames: readonly Rename[]): Names {
  const tables = renames.filter((r) => r.column === undefined).map((r) => [displayName(r.table), r.to] as const)
  const columns = Map.groupBy(
    renames.filter((r) => r.column !== undefined),
    (r) => displayName(r.table),
  )
  return {
    tables: new Map(tables),
    columns: new Map([...columns].map(([table, list]) => [table, new Map(list.map((r) => [r.column!, r.to]))])),
  }
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
    others: schema.others.map((o) => ({
      ...o,
      name: place(o.name),
      ...(o.table !== undefined && { table: place(o.table) }),
    })),
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

function renamedTable(table: Table, names: Names, place: (name: ObjectName) => ObjectName): Table {
  const columns = names.columns.get(displayName(table.name)) ?? NO_COLUMNS
  const own = new Map(columns)
  const home = names.tables.get(displayName(table.name))
  if (home !== undefined) own.set(table.name.name, home)
  const column = (name: string) => columns.get(name) ?? name
  const text = (sql: string) => renameWords(sql, own)
  const part = (p: IndexPart): IndexPart => ({
    ...p,
    ...(p.column !== undefined && { column: column(p.column) }),
    ...(p.expression !== undefined && { expression: text(p.expression) }),
  })
  const key = <K extends { columns: readonly string[]; parts?: readonly IndexPart[]; include?: readonly string[] }>(
    k: K,
  ): K => ({
    ...k,
    columns: k.columns.map(column),
    ...(k.parts !== undefined && { parts: k.parts.map(part) }),
    ...(k.include !== undefined && { include: k.include.map(column) }),
  })
  return {
    ...table,
    name: place(table.name),
    columns: table.columns.map((c) => ({
      ...c,
      name: column(c.name),
      ...(c.generated !== undefined && { generated: { ...c.generated, expression: text(c.generated.expression) } }),
      ...(c.default?.kind === 'expression' && { default: { ...c.default, sql: text(c.default.sql) } }),
    })),
    ...(table.primaryKey !== undefined && { primaryKey: key(table.primaryKey) }),
    uniques: table.uniques.map(key),
    indexes: table.indexes.map((i) => ({
      ...i,
      parts: i.parts.map(part),
      ...(i.include !== undefined && { include: i.include.map(column) }),
      ...(i.where !== undefined && { where: text(i.where) }),
      ...(i.definition !== undefined && { definition: text(i.definition) }),
    })),
    foreignKeys: table.foreignKeys.map((f) => {
      const there = names.columns.get(displayName(f.references)) ?? NO_COLUMNS
      return {
        ...key(f),
        references: place(f.references),
        referencedColumns: f.referencedColumns.map((c) => there.get(c) ?? c),
      }
    }),
    checks: table.checks.map((c) => ({
      ...c,
      expression: text(c.expression),
      ...(c.column !== undefined && { column: column(c.column) }),
    })),
    ...(table.options.definition !== undefined && {
      options: { ...table.options, definition: renameWords(table.options.definition, wordsOf(table, own, names)) },
    }),
  }
}
