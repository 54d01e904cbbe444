/** A whole database as a Schema: a handful of questions to information_schema, whatever the number of tables, and SHOW CREATE in one go. */
import type { Row } from '../../core/engine.ts'
import type { OtherObject, Schema, Table } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import { granted } from './inspect-granted.ts'
import { repairTable } from './inspect-lossy.ts'
import { inspectObjects } from './inspect-objects.ts'
import { type ByTable, type Catalogue, needsStatement, readTable } from './inspect-tables.ts'
import { isOwnTable } from './ledger-dialect.ts'
import { literal, quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { lower, showCreates } from './show-create.ts'

const TABLES = new Set(['BASE TABLE', 'SYSTEM VERSIONED'])
const KNOWN = new Set([...TABLES, 'VIEW', 'SYSTEM VIEW', 'SEQUENCE', 'TEMPORARY', 'TEMPORARY SEQUENCE'])

/** Reads everything that the user may see. Tables of naru's own ledger are left out. */
export async function inspect(q: Statements, server: Server, database: string): Promise<Schema> {
  const [session] = await q.query('SELECT @@SESSION.sql_mode AS modes')
  const modes = asText(session?.modes) ?? ''
  if (!QUOTING.test(modes)) return read(q, server, database)
  await q.execute("SET SESSION sql_mode = ''")
  try {
    return await read(q, server, database)
  } finally {
    await q.execute(`SET SESSION sql_mode = ${literal(modes)}`)
  }
}

/** Modes in which SHOW CREATE says things otherwise, which a script may have left on. */
const QUOTING =
  /ANSI|ORACLE|MSSQL|DB2|MAXDB|POSTGRESQL|MYSQL323|MYSQL40|NO_(FIELD|KEY|TABLE)_OPTIONS|NO_BACKSLASH_ESCAPES/

async function read(q: Statements, server: Server, database: string): Promise<Schema> {
  const own = literal(database)
  const relations = await rowsOf(
    q,
    `SELECT * FROM information_schema.tables WHERE table_schema = ${own} ORDER BY table_name`,
  )
  const catalogue = await readCatalogue(q, server, own)
  const [session] = await q.query('SELECT CURRENT_USER() AS user')
  const [home] = await rowsOf(q, `SELECT * FROM information_schema.schemata WHERE schema_name = ${own}`)
  const bare: Schema = {
    engine: 'mysql',
    flavor: server.flavor,
    version: server.version,
    name: database,
    user: asText(session?.user) ?? undefined,
    charset: asText(home?.default_character_set_name) ?? undefined,
    collation: asText(home?.default_collation_name) ?? undefined,
    tables: await readTables(q, server, database, relations, catalogue),
    others: [...(await inspectObjects(q, database, relations)), ...strangers(relations)],
  }
  return await granted(q, server, bare)
}

async function readTables(
  q: Statements,
  server: Server,
  database: string,
  relations: readonly Row[],
  catalogue: Catalogue,
): Promise<Table[]> {
  const rows = relations.filter((r) => TABLES.has(asText(r.table_type) ?? '') && !isOwnTable(nameOf(r)))
  const needed = rows.filter((r) => needsStatement(r, catalogue)).map(nameOf)
  const texts = await showCreates(
    q,
    needed.map((name) => `TABLE ${quote(name)}`),
  )
  const shown = new Map(needed.map((name, i) => [name, texts[i] ?? undefined]))
  const tables: Table[] = []
  for (const row of rows) {
    tables.push(await repairTable(q, readTable(row, shown.get(nameOf(row)), catalogue, server, database)))
  }
  return tables
}

const nameOf = (row: Row): string => asText(row.table_name) ?? ''

/** Relations of a kind that naru does not know are noticed at least. */
function strangers(relations: readonly Row[]): OtherObject[] {
  return relations
    .filter((r) => !KNOWN.has(asText(r.table_type) ?? ''))
    .map((r) => ({ kind: 'other', name: { name: nameOf(r) }, definition: asText(r.table_type) ?? '' }))
}

async function rowsOf(q: Statements, sql: string): Promise<Row[]> {
  return (await q.query(sql)).map(lower)
}

const grouped = (rows: readonly Row[]): ByTable => Map.groupBy(rows, nameOf)

async function readCatalogue(q: Statements, server: Server, own: string): Promise<Catalogue> {
  const from = (table: string, order: string) =>
    rowsOf(q, `SELECT * FROM information_schema.${table} WHERE table_schema = ${own} ORDER BY ${order}`)
  return {
    columns: grouped(await from('columns', 'table_name, ordinal_position')),
    statistics: grouped(await from('statistics', 'table_name, index_name, seq_in_index')),
    references: grouped(await references(q, own)),
    checks: grouped(
      server.variables.has('check_constraint_checks') || server.flavor === 'mysql' ? await checks(q, server, own) : [],
    ),
  }
}

/** Joined here: the server would go through one of the two once for each row of the other. */
async function references(q: Statements, own: string): Promise<Row[]> {
  const key = (r: Row) => JSON.stringify([nameOf(r), asText(r.constraint_name)])
  const rules = await rowsOf(
    q,
    `SELECT * FROM information_schema.referential_constraints WHERE constraint_schema = ${own}`,
  )
  const byKey = new Map(rules.map((r) => [key(r), r]))
  const parts = await rowsOf(
    q,
    `SELECT * FROM information_schema.key_column_usage WHERE table_schema = ${own} AND referenced_table_name IS NOT NULL
ORDER BY table_name, constraint_name, ordinal_position`,
  )
  return parts.map((r) => ({ ...byKey.get(key(r)), ...r }))
}

/** MariaDB names the table in check_constraints, MySQL (from 8.0.16) in table_constraints. */
async function checks(q: Statements, server: Server, own: string): Promise<Row[]> {
  if (server.flavor === 'mariadb') {
    return rowsOf(q, `SELECT * FROM information_schema.check_constraints WHERE constraint_schema = ${own}`)
  }
  if (server.major < 8) return []
  return rowsOf(
    q,
    `SELECT t.table_name, t.enforced, c.constraint_name, c.check_clause FROM information_schema.table_constraints t
JOIN information_schema.check_constraints c ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name
WHERE t.table_schema = ${own} AND t.constraint_type = 'CHECK'`,
  )
}
