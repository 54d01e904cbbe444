import { expect, test } from 'vitest'
import type { TablePlan } from '../core/plan.ts'
import { type Column, plainTable } from '../core/schema.ts'
import { rejectWriter } from './reject.ts'

function column(name: string): Column {
  return { name, type: { native: 'text', logical: { kind: 'text' } }, nullable: true }
}

const [mail, nm] = [column('mail'), column('nm')]
const wire = { kind: 'text' } as const
const name = { name: 'member' }
const table = plainTable(name, [mail, nm])

const plan: TablePlan = {
  label: 'members',
  source: table,
  target: table,
  columns: [mail, nm].map((c) => ({ source: c, target: c, wire, rule: 'existing' })),
  key: ['mail'],
  ordered: false,
  action: 'fill',
  rows: 1,
  filtered: 0,
  bytes: 1,
  stage: {
    read: [mail, nm].map((c) => ({ name: c.name, column: c, wire })),
    fields: [
      { kind: 'mask', at: 0, mask: 'email', salt: '' },
      { kind: 'field', at: 1 },
    ],
    lookups: [],
  },
}

test('a refused row keeps nothing of what is masked: not in the row, the key or the reason', () => {
  const row = { mail: 'kim@example.com', nm: '김' }
  const kept = rejectWriter(plan).fromCell(
    { key: ['kim@example.com'], column: 'nm', reason: "no row for 'kim@example.com'", row },
    'row 7',
  )
  expect(JSON.stringify(kept)).not.toContain('kim@')
  expect(kept.key).toBe('row 7')
  expect(JSON.parse(kept.line).row).toEqual({ mail: '***', nm: '김' })
})
