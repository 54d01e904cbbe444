/** Moves a whole schema with nothing but the engine's contract, and digests tables without naru's code. */
import pg from 'pg'
import type { Database, DdlStep } from '../../src/core/engine.ts'
import { dataColumns, type Schema, type Table } from '../../src/core/schema.ts'

async function run(db: Database, steps: readonly DdlStep[]): Promise<void> {
  for (const step of steps) {
    await db.execute(step.sql).catch((error: Error) => {
      throw new Error(`${step.object}: ${error.message}\n${step.sql}`)
    })
  }
}

/** Copies the rows of one table in small ranges and batches, one transaction each. */
async function moveRows(from: Database, to: Database, table: Table): Promise<number> {
  const { dialect } = to.engine
  const columns = dataColumns(table).map((column) => ({ name: column.name, column, wire: dialect.wire(column.type) }))
  const source = from.source(table, columns, { key: table.primaryKey?.columns ?? null })
  await using sink = await to.sink(table, columns, { existing: false })
  let rows = 0
  for (const range of await source.split({ rows: 20_000 })) {
    for await (const batch of source.read(range, { bytes: 1 << 18, rows: 3000 })) {
      await sink.begin()
      await sink.rows(batch.bytes, batch.rows, { savepoint: false })
      await sink.commit()
      rows += batch.rows
      batch.release()
    }
  }
  return rows
}

/** Builds and fills on one side what `schema` says of the other. Rows by table. */
export async function moveSchema(from: Database, to: Database, schema: Schema): Promise<Record<string, number>> {
  const { ddl } = to.engine.dialect
  await run(to, ddl.before(schema))
  for (const table of schema.tables) await run(to, ddl.table(table))
  const rows: Record<string, number> = {}
  const snapshot = await from.snapshot({ lock: true })
  for (const table of schema.tables) rows[table.name.name] = await moveRows(from, to, table)
  await snapshot.close()
  for (const phase of [ddl.indexes, ddl.constraints, ddl.foreignKeys]) {
    for (const table of schema.tables) await run(to, phase(table))
  }
  for (const table of schema.tables) {
    if (table.counter !== undefined) await run(to, ddl.counter(table, table.counter.next))
    await run(to, ddl.after(table))
  }
  return rows
}

/** What of a schema comes along: without estimates, and without objects that naru only reports. */
export function shape(schema: Schema): unknown {
  const kinds = new Set(['enum', 'domain', 'sequence', 'composite type'])
  return {
    tables: schema.tables.map(({ rows: _, bytes: __, uses: ___, ...rest }) => rest),
    others: schema.others.filter((o) => kinds.has(o.kind)),
  }
}

/** Runs a query; rows as objects. */
export type Ask = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

/** Asks a server through its driver alone. */
export async function asking<T>(url: string, work: (ask: Ask) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(async (sql) => (await client.query(sql)).rows)
  } finally {
    await client.end()
  }
}

/** Count and hash of every table's rows as PostgreSQL prints them, in an order of their own. */
export async function contents(ask: Ask, tables: readonly Table[]): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {}
  await ask("SET timezone = 'UTC'; SET intervalstyle = 'iso_8601'; SET datestyle = 'ISO, YMD'")
  for (const { name, options } of tables) {
    const own = [name.schema, name.name].map((n) => `"${n?.replaceAll('"', '""')}"`).join('.')
    const from = options['partition by'] === undefined ? `ONLY ${own}` : own
    const [row] = await ask(
      `SELECT count(*)::text AS n, md5(string_agg(x::text, '|' ORDER BY x::text COLLATE "C")) AS hash FROM ${from} AS x`,
    )
    found[name.name] = `${row.n} ${row.hash}`
  }
  return found
}

/** Spellings of one default that mean the same. */
function sameSense(given: unknown): unknown {
  if (typeof given !== 'string') return given
  return given
    .replace(/^CURRENT_TIMESTAMP(\(0\))?$/, 'now()')
    .replace("('now'::text)::date", 'CURRENT_DATE')
    .replace(/^nextval\(\(('.*')::text\)::regclass\)$/, 'nextval($1::regclass)')
}

/** Column types, nullability, defaults, generation, as information_schema has them: another way to see than naru's. */
export async function catalogue(ask: Ask): Promise<unknown> {
  // Each connection as its server has it: how intervals are printed must not depend on who asked before.
  await ask("SET intervalstyle TO 'postgres'")
  const columns = await ask(
    `SELECT table_name, column_name, data_type, udt_name, domain_name, character_maximum_length, numeric_precision, numeric_scale, datetime_precision,
      is_nullable, column_default, is_identity, identity_generation, identity_start, identity_increment, is_generated, generation_expression, collation_name
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE')
    ORDER BY table_name, ordinal_position`,
  )
  const indexes = await ask(`SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname`)
  const constraints = await ask(
    `SELECT conrelid::regclass::text AS owner, conname, contype, convalidated, pg_get_constraintdef(oid) AS definition FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid <> 0 AND contype IN ('p', 'u', 'f', 'c') ORDER BY conrelid::regclass::text COLLATE "C", conname`,
  )
  return { columns: columns.map((c) => ({ ...c, column_default: sameSense(c.column_default) })), indexes, constraints }
}
