/** Dumps made by the engines' own clients, read as sources. */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { resolveAddress } from '../../src/app/address.ts'
import { verify } from '../../src/app/verify.ts'
import type { VerifyReport } from '../../src/core/report.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'

function run(program: string, args: readonly string[], o: { input?: string } = {}): Buffer {
  const path = findProgram(program)
  if (path === null) throw new Error(`${program} is not installed`)
  return execFileSync(path, args, { stdio: 'pipe', ...o })
}

const SQL = `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a\\b'), (2, '가'), (3, NULL), (4, 'x; DROP');`

/** The dump's rows against a live database's; socket and file of what was restored are gone afterwards. */
async function compared(dump: string, url: string): Promise<Pick<VerifyReport, 'same' | 'tables'>> {
  const gone: string[] = []
  const found = await comparing(dump, url, gone)
  for (const path of gone) expect(existsSync(path)).toBe(false)
  return found
}

/** `made`: takes what lay on disk meanwhile. */
async function comparing(dump: string, url: string, made: string[]): Promise<VerifyReport> {
  await using keep = new AsyncDisposableStack()
  const context = { config: { path: null, folder: '/', config: {} }, env: {}, home: '/', keep }
  const from = await resolveAddress(dump, context)
  expect(from.label).toMatch(/^dump:\//)
  made.push(...[from.socket, from.path].filter((path) => path !== undefined && existsSync(path)).map(String))
  return await verify(from, await resolveAddress(url, context), { jobs: 1 }, { reporter: { report() {} } })
}

test('PostgreSQL: an archive on a server of its own, a packed script on one that is named; a command of psql is refused', async () => {
  await using db = await freshDatabase('postgres')
  await using files = await freshFiles()
  run('psql', ['-Xq', '-d', db.url, '-c', SQL])
  const archive = join(files.path, 'a.dump')
  run('pg_dump', ['-Fc', '-f', archive, '-d', db.url])
  expect(await compared(archive, db.url)).toMatchObject({ same: true, tables: [{ table: 't', sourceRows: 4 }] })
  const script = run('pg_dump', ['-C', '-d', db.url])
  const packed = join(files.path, 'a.sql.gz')
  writeFileSync(packed, gzipSync(script))
  const on = `?on=${encodeURIComponent(db.url)}`
  expect((await compared(`dump:${packed}${on}`, db.url)).same).toBe(true)
  const witness = join(files.path, 'witness')
  writeFileSync(packed, gzipSync(`${script}\nSELECT 1; \\! touch ${witness}\n`))
  await expect(compared(`dump:${packed}${on}`, db.url)).rejects.toMatchObject({ code: 'DUMP_REFUSED' })
  expect(existsSync(witness)).toBe(false)
  writeFileSync(packed, gzipSync(script).subarray(0, 200))
  await expect(compared(`dump:${packed}${on}`, db.url)).rejects.toMatchObject({ exit: 2 })
  const kept = run('psql', [
    '-XAtq',
    '-d',
    db.url,
    '-c',
    `SELECT datname FROM pg_database WHERE datname ~ '^naru_scratch'`,
  ])
  expect(kept.toString().trim()).toBe('')
})

test('MariaDB: a script that names its database, on a server that is named', async () => {
  await using db = await freshDatabase('mysql')
  await using files = await freshFiles()
  const { hostname, port, username, pathname } = new URL(db.url)
  const where = ['--no-defaults', `--host=${hostname}`, `--port=${port}`, `--user=${username}`, '--protocol=tcp']
  const name = decodeURIComponent(pathname.slice(1))
  run('mariadb', [...where, '--default-character-set=utf8mb4', name], { input: SQL })
  const dump = join(files.path, 'm.sql')
  writeFileSync(dump, run('mariadb-dump', [...where, '--databases', name]))
  expect(await compared(`dump:${dump}?on=${encodeURIComponent(db.url)}`, db.url)).toMatchObject({
    same: true,
    tables: [{ sourceRows: 4 }],
  })
})

test('SQLite: a script into a file; what is no dump is told', async () => {
  await using files = await freshFiles()
  const path = join(files.path, 'live.db')
  using db = new DatabaseSync(path)
  db.exec(SQL)
  const dump = join(files.path, 's.sql')
  writeFileSync(dump, `PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n${SQL}\nCOMMIT;\n`)
  expect((await compared(`dump:${dump}`, `sqlite:${path}`)).same).toBe(true)
  await expect(compared(`dump:${path}`, `sqlite:${path}`)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})
