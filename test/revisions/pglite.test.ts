/** A folder of PGlite taken over, upgraded with a backup, and brought back; looked at with PGlite itself. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

test('adopt, upgrade --backup, and the way back', async () => {
  await using place = await freshDatabase('pglite')
  await using work = await freshFiles()
  const folder = place.url.replace(/^pglite:/, '')
  const ask = async (sql: string) => {
    const db = await PGlite.create(folder)
    try {
      return (await db.exec(sql)).at(-1)?.rows
    } finally {
      await db.close()
    }
  }
  const run = async (...args: string[]) => {
    const done = await naru(args, work.path)
    expect(done.code, `naru ${args.join(' ')}\n${done.output}`).toBe(0)
    return done.output
  }
  const target = ['--target', place.url]
  await ask(`CREATE TABLE users (id int PRIMARY KEY, nick text); CREATE TABLE "빈 ""칸""" (id int);
    INSERT INTO users VALUES (1, 'kim'), (2, NULL), (3, '닉')`)
  expect(await run('adopt', '--none', '--rev-id', 'ba5e', ...target)).toContain('ba5e')
  await mkdir(join(work.path, 'migrations'), { recursive: true })
  await writeFile(
    join(work.path, 'migrations', 'b2.sql'),
    `-- naru:revision b2\n-- naru:revises ba5e\n-- naru:message lose\n
-- naru:up\nDELETE FROM users WHERE id > 1;\nALTER TABLE users DROP COLUMN nick;\n
-- naru:down\nALTER TABLE users ADD COLUMN nick text;\n`,
  )
  const told = JSON.parse(
    (await run('upgrade', 'head', '--backup', 'csv:saved', '--json', ...target)).trim().split('\n').at(-1) ?? '',
  )
  const { backup } = told.reports[0]
  expect(backup.tables).toEqual([{ table: 'users', rows: 3 }])
  expect(await ask('SELECT * FROM users')).toEqual([{ id: 1 }])
  for (const command of backup.restore) {
    const [, ...args] = command.split(' ')
    await run(...args)
  }
  expect(await ask('SELECT id, nick FROM users ORDER BY id')).toEqual([
    { id: 1, nick: 'kim' },
    { id: 2, nick: null },
    { id: 3, nick: '닉' },
  ])
  expect(await run('check', '--db', ...target)).toMatch(/✓ Same\./)
})
