/** What PostgreSQL 18 can say and older servers cannot, with PGlite as the newer one; told apart by its own catalogue alone. */
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import type { Database } from '../../src/core/engine.ts'
import type { Schema } from '../../src/core/schema.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { usualNotNull } from '../../src/engines/postgres/names.ts'
import { freshDatabase } from '../harness/database.ts'
import { address } from '../schema/loading.ts'
import { apply, inspected, planned } from '../schema/postgres-harness.ts'

const SCHEMA = `
  CREATE TABLE plain (id int PRIMARY KEY, a text NOT NULL);
  CREATE TABLE named (id int CONSTRAINT id_there NOT NULL PRIMARY KEY, a text CONSTRAINT "꼭 있다" NOT NULL, b int CONSTRAINT alone NOT NULL NO INHERIT);
  COMMENT ON CONSTRAINT "꼭 있다" ON named IS 'it''s needed';
  INSERT INTO named VALUES (1, 'x', 2);
  CREATE TABLE lax (id int PRIMARY KEY, a text); INSERT INTO lax VALUES (1, NULL), (2, 'y');
  ALTER TABLE lax ADD CONSTRAINT lax_filled NOT NULL a NOT VALID;
  CREATE TABLE parent (id int NOT NULL, k int CONSTRAINT of_parent NOT NULL);
  CREATE TABLE heir (extra int CONSTRAINT of_heir NOT NULL) INHERITS (parent);
  CREATE TABLE part (id int CONSTRAINT of_part NOT NULL, d date NOT NULL) PARTITION BY RANGE (d);
  CREATE TABLE part1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
  CREATE TABLE computed (a int NOT NULL, v int GENERATED ALWAYS AS (a * 2) VIRTUAL, s int GENERATED ALWAYS AS (a * 3) STORED CONSTRAINT filled NOT NULL);
  INSERT INTO computed VALUES (7);
  CREATE TABLE renamed (old_name int NOT NULL); ALTER TABLE renamed RENAME old_name TO new_name;
  CREATE TABLE loose (id int PRIMARY KEY, a int, CONSTRAINT positive CHECK (a > 0) NOT ENFORCED, CONSTRAINT points FOREIGN KEY (a) REFERENCES plain NOT ENFORCED);
  INSERT INTO loose VALUES (1, -5);
  CREATE TABLE spans (id int4range, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
  CREATE TABLE within (id int4range, during daterange, CONSTRAINT inside FOREIGN KEY (id, PERIOD during) REFERENCES spans (id, PERIOD during));
  CREATE DOMAIN filled AS text CONSTRAINT "not empty" NOT NULL;
  CREATE TABLE kept (f filled)`

const CONSTRAINTS = `SELECT coalesce(conrelid::regclass::text, '') || coalesce(nullif(contypid, 0)::regtype::text, '') || ' ' || conname || ' ' || pg_get_constraintdef(oid)
      || CASE WHEN conislocal THEN '' ELSE ' (inherited)' END || CASE WHEN convalidated THEN '' ELSE ' (not valid)' END || coalesce(' -- ' || obj_description(oid, 'pg_constraint'), '') AS line
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT attrelid::regclass || ' ' || attname || ' ' || attgenerated::text || attnotnull FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
  UNION ALL SELECT adrelid::regclass || ' = ' || pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_class c ON c.oid = adrelid WHERE relnamespace = 'public'::regnamespace`

async function opened<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await postgres.open(postgres.parse(url), { role: 'target' })
  try {
    return await work(db)
  } finally {
    await db.close()
  }
}

const told = (db: Database) => db.query(CONSTRAINTS).then((rows) => rows.map((r) => String(r.line)).sort())
/** As a server of that version has it: PGlite itself counts as one of any version. */
const server = async (db: Database): Promise<Schema> => ({ ...(await inspected(db, 'public')), flavor: 'postgres' })
const silent = { report() {} }

test('a copy keeps names, NO INHERIT, NOT VALID and comments of NOT NULL, and what is not enforced', async () => {
  await using from = await freshDatabase('pglite')
  await using to = await freshDatabase('pglite')
  const wanted = await opened(from.url, async (db) => {
    await db.execute(SCHEMA)
    return await told(db)
  })
  expect(wanted).toContain(`named 꼭 있다 NOT NULL a -- it's needed`)
  expect(wanted).toContain('lax lax_filled NOT NULL a NOT VALID (not valid)')
  const report = await copy(await address(from.url), await address(to.url), {}, silent)
  expect(report.exit).toBe(0)
  expect(report.plan.leftovers.filter((l) => l.outcome !== 'converted')).toEqual([])
  await opened(to.url, async (db) => {
    expect(await told(db)).toEqual(wanted)
    expect(await db.query('SELECT v, s FROM computed')).toEqual([{ v: 14, s: 21 }])
    await expect(db.execute('INSERT INTO lax VALUES (3, NULL)')).rejects.toThrow(/null value/)
  })
})

test('an older server gets what comes nearest, and is told what stays behind', async (context) => {
  await using from = await freshDatabase('pglite')
  await using to = await freshDatabase('postgres')
  const version = await opened(to.url, async (db) => db.version)
  if (Number.parseInt(version, 10) >= 18) context.skip(`the server here is ${version}`)
  await opened(from.url, (db) => db.execute(SCHEMA))
  const report = await copy(await address(from.url), await address(to.url), {}, silent)
  expect(report.exit).toBe(0)
  const changed = report.plan.leftovers.flatMap((l) =>
    l.outcome === 'converted' ? [] : [`${l.outcome} ${l.kind} ${l.name}`],
  )
  expect(changed.sort()).toEqual([
    'approximated NOT NULL a',
    'approximated NOT NULL b',
    'approximated generated column v',
    'left CHECK positive',
    'left NOT NULL a',
    'left exclusion spans_pkey',
    'left foreign key points',
    'left other inside',
  ])
  const stub = report.plan.leftovers.find((l) => l.name === 'points')?.stub ?? ''
  await opened(to.url, async (db) => {
    expect(await db.query('SELECT v, s FROM computed')).toEqual([{ v: 14, s: 21 }])
    expect(await db.query('SELECT count(*)::int AS n FROM lax WHERE a IS NULL')).toEqual([{ n: 1 }])
    await expect(db.execute('INSERT INTO lax VALUES (3, NULL)')).rejects.toThrow(/lax_filled/)
    expect(await db.query('SELECT a FROM loose')).toEqual([{ a: -5 }])
    await db.execute(stub)
    await expect(db.execute('INSERT INTO loose VALUES (2, 99)')).rejects.toThrow(/points/)
  })
})

/** Each leads to the next, and the last to the first; the renames that lead there by hand. */
const STATES = [
  'CREATE TABLE t (id int NOT NULL, a int, g int GENERATED ALWAYS AS (id + 1) STORED, w int GENERATED ALWAYS AS (id + 1) VIRTUAL); CREATE DOMAIN d AS int',
  'CREATE TABLE t (id int CONSTRAINT there NOT NULL, a int NOT NULL, g int GENERATED ALWAYS AS (id * 3) STORED, w int GENERATED ALWAYS AS (id * 3) VIRTUAL); CREATE DOMAIN d AS int CONSTRAINT first NOT NULL',
  `CREATE TABLE t (id int CONSTRAINT there NOT NULL NO INHERIT, a int, g int GENERATED ALWAYS AS (id * 4) STORED CONSTRAINT computed NOT NULL, w int GENERATED ALWAYS AS (id * 4) VIRTUAL, CHECK (id > 0));
    ALTER TABLE t ADD CONSTRAINT lax NOT NULL a NOT VALID; COMMENT ON CONSTRAINT lax ON t IS 'later'; CREATE DOMAIN d AS int CONSTRAINT other NOT NULL`,
  `CREATE TABLE t (id int NOT NULL NO INHERIT, a int CONSTRAINT strict NOT NULL, g int GENERATED ALWAYS AS (id * 4) STORED NOT NULL, w int GENERATED ALWAYS AS (id * 5) VIRTUAL, CHECK (id > 0));
    COMMENT ON CONSTRAINT t_id_not_null ON t IS 'so'; CREATE DOMAIN d AS int NOT NULL`,
  `CREATE TABLE t (id int NOT NULL, a int); ALTER TABLE t ADD NOT NULL a NO INHERIT NOT VALID; CREATE DOMAIN d AS int NOT NULL`,
]

test.each([false, true])('plans lead from each to the next, online %s', async (online) => {
  await using place = await freshDatabase('pglite')
  await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  const wanted: string[][] = []
  const schemas: Schema[] = []
  for (const sql of [...STATES, STATES[0]]) {
    await db.execute('DROP TABLE IF EXISTS t; DROP DOMAIN IF EXISTS d')
    await db.execute(sql)
    wanted.push(await told(db))
    schemas.push(await server(db))
  }
  for (const [i, to] of schemas.entries()) {
    const { steps, unplanned } = planned(db, await server(db), to, { online })
    expect(unplanned).toEqual([])
    await apply(db, steps)
    expect(await told(db)).toEqual(wanted[i])
    expect(planned(db, await server(db), to).changes).toEqual([])
  }
})

test('what is called otherwise from now on takes the usual names along', async () => {
  await using place = await freshDatabase('pglite')
  await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  const make = (t: string, a: string, d: string) =>
    `CREATE TABLE "${t}" (id int NOT NULL, "${a}" text NOT NULL, own int CONSTRAINT mine NOT NULL); CREATE DOMAIN ${d} AS int NOT NULL`
  await db.execute(make('새 표', 'b', 'e'))
  const [wanted, to] = [await told(db), await server(db)]
  await db.execute('DROP TABLE "새 표"; DROP DOMAIN e')
  await db.execute(make('t', 'a', 'd'))
  const name = (n: string) => ({ schema: 'public', name: n })
  const renames = [
    { table: name('t'), to: '새 표' },
    { table: name('t'), column: 'a', to: 'b' },
    { table: name('d'), to: 'e' },
  ]
  const { steps } = planned(db, await server(db), to, { renames })
  await apply(db, steps)
  expect(await told(db)).toEqual(wanted)
})

test('what is planned on PGlite runs on servers that know none of it', async () => {
  await using place = await freshDatabase('pglite')
  await using older = await freshDatabase('postgres')
  await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  await using there = await postgres.open(postgres.parse(older.url), { role: 'target' })
  const before = 'CREATE TABLE t (id int NOT NULL, a int, g int GENERATED ALWAYS AS (id + 1) STORED)'
  await db.execute(
    'CREATE TABLE u (id int CONSTRAINT mine NOT NULL, a int NOT NULL, g int GENERATED ALWAYS AS (id * 3) STORED)',
  )
  const to = await inspected(db, 'public')
  await db.execute('DROP TABLE u')
  await db.execute(before)
  await there.execute(before)
  const [one, other] = postgres.dialect.planner!.align!(await inspected(db, 'public'), to)
  const renames = [{ table: { schema: 'public', name: 't' }, to: 'u' }]
  const { steps } = planned(db, one, other, { renames })
  const sql = steps.map((s) => s.sql).join('\n')
  expect(sql).toContain('RENAME TO')
  expect(sql).not.toMatch(/CONSTRAINT|SET EXPRESSION/)
  await apply(db, steps)
  await apply(there, steps)
  await there.execute('INSERT INTO u (id, a) VALUES (2, 1)')
  expect(await there.query('SELECT g FROM u')).toEqual([{ g: 6 }])
  await db.execute('ALTER TABLE u ALTER a DROP NOT NULL; ALTER TABLE u ADD CONSTRAINT lax NOT NULL a NOT VALID')
  const rest = planned(db, ...postgres.dialect.planner!.align!(await inspected(db, 'public'), to))
  await apply(db, rest.steps)
  expect((await told(db)).filter((line) => / a\b/.test(line))).toEqual(['u a true', 'u u_a_not_null NOT NULL a'])
})

test('the usual name is the one that the server gives', async () => {
  await using place = await freshDatabase('pglite')
  await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  const long = 'abcdefghij'.repeat(6)
  const names = [
    ['t', 'a'],
    [long, 'a'],
    ['t', long],
    [long, `${long.slice(1)}x`],
    ['한글'.repeat(10), '가나다라마바사'],
    ['한'.repeat(9), `${'나'.repeat(20)}x`],
    ['😀'.repeat(10), `x${'é'.repeat(25)}`],
  ]
  for (const [table, column] of names) {
    await db.execute(`CREATE TABLE "${table}" ("${column}" int NOT NULL)`)
    const [row] = await db.query(
      "SELECT conname AS name FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    )
    expect(usualNotNull(table, column)).toBe(row.name)
    await db.execute(`DROP TABLE "${table}"`)
  }
})

test('a server that knows no names of NOT NULL does not differ by them', async () => {
  await using place = await freshDatabase('pglite')
  await using db = await postgres.open(postgres.parse(place.url), { role: 'target' })
  await db.execute(SCHEMA)
  const { planner } = postgres.dialect
  const there = await db.inspect()
  const own = { ...there, flavor: 'postgres' }
  const [from, to] = planner!.align!({ ...own, version: '15.4' }, own)
  expect(planner!.align!(own, own)).toEqual([own, own])
  expect(from.tables).toEqual(to.tables)
  expect(from.tables.flatMap((t) => t.columns.filter((c) => c.notNull?.name !== undefined))).toEqual([])
  expect(to.others.find((o) => o.kind === 'domain')?.definition).toBe('CREATE DOMAIN public.filled AS text NOT NULL')
})
