/** A schema with the privileges on it. */
import type { OtherObject, Schema, Table } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import { withColumns } from './grants.ts'
import { type Grants, readGrants } from './inspect-grants.ts'
import { isOwnTable } from './ledger-dialect.ts'
import { definerSql } from './object-sql.ts'
import type { Statements } from './query.ts'

/** Privileges on what is not there, which the server keeps for the next object of that name: a table's own, and those on columns by name. */
export interface Stray {
  readonly table: string
  readonly grants: readonly string[]
  readonly columns: readonly (readonly [string, readonly string[]])[]
}

/** `FUNCTION name`, as the server tells routines apart; packages say what they are in their statement. */
function routineKey(o: OtherObject): string | null {
  if (o.kind === 'function' || o.kind === 'procedure') return `${o.kind.toUpperCase()} ${o.name.name}`
  const word =
    o.kind === 'other' ? /^CREATE\s+(?:DEFINER=\S+\s+)?(PACKAGE(?: BODY)?)\b/i.exec(o.definition)?.[1] : undefined
  return word === undefined ? null : `${word.toUpperCase()} ${o.name.name}`
}

const filled = (lines: readonly string[] | undefined) =>
  lines === undefined || lines.length === 0 ? {} : { grants: lines }

function tableWith(table: Table, g: Grants): Table {
  const own = g.columns.get(table.name.name)
  const columns = own === undefined ? table.columns : table.columns.map((c) => ({ ...c, ...filled(own.get(c.name)) }))
  return { ...table, columns, ...filled(g.tables.get(table.name.name)) }
}

/** A view has no columns in the model: privileges on them stand with the view's own. */
function objectWith(o: OtherObject, g: Grants): OtherObject {
  const routine = routineKey(o)
  if (routine !== null) return { ...o, ...filled(g.routines.get(routine)) }
  if (o.kind !== 'view' && o.kind !== 'sequence') return o
  return { ...o, ...filled(viewLines(g, o.name.name)) }
}

function viewLines(g: Grants, name: string): readonly string[] {
  const own = g.tables.get(name) ?? []
  const columns = g.columns.get(name)
  return columns === undefined ? own : withColumns(own, columns)
}

function straysOf(schema: Schema, g: Grants): Stray[] {
  const tables = new Map(schema.tables.map((t) => [t.name.name, new Set(t.columns.map((c) => c.name))]))
  const others = new Set(
    schema.others.flatMap((o) => (o.kind === 'view' || o.kind === 'sequence' ? [o.name.name] : [])),
  )
  return [...new Set([...g.tables.keys(), ...g.columns.keys()])].flatMap((table) => {
    const there = tables.get(table)
    if (others.has(table) || isOwnTable(table)) return []
    const columns = [...(g.columns.get(table) ?? [])].filter(([column]) => !there?.has(column))
    const grants = there === undefined ? (g.tables.get(table) ?? []) : []
    return grants.length + columns.length === 0 ? [] : [{ table, grants, columns }]
  })
}

/** What a planner needs to know of the privileges beside themselves. */
function detailsOf(schema: Schema, g: Grants): Readonly<Record<string, string>> {
  const strays = straysOf(schema, g)
  return {
    ...(Object.keys(g.spellings).length > 0 && { spellings: JSON.stringify(g.spellings) }),
    ...(g.plainNames && { 'plain names': 'yes' }),
    ...(strays.length > 0 && { strays: JSON.stringify(strays) }),
  }
}

function strayRemarks(schema: Schema, g: Grants): string[] {
  const names = straysOf(schema, g).flatMap(({ table, columns }) =>
    schema.tables.some((t) => t.name.name === table) ? columns.map(([c]) => `${table}.${c}`) : [table],
  )
  if (names.length === 0) return []
  return [`privileges are kept for what is not there, and would hold for the next of that name: ${names.join(', ')}`]
}

function unread(schema: Schema): Schema {
  const remark = `privileges were not read and are not compared: ${schema.user ?? 'this user'} may not read mysql.db, mysql.tables_priv, mysql.columns_priv and mysql.procs_priv (GRANT SELECT on these four is enough)`
  return { ...schema, silent: ['grants'], remarks: [remark] }
}

/** The schema with all privileges; silent about them, with a remark, where the user may not read them. */
export async function granted(q: Statements, server: Server, schema: Schema): Promise<Schema> {
  const owners = schema.others.flatMap((o) => {
    const key = routineKey(o)
    return key === null || o.owner === undefined ? [] : [[key, definerSql(o.owner)] as const]
  })
  const g = await readGrants(q, server, schema.name, new Map(owners))
  if (g === null) return unread(schema)
  const details = detailsOf(schema, g)
  const remarks = [...g.remarks, ...strayRemarks(schema, g)]
  return {
    ...schema,
    ...filled(g.database),
    ...(Object.keys(details).length > 0 && { details }),
    ...(remarks.length > 0 && { remarks }),
    tables: schema.tables.map((t) => tableWith(t, g)),
    others: schema.others.map((o) => objectWith(o, g)),
  }
}
