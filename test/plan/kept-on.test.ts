/** Existing tables whose foreign keys or triggers stay on while rows come. */
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { openDatabase } from '../../src/app/open.ts'
import { plan } from '../../src/app/plan.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { address } from '../schema/loading.ts'

const TABLES = `CREATE TABLE z_parent (id integer PRIMARY KEY, up integer REFERENCES z_parent (id));
  CREATE TABLE a_child (id integer PRIMARY KEY, parent integer NOT NULL REFERENCES z_parent (id));`
const silent = { report() {} }

/** 3,000 parents, each child points at a parent far away. `up`: SQL of the parent's own parent. */
async function source(up: string) {
  const files = await freshFiles()
  const db = new DatabaseSync(`${files.path}/s.db`)
  db.exec(`${TABLES} PRAGMA foreign_keys = OFF;
    WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 3000) INSERT INTO z_parent SELECT i, ${up} FROM s;
    INSERT INTO a_child SELECT id, 3001 - id FROM z_parent`)
  db.close()
  return { at: await address(`sqlite:${files.path}/s.db`), [Symbol.asyncDispose]: files[Symbol.asyncDispose] }
}

test('a user of PostgreSQL who may not switch keys off: parents first, circles told', async () => {
  await using from = await source('nullif(i - 1, 0)')
  await using place = await freshDatabase('postgres')
  const user = `naru_kept_${process.pid}`
  const admin = new pg.Client({ connectionString: place.url })
  await admin.connect()
  await admin.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'; GRANT ALL ON SCHEMA public TO ${user}`)
  try {
    const database = new URL(place.url).pathname.slice(1)
    await admin.query(`GRANT ALL ON DATABASE "${database}" TO ${user}; SET ROLE ${user}; ${TABLES} RESET ROLE`)
    const to = { ...(await address(place.url)), user, password: 'x' }
    const options = { ifExists: 'append', unitRows: 200, jobs: 2 } as const
    const { findings } = await plan(from.at, to, options, silent)
    expect(findings).toMatchObject([{ code: 'KEYS_STAY', table: 'z_parent', severity: 'blocks' }])
    expect(findings[0]?.message).toContain('public.z_parent → public.z_parent')
    const report = await copy(from.at, to, { ...options, accept: ['KEYS_STAY:z_parent'] }, silent)
    expect(report).toMatchObject({ verdict: 'done', exit: 0 })
    const { rows } = await admin.query('SELECT count(*)::int AS n FROM a_child JOIN z_parent p ON p.id = parent')
    expect(rows).toEqual([{ n: 3000 }])

    // Whoever may switch them off need not be told.
    expect((await plan(from.at, await address(place.url), options, silent)).findings).toEqual([])
  } finally {
    await admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`)
    await admin.end()
  }
})

const TRIGGERS = {
  mysql: [
    'CREATE TRIGGER stamp BEFORE INSERT ON a_child FOR EACH ROW SET NEW.parent = 7',
    'CREATE TRIGGER log AFTER UPDATE ON a_child FOR EACH ROW INSERT INTO z_parent VALUES (0, NULL)',
  ],
  postgres: [
    "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.parent := 7; RETURN NEW; END'",
    'CREATE TRIGGER stamp BEFORE UPDATE OR INSERT ON a_child FOR EACH ROW EXECUTE FUNCTION f()',
    'CREATE TRIGGER plain BEFORE INSERT ON a_child FOR EACH ROW EXECUTE FUNCTION f()',
    'CREATE TRIGGER off BEFORE INSERT ON a_child FOR EACH ROW EXECUTE FUNCTION f()',
    'ALTER TABLE a_child ENABLE ALWAYS TRIGGER stamp; ALTER TABLE a_child DISABLE TRIGGER off',
  ],
}

test.each(['mysql', 'postgres'] as const)('%s: triggers that would run for each row are told', async (kind) => {
  await using from = await source('NULL')
  await using place = await freshDatabase(kind)
  const to = await address(place.url)
  {
    await using db = await openDatabase(to, { role: 'target' })
    for (const sql of [...TABLES.split(';').filter((s) => s.trim() !== ''), ...TRIGGERS[kind]]) await db.execute(sql)
  }
  const { findings } = await plan(from.at, to, { ifExists: 'append' }, silent)
  expect(findings).toMatchObject([
    { code: 'TRIGGERS_FIRE', table: 'a_child', message: expect.stringContaining('trigger stamp of') },
  ])
  await expect(copy(from.at, to, { ifExists: 'append' }, silent)).rejects.toMatchObject({ code: 'UNSETTLED_FINDINGS' })
})
