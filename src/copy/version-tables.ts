/** Versions that other tools keep in the database, read from their tables. */
import type { Database } from '../core/engine.ts'
import { tableLabel, type VersionTable } from '../core/plan.ts'
import type { Schema, Table } from '../core/schema.ts'
import { type Framework, frameworkOf } from '../schema/version-tables.ts'

/** Version tables among `tables`, with the version that each holds now. A table that cannot be read has version null. */
export async function versionTables(db: Database, schema: Schema, tables: readonly Table[]): Promise<VersionTable[]> {
  const found: VersionTable[] = []
  for (const table of tables) {
    const framework = frameworkOf(table)
    if (framework === undefined) continue
    const version = await newestVersion(db, table, framework)
    found.push({ framework: framework.name, table: tableLabel(table.name, schema.name), version })
  }
  return found
}

async function newestVersion(db: Database, table: Table, framework: Framework): Promise<string | null> {
  const d = db.engine.dialect
  const actual = (name: string) => table.columns.find((c) => c.name.toLowerCase() === name)?.name
  const columns = framework.version.flatMap((name) => actual(name) ?? [])
  const newest = actual(framework.newest) ?? columns[0]
  const list = columns.map((c, i) => `${d.quote(c)} AS v${i}`).join(', ')
  const set = `${d.quote(columns.at(-1) ?? newest)} IS NOT NULL`
  try {
    const [row] = await db.query(
      `SELECT ${list} FROM ${d.table(table.name)} WHERE ${set} ORDER BY ${d.quote(newest)} DESC LIMIT 1`,
    )
    return row === undefined ? null : columns.map((_, i) => String(row[`v${i}`])).join(' ')
  } catch {
    return null // CSV folders take no SQL; the table is recognised all the same
  }
}
