/** Databases into folders and back, judged by the dumps of the servers' own clients. */

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditFolder } from '../../src/app/audit.ts'
import { copy } from '../../src/app/copy.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { address } from '../harness/address.ts'
import { findProgram } from '../harness/binaries.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'

async function copied(from: string, to: string, options: CopyOptions = {}): Promise<void> {
  const report = await copy(await address(from), await address(to), { jobs: 1, ...options }, { report() {} })
  expect({ failed: report.failedSteps, verdict: report.verdict }).toEqual({ failed: [], verdict: 'done' })
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const path = findProgram(program)
  if (path === null) throw new Error(`${program} is not installed`)
  return execFileSync(path, args, { encoding: 'utf8', stdio: 'pipe', env: { ...process.env, ...env } })
}

const psql = (url: string, ...args: string[]) => run('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', url, ...args])

/** Structure, rows and counters in any order. */
function pgDump(url: string): string[] {
  const text = run('pg_dump', ['--exclude-schema=naru_ledger', '-d', url])
  return text
    .split('\n')
    .filter((line) => !/^\\(un)?restrict /.test(line))
    .sort()
}

function mariadbDump(url: string): string[] {
  const { hostname, port, username, password, pathname } = new URL(url)
  const name = decodeURIComponent(pathname.slice(1))
  const own = ['run', 'unit', 'mark', 'reject', 'step'].map((t) => `--ignore-table=${name}.naru_${t}`)
  const how = [
    '--no-defaults',
    '--skip-comments',
    '--routines',
    '--order-by-primary',
    '--skip-extended-insert',
    '--hex-blob',
  ]
  const where = [`--host=${hostname}`, `--port=${port}`, `--user=${username}`, '--protocol=tcp']
  const program = findProgram('mariadb-dump') === null ? 'mysqldump' : 'mariadb-dump'
  const text = run(program, [...how, ...own, ...where, name], { MYSQL_PWD: decodeURIComponent(password) })
  // The last of the keys has no comma behind it, whichever it is.
  return text
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .sort()
}

describe('PostgreSQL', () => {
  const opened = new AsyncDisposableStack()
  let from: FreshDatabase
  let files: { readonly path: string }
  const TYPES = '"all ""types"'
  beforeAll(async () => {
    from = opened.use(await freshDatabase('postgres'))
    files = opened.use(await freshFiles())
    psql(from.url, '-f', join(import.meta.dirname, 'backup-types.sql'))
  })
  afterAll(() => opened.disposeAsync())

  test.each([
    ['csv', '?gzip=1'],
    ['ndjson', ''],
    ['csv', '?dialect=excel'],
  ])('is made again from %s:folder%s, to the last setting of a sequence', async (scheme, parameters) => {
    await using to = await freshDatabase('postgres')
    const folder = `${scheme}:${join(files.path, `${scheme}${parameters.slice(1)}`)}`
    await copied(from.url, folder + parameters)
    expect((await auditFolder(await address(folder))).same).toBe(true)
    await copied(folder, to.url)
    expect(pgDump(to.url)).toEqual(pgDump(from.url))
  })

  const rows = (url: string) =>
    [TYPES, 'parent', 'parts', 'one'].map((t) => psql(url, '-c', `SELECT t::text FROM ${t} t ORDER BY 1`))
  const empty = async () => {
    const made = await freshDatabase('postgres')
    const schema = join(files.path, 'schema.sql')
    run('pg_dump', ['--schema-only', '-f', schema, '-d', from.url])
    psql(made.url, '-f', schema)
    // COPY writes no generated column; naru writes what it holds.
    psql(made.url, '-c', `ALTER TABLE ${TYPES} ALTER g DROP EXPRESSION`)
    return made
  }

  test("?dialect=postgres is what psql's \\copy … CSV HEADER reads", async () => {
    await using to = await empty()
    const folder = join(files.path, 'for-psql')
    await copied(from.url, `csv:${folder}?dialect=postgres`)
    for (const [table, file] of [
      ['parent', 'parent'],
      [TYPES, 'all %22types'],
      ['parts', 'parts'],
      ['one', 'one'],
    ])
      psql(to.url, '-c', `\\copy ${table} FROM '${join(folder, `${file}.csv`)}' CSV HEADER`)
    expect(rows(to.url)).toEqual(rows(from.url))
  })

  test('and reads what it writes', async () => {
    await using to = await empty()
    await using own = await freshFiles()
    for (const [table, file] of [
      ['parent', 'parent'],
      [TYPES, 'all %22types'],
      ['parts', 'parts'],
      ['one', 'one'],
    ])
      psql(from.url, '-c', `\\copy (SELECT * FROM ${table}) TO '${join(own.path, `${file}.csv`)}' CSV HEADER`)
    await copied(`csv:${own.path}?dialect=postgres`, to.url, { dataOnly: true })
    expect(rows(to.url)).toEqual(rows(from.url))
  })
})

describe.skipIf(!datasetsAvailable())('MariaDB', () => {
  test('is made again from a folder', async () => {
    await using from = await freshDatabase('mysql')
    await using to = await freshDatabase('mysql')
    await using files = await freshFiles()
    await loadDataset('northwind-mysql', from.url)
    await copied(from.url, `csv:${files.path}/folder?gzip=1`)
    await copied(`csv:${files.path}/folder`, to.url)
    expect(mariadbDump(to.url)).toEqual(mariadbDump(from.url))
  })
})
