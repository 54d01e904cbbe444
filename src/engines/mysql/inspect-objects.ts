/** Views, triggers, routines, events and sequences, each with the statement that makes it. */
import type { Row } from '../../core/engine.ts'
import { NaruError } from '../../core/error.ts'
import type { OtherObject } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { asText, type Statements } from './query.ts'

interface Found {
  readonly kind: OtherObject['kind']
  readonly name: string
  readonly table?: string
  /** SHOW CREATE <this>. */
  readonly show: string
  /** What is taken where SHOW CREATE is not allowed. */
  readonly body: string
}

/** All objects of the database that are not tables. `relations`: rows of information_schema.tables. */
export async function inspectObjects(
  q: Statements,
  database: string,
  relations: readonly Row[],
): Promise<OtherObject[]> {
  const found = [
    ...(await views(q, database)),
    ...sequences(relations),
    ...(await triggers(q, database)),
    ...(await routines(q, database)),
    ...(await events(q, database)),
  ]
  const objects: OtherObject[] = []
  for (const one of found) objects.push(await complete(q, one))
  return objects
}

/** Catalogues answer with upper- or lower-case names, whatever was asked for. */
export function lower(row: Row): Row {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
}

const text = (row: Row, name: string): string => asText(row[name]) ?? ''

async function views(q: Statements, database: string): Promise<Found[]> {
  const rows = await q.query(
    `SELECT * FROM information_schema.views WHERE table_schema = ${literal(database)} ORDER BY table_name`,
  )
  return rows.map(lower).map((r) => ({
    kind: 'view',
    name: text(r, 'table_name'),
    show: `VIEW ${quote(text(r, 'table_name'))}`,
    body: text(r, 'view_definition'),
  }))
}

function sequences(relations: readonly Row[]): Found[] {
  const rows = relations.filter((r) => asText(r.table_type) === 'SEQUENCE')
  return rows.map((r) => {
    const name = text(r, 'table_name')
    return { kind: 'sequence', name, show: `SEQUENCE ${quote(name)}`, body: '' }
  })
}

async function triggers(q: Statements, database: string): Promise<Found[]> {
  const sql = `SELECT * FROM information_schema.triggers WHERE trigger_schema = ${literal(database)} ORDER BY event_object_table, trigger_name`
  return (await q.query(sql)).map(lower).map((r) => ({
    kind: 'trigger',
    name: text(r, 'trigger_name'),
    table: text(r, 'event_object_table'),
    show: `TRIGGER ${quote(text(r, 'trigger_name'))}`,
    body: text(r, 'action_statement'),
  }))
}

async function routines(q: Statements, database: string): Promise<Found[]> {
  const sql = `SELECT * FROM information_schema.routines WHERE routine_schema = ${literal(database)} ORDER BY routine_type, routine_name`
  return (await q.query(sql)).map(lower).map((r) => {
    const type = text(r, 'routine_type').toUpperCase()
    const kind = type === 'FUNCTION' ? 'function' : type === 'PROCEDURE' ? 'procedure' : 'other'
    return {
      kind,
      name: text(r, 'routine_name'),
      show: `${type} ${quote(text(r, 'routine_name'))}`,
      body: text(r, 'routine_definition'),
    }
  })
}

async function events(q: Statements, database: string): Promise<Found[]> {
  const sql = `SELECT * FROM information_schema.events WHERE event_schema = ${literal(database)} ORDER BY event_name`
  return (await q.query(sql)).map(lower).map((r) => ({
    kind: 'event',
    name: text(r, 'event_name'),
    show: `EVENT ${quote(text(r, 'event_name'))}`,
    body: text(r, 'event_definition'),
  }))
}

async function complete(q: Statements, found: Found): Promise<OtherObject> {
  const definition = (await showCreate(q, found.show)) ?? found.body
  return {
    kind: found.kind,
    name: { name: found.name },
    ...(found.table !== undefined && { table: { name: found.table } }),
    definition,
    ...(found.kind === 'sequence' && { next: await nextOf(q, found.name) }),
  }
}

/** Rights to see an object's name do not include those to see its statement: then null. */
async function showCreate(q: Statements, what: string): Promise<string | null> {
  try {
    const [row] = await q.query(`SHOW CREATE ${what}`)
    const name = Object.keys(row ?? {}).find((k) => /^(create |sql original statement)/i.test(k))
    return name === undefined ? null : asText(row[name])
  } catch (error) {
    if (error instanceof NaruError && ['PERMISSION_DENIED', 'QUERY_FAILED', 'AUTH_FAILED'].includes(error.code))
      return null
    throw error
  }
}

async function nextOf(q: Statements, name: string): Promise<bigint> {
  const [row] = await q.query(`SELECT next_not_cached_value AS n FROM ${quote(name)}`)
  return BigInt(String(row?.n ?? 1))
}
