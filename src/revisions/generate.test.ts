import { expect, test } from 'vitest'
import type { Hazard, PlannedSteps, Step } from '../core/change.ts'
import { splitSql } from '../schema/sql-split.ts'
import { commentLine, generated } from './generate.ts'

const step = (sql: string, more: Partial<Step> = {}): Step => ({
  sql,
  why: 'new',
  object: 'table t',
  inTransaction: true,
  hazards: [],
  ...more,
})
const plan = (...steps: Step[]): PlannedSteps => ({ steps, unplanned: [] })
const lost: Hazard = { kind: 'drop-column', what: 'column users.nick is dropped with its values' }

test('every statement says why, and what it may do', () => {
  const steps = plan(step('CREATE TABLE t (a int)'), step('ALTER TABLE u ADD b int', { hazards: [lost] }))
  expect(
    generated({
      up: steps,
      down: plan(step('DROP TABLE t', { why: 'not wanted', object: 'table t' })),
      family: 'postgres',
    }),
  ).toEqual({
    up: `-- table t: new
CREATE TABLE t (a int);

-- table t: new
-- loses data: column users.nick is dropped with its values
ALTER TABLE u ADD b int;`,
    down: `-- does not bring back: column users.nick is dropped with its values

-- not wanted
DROP TABLE t;`,
  })
})

test('an index or a view that goes is a hazard, rows of a virtual table are lost', () => {
  const view: Hazard = { kind: 'drop-object', what: 'the view v goes' }
  const rows: Hazard = {
    kind: 'drop-object',
    what: 'the virtual table f is dropped with its rows',
    count: 'SELECT 1 AS n',
  }
  const { up } = generated({ up: plan(step('DROP x', { hazards: [view, rows] })), down: plan(), family: 'sqlite' })
  expect(up).toContain(
    '-- hazard drop-object: the view v goes\n-- loses data: the virtual table f is dropped with its rows\n',
  )
})

test('what has no statement is told, and no way back is said to be none', () => {
  const unplanned = [{ object: 'table t', why: 'cannot\nbe done' }]
  const { up, down } = generated({
    up: { steps: [step('A')], unplanned },
    down: { steps: [], unplanned },
    family: 'mysql',
  })
  expect(up).toMatch(/^-- NOT IN THIS FILE: table t: cannot\\u000abe done\n\n/)
  expect(down).toBe('-- naru:irreversible table t: cannot\\u000abe done')
})

test('a statement that must stand alone is marked where there are transactions', () => {
  const alone = plan(step('CREATE INDEX CONCURRENTLY i ON t (a)', { inTransaction: false }))
  const text = (family: 'postgres' | 'mysql') => generated({ up: alone, down: alone, family }).up
  expect(text('postgres')).toContain('-- naru:no-transaction\nCREATE INDEX')
  expect(text('mysql')).not.toContain('naru:')
})

test('no name makes a line that is read as a word of the file', () => {
  for (const text of ['naru:down', ' naru:up', 'NARU:x', 'a\nnaru:down', 'a\r-- naru:down\u2028naru:up']) {
    expect(commentLine(text)).toMatch(/^-- (?!\s*naru:)[^\n\r\u2028]*$/i)
  }
})

test('bodies of MySQL end by a delimiter that is not in them', () => {
  const body = "CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = ';;'; SET @b = '$$'; END"
  const { up } = generated({ up: plan(step(body)), down: plan(), family: 'mysql' })
  expect(up).toContain('DELIMITER //\n')
  expect(splitSql(up, 'mysql').map((s) => s.sql)).toEqual([body])
})
