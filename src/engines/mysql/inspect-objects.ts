/** Views, triggers, routines, events and sequences, each with the statement that makes it. */
import type { Row } from '../../core/engine.ts'
import type { OtherObject } from '../../core/schema.ts'
import { literal, quote } from './literal.ts'
import { definerSql } from './object-sql.ts'
import { asText, type Statements } from './query.ts'
import { lower, showCreates } from './show-create.ts'

interface Found {
  readonly kind: OtherObject['kind']
  readonly name: string
  readonly table?: string
  readonly owner?: string
  readonly comment?: string
  readonly options?: Readonly<Record<string, string>>
  /** SHOW CREATE <this>. */
  readonly show: string
  /** From what SHOW CREATE says, or what is taken where it may not be seen (null). */
  readonly definition: (shown: string | null) => string
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
  const shown = await showCreates(
    q,
    found.map((f) => f.show),
  )
  const numbers = await nextNumbers(
    q,
    found.filter((f) => f.kind === 'sequence').map((f) => f.name),
  )
  return found.map((f, i) => complete(f, shown[i], numbers))
}

function complete(f: Found, shown: string | null, numbers: ReadonlyMap<string, bigint>): OtherObject {
  const next = f.kind === 'sequence' ? numbers.get(f.name) : undefined
  return {
    kind: f.kind,
    name: { name: f.name },
    ...(f.table !== undefined && { table: { name: f.table } }),
    definition: f.definition(shown),
    ...(f.owner && { owner: f.owner }),
    ...(f.comment && { comment: f.comment }),
    ...(f.options && { options: f.options }),
    ...(next !== undefined && { next }),
  }
}

const text = (row: Row, name: string): string => asText(row[name]) ?? ''

async function rowsOf(q: Statements, table: string, schema: string, database: string, order: string): Promise<Row[]> {
  const sql = `SELECT * FROM information_schema.${table} WHERE ${schema} = ${literal(database)} ORDER BY ${order}`
  return (await q.query(sql)).map(lower)
}

/** A view whose tables have changed under it is printed with the database before each column: that is no part of its meaning. */
function withoutDatabase(statement: string, database: string): string {
  const own = `${quote(database)}.`
  const column = /'(?:[^'\\]|\\.|'')*'|(`(?:[^`]|``)*`\.)(`(?:[^`]|``)*`\.`(?:[^`]|``)*`)/gs
  return statement.replace(column, (all, first?: string, rest?: string) =>
    first === own && rest !== undefined ? rest : all,
  )
}

async function views(q: Statements, database: string): Promise<Found[]> {
  const rows = await rowsOf(q, 'views', 'table_schema', database, 'table_name')
  return rows.map((r) => ({
    kind: 'view',
    name: text(r, 'table_name'),
    owner: text(r, 'definer'),
    show: `VIEW ${quote(text(r, 'table_name'))}`,
    definition: (shown) => withoutDatabase(shown ?? text(r, 'view_definition'), database),
  }))
}

function sequences(relations: readonly Row[]): Found[] {
  const rows = relations.filter((r) => asText(r.table_type) === 'SEQUENCE')
  return rows.map((r) => {
    const name = text(r, 'table_name')
    return { kind: 'sequence', name, show: `SEQUENCE ${quote(name)}`, definition: (shown) => shown ?? '' }
  })
}

const ORDER = 'event_object_table, action_timing, event_manipulation, action_order, trigger_name'

/** In the order in which they fire, so that making them one after the other keeps it. */
async function triggers(q: Statements, database: string): Promise<Found[]> {
  const rows = await rowsOf(q, 'triggers', 'trigger_schema', database, ORDER)
  const moment = (r: Row) => [text(r, 'event_object_table'), text(r, 'action_timing'), text(r, 'event_manipulation')]
  return rows.map((r, i) => {
    const before = i > 0 && moment(rows[i - 1]).join('\n') === moment(r).join('\n') ? rows[i - 1] : undefined
    const [table, timing, event] = moment(r)
    const name = text(r, 'trigger_name')
    const head = `CREATE DEFINER=${definerSql(text(r, 'definer'))} TRIGGER ${quote(name)} ${timing} ${event} ON ${quote(table)} FOR EACH ROW`
    return {
      kind: 'trigger',
      name,
      table,
      owner: text(r, 'definer'),
      options: { sql_mode: text(r, 'sql_mode'), ...(before && { follows: text(before, 'trigger_name') }) },
      show: `TRIGGER ${quote(name)}`,
      definition: (shown) => `${head} ${bodyOf(text(r, 'action_statement'), shown)}`,
    }
  })
}

const HEAD = /\bFOR\s+EACH\s+ROW\s+(?:(?:FOLLOWS|PRECEDES)\s+(?:`(?:[^`]|``)+`|[^\s`]+)\s+)?/i

/** MariaDB's catalogue prints characters beyond the basic plane as `?`: then the body is taken from what the user wrote. */
function bodyOf(printed: string, shown: string | null): string {
  const head = shown === null || !printed.includes('?') ? null : HEAD.exec(shown)
  return head === null || shown === null ? printed : shown.slice(head.index + head[0].length)
}

async function routines(q: Statements, database: string): Promise<Found[]> {
  const rows = await rowsOf(q, 'routines', 'routine_schema', database, 'routine_type, routine_name')
  return rows.map((r) => {
    const type = text(r, 'routine_type').toUpperCase()
    const kind = type === 'FUNCTION' ? 'function' : type === 'PROCEDURE' ? 'procedure' : 'other'
    return {
      kind,
      name: text(r, 'routine_name'),
      owner: text(r, 'definer'),
      options: { sql_mode: text(r, 'sql_mode') },
      show: `${type} ${quote(text(r, 'routine_name'))}`,
      definition: (shown) => shown ?? text(r, 'routine_definition'),
    }
  })
}

/** An event that was given no start starts when it was made: that is no part of it, and told by `starts`. */
async function events(q: Statements, database: string): Promise<Found[]> {
  const rows = await rowsOf(q, 'events', 'event_schema', database, 'event_name')
  return rows.map((r) => ({
    kind: 'event',
    name: text(r, 'event_name'),
    owner: text(r, 'definer'),
    options: {
      sql_mode: text(r, 'sql_mode'),
      time_zone: text(r, 'time_zone'),
      ...(text(r, 'starts') !== '' && text(r, 'starts') === text(r, 'created') && { starts: 'when made' }),
    },
    show: `EVENT ${quote(text(r, 'event_name'))}`,
    definition: (shown) => shown ?? text(r, 'event_definition'),
  }))
}

async function nextNumbers(q: Statements, names: readonly string[]): Promise<ReadonlyMap<string, bigint>> {
  const sets = await q.batch(names.map((n) => `SELECT next_not_cached_value AS n FROM ${quote(n)}`))
  return new Map(names.map((n, i) => [n, BigInt(String(sets[i][0]?.n ?? 1))]))
}
