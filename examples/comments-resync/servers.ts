/**
 * The example from MariaDB to PostgreSQL: OLD_URL and NEW_URL name two empty databases.
 * `node servers.ts build 300000` fills them, `node servers.ts check` compares what there is with what must be, by SQL of its own.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { DRIFT } from './build.ts'

export interface Servers {
  /** mysql://… */
  readonly old: string
  /** postgres://… */
  readonly new: string
}

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const HAVE =
  "SELECT id, post_id, author, to_char(created, 'YYYY-MM-DD HH24:MI:SS') AS created, body, likes FROM comment LEFT JOIN comment_body b ON b.comment_id = id LEFT JOIN comment_stats s ON s.comment_id = id"

/** Both databases, open; `work` is given them. */
async function within<T>(at: Servers, work: (old: mysql.Connection, fresh: pg.Client) => Promise<T>): Promise<T> {
  const old = await mysql.createConnection({ uri: at.old, multipleStatements: true, charset: 'utf8mb4' })
  const fresh = new pg.Client({ connectionString: at.new })
  await fresh.connect()
  return work(old, fresh).finally(() => Promise.all([old.end(), fresh.end()]))
}

/** What must be, as a temporary table of the new database. */
async function bringWanted(old: mysql.Connection, fresh: pg.Client): Promise<void> {
  await fresh.query(
    'CREATE TEMP TABLE wanted (id bigint, post_id bigint, author text, created text, body text, likes bigint)',
  )
  const [rows] = (await old.query(read('wanted.mariadb.sql'))) as unknown as [object[]]
  for (let i = 0; i < rows.length; i += 10_000) {
    const part = JSON.stringify(rows.slice(i, i + 10_000))
    await fresh.query('INSERT INTO wanted SELECT * FROM json_populate_recordset(NULL::wanted, $1)', [part])
  }
}

/** Fills both databases, whatever was in these tables. */
export async function buildServers(at: Servers, comments: number): Promise<void> {
  const posts = Math.ceil(comments / 100)
  await within(at, async (old, fresh) => {
    await old.query(`DROP TABLE IF EXISTS comment_v1, post; ${read('old.mariadb.sql')}`)
    await old.query(`INSERT INTO post SELECT seq, concat('post ', seq) FROM seq_1_to_${posts}`)
    await old.query(`INSERT INTO comment_v1 SELECT seq, 1 + seq % ${posts}, 1 + seq % 2,
      CASE WHEN seq % 2 = 0 THEN concat('author ', seq % 50) END, CASE WHEN seq % 2 = 0 THEN concat('댓글 ', seq, ' 😀') END,
      CASE WHEN seq % 2 = 1 THEN json_object('who', concat('author ', seq % 50), 'body', concat('it''s reply ', seq)) END,
      seq % 7, '2024-01-01' + INTERVAL seq SECOND FROM seq_1_to_${comments}`)
    await fresh.query(`DROP TABLE IF EXISTS comment_stats, comment_body, comment; ${read('new.postgres.sql')}`)
    await bringWanted(old, fresh)
    await fresh.query(`INSERT INTO comment SELECT id, post_id, author, created::timestamp FROM wanted;
      INSERT INTO comment_body SELECT id, body FROM wanted; INSERT INTO comment_stats SELECT id, likes FROM wanted;
      ${DRIFT}; ANALYZE comment, comment_body, comment_stats`)
  })
}

/** Rows that are missing or wrong, rows that should not be there, and parts without their comment. */
export async function wrongRowsOnServers(at: Servers): Promise<{ missing: number; surplus: number; orphans: number }> {
  return within(at, async (old, fresh) => {
    await bringWanted(old, fresh)
    const count = async (sql: string) =>
      Number((await fresh.query(`SELECT count(*) AS n FROM (${sql}) AS x`)).rows[0].n)
    const parts = 'SELECT comment_id FROM comment_body UNION ALL SELECT comment_id FROM comment_stats'
    return {
      missing: await count(`SELECT * FROM wanted EXCEPT ${HAVE}`),
      surplus: await count(`${HAVE} EXCEPT SELECT * FROM wanted`),
      orphans: await count(`SELECT 1 FROM (${parts}) AS p LEFT JOIN comment ON id = comment_id WHERE id IS NULL`),
    }
  })
}

if (import.meta.main) {
  const { OLD_URL, NEW_URL } = process.env
  if (OLD_URL === undefined || NEW_URL === undefined) throw new Error('OLD_URL and NEW_URL are not set')
  const at = { old: OLD_URL, new: NEW_URL }
  const [, , what, comments = '300000'] = process.argv
  if (what === 'build') await buildServers(at, Number(comments))
  else console.log(await wrongRowsOnServers(at))
}
