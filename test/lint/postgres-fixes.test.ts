/** Rewritten scripts make what the scripts would have made, on a server; and all rewritings together come to an end. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lint } from '../../src/app/library.ts'
import { fixSql } from '../../src/revisions/lint/fix.ts'
import { lintSql } from '../../src/revisions/lint/lint-sql.ts'
import type { LintContext } from '../../src/revisions/lint/rule.ts'
import { splitSql } from '../../src/schema/sql-split.ts'
import { type FreshDatabase, freshDatabase, freshFiles } from '../harness/database.ts'
import { COLUMN_CASES } from './postgres-cases-columns.ts'
import { NAME_AND_DATA_CASES } from './postgres-cases-data.ts'
import { STORAGE_AND_RIGHTS_CASES } from './postgres-cases-rights.ts'
import { INDEX_AND_TYPE_CASES } from './postgres-cases-types.ts'

const CONTEXT: LintContext = { engine: 'postgres', inTransaction: false }

let database: FreshDatabase
let client: pg.Client

beforeAll(async () => {
  database = await freshDatabase('postgres')
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
})

afterAll(async () => {
  await client.end()
  await database[Symbol.asyncDispose]()
})

const BEFORE = `
  DROP SCHEMA public CASCADE; CREATE SCHEMA public;
  CREATE TABLE u (id bigint PRIMARY KEY);
  CREATE TABLE t (id bigint NOT NULL, "a b" int, c int NOT NULL, u bigint);
  CREATE INDEX t_old ON t (c);
  INSERT INTO u VALUES (1); INSERT INTO t VALUES (1, 1, 1, 1);`

/** Columns, constraints and indexes as the server tells them. */
const STATE = `
  SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || attidentity::text AS line
    FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r')
  UNION ALL SELECT conrelid::regclass || ': ' || conname || ' ' || pg_get_constraintdef(oid) || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY line`

async function made(script: string): Promise<string[]> {
  await client.query(BEFORE)
  for (const { sql } of splitSql(script, 'postgres')) await client.query(sql)
  return (await client.query<{ line: string }>(STATE)).rows.map((r) => r.line)
}

const SAME: readonly string[] = [
  'ALTER TABLE t ADD CONSTRAINT "f k" FOREIGN KEY (u) REFERENCES u ON DELETE CASCADE',
  'ALTER TABLE t ADD FOREIGN KEY (u) REFERENCES u DEFERRABLE -- why',
  'ALTER TABLE t ADD COLUMN x int, ADD CONSTRAINT positive CHECK (c > 0), ADD FOREIGN KEY (u) REFERENCES u',
  'ALTER TABLE ONLY public.t ADD CHECK (c > 0)',
  'ALTER TABLE t ADD CHECK (c > 0 AND u > 0)',
  'ALTER TABLE t ADD UNIQUE ("a b", c)',
  'ALTER TABLE public.t ADD CONSTRAINT "의 키" UNIQUE (u) DEFERRABLE',
  'ALTER TABLE t ADD PRIMARY KEY (id)',
  'ALTER TABLE t ALTER "a b" SET NOT NULL',
  'ALTER TABLE IF EXISTS ONLY public.t ALTER COLUMN u SET NOT NULL',
  'CREATE UNIQUE INDEX IF NOT EXISTS i ON t (c DESC) WHERE c > 0',
  'DROP INDEX IF EXISTS t_old',
  'REINDEX TABLE t',
]

describe('a rewritten script', () => {
  it.each(SAME)('makes the same as %s', async (script) => {
    const { text, done } = await fixSql(script, CONTEXT)
    expect(done).not.toEqual([])
    expect(await made(text)).toEqual(await made(script))
  })

  it('makes columns of better types of a new table', async () => {
    const script = `CREATE TABLE n (id serial PRIMARY KEY, "이름" varchar(5) NOT NULL, code char(2), body json, at timestamp(3) DEFAULT now());`
    const { text } = await fixSql(script, CONTEXT)
    const lines = (await made(text)).filter((line) => /^n[.:]/.test(line))
    expect(lines).toEqual(
      expect.arrayContaining([
        'n.id bigint true d',
        'n.이름 text true ',
        'n.body jsonb false ',
        'n.at timestamp(3) with time zone false ',
        'n: n_code_check CHECK ((length(code) <= 2))true',
      ]),
    )
  })
})

const ALL = [COLUMN_CASES, INDEX_AND_TYPE_CASES, NAME_AND_DATA_CASES, STORAGE_AND_RIGHTS_CASES].flatMap((cases) =>
  Object.values(cases).flatMap((c) => c.fires),
)

it('all rewritings together leave nothing that can be rewritten, and nothing that cannot be read', async () => {
  for (const c of ALL) {
    const [script, more] = typeof c === 'string' ? [c, {}] : c
    const context = { ...CONTEXT, ...more }
    const { text } = await fixSql(script, context)
    const { findings } = await lintSql(text, context)
    expect([script, findings.filter((f) => f.fix !== undefined || f.code === 'syntax')]).toEqual([script, []])
  }
})

it('the database tells how large tables are, and the types of their columns', async () => {
  await client.query(`${BEFORE} ALTER TABLE t ADD v varchar(5);
    CREATE TABLE large (v varchar(5)); INSERT INTO large SELECT i FROM generate_series(1, 99999) AS i; INSERT INTO large VALUES (1), (2); ANALYZE`)
  await using files = await freshFiles()
  const path = join(files.path, 'a.sql')
  const each = (table: string) =>
    `ALTER TABLE ${table} ALTER v TYPE text; ALTER TABLE ${table} ALTER v TYPE int USING v::int; CREATE INDEX ON ${table} (v);`
  await writeFile(path, `SET lock_timeout = 1000; ${each('t')} ${each('public.large')} ${each('elsewhere')}`)
  const report = await lint(
    [path],
    { only: ['change-column-type', 'index-not-concurrent'] },
    { database: database.url },
  )
  const told = report.files[0].findings.map((f) => `${f.table?.name} ${f.severity} ${f.code} ${f.rows ?? ''}`.trim())
  expect(told).toEqual([
    't note change-column-type 1',
    't note index-not-concurrent 1',
    'large error change-column-type 100001',
    'large error index-not-concurrent 100001',
    'elsewhere warning change-column-type',
    'elsewhere error change-column-type',
    'elsewhere error index-not-concurrent',
  ])
})
