/**
 * Builds the legacy shop: about 200,000 rows in SQLite, the same on every machine. `node examples/legacy-shop/build.ts FILE`.
 * Among them lie values that no strict database takes: see README.md.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { rowsOf, TABLES } from './rows.ts'

function fill(database: DatabaseSync, table: keyof typeof TABLES): number {
  const columns = database.prepare(`SELECT count(*) AS n FROM pragma_table_info(?)`).get(table)?.n
  const insert = database.prepare(`INSERT INTO ${table} VALUES (${Array(Number(columns)).fill('?').join(', ')})`)
  let rows = 0
  for (const row of rowsOf(table)) {
    insert.run(...row)
    rows++
  }
  return rows
}

/** Makes the file anew, with its folder; returns the number of rows by table. Takes about two seconds. */
export function buildLegacyShop(path: string): Record<string, number> {
  mkdirSync(dirname(path), { recursive: true })
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
  // As most applications of its age did, it writes without checking foreign keys.
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN')
    database.exec(readFileSync(join(import.meta.dirname, 'schema.sql'), 'utf8'))
    const rows: Record<string, number> = {}
    for (const table of Object.keys(TABLES) as (keyof typeof TABLES)[]) rows[table] = fill(database, table)
    // Orders were deleted once: the next one must not get a number that was given out already.
    database.exec("UPDATE sqlite_sequence SET seq = 37120 WHERE name = 'orders'")
    database.exec('COMMIT')
    return rows
  } finally {
    database.close()
  }
}

if (import.meta.main) {
  const path = resolve(process.argv[2] ?? 'legacy-shop.db')
  const rows = buildLegacyShop(path)
  for (const [table, count] of Object.entries(rows)) process.stdout.write(`${table.padEnd(16)}${count}\n`)
  process.stdout.write(`${path}\n`)
}
