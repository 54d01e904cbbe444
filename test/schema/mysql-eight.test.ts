/** What differs between MySQL 8 and MariaDB in how one schema leads to another: planned for states that say they are of MySQL 8. */
import { expect, test } from 'vitest'
import type { Capabilities } from '../../src/core/capabilities.ts'
import type { Schema } from '../../src/core/schema.ts'
import { diffSchemas } from '../../src/diff/compare.ts'
import { mysql } from '../../src/engines/mysql/index.ts'
import { databaseOf, stateOf } from './law.ts'

interface Read {
  readonly state: Schema
  readonly can: Capabilities
}

const planner = mysql.dialect.planner!

/** The state, and what its server can do. */
async function read(script: string): Promise<Read> {
  await using place = await databaseOf('mysql', script)
  return { state: await stateOf(place.db), can: place.db.can }
}

function statements(from: Read, to: Read, of: Pick<Schema, 'flavor' | 'version'>): string[] {
  const [a, b] = [from.state, to.state].map((s) => planner.normalize({ ...s, ...of }))
  const changes = diffSchemas(a, b, { ordersColumns: planner.ordersColumns })
  return planner.plan({ from: a, to: b, changes, can: from.can }).steps.map((s) => s.sql)
}

const EIGHT = { flavor: 'mysql', version: '8.4.0' }

test('a column that others refer to begins to number its rows: their keys wait aside, which MariaDB does not need', async () => {
  const tables = (number: string) =>
    `CREATE TABLE p (id int NOT NULL${number}, PRIMARY KEY (id)); CREATE TABLE c (id int PRIMARY KEY, p int, CONSTRAINT c_p FOREIGN KEY (p) REFERENCES p (id))`
  const [plain, counted] = [await read(tables('')), await read(tables(' AUTO_INCREMENT'))]
  for (const [from, to] of [
    [plain, counted],
    [counted, plain],
  ]) {
    const sql = statements(from, to, EIGHT)
    const [gone, changed, back] = [/DROP FOREIGN KEY `c_p`/, /MODIFY COLUMN `id`/, /ADD CONSTRAINT `c_p`/].map((r) =>
      sql.findIndex((s) => r.test(s)),
    )
    expect([gone >= 0, gone < changed, changed < back], sql.join('\n')).toEqual([true, true, true])
    const there = statements(from, to, { flavor: 'mariadb', version: '10.11.6-MariaDB' })
    expect(there.join('\n')).not.toContain('FOREIGN KEY')
  }
})

test('the semicolon of the script that made a trigger is no part of it', async () => {
  const there = await read(
    'CREATE TABLE t (id int PRIMARY KEY, n int); CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1',
  )
  const { state } = there
  const ended = state.others.map((o) => (o.kind === 'trigger' ? { ...o, definition: `${o.definition};` } : o))
  expect(ended).not.toEqual(state.others)
  expect(statements(there, { ...there, state: { ...state, others: ended } }, EIGHT)).toEqual([])
})
