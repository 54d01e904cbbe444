import { expect, test } from 'vitest'
import { kindOf } from './kinds.ts'
import { partsOf } from './parts.ts'

const ENUM = "ALTER TYPE mood ADD VALUE 'so'"

function shape(sqls: readonly string[], o: { from?: number; enumsApart?: boolean } = {}): string[] {
  const statements = sqls.map((sql, i) => ({ sql, line: i, inTransaction: kindOf(sql, 'postgres').inTransaction }))
  const parts = partsOf(statements, { family: 'postgres', from: o.from ?? 0, enumsApart: o.enumsApart ?? true })
  return parts.map((p) => `${p.kind} ${p.first} ${p.statements.map((s) => s.sql[0]).join('')}`)
}

test('neighbours stand together, what must stand outside alone, a value of an enum in a transaction of its own', () => {
  expect(shape(['A', 'B', 'VACUUM', 'C', ENUM, 'D', 'E'])).toEqual([
    'together 0 AB',
    'alone 2 V',
    'together 3 C',
    'together 4 A',
    'together 5 DE',
  ])
  expect(shape([ENUM, ENUM])).toEqual(['together 0 A', 'together 1 A'])
  expect(shape(['A', ENUM], { enumsApart: false })).toEqual(['together 0 A', 'alone 1 A'])
})

test('what is done is left out', () => {
  expect(shape(['A', 'B', 'VACUUM', 'C'], { from: 1 })).toEqual(['together 1 B', 'alone 2 V', 'together 3 C'])
  expect(shape(['A'], { from: 1 })).toEqual([])
})
