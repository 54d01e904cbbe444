/** A schema of many tables is inspected and planned by as many questions as one of ten; `npm run bench -- schema` measures 1,000. */
import { expect, test } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { databaseOf, stateOf } from '../schema/law.ts'
import { planBetween } from '../schema/mysql-stage.ts'

const made = (i: number, more = '') =>
  `CREATE TABLE t${i} (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, ref bigint unsigned, name varchar(100) NOT NULL DEFAULT 'x', price decimal(10,2),
   created datetime NOT NULL DEFAULT current_timestamp, updated timestamp NULL, e enum('a','b'), txt text COMMENT 'c', n int NOT NULL DEFAULT 0, g int AS (n + 1) VIRTUAL${more},
   UNIQUE KEY u (name), KEY k (created, n), KEY r (ref), CONSTRAINT ck${i} CHECK (n >= 0), CONSTRAINT fk${i} FOREIGN KEY (ref) REFERENCES t${i} (id))`

const script = (tables: number, more = '') => Array.from({ length: tables }, (_, i) => made(i, more)).join(';\n')

/** Statements that the server got from this connection. */
async function questions(db: Database): Promise<number> {
  const [row] = await db.query("SHOW SESSION STATUS LIKE 'Questions'")
  return Number(row.Value ?? row.VALUE)
}

async function inspecting(db: Database) {
  const before = await questions(db)
  const began = performance.now()
  const schema = await db.inspect()
  const ms = performance.now() - began
  return { schema, ms, asked: (await questions(db)) - before }
}

test('300 tables with 3,000 columns', async () => {
  await using small = await databaseOf('mysql', script(10))
  await using large = await databaseOf('mysql', script(300))
  await using other = await databaseOf('mysql', script(10, ', added int'))
  const few = await inspecting(small.db)
  const many = await inspecting(large.db)
  expect(many.schema.tables.length).toBe(300)
  expect(many.schema.tables.flatMap((t) => t.columns).length).toBe(3000)
  expect(many.asked).toBe(few.asked)
  expect(many.ms).toBeLessThan(5000)
  const began = performance.now()
  const plan = planBetween(large.db, await stateOf(large.db), await stateOf(other.db))
  expect(plan.steps.length).toBe(300)
  expect(performance.now() - began).toBeLessThan(10_000)
})
