/** Compares new.db with what it must hold, by SQL of its own; prints the rows that are not so. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const HAVE =
  'SELECT id, post_id, author, created, body, likes FROM comment LEFT JOIN comment_body b ON b.comment_id = id LEFT JOIN comment_stats s ON s.comment_id = id'

/** Rows that are missing or wrong, rows that should not be there, and parts without their comment. */
export function wrongRows(folder: string): { missing: number; surplus: number; orphans: number } {
  const db = new DatabaseSync(join(folder, 'new.db'))
  db.exec(`ATTACH '${join(folder, 'old.db').replaceAll("'", "''")}' AS old`)
  const wanted = readFileSync(join(import.meta.dirname, 'wanted.sql'), 'utf8')
  const count = (sql: string) => Number(db.prepare(`SELECT count(*) AS n FROM (${sql})`).get()?.n)
  const parts = 'SELECT comment_id FROM comment_body UNION ALL SELECT comment_id FROM comment_stats'
  const result = {
    missing: count(`SELECT * FROM (${wanted}) EXCEPT ${HAVE}`),
    surplus: count(`${HAVE} EXCEPT SELECT * FROM (${wanted})`),
    orphans: count(`SELECT comment_id FROM (${parts}) WHERE comment_id NOT IN (SELECT id FROM comment)`),
  }
  db.close()
  return result
}

if (import.meta.main) console.log(wrongRows(process.cwd()))
