import { expect, test } from 'vitest'
import { type Column, plainTable, type Table } from '../core/schema.ts'
import { planHash } from './hash.ts'

const int: Column = { name: 'a', type: { logical: { kind: 'int', bits: 32 }, native: 'int' }, nullable: false }
const table = plainTable({ name: 't' }, [int], { options: { engine: 'InnoDB' } })

test('the hash is that of the structure: rows, sizes and counters change without it', () => {
  const moved: Table = {
    ...table,
    rows: 5,
    bytes: 9,
    counter: { column: 'a', next: 7n },
    options: { engine: 'InnoDB', auto_increment: '7' },
  }
  expect(planHash([moved], {})).toBe(planHash([table], {}))
  const other: Table = { ...table, name: { name: 'u' } }
  expect(planHash([other, table], {})).toBe(planHash([table, other], {}))
})
test('another column, cast or name is another hash', () => {
  const before = planHash([table], {})
  const wider: Table = { ...table, columns: [{ ...table.columns[0], nullable: true }] }
  expect(planHash([wider], {})).not.toBe(before)
  expect(planHash([table], { casts: ['t.a=bigint'] })).not.toBe(before)
  expect(planHash([table], { rename: { t: 'u' } })).not.toBe(before)
  expect(planHash([table], { jobs: 4, verify: 'none' })).toBe(before)
})
test('owners, privileges, comments and what is used do not count, on the table and on what is in it', () => {
  const whole: Table = {
    ...table,
    primaryKey: { name: 't_pkey', columns: ['a'] },
    indexes: [{ name: 't_a', parts: [{ column: 'a' }], unique: false, method: 'btree' }],
    checks: [{ name: 't_check', expression: 'a > 0' }],
  }
  const dressed: Table = {
    ...whole,
    owner: 'someone',
    grants: ['SELECT TO reader'],
    comment: 'things',
    columns: [{ ...whole.columns[0], comment: 'a number', grants: ['UPDATE TO writer'] }],
    primaryKey: { name: 't_pkey', columns: ['a'], comment: 'the key' },
    indexes: [{ ...whole.indexes[0], comment: 'quick' }],
    uses: [{ by: 'a', kind: 'function', name: { name: 'f' } }],
  }
  expect(planHash([dressed], {})).toBe(planHash([whole], {}))
  // A column may be called so, and an engine's option may have any name.
  const named: Table = { ...whole, columns: [...whole.columns, { ...whole.columns[0], name: 'comment' }] }
  expect(planHash([named], {})).not.toBe(planHash([whole], {}))
  expect(planHash([{ ...whole, options: { owner: 'x' } }], {})).not.toBe(planHash([whole], {}))
})
