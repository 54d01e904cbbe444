import { expect, test } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import type { ApplyPlan, ApplyReport, WeighedHazard, WeighedStep } from '../../core/apply.ts'
import { applyPlanText, applyQuestion, applyText } from './apply.ts'
import { styleOf } from './style.ts'
import { displayWidth } from './width.ts'

const style = styleOf(fakeIo({ tty: true, columns: 90 }).stdout, { NO_COLOR: '1' })

const drop: WeighedHazard = {
  kind: 'drop-column',
  what: 'column users.age is dropped with its values',
  table: { name: 'users' },
  column: 'age',
  counted: 'rows with a value in it',
  found: 1203,
  verdict: 'refused',
}
const step = (number: number, more: Partial<WeighedStep> = {}): WeighedStep => ({
  number,
  sql: `ALTER TABLE t${number} ADD x int`,
  why: 'new',
  object: `table t${number}`,
  inTransaction: true,
  hazards: [],
  ...more,
})
const plan: ApplyPlan = {
  database: { label: 'postgres://app@db/shop', engine: 'postgres', flavor: 'postgres', version: '17.2' },
  goal: 'schema.sql',
  from: 'a',
  to: 'b',
  steps: [step(1, { hazards: [drop] }), step(2)],
  unplanned: [],
  online: false,
  transaction: 'all',
  renames: [],
  strangers: [],
  notes: [],
}
const shown = (p: ApplyPlan) => applyPlanText(p, style)
const report = (more: Partial<ApplyReport>): ApplyReport => ({
  plan,
  outcome: 'done',
  exit: 0,
  remaining: [],
  started: '',
  finished: '',
  steps: [{ number: 1, ms: 1, skipped: false }],
  ...more,
})

test('a plan says where, what, why, in which transaction, and what it needs', () => {
  expect(shown(plan)).toBe(`  database  postgres://app@db/shop  PostgreSQL 17.2
  becomes   schema.sql

2 statements, in one transaction: all or none

  1  table t1: new
     ALTER TABLE t1 ADD x int;
     ✗ drop-column  column users.age is dropped with its values (1,203 rows with a value
                    in it): needs --allow drop-column

  2  table t2: new
     ALTER TABLE t2 ADD x int;

`)
})

test('one statement is no "all of them"', () => {
  const one = { ...plan, steps: [step(1)] }
  expect(shown(one)).toContain('\n1 statement, in a transaction\n')
  expect(shown({ ...one, transaction: 'none' })).toContain('\n1 statement, final by itself\n')
  const online = shown({ ...one, transaction: 'parts', steps: [step(1, { inTransaction: false })] })
  expect(online).toContain('\n1 statement, not in a transaction\n')
  expect(online).not.toContain('──')
})

test('one row is one row, an answer that did not come is told, sizes are told', () => {
  const hazards: WeighedHazard[] = [
    { ...drop, kind: 'may-fail', what: 'a.', found: 1, counted: 'rows with NULL', verdict: 'allowed' },
    { ...drop, kind: 'may-fail', what: 'b', found: null, unanswered: 'not counted within 30.0 s' },
    { ...drop, kind: 'rewrite', what: 'c', found: null, rows: 3_400_000, bytes: 1.2e9 },
    { ...drop, kind: 'rewrite', what: 'd', found: null, rows: 12, verdict: 'fine' },
    { ...drop, kind: 'lossy', what: 'e', found: 0, counted: undefined, verdict: 'fine' },
  ]
  const text = shown({ ...plan, steps: [step(1, { hazards })] }).replaceAll(/\n {20}/g, ' ')
  expect(text).toContain('! may-fail     a (1 row with NULL): allowed, and fails as long as this row is there')
  expect(text).toContain('✗ may-fail     b (not counted within 30.0 s): needs --allow may-fail')
  expect(text).toContain('✗ rewrite      c (about 3,400,000 rows, 1.2 GB): needs --allow rewrite')
  expect(text).toContain('✓ rewrite      d (12 rows): quick: a small table')
  expect(text).toContain('✓ lossy        e (0 rows): nothing is lost')
})

test('what is final by itself is told apart, and so is what there is no statement for', () => {
  const steps = [step(1), step(2, { inTransaction: false, algorithm: 'INSTANT', sql: 'A;\n\tB -- c' })]
  const text = shown({
    ...plan,
    transaction: 'parts',
    steps,
    unplanned: [{ object: 'type t', why: 'cannot' }],
    renames: [{ what: 'Is table a now called b? (same key)', flag: '--rename a=b' }],
    rehearsal: { state: 'skipped', why: 'not wanted' },
    interrupted: {
      started: '2026-01-02T03:04:05.000Z',
      goal: 'old.sql',
      done: 1,
      of: 3,
      running: 'table t2',
      sameGoal: false,
    },
  })
  expect(text).toContain('2 statements, not all in one transaction: what is final stays when a later one fails')
  expect(text).toMatch(
    /── in one transaction ──\n\n {2}1 {2}table t1: new[\s\S]*── each by itself ──\n\n {2}2 {2}table t2: new \(INSTANT\)/,
  )
  expect(text).toContain('     A;\n       B -- c\n')
  expect(text).toContain('✗ type t: cannot')
  expect(text).toContain('? Is table a now called b? (same key) If so: --rename a=b')
  expect(text).toContain('· Not rehearsed: not wanted.')
  const flat = text.replaceAll(/\n {2}(?=\S)/g, ' ')
  expect(flat).toContain(
    'The change of 2026-01-02 03:04:05 UTC was not finished: 1 of 3 statements done, table t2 was under way.',
  )
  expect(flat).toContain('It was to become what old.sql says, which is not the same.')
  for (const line of text.split('\n')) expect(displayWidth(line)).toBeLessThanOrEqual(90)
})

test('names from a database cannot move the cursor', () => {
  const text = shown({
    ...plan,
    steps: [step(1, { object: 'table \u001b[2J', why: 'a\u001b[1A', sql: 'DROP "\u001b[2J"' })],
  })
  expect(text).not.toContain('\u001b')
  expect(text).toContain('DROP "\\u001b[2J";')
})

test('the question names what is deleted', () => {
  expect(applyQuestion(plan)).toBe(
    'This deletes users.age (1,203 rows with a value in it). Run these 2 statements on postgres://app@db/shop?',
  )
  expect(applyQuestion({ ...plan, steps: [step(1)] })).toBe('Run this statement on postgres://app@db/shop?')
})

test('the last line says what became of it', () => {
  const last = (r: ApplyReport) => applyText(r, style).trimEnd()
  expect(last(report({}))).toBe('✓ Done. 1 statement ran; postgres://app@db/shop is what schema.sql says.')
  expect(last(report({ outcome: 'unchanged' }))).toBe(
    '✓ Nothing to do. postgres://app@db/shop is what schema.sql says already.',
  )
  expect(last(report({ outcome: 'planned', exit: 1, remaining: ['x'] }))).toBe(
    '! Nothing was changed. 2 statements would run with --allow drop-column.',
  )
  expect(last(report({ outcome: 'differs', exit: 1, remaining: ['table t: column a is missing'] }))).toBe(
    '  ✗ table t: column a is missing\n✗ Differences remain. 1 statement ran, 1 difference left.',
  )
})
