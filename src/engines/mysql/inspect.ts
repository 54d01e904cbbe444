/** A whole database as a Schema, from information_schema and SHOW CREATE. */
import type { Row } from '../../core/engine.ts'
import type { Schema, Table } from '../../core/schema.ts'
import type { Server } from './connect.ts'
import { isJsonAlias, readColumn } from './inspect-columns.ts'
import { isJsonCheck, readChecks, readForeignKeys, readKeys } from './inspect-keys.ts'
import { repairTable } from './inspect-lossy.ts'
import { inspectObjects, lower } from './inspect-objects.ts'
import { LEDGER_TABLES } from './ledger-dialect.ts'
import { literal, quote } from './literal.ts'
import { asText, type Statements } from './query.ts'
import { readParsers, readTail } from './table-tail.ts'

/** Rows of the catalogue by table name. */
type ByTable = ReadonlyMap<string, readonly Row[]>

interface Catalogue {
  readonly columns: ByTable
  readonly statistics: ByTable
  readonly references: ByTable
  readonly checks: ByTable
}

const TABLES = new Set(['BASE TABLE', 'SYSTEM VERSIONED'])

/** Reads everything that the user may see. Tables of naru's own ledger are left out. */
export async function inspect(q: Statements, server: Server, database: string): Promise<Schema> {
  const own = literal(database)
  const relations = await rowsOf(
    q,
    `SELECT * FROM information_schema.tables WHERE table_schema = ${own} ORDER BY table_name`,
  )
  const catalogue = await readCatalogue(q, server, own)
  const tables: Table[] = []
  for (const row of relations) {
    const name = asText(row.table_name) ?? ''
    if (!TABLES.has(asText(row.table_type) ?? '') || LEDGER_TABLES.has(name)) continue
    const [shown] = await q.query(`SHOW CREATE TABLE ${quote(name)}`)
    tables.push(await repairTable(q, readTable(row, asText(shown['Create Table']) ?? '', catalogue, server, database)))
  }
  const [home] = await rowsOf(q, `SELECT * FROM information_schema.schemata WHERE schema_name = ${own}`)
  return {
    engine: 'mysql',
    flavor: server.flavor,
    version: server.version,
    name: database,
    charset: asText(home?.default_character_set_name) ?? undefined,
    collation: asText(home?.default_collation_name) ?? undefined,
    tables,
    others: await inspectObjects(q, database, relations),
  }
}

async function rowsOf(q: Statements, sql: string): Promise<Row[]> {
  return (await q.query(sql)).map(lower)
}

const grouped = (rows: readonly Row[]): ByTable => Map.groupBy(rows, (r) => asText(r.table_name) ?? '')

async function readCatalogue(q: Statements, server: Server, own: string): Promise<Catalogue> {
  const from = (table: string, order: string) =>
    rowsOf(q, `SELECT * FROM information_schema.${table} WHERE table_schema = ${own} ORDER BY ${order}`)
  return {
    columns: grouped(await from('columns', 'table_name, ordinal_position')),
    statistics: grouped(await from('statistics', 'table_name, index_name, seq_in_index')),
    references: grouped(await rowsOf(q, REFERENCES.replace('?', own))),
    checks: grouped(
      server.variables.has('check_constraint_checks') || server.flavor === 'mysql' ? await checks(q, server, own) : [],
    ),
  }
}

const REFERENCES = `SELECT k.table_name, k.constraint_name, k.column_name, k.referenced_table_schema, k.referenced_table_name,
  k.referenced_column_name, r.update_rule, r.delete_rule
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
  ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = ? AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position`

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

function readTable(row: Row, create: string, c: Catalogue, server: Server, database: string): Table {
  const name = asText(row.table_name) ?? ''
  const { flavor } = server
  const all = readChecks(c.checks.get(name) ?? [], flavor)
  const rows = c.columns.get(name) ?? []
  const checked = new Set(all.filter(isJsonCheck).map((k) => k.name))
  const json = new Set(
    rows
      .filter((r) => isJsonAlias(r) && checked.has(asText(r.column_name) ?? ''))
      .map((r) => asText(r.column_name) ?? ''),
  )
  const columns = rows.map((r) => readColumn(r, { flavor, json }))
  const tail = readTail(create)
  const counted = columns.find((k) => k.identity !== undefined)
  return {
    name: { name },
    columns,
    ...readKeys(c.statistics.get(name) ?? [], columns, flavor, readParsers(create)),
    foreignKeys: readForeignKeys(c.references.get(name) ?? [], database),
    checks: all.filter((k) => !(isJsonCheck(k) && json.has(k.name))),
    ...(tail.comment && { comment: tail.comment }),
    options: tableOptions(tail.options, asText(row.table_collation)),
    rows: Number(row.table_rows ?? 0),
    bytes: Number(row.data_length ?? 0),
    ...(counted && { counter: { column: counted.name, next: nextNumber(row, tail.counter) } }),
  }
}

/** Old servers leave the collation out where it is the character set's own. */
function tableOptions(options: Readonly<Record<string, string>>, collation: string | null): Record<string, string> {
  return collation === null ? { ...options } : { ...options, collation }
}

function nextNumber(row: Row, shown: bigint | undefined): bigint {
  const known = BigInt(String(row.auto_increment ?? 1))
  return shown !== undefined && shown > known ? shown : known
}
