/** Wanted states that come from a model in code: they have no statement, and what a model cannot say stays as it is. */
import { expect, test } from 'vitest'
import type { Schema, Table } from '../../src/core/schema.ts'
import { changesOf, databaseOf, runSteps, stateOf } from './law.ts'
import { plain } from './sqlite-case.ts'

const FROM = `CREATE TABLE p (id INTEGER PRIMARY KEY);
CREATE TABLE t (id INTEGER PRIMARY KEY, -- a number
  a INT NOT NULL ON CONFLICT IGNORE, b TEXT UNIQUE ON CONFLICT REPLACE, c TEXT, d INT UNIQUE CHECK (d > 0) REFERENCES p,
  FOREIGN KEY (a) REFERENCES p (id) MATCH FULL)`

/** The schema as a model would have it after an edit of table t. */
async function edited(
  script: string,
  edit: (t: Table) => Table,
): Promise<{ sql: string; left: unknown; rows: unknown; steps: string }> {
  await using a = await databaseOf('sqlite', script)
  await a.db.execute("INSERT INTO p VALUES (1); INSERT INTO t VALUES (7, 1, 'x', 'y', 1)")
  const present = await a.db.inspect()
  const wanted: Schema = {
    ...present,
    tables: present.tables.map((t) => {
      const { sql: _, ...options } = t.options
      return t.name.name === 't' ? edit({ ...t, options }) : t
    }),
  }
  const { planner } = a.db.engine.dialect
  if (planner === undefined) throw new Error('no planner')
  const [from, to] = [planner.normalize(present), planner.normalize(wanted)]
  const { steps } = planner.plan({ from, to, changes: changesOf(a.db, from, to), can: a.db.can })
  await runSteps(a.db, steps)
  return {
    sql: plain(a.url, (db) => String(db.prepare("SELECT sql FROM sqlite_master WHERE name = 't'").get()?.sql)),
    left: changesOf(a.db, await stateOf(a.db), to).flatMap((c): unknown[] =>
      c.kind === 'alter' ? [...c.edits] : [c.kind],
    ),
    rows: plain(a.url, (db) => db.prepare('SELECT id, a, b FROM t').all()),
    steps: steps.map((s) => s.sql).join('\n'),
  }
}

const ROWS = [{ id: 7, a: 1, b: 'x' }]
const added = { name: 'e', type: { logical: { kind: 'text' }, native: 'TEXT' }, nullable: true } as const

test('no edit is no difference', async () => {
  const { steps, left } = await edited(FROM, (t) => t)
  expect({ steps, left }).toEqual({ steps: '', left: [] })
})

test('a column is added in place, and nothing else is touched', async () => {
  const { sql, left, rows, steps } = await edited(FROM, (t) => ({ ...t, columns: [...t.columns, added] }))
  expect({ left, rows }).toEqual({ left: [], rows: ROWS })
  expect(steps).toBe('ALTER TABLE "t" ADD COLUMN "e" TEXT')
  expect(sql).toContain('-- a number')
  expect(sql).toContain('MATCH FULL')
})

test('a column that changes leaves the clauses of the others', async () => {
  const { sql, left, rows } = await edited(FROM, (t) => ({
    ...t,
    columns: t.columns.map((c) => (c.name === 'c' ? { ...c, nullable: false } : c)),
  }))
  expect({ left, rows }).toEqual({ left: [], rows: ROWS })
  for (const kept of ['ON CONFLICT IGNORE', 'ON CONFLICT REPLACE', 'MATCH FULL', '"c" TEXT NOT NULL'])
    expect(sql).toContain(kept)
})

test('a column goes with its constraints, a check comes', async () => {
  const { sql, left, rows } = await edited(FROM, (t) => ({
    ...t,
    columns: t.columns.filter((c) => c.name !== 'd'),
    uniques: t.uniques.filter((u) => !u.columns.includes('d')),
    foreignKeys: t.foreignKeys.filter((f) => !f.columns.includes('d')),
    checks: [{ name: 'long', expression: 'length("b") > 0' }],
  }))
  expect({ left, rows }).toEqual({ left: [], rows: ROWS })
  for (const kept of ['ON CONFLICT IGNORE', 'ON CONFLICT REPLACE', 'MATCH FULL', 'CONSTRAINT "long"'])
    expect(sql).toContain(kept)
  expect(sql).not.toMatch(/\bd\b/)
})

test('what the old statement cannot be made to say is written from the model, conflict clauses included', async () => {
  const { sql, left, rows } = await edited(FROM, (t) => ({ ...t, uniques: t.uniques.slice(0, 1) }))
  expect({ left, rows }).toEqual({ left: [], rows: ROWS })
  for (const kept of ['NOT NULL ON CONFLICT IGNORE', 'UNIQUE ("b") ON CONFLICT REPLACE']) expect(sql).toContain(kept)
  expect(sql).not.toContain('UNIQUE ("d")')
})

test('a primary key into which NULL may go stays so', async () => {
  const script =
    'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (id TEXT PRIMARY KEY, a INT, b TEXT, c INT, d INT)'
  const { steps, left } = await edited(script, (t) => ({ ...t, columns: [...t.columns, added] }))
  expect({ steps, left }).toEqual({ steps: 'ALTER TABLE "t" ADD COLUMN "e" TEXT', left: [] })
})
