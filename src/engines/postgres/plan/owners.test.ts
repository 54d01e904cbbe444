import { expect, test } from 'vitest'
import { plainTable, type Schema } from '../../../core/schema.ts'
import { normalize } from './normalize.ts'
import { alignOwners } from './owners.ts'

/** A schema of tables by owner. */
function schemaOf(owners: Readonly<Record<string, string>>): Schema {
  const tables = Object.entries(owners).map(([name, owner]) => plainTable({ name }, [], { owner }))
  return { engine: 'postgres', flavor: 'postgres', version: '15', name: 'public', tables, others: [] }
}

/** Owners by table as they are compared. */
function compared(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) {
  return alignOwners(schemaOf(a), schemaOf(b))
    .map(normalize)
    .map((s) => Object.fromEntries(s.tables.flatMap((t) => (t.owner === undefined ? [] : [[t.name.name, t.owner]]))))
}

test('two schemas that each belong to one role differ in no owner', () => {
  expect(compared({ t: 'app', u: 'app' }, { t: 'dev', u: 'dev' })).toEqual([{}, {}])
})

test('where most of both belongs to one role, what belongs to another is told', () => {
  expect(compared({ t: 'app', u: 'app' }, { t: 'app', u: 'app', v: 'root' })).toEqual([{}, { v: 'root' }])
  expect(compared({ t: 'app', u: 'app', v: 'x' }, { t: 'app', u: 'app', v: 'root' })).toEqual([
    { v: 'x' },
    { v: 'root' },
  ])
})

test('sides that are mixed in other ways are compared owner by owner', () => {
  const [a, b] = [
    { t: 'app', u: 'app', v: 'app' },
    { t: 'dev', u: 'dev', v: 'app' },
  ]
  expect(compared(a, b)).toEqual([a, b])
  expect(compared(b, b)).toEqual([{ v: 'app' }, { v: 'app' }])
})
