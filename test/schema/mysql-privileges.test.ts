/** Owners and privileges of MariaDB outside of plans: who may not read them, what states say of them, and copies. */
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import type { CopyOptions } from '../../src/core/options.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { onMysql, type Place, placeWith } from '../apply/servers.ts'
import { naru } from '../faults/naru.ts'
import { freshDatabase } from '../harness/database.ts'

const TAG = randomBytes(3).toString('hex')
const READER = `naru_r_${TAG}`
const BLIND = `naru_b_${TAG}`
let server: Awaited<ReturnType<typeof freshDatabase>>

beforeAll(async () => {
  server = await freshDatabase('mysql')
  await onMysql(server.url, `CREATE ROLE ${READER}; CREATE USER ${BLIND}@'%'`)
})
afterAll(async () => {
  await onMysql(server.url, `DROP ROLE ${READER}; DROP USER ${BLIND}@'%'`)
  await server[Symbol.asyncDispose]()
})

const BASE = `CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 2);
CREATE DEFINER = '${BLIND}'@'%' VIEW v AS SELECT a FROM t; CREATE DEFINER = 'naru_gone'@'%' PROCEDURE p() SELECT 1`
/** What outlives the databases goes with them. */
const GRANTS = `GRANT SELECT ON t TO ${READER}; GRANT UPDATE (a) ON t TO ${READER}; GRANT SELECT ON v TO ${READER};
GRANT EXECUTE ON PROCEDURE p TO ${READER}; GRANT SELECT ON * TO '${BLIND}'@'%'`

/** A database with tables, definers and privileges; the privileges go with it. */
async function granted(): Promise<Place> {
  const place = await placeWith('mysql', `${BASE}; ${GRANTS}`)
  return { ...place, [Symbol.asyncDispose]: () => forget(place) }
}

async function forget(place: Place): Promise<void> {
  await using db = await mysql.open(mysql.parse(place.url), { role: 'target' })
  await db.revokeAll?.()
  await place[Symbol.asyncDispose]()
}

const as = (url: string, user: string) => url.replace(/\/\/[^@]*@/, `//${user}@`)
const nameOf = (url: string) => new URL(url).pathname.slice(1)

/** SHOW GRANTS of both, without the database's name. */
async function shown(url: string): Promise<string[]> {
  const spelled = [nameOf(url), nameOf(url).replaceAll('_', '\\_')].map((n) => `\`${n}\``)
  const lines: string[] = []
  for (const who of [READER, `'${BLIND}'@'%'`]) {
    const rows = await onMysql(url, `SHOW GRANTS FOR ${who}`)
    lines.push(...rows.map((r) => String(Object.values(r)[0])).filter((line) => spelled.some((n) => line.includes(n))))
  }
  return lines.map((line) => spelled.reduce((text, n) => text.replaceAll(n, 'DB'), line)).sort()
}

async function inspected(url: string) {
  await using db = await mysql.open(mysql.parse(url), { role: 'source' })
  return await db.inspect()
}

test('who may not read privileges is told so, and they are no difference; nobody else is', async () => {
  await using place = await granted()
  const blind = await inspected(as(place.url, BLIND))
  expect(blind.silent).toEqual(['grants'])
  expect(blind.remarks?.join()).toMatch(/may not read mysql\.db/)
  const all = await inspected(place.url)
  expect(all.silent).toBeUndefined()
  expect(all.grants).toEqual([`SELECT TO \`${BLIND}\`@\`%\``])
  const done = await naru(['diff', as(place.url, BLIND), place.url, '--ignore', 'objects:procedure'], place.cwd)
  expect(done.output.replaceAll(/\s+/g, ' ')).toContain('privileges were not read')
  expect(done.output).not.toContain('~ grants')
})

test('a script that names none says nothing of owners and privileges; one that names some does', async () => {
  await using place = await granted()
  const bare =
    'CREATE TABLE t (id int PRIMARY KEY, a int); CREATE VIEW v AS SELECT a FROM t; CREATE PROCEDURE p() SELECT 1;'
  await writeFile(join(place.cwd, 'bare.sql'), bare)
  await writeFile(join(place.cwd, 'some.sql'), `${bare} GRANT SELECT ON t TO ${READER};`)
  await writeFile(join(place.cwd, 'server.sql'), `${bare} GRANT SELECT ON mysql.* TO ${READER};`)
  const diff = (to: string) =>
    naru(['diff', place.url, to, '--scratch-beside', '--ignore', 'objects:procedure'], place.cwd)
  const same = await diff('bare.sql')
  expect(same.code, same.output).toBe(0)
  const some = await diff('some.sql')
  expect(some.code, some.output).toBe(1)
  expect(some.output).toMatch(/UPDATE TO .* → none/)
  const refused = await diff('server.sql')
  expect(refused.code).toBe(2)
  expect(refused.output).toContain('STATE_REFUSED')
  const [left] = await onMysql(place.url, "SELECT count(*) AS n FROM mysql.tables_priv WHERE Db LIKE 'naru\\_scratch%'")
  expect(Number(left.n)).toBe(0)
})

test('a plan for somebody whom the server does not know is refused before its first statement', async () => {
  await using place = await granted()
  await naru(['inspect', place.url, '--format', 'json', '--out', 'wanted.json'], place.cwd)
  await onMysql(place.url, `REVOKE SELECT ON t FROM ${READER}; ALTER TABLE t ADD b int`)
  const text = await readFile(join(place.cwd, 'wanted.json'), 'utf8')
  await writeFile(join(place.cwd, 'wanted.json'), text.replaceAll(`\`${READER}\``, '`naru_nobody`'))
  const done = await naru(['apply', place.url, '--to', 'wanted.json', '--yes', '--allow', 'drop-column'], place.cwd)
  expect(done.code, done.output).toBe(2)
  expect(done.output).toMatch(/no such account or role: `naru_nobody` \[ROLE_MISSING\]/)
  expect(await onMysql(place.url, 'SELECT b FROM t')).toHaveLength(1)
})

async function copied(from: string, to: string, more: CopyOptions = {}) {
  return copy(mysql.parse(from), mysql.parse(to), { jobs: 1, ...more }, { report() {} })
}

const definers = async (url: string) =>
  (await onMysql(url, 'SELECT definer AS d FROM information_schema.views WHERE table_schema = database()')).map(
    (r) => r.d,
  )

test('a copy sets definers and privileges, and tells those that the target does not know', async () => {
  await using from = await granted()
  await using to = await granted()
  await onMysql(to.url, 'DROP VIEW v; DROP TABLE t; DROP PROCEDURE p')
  const report = await copied(from.url, to.url)
  expect(report.exit, report.notes.join()).toBe(0)
  expect(await shown(to.url)).toEqual(await shown(from.url))
  expect(await definers(to.url)).toEqual([`${BLIND}@%`])
  const left = report.plan.leftovers.filter((l) => l.kind === 'definer')
  expect(left.map((l) => l.name)).toEqual(['naru_gone@%'])
  expect(left[0].stub).toContain('CREATE DEFINER=`naru_gone`@`%` PROCEDURE')
})

test('a copy without owners and privileges, and one by somebody who may not give them', async () => {
  await using from = await granted()
  await using to = await placeWith('mysql', 'SELECT 1')
  const bare = await copied(from.url, to.url, { noOwner: true, noPrivileges: true })
  expect(bare.exit).toBe(0)
  expect(await shown(to.url)).toEqual([])
  expect(await definers(to.url)).not.toContain(`${BLIND}@%`)
  expect(bare.plan.leftovers.filter((l) => l.outcome === 'left')).toEqual([])
  await using weak = await placeWith('mysql', `GRANT ALL ON * TO '${BLIND}'@'%'`)
  const report = await copied(from.url, as(weak.url, BLIND))
  expect(report.exit, JSON.stringify(report.failedSteps)).toBe(0)
  expect(report.plan.leftovers.map((l) => l.kind)).toContain('privileges')
  await onMysql(weak.url, `REVOKE ALL ON * FROM '${BLIND}'@'%'`)
})
