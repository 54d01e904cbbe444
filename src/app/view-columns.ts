/** Columns of views, which the schema model holds as statements only: what generated code needs to know of them. */
import type { Database, Row } from '../core/engine.ts'
import { NaruError } from '../core/error.ts'
import { type Column, displayName, type Schema } from '../core/schema.ts'

interface Found {
  readonly view: string
  readonly column: Column
}

const QUERIES: Readonly<Record<string, string>> = {
  postgres: `SELECT n.nspname || '.' || c.relname AS view, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, true AS nullable
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY c.oid, a.attnum`,
  mysql: `SELECT c.table_name AS view, c.column_name AS name, c.column_type AS type, c.is_nullable = 'YES' AS nullable
    FROM information_schema.columns c JOIN information_schema.views v USING (table_schema, table_name)
    WHERE c.table_schema = DATABASE() ORDER BY c.table_name, c.ordinal_position`,
  sqlite: `SELECT m.name AS view, i.name AS name, i.type AS type, 1 AS nullable
    FROM sqlite_schema m, pragma_table_info(m.name) i WHERE m.type = 'view' ORDER BY m.name, i.cid`,
}

const text = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : String(value ?? '')

function found(row: Row, db: Database): Found {
  const native = text(row.type)
  return {
    view: text(row.view ?? row.VIEW),
    column: {
      name: text(row.name),
      type: db.engine.dialect.parseType(native),
      nullable: row.nullable === true || Number(row.nullable) === 1,
    },
  }
}

/** Types of the user's own (enums) are known from the columns of tables that have them. */
function withKnownTypes(column: Column, schema: Schema): Column {
  if (!['opaque', 'array'].includes(column.type.logical.kind)) return column
  const same = schema.tables.flatMap((t) => t.columns).find((c) => c.type.native === column.type.native)
  return same === undefined ? column : { ...column, type: same.type }
}

/** Columns of each view by `displayName`; a view that its user may not read, or that is broken, is left out. */
export async function viewColumns(db: Database, schema: Schema): Promise<Map<string, Column[]>> {
  const views = new Set(schema.others.filter((o) => o.kind.endsWith('view')).map((o) => displayName(o.name)))
  const query = QUERIES[schema.engine]
  if (views.size === 0 || query === undefined) return new Map()
  const rows = await db.query(query).catch((error: unknown) => {
    if (error instanceof NaruError && error.code === 'CONNECTION_LOST') throw error
    return []
  })
  const all = rows.map((row) => found(row, db)).filter((f) => views.has(f.view))
  const grouped = Map.groupBy(all, (f) => f.view)
  return new Map([...grouped].map(([view, list]) => [view, list.map((f) => withKnownTypes(f.column, schema))]))
}
