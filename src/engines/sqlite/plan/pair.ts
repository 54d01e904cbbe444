/** A table that is there on both sides: what each of its columns was, and how it becomes what it shall be. */
import type { Change, Edit } from '../../../core/change.ts'
import type { Column, Schema, Table } from '../../../core/schema.ts'
import { createStatement, sayingItself } from '../create-statement.ts'
import { rewritten, writtenOf } from '../written.ts'
import { adaptedStatement } from './adapted.ts'
import { type InPlace, inPlace } from './in-place.ts'
import { bodyOf, namesItself, renamedText, sameName, type TableRename, tableText } from './table-text.ts'

/** A table before and after. */
export interface Pair {
  readonly from: Table
  readonly to: Table
  /** The column of `from` that the column of `to` at this place was; undefined: a new one. */
  readonly origins: readonly (Column | undefined)[]
  /** Columns that ALTER TABLE … RENAME COLUMN renames first, old and new name. */
  readonly renames: readonly (readonly [string, string])[]
  /** How it is altered once everything has its new name. */
  readonly way: InPlace | 'rebuild'
  /** Its own name qualifies columns in its old text. */
  readonly namesItself: boolean
}

interface Kept {
  readonly from: Table
  readonly to: Table
  /** Null: no difference of its own. */
  readonly edits: readonly Edit[] | null
}

/** Tables that are altered, and those that a rename elsewhere would leave with another text than the wanted one. */
export function pairsOf(from: Schema, to: Schema, changes: readonly Change[]): Pair[] {
  const drafts = keptTables(from, to, changes).map((k) => ({ ...k, origins: originsOf(k), renames: columnRenames(k) }))
  const renames = drafts.flatMap((d) => renameOf(d.from, d.to, d.renames))
  return drafts.map(withStatement).flatMap((d): Pair[] => {
    const [sql, wanted] = [statementOf(d.from), statementOf(d.to)]
    const [text, goal] = [tableText(sql), tableText(wanted)]
    const renamed = renamedText(text, renames)
    if (d.edits === null && (renamed === null || bodyOf(renamed) === bodyOf(text))) return []
    const way = (renamed === null ? null : inPlace(renamed, goal, sql, wanted)) ?? 'rebuild'
    if (d.edits === null && isNothing(way)) return []
    const { from: before, to: after, origins } = d
    return [{ from: before, to: after, origins, renames: d.renames, way, namesItself: namesItself(text) }]
  })
}

/** The statement that made a table, or that would make it. */
export function statementOf(table: Table): string {
  return writtenOf(table)?.sql ?? createStatement(sayingItself(table))
}

/** Whether nothing but renames is to be done. */
export function isNothing(way: Pair['way']): boolean {
  return way !== 'rebuild' && way.drop.length === 0 && way.add.length === 0
}

/** A model in code has no statement: the old one is kept as far as it goes. */
function withStatement<D extends Kept>(d: D): D {
  if (writtenOf(d.to)?.made !== true || d.edits === null) return d
  const sql = adaptedStatement(d.from, d.to, d.edits, statementOf(d.from))
  return sql === null ? d : { ...d, to: rewritten(d.to, sql) }
}

function keptTables(from: Schema, to: Schema, changes: readonly Change[]): Kept[] {
  const altered = changes.flatMap((c): Kept[] => {
    if (c.kind !== 'alter' || c.from.kind !== 'table' || c.to.kind !== 'table') return []
    return [{ from: c.from.table, to: c.to.table, edits: c.edits }]
  })
  const told = new Set(altered.map((a) => a.from.name.name))
  const rest = from.tables.flatMap((t): Kept[] => {
    const same = to.tables.find((other) => other.name.name === t.name.name)
    const gone = changes.some(
      (c) => c.kind === 'drop' && c.object.kind === 'table' && c.object.table.name.name === t.name.name,
    )
    return same === undefined || gone || told.has(t.name.name) ? [] : [{ from: t, to: same, edits: null }]
  })
  return [...altered, ...rest]
}

function originsOf(k: Kept): (Column | undefined)[] {
  return k.to.columns.map((column) => {
    const edit = k.edits?.find((e) => e.part === 'column' && e.to?.name === column.name)
    if (edit?.part === 'column') return edit.from ?? undefined
    return k.from.columns.find((c) => c.name === column.name)
  })
}

/** Renames that do not get into each other's way; others are done by a rebuild. */
function columnRenames(k: Kept): (readonly [string, string])[] {
  return (k.edits ?? []).flatMap((e) => {
    if (e.part !== 'column' || e.from === null || e.to === null || e.from.name === e.to.name) return []
    const [old, name] = [e.from.name, e.to.name]
    const taken = k.from.columns.some((c) => c.name !== old && sameName(c.name, name))
    return taken ? [] : [[old, name] as const]
  })
}

function renameOf(from: Table, to: Table, columns: Pair['renames']): TableRename[] {
  if (from.name.name === to.name.name && columns.length === 0) return []
  return [{ from: from.name.name, to: to.name.name, columns: new Map(columns.map(([a, b]) => [a.toLowerCase(), b])) }]
}
