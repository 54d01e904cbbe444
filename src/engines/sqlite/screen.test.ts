import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Column } from '../../core/schema.ts'
import { probePredicate } from './probe.ts'
import { PLAIN_TEXTS, plainMoments, plainTexts, screen } from './screen.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('texts are plain when they are valid UTF-8 without NUL and without what looks encoded twice', () => {
  expect(plainTexts(bytes('주문\nhello\né, crème brûlée\n😀'))).toBe(true)
  expect(plainTexts(bytes('a\nb\0c'))).toBe(false)
  expect(plainTexts(bytes('a\nÃ©'))).toBe(false)
  expect(plainTexts(bytes('it Ã€s'))).toBe(false)
  expect(plainTexts(Uint8Array.of(0x61, 0x0a, 0x80))).toBe(false)
  // One half at the end of a line, the other at the beginning of the next: neither is text.
  expect(plainTexts(Uint8Array.of(0xc3, 0x0a, 0xa9))).toBe(false)
})

test('every text that was encoded twice is in doubt', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      const twice = Buffer.from(Buffer.from(text, 'utf8').toString('latin1'), 'utf8')
      fc.pre(/[\u00c2-\u00f4][\u0080-\u00bf]/.test(twice.toString('utf8')))
      expect(plainTexts(twice)).toBe(false)
    }),
  )
})

test('moments are plain when each line is a day of the calendar', () => {
  expect(plainMoments(bytes('2024-02-29 23:59:59\n0001-01-01 00:00:00'), 19)).toBe(true)
  expect(plainMoments(bytes('2024-02-29\n2000-02-29'), 10)).toBe(true)
  for (const wrong of [
    '0000-01-01',
    '2023-02-29',
    '1900-02-29',
    '2024-00-10',
    '2024-13-01',
    '2024-01-00',
    '2024-04-31',
    '2024-1-011',
    '2024-01-0a',
    '2024/01/01',
    '2024-01-01\n',
    '2024-01-01x2024-01-01',
    '2024-01-01\n2024',
  ]) {
    expect(plainMoments(bytes(wrong), 10), wrong).toBe(wrong === '2024-01-01\n')
  }
  for (const wrong of ['2024-01-01 24:00:00', '2024-01-01 00:60:00', '2024-01-01 00:00:60', '2024-01-01T00:00:00']) {
    expect(plainMoments(bytes(wrong), 19), wrong).toBe(false)
  }
})

test('a day is plain when JavaScript knows it too', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(15), fc.nat(35), (y, m, d) => {
      const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
      const date = new Date(`${text}T00:00:00Z`)
      const real = y > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
      expect(plainMoments(bytes(text), 10)).toBe(real)
    }),
  )
})

/** SQL of values of every storage class: numbers at the ends, texts that are none (NUL, bytes that are no UTF-8), long ones, blobs. */
const literals = fc.oneof(
  fc.constantFrom(
    'NULL',
    "''",
    "x''",
    '0',
    '-0.0',
    '9e999',
    '-9e999',
    '100',
    '100.5',
    '-100',
    '-100.01',
    "'101'",
    "'-1e3'",
  ),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((v) => (v === -(2n ** 63n) ? `(${v + 1n} - 1)` : String(v))),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((v) => (Number.isInteger(v) ? `${v.toExponential()}` : String(v))),
  fc.uint8Array({ maxLength: 8 }).map((b) => `x'${Buffer.from(b).toString('hex')}'`),
  fc.uint8Array({ maxLength: 8 }).map((b) => `CAST(x'${Buffer.from(b).toString('hex')}' AS TEXT)`),
  fc.constantFrom(999, 1000, 1001).map((n) => `'${'x'.repeat(n)}'`),
  fc.constantFrom(332, 333, 334).map((n) => `'${'주'.repeat(n)}'`),
)
const affinities = fc.constantFrom('TEXT', 'BIGINT', 'REAL', 'DECIMAL(5,2)', 'BLOB', '')

function withValues(affinity: string, values: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(`CREATE TABLE t (x ${affinity})`)
  for (const value of values) db.exec(`INSERT INTO t VALUES (${value})`)
  return db
}

test('what is strung together is every text that is not long, and a NUL for every value of another class', () => {
  const sql = screen({ kind: 'nul' }, { kind: 'text' }, 'x') ?? ''
  fc.assert(
    fc.property(affinities, fc.array(literals, { minLength: 1, maxLength: 8 }), (affinity, values) => {
      using db = withValues(affinity, values)
      const row = db.prepare(`SELECT ${sql.replace(PLAIN_TEXTS, 'hex')} AS found FROM t`).get()
      const each = db
        .prepare('SELECT typeof(x) AS class, length(CAST(x AS BLOB)) AS bytes, hex(CAST(x AS BLOB)) AS hex FROM t')
        .all()
      const lines = each
        .filter((v) => v.class !== 'null')
        .map((v) => (v.class === 'text' && Number(v.bytes) <= 1000 ? String(v.hex) : '00'))
      expect(row?.found).toBe(lines.join('0A'))
    }),
  )
})

test('numbers are outside by their value, and nothing but numbers is', () => {
  fc.assert(
    fc.property(affinities, literals, (affinity, value) => {
      using db = withValues(affinity, [value])
      const column = { name: 'x', type: { native: affinity } } as Column
      const predicate = probePredicate({ kind: 'outside', min: '-100', max: '100' }, column, 'x')
      // In columns of text the number that a text begins with is asked for.
      const read = affinity === 'TEXT' ? 'CAST(x AS NUMERIC)' : 'x'
      const row = db
        .prepare(`SELECT ${predicate} AS found, typeof(${read}) AS class, CAST(${read} AS REAL) AS number FROM t`)
        .get()
      const number = row?.class === 'integer' || row?.class === 'real'
      expect(row?.found).toBe(number && Math.abs(Number(row?.number)) > 100 ? 1 : 0)
    }),
  )
})
