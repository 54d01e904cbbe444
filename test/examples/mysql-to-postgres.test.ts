import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = join(ROOT, 'examples/mysql-to-postgres')
const run = promisify(execFile)

test('the game site goes from MariaDB to PostgreSQL and its application goes on', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const source = await mysql.createConnection({ uri: from.url, multipleStatements: true })
  await source.query(await readFile(join(EXAMPLE, 'game.sql'), 'utf8'))

  const env = { ...process.env, LEGACY_URL: from.url, APP_URL: to.url }
  const config = join(EXAMPLE, 'naru.config.ts')
  const { stdout } = await run(
    process.execPath,
    [join(ROOT, 'bin/naru.js'), 'copy', 'legacy', 'app', '--config', config],
    {
      cwd: work.path,
      env,
    },
  )
  expect(stdout).toContain('alembic')

  const target = new pg.Client({ connectionString: to.url })
  await target.connect()
  const one = async (sql: string) => (await target.query({ text: sql, rowMode: 'array' })).rows[0][0]
  for (const table of ['users', 'scores', 'friendships', 'monthly_scores', 'game_visits', 'alembic_version']) {
    const [rows] = await source.query<mysql.RowDataPacket[]>(`SELECT count(*) AS n FROM ${table}`)
    expect(Number(await one(`SELECT count(*) FROM ${table}`)), table).toBe(Number(rows[0].n))
  }
  expect(await one('SELECT version_num FROM alembic_version')).toBe('8f2c1d7e90ab')
  expect(await one('SELECT name FROM users WHERE id = 7')).toBe('선수 7 🎮')
  expect(await one("INSERT INTO users (name, email) VALUES ('새 선수', 'new@example.org') RETURNING id")).toBe('1201')
  expect(
    await one("INSERT INTO scores (user_id, game, points, played_at) VALUES (1, 'baduk', 9, now()) RETURNING id"),
  ).toBe('20001')
  await expect(
    target.query("INSERT INTO scores (user_id, game, points, played_at) VALUES (77777, 'baduk', 9, now())"),
  ).rejects.toThrow(/scores_user_fk/)
  await target.end()
  await source.end()
})
