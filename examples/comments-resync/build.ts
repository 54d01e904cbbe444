/** Makes old.db and new.db: all comments were moved once, and since then some are missing and some are wrong. `node build.ts 300000` */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Rows that are missing, and rows whose likes or body are wrong: one of a hundred in all. */
export const DRIFT = `
  DELETE FROM comment_stats WHERE comment_id % 300 = 0;
  DELETE FROM comment_body WHERE comment_id % 300 = 0;
  DELETE FROM comment WHERE id % 300 = 0;
  UPDATE comment_stats SET likes = likes + 1 WHERE comment_id % 300 = 1;
  UPDATE comment_body SET body = body || ' ' WHERE comment_id % 300 = 2;
`

const read = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')

/** Fills both databases in a folder. */
export function build(folder: string, comments: number): void {
  for (const name of ['old.db', 'new.db']) rmSync(join(folder, name), { force: true })
  const posts = Math.ceil(comments / 100)
  const upto = (n: number) => `WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${n})`
  const old = new DatabaseSync(join(folder, 'old.db'))
  old.exec(read('old.sql'))
  old.exec(`INSERT INTO post ${upto(posts)} SELECT i, 'post ' || i FROM g`)
  old.exec(`INSERT INTO comment_v1 ${upto(comments)} SELECT i, 1 + i % ${posts}, 1 + i % 2,
    CASE WHEN i % 2 = 0 THEN 'author ' || (i % 50) END, CASE WHEN i % 2 = 0 THEN '댓글 ' || i || ' 😀' END,
    CASE WHEN i % 2 = 1 THEN json_object('who', 'author ' || (i % 50), 'body', 'it''s reply ' || i) END, i % 7, '2024-01-01 00:00:00' FROM g`)
  old.close()
  const fresh = new DatabaseSync(join(folder, 'new.db'))
  fresh.exec(read('new.sql'))
  fresh.exec(`ATTACH '${join(folder, 'old.db').replaceAll("'", "''")}' AS old`)
  fresh.exec(`CREATE TEMP TABLE wanted AS ${read('wanted.sql')};
    INSERT INTO comment SELECT id, post_id, author, created FROM wanted;
    INSERT INTO comment_body SELECT id, body FROM wanted;
    INSERT INTO comment_stats SELECT id, likes FROM wanted;${DRIFT}`)
  fresh.close()
}

if (import.meta.main) build(process.cwd(), Number(process.argv[2] ?? 300_000))
