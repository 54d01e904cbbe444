import { expect, test } from 'vitest'
import { fakeIo } from '../../../test/cli/fake-io.ts'
import { badRun, goodRun, samplePlan, sampleVerify } from '../../../test/cli/sample.ts'
import type { PlannedPhase } from '../../app/script.ts'
import type { CopyPlan } from '../../core/plan.ts'
import { copyText } from './copy.ts'
import { planText } from './plan.ts'
import { styleOf } from './style.ts'
import { verifyText } from './verify.ts'
import { displayWidth } from './width.ts'

const style = styleOf(fakeIo({ tty: true, columns: 100 }).stdout, { NO_COLOR: '1' })
const step = (object: string) => ({ sql: 'x', why: '', object })
const phases: PlannedPhase[] = [
  { phase: 'schema', steps: ['table users', 'table orders'].map(step) },
  { phase: 'rows', steps: [] },
  { phase: 'indexes', steps: ['a', 'b', 'c', 'd', 'e', 'f'].map((n) => step(`index orders.${n}`)) },
  { phase: 'constraints', steps: [] },
]
const lines = (text: string) => text.split('\n').map((line) => line.trimEnd())

test('a plan shows tables, casts, order, what stays behind, version tables, findings and the verdict', () => {
  const shown = lines(planText({ plan: samplePlan, phases, full: false }, style))
  const has = (expected: string | RegExp) => expect(shown).toContainEqual(expect.stringMatching(expected))
  has(/^ {2}from {2}mysql:\/\/reader@old\.example:3306\/shop {2}MariaDB 10\.11\.6$/)
  has(/^ {2}orders +191,404 +0 +39\.8 MB {2}create$/)
  has(/^ {2}datetime +→ timestamp\(0\) +2 {2}users\.created_at, orders\.shipped_at$/)
  has(/^ {2}tinyint\(1\) +→ smallint +1 {2}orders\.flags \(--cast\)$/)
  has(/^ {2}float .*prints other digits/)
  has(/^ {2}2 {2}rows +203,410 rows$/)
  has(/^ {2}3 {2}indexes +6 {2}orders\.a, orders\.b, orders\.c, orders\.d and 2 more$/)
  has(/^ {2}left +view +1 {2}active_users: its SQL is written for MariaDB$/)
  has('--stubs FILE.sql writes 1 statement to start from')
  has(/^ {2}alembic +alembic_version +3f2a$/)
  has(/ZERO_DATE {2}orders\.shipped_at {2}1,203 values {2}settled: null$/)
  expect(shown.at(-2)).toBe('✓ Ready to copy. It will take about 12 s and 64.0 MB on the target.')
  for (const line of shown) expect(displayWidth(line)).toBeLessThanOrEqual(100)
})

test('open findings come first, with every way out', () => {
  const findings = samplePlan.findings.map((f, i) => (i === 1 ? { ...f, severity: 'blocks' as const } : f))
  const text = planText({ plan: { ...samplePlan, findings }, phases: [], full: false }, style)
  expect(text.indexOf('✗ NUL_BYTE')).toBeGreaterThan(0)
  expect(text.indexOf('✗ NUL_BYTE')).toBeLessThan(text.indexOf('✓ ZERO_DATE'))
  expect(text).toMatch(/^ {6}--policy NUL_BYTE=replace$/m)
  const two = findings.map((f) => ({ ...f, ways: [...f.ways, '--accept NUL_BYTE'] }))
  const chosen = planText({ plan: { ...samplePlan, findings: two }, phases: [], full: false }, style)
  expect(chosen).toMatch(/either --policy NUL_BYTE=replace\n {6}or {5}--accept NUL_BYTE/)
  expect(text).toContain('✗ Not ready. 1 finding must be settled before a row moves.')
})

test('a hundred columns of one kind take a line, --full lists them', () => {
  const [first] = samplePlan.tables
  const columns = Array.from({ length: 100 }, (_, i) => ({
    ...first.columns[3],
    source: { ...first.columns[3].source, name: `c${i}` },
  }))
  const plan: CopyPlan = { ...samplePlan, tables: [{ ...first, columns }] }
  const short = planText({ plan, phases: [], full: false }, style)
  expect(short).toContain('users.c0, users.c1, users.c2 and 97 more')
  expect(short).not.toContain('c50')
  expect(planText({ plan, phases: [], full: true }, style)).toContain('users.c99')
})

test('objects of a kind are one line where the reason is the same or nothing is lost', () => {
  const view = samplePlan.leftovers[0]
  const counter = { kind: 'counter', outcome: 'converted' as const, table: 't' }
  const leftovers = [
    ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => ({ ...view, name })),
    { ...counter, name: 'id on t', why: 'the next number will be 5' },
    { ...counter, name: 'id on u', why: 'the next number will be 7' },
  ]
  const shown = lines(planText({ plan: { ...samplePlan, leftovers }, phases: [], full: false }, style))
  expect(shown).toContainEqual(expect.stringMatching(/^ {2}left +view +6 {2}a, b, c, d and 2 more: its SQL is written/))
  expect(shown).toContainEqual(expect.stringMatching(/^ {2}converted +counter +2 {2}id on t on t, id on u on t$/))
})

test('types that differ in their numbers alone are one rule', () => {
  const [first] = samplePlan.tables
  const as = (name: string, from: string, to: string) => ({
    ...first.columns[2],
    source: { ...first.columns[2].source, name, type: { ...first.columns[2].source.type, native: from } },
    target: { ...first.columns[2].target, type: { ...first.columns[2].target.type, native: to } },
  })
  const columns = [
    as('a', 'varchar(45)', 'character varying(45)'),
    as('b', 'varchar(50)', 'character varying(50)'),
    as('c', 'varchar(50)', 'character varying(80)'),
    as('d', 'char(20)', 'character(20)'),
  ]
  const text = planText({ plan: { ...samplePlan, tables: [{ ...first, columns }] }, phases: [], full: false }, style)
  expect(text).toMatch(/varchar\(n\) +→ character varying\(n\) +2 {2}users\.a, users\.b\n/)
  expect(text).toMatch(/varchar\(50\) +→ character varying\(80\) +1 {2}users\.c\n/)
  expect(text).toMatch(/char\(20\) +→ character\(20\) +1 {2}users\.d\n/)
})

test('a copy ends with a table that adds up and one line that says all', () => {
  const shown = lines(copyText(goodRun, style))
  expect(shown).toContainEqual(expect.stringMatching(/^ {2}회원_등급 +7 +5 +2 .*✓ same digest$/))
  expect(shown).toContainEqual(expect.stringMatching(/^ {2}4 tables +203,412 +203,410 +2 /))
  expect(shown[0]).not.toContain('rejected')
  expect(shown).toContainEqual(expect.stringMatching(/^! \d+ things? did not come along: .*1 view \(/))
  expect(shown.at(-2)).toBe(
    '✓ All rows arrived. 203,410 rows of 4 tables were written. All 4 tables have the same digest on both sides.',
  )
})

test('what is wrong with a copy is told before the verdict', () => {
  const text = copyText(badRun, style)
  expect(text).toContain('✗ does not add up')
  expect(text).toContain('! 1 row refused, kept in naru-rejects-20260315.ndjson')
  expect(text).toContain('✗ foreign key orders.orders_user_id_fkey could not be made: Key (user_id)=(77)')
  expect(text).toContain('rows 17, 18')
  expect(lines(text).at(-2)).toMatch(/^✗ Not complete\. The ledger of 1 table does not close\./)
})

test('a verification lists rows that differ by key, with both values', () => {
  const text = verifyText(sampleVerify, style)
  expect(text).toContain('missing on target  17')
  expect(text).toContain("differs  23  price: '12.50' ≠ NULL")
  expect(text).toContain('and 138 more')
  expect(lines(text).at(-2)).toBe('✗ Different. 1 of 2 tables differs, 140 rows in all: orders.')
})
