/** A schema spelled so that equal meanings are equal data. */
import type { Column, ForeignKey, Index, KeyConstraint, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { quote } from '../literal.ts'

const byName = <T extends { readonly name: string }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

/**
 * The schema without counters and without what repeats something else; every unique index of whole columns is a unique key, whether its
 * columns may be NULL or not; definers stand beside their statements; the database's own defaults are an object. Sizes stay: hazards tell
 * them, and nothing compares them.
 */
export function normalize(schema: Schema): Schema {
  const others = [...defaults(schema), ...schema.others.map(normalObject)]
  return { ...schema, tables: schema.tables.map(normalTable), others }
}

/** Character set and collation of tables that will be made without saying theirs, and privileges on the whole. */
function defaults({ charset, collation, grants, details }: Schema): OtherObject[] {
  if (charset === undefined || collation === undefined) return []
  const definition = `DEFAULT CHARACTER SET ${charset} COLLATE ${collation}`
  const more = { ...(grants !== undefined && { grants }), ...(details !== undefined && { details }) }
  return [{ kind: 'schema', name: { name: 'database' }, definition, ...more }]
}

/** Page checksums are what Aria does by itself; whether they are printed depends on how the table was made. */
function normalOptions({ page_checksum: checksum, ...options }: Table['options']): Table['options'] {
  return checksum === undefined || checksum === '1' ? options : { ...options, page_checksum: checksum }
}

function normalTable({ counter: _, ...table }: Table): Table {
  const memory = /^memory$/i.test(table.options.engine ?? '')
  const keys = memory ? [] : table.indexes.filter(isKey)
  return {
    ...table,
    options: normalOptions(table.options),
    columns: table.columns.map(normalColumn),
    uniques: byName([...table.uniques, ...keys.map(asKey)]),
    indexes: byName(table.indexes.filter((i) => !keys.includes(i))),
    foreignKeys: byName(table.foreignKeys.map(normalForeignKey)),
    checks: byName(table.checks),
  }
}

/** Whether texts compare without case is said by their collation. */
function normalColumn({ caseInsensitive: _, ...column }: Column): Column {
  return column
}

function isKey(index: Index): boolean {
  return index.unique && !index.invisible && index.parts.every((p) => p.column !== undefined && p.opclass === undefined)
}

function asKey({ name, parts, comment }: Index): KeyConstraint {
  const plain = parts.every((p) => p.prefix === undefined && !p.descending)
  return { name, columns: parts.map((p) => p.column ?? ''), ...(!plain && { parts }), ...(comment && { comment }) }
}

/** RESTRICT and NO ACTION are one to both servers: rows are checked at once. */
function normalForeignKey(fk: ForeignKey): ForeignKey {
  const action = (a: ForeignKey['onDelete']) => (a === 'restrict' ? 'no action' : a)
  return { ...fk, onDelete: action(fk.onDelete), onUpdate: action(fk.onUpdate) }
}

function normalObject({ next: _, ...object }: OtherObject): OtherObject {
  const bare = withoutDefiner(object)
  if (object.kind === 'trigger') return { ...object, definition: triggerBody(object, bare) }
  if (object.kind === 'event') return normalEvent(object, bare)
  return { ...object, definition: bare }
}

const DEFINER =
  /^(CREATE(?: OR REPLACE)?(?: ALGORITHM=\w+)?) DEFINER=(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|\w+)(?:@(?:`(?:[^`]|``)*`|"(?:[^"]|"")*"|\w+))?/

/** The definer stands beside the statement, or is left out on purpose. Under ANSI_QUOTES its names stand in double quotes. */
export function withoutDefiner({ kind, definition }: OtherObject): string {
  return kind === 'sequence' || kind === 'schema' ? definition : definition.replace(DEFINER, '$1')
}

/** `BEFORE INSERT FOR EACH ROW …`: name and table are told beside it, and follow renames. MySQL keeps the semicolon of the script it came in. */
function triggerBody(object: OtherObject, sql: string): string {
  return sql
    .replace(`CREATE TRIGGER ${quote(object.name.name)} `, '')
    .replace(` ON ${quote(object.table?.name ?? '')} FOR EACH ROW `, ' FOR EACH ROW ')
    .replace(/;\s*$/, '')
}

/** When an event was made is no part of it. */
function normalEvent(object: OtherObject, sql: string): OtherObject {
  const { starts, ...options } = object.options ?? {}
  const definition = starts === undefined ? sql : sql.replace(/ STARTS '[^']*'/, '')
  return { ...object, definition, options }
}
