/** Eight processes upgrade one database at once: one works, the others wait and find nothing to do. */
import { expect, test } from 'vitest'
import { sqlite } from '../apply/applying.ts'
import { onMysql, onPostgres } from '../apply/servers.ts'
import { naru } from '../faults/naru.ts'
import { type File, project } from './project.ts'

const FILES: File[] = [
  { id: 'aaa', up: 'CREATE TABLE log (n int NOT NULL); INSERT INTO log VALUES (1);' },
  { id: 'bbb', down: 'aaa', up: 'INSERT INTO log VALUES (2); CREATE TABLE x (a int); INSERT INTO log VALUES (3);' },
  { id: 'ccc', down: 'bbb', up: 'ALTER TABLE x ADD COLUMN b int; INSERT INTO log SELECT count(*) FROM log;' },
]

const ASK = {
  postgres: onPostgres,
  mysql: onMysql,
  sqlite: async (url: string, sql: string) => {
    using db = sqlite(url)
    return db.prepare(sql).all() as Record<string, unknown>[]
  },
} as const

for (const kind of ['postgres', 'mysql', 'sqlite'] as const) {
  test(kind, async () => {
    await using p = await project(kind, ...FILES)
    const all = Array.from({ length: 8 }, () => naru(['upgrade', 'head', '--target', p.url, '--json'], p.cwd))
    const done = await Promise.all(all)
    for (const { code, output } of done) expect(code, output).toBe(0)
    expect(await ASK[kind](p.url, 'SELECT n FROM log ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }, { n: 3 }])
    const rows = await ASK[kind](p.url, 'SELECT id, state, head FROM naru_version ORDER BY position')
    expect(rows).toEqual([
      { id: 'aaa', state: 'applied', head: 0 },
      { id: 'bbb', state: 'applied', head: 0 },
      { id: 'ccc', state: 'applied', head: 1 },
    ])
    const workers = done.filter(({ output }) => output.includes('"outcome":"done"'))
    if (kind !== 'sqlite') expect(workers).toHaveLength(1)
  })
}
