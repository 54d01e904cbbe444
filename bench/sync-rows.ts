/**
 * The script that `naru sync` replaces, written plainly with the drivers: pages the old comments 1,000 at a time by id, asks for each whether
 * the new tables agree, and writes what is missing or wrong. Prints what it wrote.
 */
import { DatabaseSync } from 'node:sqlite'
import mysql from 'mysql2/promise'
import pg from 'pg'

const PAGE = 1000
const AGREE = `SELECT c.post_id, c.author, c.created, b.body, s.likes, b.comment_id AS has_body, s.comment_id AS has_stats
  FROM comment c LEFT JOIN comment_body b ON b.comment_id = c.id LEFT JOIN comment_stats s ON s.comment_id = c.id WHERE c.id = `

interface Old {
  id: number
  post_id: number
  author: string | null
  text: string | null
  payload: string | null
  likes: number
  created: string
}
type Now = Record<string, unknown> | undefined

function said(row: Old): { author: string; body: string } {
  if (row.payload === null) return { author: row.author ?? '', body: row.text ?? '' }
  const { who, body } = JSON.parse(row.payload) as { who: string; body: string }
  return { author: who, body }
}

/** The statements that a row needs, with their values. */
function dueOf(row: Old, now: Now): [sql: string, values: (string | number)[]][] {
  const { author, body } = said(row)
  const { id, post_id, likes, created } = row
  if (now === undefined) {
    return [
      ['INSERT INTO comment (post_id, author, created, id) VALUES ($1, $2, $3, $4)', [post_id, author, created, id]],
      ['INSERT INTO comment_body (body, comment_id) VALUES ($1, $2)', [body, id]],
      ['INSERT INTO comment_stats (likes, comment_id) VALUES ($1, $2)', [likes, id]],
    ]
  }
  const due: [string, (string | number)[]][] = []
  const same = Number(now.post_id) === post_id && now.author === author && now.created === created
  if (!same)
    due.push([
      'UPDATE comment SET post_id = $1, author = $2, created = $3 WHERE id = $4',
      [post_id, author, created, id],
    ])
  if (now.has_body === null) due.push(['INSERT INTO comment_body (body, comment_id) VALUES ($1, $2)', [body, id]])
  else if (now.body !== body) due.push(['UPDATE comment_body SET body = $1 WHERE comment_id = $2', [body, id]])
  if (now.has_stats === null) due.push(['INSERT INTO comment_stats (likes, comment_id) VALUES ($1, $2)', [likes, id]])
  else if (Number(now.likes) !== likes)
    due.push(['UPDATE comment_stats SET likes = $1 WHERE comment_id = $2', [likes, id]])
  return due
}

async function onServers(from: string, to: string): Promise<number> {
  const old = await mysql.createConnection({ uri: from, dateStrings: true })
  pg.types.setTypeParser(1114, (text) => text)
  const fresh = new pg.Client({ connectionString: to })
  await fresh.connect()
  let written = 0
  for (let last = 0; ; ) {
    const [page] = (await old.query('SELECT * FROM comment_v1 WHERE id > ? ORDER BY id LIMIT ?', [
      last,
      PAGE,
    ])) as unknown as [Old[]]
    for (const row of page) {
      const { rows } = await fresh.query(`${AGREE}$1`, [row.id])
      const due = dueOf(row, rows[0])
      if (due.length === 0) continue
      await fresh.query('BEGIN')
      for (const [sql, values] of due) await fresh.query(sql, values)
      await fresh.query('COMMIT')
      written += due.length
    }
    if (page.length < PAGE) break
    last = page[page.length - 1].id
  }
  await Promise.all([old.end(), fresh.end()])
  return written
}

function onFiles(from: string, to: string): number {
  const old = new DatabaseSync(from, { readOnly: true })
  const fresh = new DatabaseSync(to)
  const paging = old.prepare(`SELECT * FROM comment_v1 WHERE id > ? ORDER BY id LIMIT ${PAGE}`)
  const asking = fresh.prepare(`${AGREE}?`)
  let written = 0
  for (let last = 0; ; ) {
    const page = paging.all(last) as unknown as Old[]
    for (const row of page) {
      const due = dueOf(row, asking.get(row.id))
      if (due.length === 0) continue
      fresh.exec('BEGIN')
      for (const [sql, values] of due) fresh.prepare(sql.replaceAll(/\$\d/g, '?')).run(...values)
      fresh.exec('COMMIT')
      written += due.length
    }
    if (page.length < PAGE) break
    last = page[page.length - 1].id
  }
  old.close()
  fresh.close()
  return written
}

const [, , from, to] = process.argv
console.log(from.startsWith('mysql:') ? await onServers(from, to) : onFiles(from, to))
