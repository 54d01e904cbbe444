import { expect, test } from 'vitest'
import type { Step } from '../../core/change.ts'
import { groupSteps, lasting, transactionOf } from './groups.ts'

/** `t`: may stand in a transaction, `a`: alone, `s`: alone, of the session. */
const steps = (text: string): Step[] =>
  [...text].map((c, i) => ({
    sql: `${c}${i}`,
    why: '',
    object: '',
    inTransaction: c === 't',
    session: c === 's',
    hazards: [],
  }))
const shape = (text: string, transactional = true) =>
  groupSteps(steps(text), transactional).map((g) => `${g.together ? '+' : ''}${g.steps.map((s) => s.sql).join(' ')}`)

test('neighbours stand in one transaction, others alone, in order', () => {
  expect(shape('ttat')).toEqual(['+t0 t1', 'a2', '+t3'])
  expect(shape('stts')).toEqual(['s0', '+t1 t2', 's3'])
  expect(shape('')).toEqual([])
})

test('without transactional DDL every statement is final', () => {
  expect(shape('tta', false)).toEqual(['t0', 't1', 'a2'])
})

test('how much one transaction holds; the session alone does not count', () => {
  expect(transactionOf(steps('stts'), true)).toBe('all')
  expect(transactionOf(steps('tt'), true)).toBe('all')
  expect(transactionOf(steps('tst'), true)).toBe('parts')
  expect(transactionOf(steps('ta'), true)).toBe('parts')
  expect(transactionOf(steps('a'), true)).toBe('parts')
  expect(transactionOf(steps('tt'), false)).toBe('none')
  expect(lasting(steps('stat'), 3)).toBe(2)
})
