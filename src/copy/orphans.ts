/** Rows whose foreign key points nowhere: counted and named, by SQL in the database that holds them. */
import type { Database, Dialect } from '../core/engine.ts'
import type { ForeignKey, ObjectName } from '../core/schema.ts'

/** FROM … WHERE … of the rows of `table` that have no counterpart for `foreignKey`. The child's alias is c. */
function orphanCondition(dialect: Dialect, table: ObjectName, foreignKey: ForeignKey): string {
  const q = (name: string) => dialect.quote(name)
  const on = foreignKey.columns.map((c, i) => `p.${q(foreignKey.referencedColumns[i])} = c.${q(c)}`).join(' AND ')
  const set = foreignKey.columns.map((c) => `c.${q(c)} IS NOT NULL`).join(' AND ')
  return `FROM ${dialect.table(table)} c WHERE ${set} AND NOT EXISTS (SELECT 1 FROM ${dialect.table(foreignKey.references)} p WHERE ${on})`
}

/** Up to five orphans: the values of the foreign key's columns, and of `keyColumns` where given. */
export async function orphanSamples(
  db: Database,
  table: ObjectName,
  foreignKey: ForeignKey,
  keyColumns: readonly string[],
): Promise<string[]> {
  const dialect = db.engine.dialect
  const columns = [...new Set([...keyColumns, ...foreignKey.columns])]
  const list = columns.map((c) => `c.${dialect.quote(c)}`).join(', ')
  const rows = await db.query(`SELECT ${list} ${orphanCondition(dialect, table, foreignKey)} LIMIT 5`)
  return rows.map((row) => columns.map((c) => `${c}=${row[c] === null ? 'NULL' : String(row[c])}`).join(' '))
}

/** How many rows of `table` a foreign key points nowhere from, and the statement that counts them. */
export async function countOrphans(
  db: Database,
  table: ObjectName,
  foreignKey: ForeignKey,
): Promise<{ readonly count: number; readonly sql: string }> {
  const sql = `SELECT count(*) AS n ${orphanCondition(db.engine.dialect, table, foreignKey)}`
  const [row] = await db.query(sql)
  return { count: Number(row.n), sql }
}
