/** Databases of several schemas: what is read, and what is said of the rest. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'
import { apply } from '../../src/app/apply.ts'
import { copy } from '../../src/app/copy.ts'
import { diff } from '../../src/app/diff.ts'
import { inspect } from '../../src/app/inspect.ts'
import { plan } from '../../src/app/plan.ts'
import { diffVerdict } from '../../src/app/report/diff-verdict.ts'
import { verifyVerdict } from '../../src/app/report/other-reports.ts'
import { wholeVerdict } from '../../src/app/report/run-report.ts'
import { loadState } from '../../src/app/state.ts'
import { verify } from '../../src/app/verify.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { sqlite } from '../../src/engines/sqlite/index.ts'
import { findProgram } from '../harness/binaries.ts'
import { freshDatabase } from '../harness/database.ts'
import { dump, ROLES, runScripts } from '../schema/postgres-harness.ts'
import { asking } from './move.ts'

const SHOP = `CREATE SCHEMA sales; CREATE SCHEMA hr; CREATE SCHEMA util; CREATE SCHEMA blank;
CREATE TABLE item (id int PRIMARY KEY); CREATE TABLE hr.emp (id int PRIMARY KEY); INSERT INTO hr.emp VALUES (1);
CREATE TABLE sales.o (id int PRIMARY KEY, emp int REFERENCES hr.emp); INSERT INTO sales.o VALUES (1, 1); INSERT INTO item VALUES (7);
CREATE FUNCTION util.twice(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'; CREATE SEQUENCE util.s;`

const quiet = { report() {} }

describe('of a database with several schemas', () => {
  it('one is read, and every report says what was not', async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) => ask(SHOP))
    const [a, b] = [postgres.parse(from.url), postgres.parse(to.url)]
    const report = await copy(a, b, { jobs: 1 }, quiet)
    const rest = 'blank with nothing, hr with 1 table, sales with 1 table, util with 2 objects'
    const { headline, sentence } = wholeVerdict(report)
    assert.equal(headline, 'All rows of the schema public arrived')
    assert.match(sentence, new RegExp(`4 things did not come along: 4 schemas \\(${rest}\\)\\.$`))
    const verified = await verify(a, b, {}, { reporter: quiet })
    assert.match(verifyVerdict(verified).sentence, /Not compared: 2 schemas \(hr with 1 table, sales with 1 table\)\.$/)
    const load = (url: string) => loadState(url, { address: async (t) => postgres.parse(t), names: [], cwd: '.' })
    const states = [await load(from.url), await load(to.url)] as const
    assert.match(
      diffVerdict(await diff(...states)).sentence,
      new RegExp(`Not compared: 4 schemas \\(${rest}\\) of FROM\\.$`),
    )
    assert.match(
      (await inspect(states[0], { format: 'sql' })).notes.join(),
      /only the schema public was read: not in it are 4 schemas/,
    )
    const some = await copy(a, b, { jobs: 1, tables: ['item'], ifExists: 'truncate' }, quiet)
    assert.equal(wholeVerdict(some).headline, 'Everything arrived')
  })

  it('what crosses into one that is not read is told', async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) => ask(SHOP))
    const of = (url: string) => postgres.parse(`${url}?schema=sales`)
    const report = await copy(of(from.url), of(to.url), { jobs: 1 }, quiet)
    assert.match(
      wholeVerdict(report).sentence,
      /5 things did not come along: 1 foreign key \(o_emp_fkey on o\), 4 schemas/,
    )
  })
})

/** Tables of one schema with what they use of others: `plain` and `graded` could be made without them. */
const DRAWN = `CREATE SCHEMA one; CREATE SCHEMA util; CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext;
CREATE SEQUENCE util.numbers; CREATE TYPE util.grade AS ENUM ('a', 'b'); CREATE TYPE util.pair AS (a int, b int); CREATE DOMAIN util.positive AS int CHECK (VALUE > 0);
CREATE FUNCTION util.code(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'c' || $1 $$; CREATE TABLE util.base (id int PRIMARY KEY);
CREATE TABLE one.plain (id int PRIMARY KEY, b int REFERENCES util.base, e ext.citext); CREATE TABLE one.graded (g util.grade, h util.grade[]);
CREATE TABLE one.numbered (id bigint PRIMARY KEY DEFAULT nextval('util.numbers')); CREATE TABLE one.typed (p util.pair, n util.positive[]);
CREATE TABLE one.coded (id int CHECK (util.code(id) <> 'c0'), c text GENERATED ALWAYS AS (util.code(id)) STORED); CREATE INDEX coded_idx ON one.coded (util.code(id));
INSERT INTO one.numbered DEFAULT VALUES; INSERT INTO one.coded VALUES (7); INSERT INTO one.typed VALUES ((1, 2), '{3}')`

describe('tables that use what lies in a schema that was not read', () => {
  it('are findings with the way out; with that schema everything arrives', async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await runScripts(from.url, [['public', DRAWN]])
    await asking(to.url, (ask) => ask('CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext'))
    const of = (url: string, schema: string) => postgres.parse(`${url}?schema=${schema}`)
    for (const [choice, prefix] of [
      ['one', ''],
      ['one,ext', 'one.'],
    ] as const) {
      const planned = await plan(of(from.url, choice), postgres.parse(`${to.url}?schema=${choice}`), {}, quiet)
      const found = planned.findings.map((f) => [f.code, f.table, f.count, f.severity])
      assert.deepEqual(found, [
        ['SCHEMA_UNREAD', `${prefix}coded`, 1, 'blocks'],
        ['SCHEMA_UNREAD', `${prefix}numbered`, 1, 'blocks'],
        ['SCHEMA_UNREAD', `${prefix}typed`, 2, 'blocks'],
      ])
      const [coded, numbered] = planned.findings
      assert.match(
        coded.message,
        /function util\.code\(integer\) \(column c, constraint coded_id_check, index coded_idx\)/,
      )
      assert.match(numbered.message, /sequence util\.numbers \(default id\)/)
      assert.match(numbered.ways[0], new RegExp(`^\\?schema=${choice},util in the address of the source`))
    }
    const before = await dump(to.url)
    await assert.rejects(copy(of(from.url, 'one'), of(to.url, 'one'), { jobs: 1 }, quiet), {
      code: 'UNSETTLED_FINDINGS',
    })
    assert.equal(await dump(to.url, OURS), before)
    const some = await plan(of(from.url, 'one'), of(to.url, 'one'), { tables: ['plain', 'graded'] }, quiet)
    assert.deepEqual(some.findings, [])
    const report = await copy(of(from.url, 'one,util'), of(to.url, 'one,util'), { jobs: 1 }, quiet)
    assert.equal(report.exit, 0)
    assert.equal(await dump(to.url, OURS), await dump(from.url))
    assert.equal(await rowsOf(to.url), await rowsOf(from.url))
  })
})

/** Eight schemas and public on the first of two fresh databases. */
async function woven() {
  const [from, to] = [await freshDatabase('postgres'), await freshDatabase('postgres')]
  const sql = await readFile(join(import.meta.dirname, 'schemas.sql'), 'utf8')
  await runScripts(from.url, [['public', `${ROLES};${sql}`]])
  const close = async () => {
    await from[Symbol.asyncDispose]()
    await to[Symbol.asyncDispose]()
  }
  return { from: from.url, to: to.url, [Symbol.asyncDispose]: close }
}

const texts = (row: Readonly<Record<string, unknown>>) => Object.values(row).map(String)

const all = (url: string) => postgres.parse(`${url}?schema=*`)

const OURS = ['--exclude-schema=naru_ledger']
/** Tables and their rows as pg_dump writes them. */
async function rowsOf(url: string): Promise<string> {
  const args = ['--data-only', '--exclude-schema=naru_ledger', '--dbname', url]
  const { stdout } = await promisify(execFile)(findProgram('pg_dump') ?? 'pg_dump', args)
  return stdout.replace(/^\\.*$/gm, '')
}

const load = (url: string) =>
  loadState(`${url}?schema=*`, { address: async (t) => postgres.parse(t), names: [], cwd: '.' })

describe('several schemas in one run', () => {
  it('arrive as pg_dump would carry them, rows and all', async () => {
    await using ends = await woven()
    const report = await copy(all(ends.from), postgres.parse(ends.to), { jobs: 1 }, quiet)
    assert.deepEqual(report.failedSteps, [])
    assert.equal(wholeVerdict(report).headline, 'Everything arrived')
    assert.deepEqual(report.tables.map((t) => t.table).sort(), [
      'a,b.x',
      'hr.emp',
      'hr.heir',
      'my schema.t "q"',
      'public.base',
      'public.o',
      'sales.o',
      'sales.part',
      'we"ird.x',
      'Ünï.o',
    ])
    assert.equal(await dump(ends.to, OURS), await dump(ends.from))
    const rows = await rowsOf(ends.from)
    assert.ok(rows.includes('e300'))
    assert.equal(await rowsOf(ends.to), rows)
    assert.equal((await diff(await load(ends.from), await load(ends.to))).same, true)
    await asking(ends.to, (ask) => ask(`UPDATE sales.o SET q = 9 WHERE id = 7; DELETE FROM "Ünï".o WHERE id = 2`))
    const verified = await verify(all(ends.from), postgres.parse(ends.to), {}, { reporter: quiet })
    assert.deepEqual(
      verified.tables.filter((t) => !t.same).map((t) => [t.table, t.driftCount]),
      [
        ['sales.o', 1],
        ['Ünï.o', 1],
      ],
    )
  })

  it('are whole after a stop between tables and rows', async () => {
    await using ends = await woven()
    const stop = new AbortController()
    const report = (e: NaruEvent) => {
      if (e.type === 'phase' && e.phase === 'data' && e.state === 'begin') stop.abort()
    }
    const [a, b] = [all(ends.from), postgres.parse(ends.to)]
    await assert.rejects(copy(a, b, { jobs: 1 }, { report }, stop.signal), /stopped/)
    const again = await copy(a, b, { jobs: 1 }, quiet)
    assert.deepEqual([again.resumed, wholeVerdict(again).headline], [true, 'Everything arrived'])
    assert.equal(await dump(ends.to, OURS), await dump(ends.from))
  })

  it('are built and altered as desired states', async () => {
    await using ends = await woven()
    const folder = await mkdtemp(join(tmpdir(), 'naru-schemas-'))
    const file = join(folder, 'all.json')
    const make = async () => {
      const { files } = await inspect(await load(ends.from), { format: 'json' })
      await writeFile(file, files[0].text)
      const states = { address: async (t: string) => postgres.parse(t), names: [], cwd: '.' }
      const allow = ['drop-table', 'drop-object', 'rewrite', 'blocking'] as const
      const options = { allow: [...allow], rehearsal: false }
      const report = await apply(all(ends.to), file, options, { states, reporter: quiet, agree: async () => true })
      assert.deepEqual([report.outcome, report.remaining], ['done', []])
      assert.equal(await dump(ends.to), await dump(ends.from))
    }
    try {
      await make()
      await asking(ends.from, (ask) =>
        ask(`DROP SCHEMA blank; DROP RULE r ON "we""ird".x; DROP SCHEMA "a,b" CASCADE; CREATE SCHEMA fresh; COMMENT ON SCHEMA fresh IS 'f';
          COMMENT ON SCHEMA sales IS NULL; REVOKE USAGE ON SCHEMA hr FROM naru_reader; CREATE SEQUENCE fresh.s;
          CREATE TABLE fresh.o (id int PRIMARY KEY DEFAULT nextval('fresh.s'), o bigint REFERENCES sales.o); ALTER TABLE sales.o ADD x util.mood;
          DROP VIEW public.v; DROP MATERIALIZED VIEW "my schema".mv; ALTER TYPE hr.mood ADD VALUE 'z'`),
      )
      await make()
      await asking(ends.from, (ask) => ask('DROP SCHEMA fresh CASCADE'))
      await make()
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('stand beside each other on both sides, or under names that are given', async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    await asking(from.url, (ask) => ask(SHOP))
    const [a, b] = [all(from.url), postgres.parse(`${to.url}?schema=public`)]
    await assert.rejects(copy(a, b, { jobs: 1 }, quiet), /one side is a single schema/)
    const one = await loadState(to.url, { address: async (t) => postgres.parse(t), names: [], cwd: '.' })
    await assert.rejects(diff(await load(from.url), one), /one side is a single schema/)
    const folder = await mkdtemp(join(tmpdir(), 'naru-schemas-'))
    try {
      const lite = sqlite.parse(`sqlite:${join(folder, 'shop.db')}`)
      await assert.rejects(copy(a, lite, { jobs: 1 }, quiet), (error: Error & { hint?: string }) => {
        assert.match(error.message, /the target has no schemas/)
        assert.match(error.hint ?? '', /--rename 'hr\.\*=hr_\*' --rename 'public\.\*=\*' --rename 'sales\.\*=sales_\*'/)
        return true
      })
      const rename = { 'sales.*': 'sales_*', 'hr.*': 'hr_*', 'public.item': 'item' }
      const named = await copy(a, lite, { jobs: 1, rename }, quiet)
      assert.deepEqual(named.tables.map((t) => t.target).sort(), ['hr_emp', 'item', 'sales_o'])
      // Back again, a run for each schema.
      await using again = await freshDatabase('postgres')
      const several = postgres.parse(`${again.url}?schema=hr,sales`)
      await assert.rejects(copy(lite, several, { jobs: 1 }, quiet), /one side is a single schema/)
      for (const name of ['hr', 'sales']) {
        const back = { jobs: 1, tables: [`${name}_*`], rename: { [`${name}_*`]: '*' } }
        await copy(lite, postgres.parse(`${again.url}?schema=${name}`), back, quiet)
      }
      const rows = (url: string) =>
        asking(url, (ask) => ask('SELECT e.id, o.id AS o, o.emp FROM hr.emp e JOIN sales.o ON o.emp = e.id'))
      assert.deepEqual((await rows(again.url)).map(texts), (await rows(from.url)).map(texts))
      // Flattened, two names may become one: told before anything moves.
      await asking(from.url, (ask) => ask('CREATE TABLE sales_o (id int PRIMARY KEY)'))
      const flat = { rename: { 'hr.*': 'hr_*', 'public.*': '*', 'sales.*': 'sales_*' } }
      const planned = await plan(a, sqlite.parse(`sqlite:${join(folder, 'other.db')}`), flat, quiet)
      assert.deepEqual(
        planned.findings.map((f) => [f.code, f.table, f.severity]),
        [['NAME_COLLISION', 'sales.o', 'blocks']],
      )
      await asking(from.url, (ask) => ask('DROP TABLE sales_o'))
    } finally {
      await rm(folder, { recursive: true })
    }
    const list = postgres.parse(`${from.url}?schema=sales,hr`)
    const report = await copy(list, postgres.parse(to.url), { jobs: 1 }, quiet)
    assert.match(
      wholeVerdict(report).sentence,
      /3 things did not come along: 3 schemas \(blank with nothing, public with/,
    )
    assert.equal(wholeVerdict(report).headline, 'All rows of the schemas hr, sales arrived')
    await asking(to.url, async (ask) => {
      const [found] = await ask(
        `SELECT string_agg(nspname, ' ' ORDER BY nspname) AS names FROM pg_namespace WHERE nspname !~ '^(pg_|naru|info)'`,
      )
      assert.equal(found.names, 'hr public sales')
    })
  })
})
