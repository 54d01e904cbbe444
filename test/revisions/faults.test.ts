/** Upgrades to which something happens: a lost connection, a missing right, a full disk, Ctrl-C. Each one clear error, and nothing lost. */
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { current } from '../../src/app/revisions/current.ts'
import { sqlite } from '../apply/applying.ts'
import { onMysql, onPostgres } from '../apply/servers.ts'
import { naru, startNaru } from '../faults/naru.ts'
import { freshFiles } from '../harness/database.ts'
import { type Project, project } from './project.ts'

const ON = { postgres: onPostgres, mysql: onMysql } as const
const FIRST = { id: 'aaa', up: 'CREATE TABLE t (n int);\nINSERT INTO t VALUES (1);', back: 'DROP TABLE t;' }

const heads = async (p: Project) => (await current(p.setup))[0].heads.map((h) => [h.id, h.progress])

/** Waits until a session runs what the revision holds; gives what the query gives. */
async function running(kind: 'postgres' | 'mysql', p: Project): Promise<number> {
  const query =
    kind === 'postgres'
      ? "SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%sleep(3)%'"
      : "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id() AND info LIKE '%sleep(3)%'"
  for (let i = 0; i < 200; i++) {
    const [row] = await ON[kind](p.url, query)
    if (row !== undefined) return Number(row.id)
    await sleep(50)
  }
  throw new Error('the revision did not begin')
}

for (const kind of ['postgres', 'mysql'] as const) {
  const sleeps = kind === 'postgres' ? 'SELECT pg_sleep(3);' : 'DO sleep(3);'
  const slow = { id: 'bbb', down: 'aaa', up: `CREATE TABLE u (n int);\n${sleeps}\nINSERT INTO t VALUES (2);` }

  test(`${kind}: a connection that is ended in the middle`, async () => {
    await using p = await project(kind, FIRST, slow)
    const run = p.up()
    const ended = expect(run).rejects.toMatchObject({
      code: kind === 'postgres' ? 'CONNECTION_LOST' : expect.stringMatching(/CONNECTION_LOST|APPLY_STOPPED/),
      state: expect.stringMatching(
        kind === 'postgres'
          ? /^aaa is applied and stays so; the open transaction is taken back by the server, .* nothing of bbb was changed$/
          : /1 of 3 statements of bbb/,
      ),
    })
    const id = await running(kind, p)
    await ON[kind](p.url, kind === 'postgres' ? `SELECT pg_terminate_backend(${id})` : `KILL ${id}`)
    await ended
    expect(await heads(p)).toEqual(
      kind === 'postgres'
        ? [['aaa', null]]
        : [
            ['aaa', null],
            ['bbb', { done: 1, of: 3 }],
          ],
    )
    await p.write({ ...slow, up: slow.up.replace('sleep(3)', 'sleep(0)') })
    expect((await p.up()).after).toEqual(['bbb'])
    expect(await ON[kind](p.url, 'SELECT n FROM t ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }])
  })

  test(`${kind}: a right that is missing`, async () => {
    await using p = await project(kind, FIRST)
    await p.up()
    await p.write({ id: 'bbb', down: 'aaa', up: 'INSERT INTO t VALUES (2);\nDROP TABLE t;' })
    const name = `naru_poor_${process.pid}`
    const url = new URL(p.url)
    url.username = name
    url.password = 'x'
    const database = url.pathname.slice(1)
    const rights =
      kind === 'postgres'
        ? `CREATE ROLE ${name} LOGIN PASSWORD 'x'; GRANT USAGE, CREATE ON SCHEMA public TO ${name}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${name}`
        : `CREATE USER ${name}@'%' IDENTIFIED BY 'x'; GRANT SELECT, INSERT, UPDATE, DELETE ON \`${database}\`.* TO ${name}@'%'`
    await ON[kind](p.url, rights)
    try {
      const poor = await naru(['upgrade', 'head', '--target', url.href, '--retries', '0'], p.cwd)
      expect(poor.output).toMatch(/\[PERMISSION_DENIED\]|\[STEP_FAILED\]|\[APPLY_STOPPED\]/)
      expect(poor.output).toMatch(/bbb_x\.sql, line 7: statement 2 of 2 failed/)
      expect(poor.output).toMatch(/must be owner of table t|DROP command denied/)
      expect([poor.code, /state +(.*)/.exec(poor.output)?.[1]]).toEqual(
        kind === 'postgres' ? [2, 'nothing of bbb was changed'] : [3, '1 of 2 statements of bbb is done and stays'],
      )
      const left = kind === 'postgres' ? [{ n: 1 }] : [{ n: 1 }, { n: 2 }]
      expect(await ON[kind](p.url, 'SELECT n FROM t ORDER BY n')).toEqual(left)
      expect((await p.up()).runs).toMatchObject([{ id: 'bbb', resumedAt: kind === 'postgres' ? 0 : 1 }])
    } finally {
      await ON[kind](p.url, kind === 'postgres' ? `DROP OWNED BY ${name}; DROP ROLE ${name}` : `DROP USER ${name}@'%'`)
    }
  })

  test(`${kind}: Ctrl-C ends after the statement that runs, twice at once`, async () => {
    await using p = await project(kind, FIRST, slow)
    const args = ['upgrade', 'head', '--target', p.url]
    const once = startNaru(args, p.cwd)
    await running(kind, p)
    once.child.kill('SIGINT')
    const stopped = await once.end
    expect([stopped.code, stopped.output]).toEqual([
      130,
      expect.stringMatching(/stopping after the running statement[\s\S]*STOPPED/),
    ])
    expect(stopped.output).toMatch(
      kind === 'postgres' ? /nothing of bbb was changed/ : /1 of 3 statements of bbb is done/,
    )
    if (kind === 'mysql') {
      // The last two are one transaction.
      expect((await p.up()).runs).toMatchObject([{ id: 'bbb', resumedAt: 1 }])
      return
    }
    const twice = startNaru(args, p.cwd)
    await running(kind, p)
    const began = performance.now()
    twice.child.kill('SIGINT')
    await sleep(50)
    twice.child.kill('SIGINT')
    expect((await twice.end).code).toBe(130)
    expect(performance.now() - began).toBeLessThan(2_500)
    expect(await heads(p)).toEqual([['aaa', null]])
  })
}

test('SQLite: a full disk takes back the revision, and with room the same command goes on', async (t) => {
  await using work = await freshFiles()
  const disk = join(work.path, 'disk')
  mkdirSync(disk)
  const mount = (...args: string[]) => execFileSync('mount', args, { stdio: 'ignore' })
  try {
    mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk)
  } catch {
    return t.skip('this user may not mount a small disk')
  }
  try {
    const url = `sqlite:${join(disk, 'x.db')}`
    await using p = await project('sqlite', FIRST)
    const run = (to: string) => naru(['upgrade', to, '--target', url], p.cwd)
    expect((await run('head')).code).toBe(0)
    const fill = 'WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000)'
    await p.write({
      id: 'bbb',
      down: 'aaa',
      up: `CREATE TABLE big (b);\nINSERT INTO big ${fill} SELECT zeroblob(1000) FROM s;`,
    })
    const full = await run('head')
    expect([full.code, full.output]).toEqual([
      3,
      expect.stringMatching(/\[DISK_FULL\][\s\S]*nothing of bbb was changed/),
    ])
    {
      using db = sqlite(url)
      expect(db.prepare('SELECT n FROM t').all()).toEqual([{ n: 1 }])
      expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'big'").get()).toEqual({ n: 0 })
      expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    }
    mount('-o', 'remount,size=16m', disk)
    const done = await run('head')
    expect(done.code, done.output).toBe(0)
  } finally {
    execFileSync('umount', ['-l', disk])
  }
})
