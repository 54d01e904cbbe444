/**
 * Tables from which statements may take rows or values. Nobody can read that from SQL with certainty (a routine, a trigger, SQL put together at run
 * time), so a name that occurs at all counts, also in a text or a comment: rather one table more than one too few. Pure.
 */
import type { ForeignKey, ObjectName, OtherObject, Schema, Table } from '../core/schema.ts'

/** Statements that take nothing, whatever they name. */
const HARMLESS =
  /^(?:CREATE\s+(?:UNIQUE\s+|FULLTEXT\s+|SPATIAL\s+)?INDEX|CREATE\s+(?:TYPE|DOMAIN|SCHEMA|SEQUENCE|EXTENSION|COLLATION)|COMMENT\s+ON|GRANT|REVOKE|ANALYZE|VACUUM|SET|PRAGMA)\b/i
const NEW_TABLE = /^CREATE\s+(?:(?:TEMP|TEMPORARY|UNLOGGED)\s+)?TABLE\b(?![\s\S]*\b(?:SELECT|EXECUTE|REPLACE|CALL)\b)/i
/** Statements whose reach no name tells. */
const SWEEPING = /\bDROP\s+(?:SCHEMA|DATABASE|OWNED|EXTENSION)\b/i

const LEADING_COMMENTS = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?!!)[\s\S]*?\*\/)*/

function isHarmless(statement: string): boolean {
  const text = statement.replace(LEADING_COMMENTS, '')
  return HARMLESS.test(text) || NEW_TABLE.test(text)
}

/** Whether the name occurs as a word of its own, in quotes or not; case does not count. */
function mentions(text: string, name: string): boolean {
  const escaped = (part: string) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const forms = new Set([name, name.replaceAll('"', '""'), name.replaceAll('`', '``')])
  return [...forms].some((form) =>
    new RegExp(`(?<![\\p{L}\\p{N}_$])${escaped(form)}(?![\\p{L}\\p{N}_$])`, 'iu').test(text),
  )
}

const keyOf = (schema: Schema, name: ObjectName) => JSON.stringify([name.schema ?? schema.name, name.name])

/** A row that goes, or a key that changes, changes the rows that refer to it by such a foreign key. */
const passesOn = (f: ForeignKey, truncates: boolean) =>
  truncates || [f.onDelete, f.onUpdate].some((action) => action !== 'no action' && action !== 'restrict')

/** What is reached so far, and all text that it brings with it. */
interface Reach {
  readonly text: string
  readonly tables: ReadonlySet<Table>
  readonly objects: ReadonlySet<OtherObject>
}

function isTable(schema: Schema, table: Table, { text, tables }: Reach): boolean {
  if (mentions(text, table.name.name)) return true
  const types = (table.uses ?? []).filter((u) => u.kind === 'type' || u.kind === 'collation')
  if (types.some((u) => mentions(text, u.name.name))) return true
  const reached = new Set([...tables].map((t) => keyOf(schema, t.name)))
  const truncates = /\bTRUNCATE\b[\s\S]*\bCASCADE\b/i.test(text)
  return table.foreignKeys.some((f) => reached.has(keyOf(schema, f.references)) && passesOn(f, truncates))
}

/** Triggers, rules and heirs of a table that is reached; views, routines, partitions that are named. */
function isObject(schema: Schema, object: OtherObject, { text, tables }: Reach): boolean {
  const hangs = object.table !== undefined && object.kind !== 'partition'
  const on = object.table
  if (hangs && on !== undefined && [...tables].some((t) => keyOf(schema, t.name) === keyOf(schema, on))) return true
  return mentions(text, object.name.name)
}

/** What an object that is reached may do, as text; an heir and a partition name their parent. */
const textOf = (o: OtherObject) => `${o.name.name}\n${o.table?.name ?? ''}\n${o.definition}`

function further(schema: Schema, reach: Reach): Reach {
  const tables = schema.tables.filter((t) => !reach.tables.has(t) && isTable(schema, t, reach))
  const objects = schema.others.filter((o) => !reach.objects.has(o) && isObject(schema, o, reach))
  if (tables.length + objects.length === 0) return reach
  return further(schema, {
    text: [reach.text, ...objects.map(textOf)].join('\n'),
    tables: new Set([...reach.tables, ...tables]),
    objects: new Set([...reach.objects, ...objects]),
  })
}

/**
 * Tables whose rows or values the statements (or programs, as their text) may change or delete: those named, those behind foreign keys that pass it
 * on, and what views, routines and triggers on the way name. In the order of the schema.
 */
export function touchedTables(schema: Schema, texts: readonly string[]): Table[] {
  const text = texts.filter((t) => !isHarmless(t)).join('\n')
  if (SWEEPING.test(text)) return [...schema.tables]
  const { tables } = further(schema, { text, tables: new Set(), objects: new Set() })
  return schema.tables.filter((t) => tables.has(t))
}
