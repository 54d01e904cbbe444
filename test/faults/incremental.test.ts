/** Copies into tables that are there already: only units that differ are written, and a kill in the middle changes nothing of it. */
import { setTimeout as sleep } from 'node:timers/promises'
import mysql from 'mysql2/promise'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { numbers } from '../harness/numbers.ts'
import { naru, startNaru } from './naru.ts'

const ROWS = 100_000

async function makeSource(url: string): Promise<mysql.Connection> {
  const db = await mysql.createConnection({ uri: url, multipleStatements: true })
  await db.query(`CREATE TABLE person (id int PRIMARY KEY, email varchar(80) NOT NULL UNIQUE) DEFAULT CHARSET utf8mb4;
    INSERT INTO person SELECT seq, concat('사람', seq, '@example.com') FROM ${numbers(1, ROWS / 5)};
    CREATE TABLE visit (id int PRIMARY KEY, who int NOT NULL, note varchar(40), FOREIGN KEY (who) REFERENCES person (id) ON DELETE CASCADE) DEFAULT CHARSET utf8mb4;
    INSERT INTO visit SELECT seq * 2, 1 + seq % ${ROWS / 5}, concat('메모 ', seq) FROM ${numbers(1, ROWS)};
    CREATE TABLE loose (a int, b text); INSERT INTO loose SELECT seq % 7, md5(seq) FROM ${numbers(1, 500)};`)
  return db
}

/** Ten rows changed and five made and taken away, and two addresses that change places between far units. */
const CHANGES = `UPDATE visit SET note = '바뀜' WHERE id BETWEEN 20002 AND 20020;
  INSERT INTO visit SELECT 199991 + seq * 2, 7, 'new' FROM ${numbers(0, 4)};
  DELETE FROM visit WHERE id IN (102, 104, 106, 108, 110);
  UPDATE person SET email = 'x' WHERE id = 5;
  UPDATE person SET email = concat('사람', 5, '@example.com') WHERE id = ${ROWS / 5 - 3};
  UPDATE person SET email = concat('사람', ${ROWS / 5 - 3}, '@example.com') WHERE id = 5;`

async function sameRows(source: mysql.Connection, target: pg.Client): Promise<void> {
  for (const [table, columns] of [
    ['person', 'id, email'],
    ['visit', 'id, who, note'],
    ['loose', 'a, b'],
  ]) {
    const [theirs] = await source.query<mysql.RowDataPacket[]>(`SELECT ${columns} FROM ${table} ORDER BY ${columns}`)
    const { rows } = await target.query(`SELECT ${columns} FROM ${table}`)
    const text = (all: readonly object[]) => all.map((r) => JSON.stringify(Object.values(r))).sort()
    expect(text(rows), table).toEqual(text(theirs))
  }
}

interface Told {
  readonly table: string
  readonly read: number
  readonly written: number
  readonly kept: number
  readonly closes: boolean
  readonly units: { readonly kept: number; readonly of: number }
}

/** What the result says of each table. */
function told(output: string): Map<string, Told> {
  const line = output.split('\n').find((l) => l.includes('"type":"result"')) ?? '{"tables":[]}'
  return new Map((JSON.parse(line).tables as Told[]).map((t) => [t.table, t]))
}

test('the second copy writes only the units that differ', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const source = await makeSource(from.url)
  const target = new pg.Client({ connectionString: to.url })
  await target.connect()
  try {
    const args = ['copy', from.url, to.url, '--incremental', '--json']
    expect((await naru(args, work.path)).code).toBe(0)
    await target.query('CREATE TABLE before AS SELECT id, xmin::text AS made FROM visit')

    const still = await naru(args, work.path)
    expect(still.code, still.output).toBe(0)
    for (const t of told(still.output).values()) {
      expect(t).toMatchObject({ written: 0, kept: t.read, closes: true, units: { kept: t.units.of } })
    }

    await source.query(CHANGES)
    const run = await naru(args, work.path)
    expect(run.code, run.output).toBe(0)
    await sameRows(source, target)
    const visit = told(run.output).get('visit')
    expect(visit).toMatchObject({ read: ROWS, closes: true })
    // Changed rows lie in one or two units, those that are gone and those that are new in one each.
    const copied = (visit?.units.of ?? 0) - (visit?.units.kept ?? 0)
    expect(copied).toBeGreaterThanOrEqual(3)
    expect(copied).toBeLessThanOrEqual(4)
    const { rows } = await target.query(
      'SELECT count(*)::int AS same FROM visit JOIN before USING (id) WHERE visit.xmin::text = before.made',
    )
    expect(rows[0].same).toBe(visit?.kept)
    expect(rows[0].same).toBeGreaterThan(ROWS * 0.75)
    expect(told(run.output).get('person')?.kept).toBeGreaterThan(0)
    expect(told(run.output).get('loose')).toMatchObject({ kept: 500, units: { kept: 1, of: 1 } })

    // Without what the ledger remembers: contents are compared.
    await naru(['clean', to.url], work.path)
    await source.query('DELETE FROM loose LIMIT 3')
    const bare = await naru(args, work.path)
    expect(bare.code, bare.output).toBe(0)
    expect(told(bare.output).get('visit')).toMatchObject({ written: 0, kept: ROWS })
    expect(told(bare.output).get('loose')).toMatchObject({ written: 497, kept: 0 })
    await sameRows(source, target)
  } finally {
    await Promise.all([source.end(), target.end()])
  }
})

test('rows that point nowhere after a copy into tables that are there are counted and named', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const source = await mysql.createConnection({ uri: from.url, multipleStatements: true })
  const target = new pg.Client({ connectionString: to.url })
  await target.connect()
  try {
    await source.query('CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1), (2), (3)')
    await target.query(
      'CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); INSERT INTO a VALUES (1), (8), (9); INSERT INTO b VALUES (5, 9), (6, 8), (7, 1), (8, NULL)',
    )
    const args = ['copy', from.url, to.url, '--incremental']
    const first = await naru(args, work.path)
    expect(first.code, first.output).toBe(1)
    expect(first.output).toContain('foreign key b_a_fkey of public.b does not hold: 2 rows point to no row of public.a')
    expect(first.output).toMatch(/id=5 a=9/)
    await expect(target.query('INSERT INTO b VALUES (1, 99)')).rejects.toThrow(/foreign key/)
    await target.query('DELETE FROM b WHERE a > 3')
    const again = await naru(args, work.path)
    expect(again.code, again.output).toBe(0)
  } finally {
    await Promise.all([source.end(), target.end()])
  }
})

test('kill -9 in the middle: the same command goes on, and triggers and keys are on', async () => {
  await using from = await freshDatabase('mysql')
  await using to = await freshDatabase('postgres')
  await using work = await freshFiles()
  const source = await makeSource(from.url)
  const target = new pg.Client({ connectionString: to.url })
  await target.connect()
  try {
    expect((await naru(['copy', from.url, to.url, '--quiet'], work.path)).code).toBe(0)
    await target.query(`CREATE TABLE fired (n int);
      CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO fired VALUES (1); RETURN NULL; END';
      CREATE TRIGGER watch AFTER INSERT OR DELETE ON visit FOR EACH ROW EXECUTE FUNCTION fire()`)
    await source.query(`UPDATE visit SET note = concat(note, '!') WHERE id % 5 = 0; ${CHANGES}`)
    const args = ['copy', from.url, to.url, '--incremental', '--json', '--unit-rows', '2000', '--rate', '2MB']
    for (let kills = 0; kills < 4; kills++) {
      const run = startNaru(args, work.path)
      const moving = new Promise<void>((resolve) => {
        run.child.stdout?.on('data', (text) => String(text).includes('"chunk"') && resolve())
      })
      await Promise.race([moving.then(() => sleep(Math.random() * 200)), run.end])
      expect(run.child.exitCode, 'the copy ended before it was killed').toBeNull()
      run.child.kill('SIGKILL')
      await run.end
    }
    await expect(target.query("INSERT INTO visit VALUES (-1, -1, 'orphan')")).rejects.toThrow(/foreign key/)
    const end = await naru([...args.slice(0, -2), '--quiet'], work.path)
    expect(end.code, end.output).toBe(0)
    await sameRows(source, target)
    expect((await target.query('SELECT count(*)::int AS n FROM fired')).rows[0].n).toBe(0)
    await target.query("INSERT INTO visit VALUES (-1, 7, 'child')")
    expect((await target.query('SELECT count(*)::int AS n FROM fired')).rows[0].n).toBe(1)
  } finally {
    await Promise.all([source.end(), target.end()])
  }
})
