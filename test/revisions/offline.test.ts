/** Scripts of `--sql` run by the clients that they are written for; naru then finds nothing to do. */
import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { current } from '../../src/app/revisions/current.ts'
import { offline } from '../../src/app/revisions/offline.ts'
import { stampOffline } from '../../src/app/revisions/stamp-script.ts'
import { findProgram } from '../harness/binaries.ts'
import { type Project, project } from './project.ts'

const TRIGGER = {
  postgres:
    'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.n := 1; RETURN NEW; END $$;\nCREATE INDEX CONCURRENTLY t_n ON t (n);',
  mysql: 'CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.n = 1; SET NEW.n = 2; END;',
  sqlite: 'CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM t WHERE n = 9; DELETE FROM t WHERE n = 8; END;',
}

const UNDO = {
  postgres: 'DROP INDEX t_n; DROP FUNCTION touch();',
  mysql: 'DROP TRIGGER g;',
  sqlite: 'DROP TRIGGER g;',
}

function commandFor(kind: keyof typeof TRIGGER, url: string): [string, string[]] {
  if (kind === 'sqlite') return ['sqlite3', [url.replace('sqlite:', '')]]
  if (kind === 'postgres') return ['psql', ['-X', '-q', '-d', url, '-f', '-']]
  const { hostname, port, username, pathname } = new URL(url)
  return ['mariadb', ['-h', hostname, '-P', port, '-u', username, pathname.slice(1)]]
}

function run(kind: keyof typeof TRIGGER, url: string, script: string): Promise<{ failed: boolean; output: string }> {
  const [program, args] = commandFor(kind, url)
  return new Promise((resolve) => {
    const child = execFile(findProgram(program) ?? program, args, (error, stdout, stderr) =>
      resolve({ failed: error !== null, output: `${stdout}${stderr}` }),
    )
    child.stdin?.end(script)
  })
}

const MODULE = `export default {
  revision: 'ccc', downRevision: 'bbb', message: "it's; -- a module",
  async up({ sql }) { await sql\`INSERT INTO t (n, what) VALUES (\${3}, \${"it's; -- 한 \\\\ x"})\` },
  async down({ sql }) { await sql\`DELETE FROM t WHERE what LIKE \${"it's%"}\` },
}
`

async function filled(kind: keyof typeof TRIGGER): Promise<Project> {
  const p = await project(kind, {
    id: 'aaa',
    up: 'CREATE TABLE t (n int, what varchar(40)); -- last',
    back: 'DROP TABLE t;',
  })
  await p.write({ id: 'bbb', down: 'aaa', up: TRIGGER[kind], back: UNDO[kind] })
  await p.writeModule('ccc', MODULE)
  return p
}

for (const kind of ['postgres', 'mysql', 'sqlite'] as const) {
  const program = commandFor(kind, 'mysql://x@y:1/z')[0]
  test.skipIf(findProgram(program) === null)(`${kind}: through ${program}, up and down`, async () => {
    await using p = await filled(kind)
    const script = await offline(p.setup, 'head', 'up')
    expect(await run(kind, p.url, script)).toEqual({ failed: false, output: expect.anything() })
    expect((await current(p.setup))[0]).toMatchObject({ atHead: true, troubles: [], heads: [{ id: 'ccc' }] })
    expect((await p.up()).outcome).toBe('unchanged')
    expect((await run(kind, p.url, script)).failed, 'a second time').toBe(true)
    expect(await run(kind, p.url, await offline(p.setup, 'ccc:aaa', 'down'))).toEqual({
      failed: false,
      output: expect.anything(),
    })
    expect((await current(p.setup))[0].heads).toMatchObject([{ id: 'aaa', head: true }])
    expect((await p.up()).after).toEqual(['ccc'])
  })

  test.skipIf(findProgram(program) === null)(`${kind}: a stamp through ${program}`, async () => {
    await using p = await filled(kind)
    const stamped = async (text: string, purge = false) => {
      const script = await stampOffline(p.setup, { revisions: [text], purge })
      expect(await run(kind, p.url, script)).toEqual({ failed: false, output: expect.anything() })
      const [{ applied, heads, troubles }] = await current(p.setup)
      expect([heads.map((r) => r.id), troubles]).toEqual([applied.slice(-1).map((r) => r.id), []])
      return applied.map((r) => `${r.id} ${r.state}`)
    }
    expect(await stamped('bbb')).toEqual(['aaa stamped', 'bbb stamped'])
    expect(await stamped('bbb:head')).toEqual(['aaa stamped', 'bbb stamped', 'ccc stamped'])
    expect(await stamped('ccc:aaa')).toEqual(['aaa stamped'])
    // Whatever the table says, and a second time.
    for (const _ of [1, 2]) expect(await stamped('bbb', true)).toEqual(['aaa stamped', 'bbb stamped'])
    expect(await stamped('bbb:base')).toEqual([])
  })
}

test('a module that reads rows cannot become a script', async () => {
  await using p = await project('sqlite', { id: 'bbb', up: 'CREATE TABLE t (n);' })
  await p.writeModule('ccc', MODULE.replace('await sql', 'const [row] = await sql'))
  await expect(offline(p.setup, 'head', 'up')).rejects.toMatchObject({ code: 'UNSUPPORTED' })
  await expect(offline(p.setup, 'base', 'down')).rejects.toMatchObject({ code: 'USAGE' })
})

test('a script for MySQL is for the database that the client is connected to, unless a revision leaves it', async () => {
  await using p = await project('mysql', { id: 'aaa', up: 'CREATE TABLE t (n int);', back: 'DROP TABLE t;' })
  const home = new URL(p.url).pathname.slice(1)
  expect(await offline(p.setup, 'head', 'up')).not.toContain(home)
  await p.write({ id: 'bbb', down: 'aaa', up: 'USE mysql;', back: 'DO 1;' })
  const script = await offline(p.setup, 'aaa:bbb', 'up')
  expect(script).toMatch(new RegExp(`^USE \`${home}\`;\n[^]*INSERT INTO \`${home}\`\\.\`naru_version\``, 'm'))
  expect(script).not.toContain('CREATE TABLE')
})
