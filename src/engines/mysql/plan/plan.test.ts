/** Plans for MySQL, which the tests have no server of: by its manual. */
import { describe, expect, it } from 'vitest'
import type { Change, Edit } from '../../../core/change.ts'
import type { Column, OtherObject, Schema, Table } from '../../../core/schema.ts'
import { parseType } from '../native.ts'
import { planner } from './index.ts'

function column(name: string, native: string, more: Partial<Column> = {}): Column {
  return { name, type: parseType(native), nullable: true, ...more }
}

function table(columns: readonly Column[], more: Partial<Table> = {}): Table {
  const rest = { uniques: [], indexes: [], foreignKeys: [], checks: [], options: { engine: 'InnoDB' } }
  return { name: { name: 't' }, columns, primaryKey: { name: 'PRIMARY', columns: ['id'] }, ...rest, ...more }
}

const ID = column('id', 'int', { nullable: false })

function schema(
  version: string,
  flavor: string,
  tables: readonly Table[],
  others: readonly OtherObject[] = [],
): Schema {
  return { engine: 'mysql', flavor, version, name: 'd', tables, others }
}

function alter(from: Table, to: Table, edits: readonly Edit[], version = '8.0.40', flavor = 'mysql') {
  const change: Change = {
    kind: 'alter',
    from: { kind: 'table', table: from },
    to: { kind: 'table', table: to },
    edits,
  }
  const [a, b] = [schema(version, flavor, [from]), schema(version, flavor, [to])]
  const can = {} as Parameters<typeof planner.plan>[0]['can']
  return planner.plan({ from: a, to: b, changes: [change], can })
}

const added = (c: Column): Edit => ({ part: 'column', from: null, to: c, aspects: [] })
const changed = (from: Column, to: Column, ...names: string[]): Edit => ({
  part: 'column',
  from,
  to,
  aspects: names.map((name) => ({ name, from: 'x', to: 'y' })),
})

describe('MySQL adds a column', () => {
  const [a, b] = [column('a', 'int'), column('b', 'int')]
  const from = table([ID, a])
  it.for([
    ['8.0.40', 'end', 'INSTANT'],
    ['8.0.40', 'middle', 'INSTANT'],
    ['8.0.12', 'end', 'INSTANT'],
    ['8.0.12', 'middle', 'INPLACE'],
    ['5.7.44', 'end', 'INPLACE'],
  ] as const)('%s, at the %s: %s', ([version, place, algorithm]) => {
    const to = table(place === 'end' ? [ID, a, b] : [ID, b, a])
    const { steps } = alter(from, to, [added(b)], version)
    expect(steps).toHaveLength(1)
    expect(steps[0].algorithm).toBe(algorithm)
    expect(steps[0].sql).toContain(place === 'end' ? 'ADD COLUMN `b` int NULL' : 'ADD COLUMN `b` int NULL AFTER `id`')
    expect(steps[0].hazards.some((h) => h.kind === 'rewrite')).toBe(algorithm === 'INPLACE')
  })
})

describe('MySQL', () => {
  it('renames a column instantly from 8.0.28, in place before, by CHANGE before 8.0', () => {
    const [a, b] = [column('a', 'int'), column('b', 'int')]
    const rename = (version: string) => alter(table([ID, a]), table([ID, b]), [changed(a, b, 'name')], version).steps[0]
    expect(rename('8.0.28')).toMatchObject({ algorithm: 'INSTANT', sql: 'ALTER TABLE `t` RENAME COLUMN `a` TO `b`' })
    expect(rename('8.0.20')).toMatchObject({ algorithm: 'INPLACE' })
    expect(rename('5.7.44').sql).toContain('CHANGE COLUMN `a` `b` int NULL')
  })

  it('changes a type by copying, and says who waits', () => {
    const [a, b] = [column('a', 'int'), column('a', 'bigint')]
    const [step] = alter(table([ID, a]), table([ID, b]), [changed(a, b, 'type')]).steps
    expect(step.algorithm).toBe('COPY')
    expect(step.hazards.map((h) => h.kind)).toEqual(['rewrite', 'blocking'])
  })

  it('grows a varchar in place within the width of its length, and copies beyond', () => {
    const text = (n: number) => column('a', `varchar(${n})`, { charset: 'latin1', collation: 'latin1_swedish_ci' })
    const grow = (m: number, n: number) =>
      alter(table([ID, text(m)]), table([ID, text(n)]), [changed(text(m), text(n), 'type')]).steps[0].algorithm
    expect([grow(10, 200), grow(10, 300), grow(300, 400)]).toEqual(['INPLACE', 'COPY', 'INPLACE'])
  })

  it('names an index INVISIBLE where MariaDB says IGNORED', () => {
    const index = { name: 'k', parts: [{ column: 'a' }], unique: false, method: 'btree' }
    const [from, to] = [
      table([ID, column('a', 'int')], { indexes: [index] }),
      table([ID, column('a', 'int')], { indexes: [{ ...index, invisible: true }] }),
    ]
    const edit: Edit = { part: 'index', from: index, to: { ...index, invisible: true }, aspects: [] }
    expect(alter(from, to, [edit]).steps[0].sql).toContain('ALTER INDEX `k` INVISIBLE')
    expect(alter(from, to, [edit], '10.11.2-MariaDB', 'mariadb').steps[0].sql).toContain('ALTER INDEX `k` IGNORED')
    expect(alter(from, to, [edit], '10.5.2-MariaDB', 'mariadb').steps[0].sql).toContain('DROP KEY `k`')
  })

  it('turns a check on and off, drops it by the word of its version, and makes it anew around a renamed column', () => {
    const check = { name: 'c', expression: '(`a` > 0)' }
    const base = [ID, column('a', 'int')]
    const [on, off] = [table(base, { checks: [check] }), table(base, { checks: [{ ...check, notValid: true }] })]
    const edit: Edit = { part: 'check', from: check, to: { ...check, notValid: true }, aspects: [] }
    expect(alter(on, off, [edit]).steps[0].sql).toContain('ALTER CHECK `c` NOT ENFORCED')
    const drop: Edit = { part: 'check', from: check, to: null, aspects: [] }
    expect(alter(on, table(base), [drop]).steps[0].sql).toContain('DROP CONSTRAINT `c`')
    expect(alter(on, table(base), [drop], '8.0.16').steps[0].sql).toContain('DROP CHECK `c`')
    const renamed = table([ID, column('b', 'int')], { checks: [{ name: 'c', expression: '(`b` > 0)' }] })
    const { sql } = alter(on, renamed, [changed(base[1], renamed.columns[1], 'name')]).steps[0]
    expect(sql).toContain('DROP CONSTRAINT `c`')
    expect(sql).toContain('ADD CONSTRAINT `c` CHECK ((`b` > 0))')
  })

  it('does not rename what a generated column is computed from, and says so', () => {
    const v = column('v', 'int', { generated: { expression: '(`a` + 1)', stored: false } })
    const [from, to] = [table([ID, column('a', 'int'), v]), table([ID, column('b', 'int'), v])]
    const { steps, unplanned } = alter(from, to, [changed(from.columns[1], to.columns[1], 'name')])
    expect(steps).toEqual([])
    expect(unplanned).toEqual([{ object: 'column t.a', why: expect.stringContaining('does not rename') }])
  })

  it('drops and makes a routine, which MariaDB replaces with its privileges', () => {
    const routine = (body: string): OtherObject => ({
      kind: 'procedure',
      name: { name: 'p' },
      definition: `CREATE PROCEDURE \`p\`()\n${body}`,
      owner: 'root@%',
      grants: ['EXECUTE TO `reader`@`%`'],
    })
    const [from, to] = [routine('SELECT 1'), routine('SELECT 2')]
    const body = { part: 'option', name: 'definition', from: 'SELECT 1', to: 'SELECT 2', aspects: [] } as const
    const plan = (flavor: string, version: string) =>
      planner.plan({
        from: schema(version, flavor, [], [from]),
        to: schema(version, flavor, [], [to]),
        changes: [
          { kind: 'alter', from: { kind: 'object', object: from }, to: { kind: 'object', object: to }, edits: [body] },
        ],
        can: {} as Parameters<typeof planner.plan>[0]['can'],
      }).steps
    expect(plan('mysql', '8.0.40').map((s) => s.sql)).toEqual([
      'DROP PROCEDURE `p`',
      'CREATE DEFINER=`root`@`%` PROCEDURE `p`()\nSELECT 2',
      'GRANT EXECUTE ON PROCEDURE `p` TO `reader`@`%`',
    ])
    expect(plan('mariadb', '10.4.0').map((s) => s.sql)).toEqual([
      'CREATE OR REPLACE DEFINER=`root`@`%` PROCEDURE `p`()\nSELECT 2',
    ])
  })
})

it('MariaDB 11.2 copies while others write', () => {
  const [a, b] = [column('a', 'int'), column('a', 'bigint')]
  const [step] = alter(table([ID, a]), table([ID, b]), [changed(a, b, 'type')], '11.2.1-MariaDB', 'mariadb').steps
  expect(step.hazards.map((h) => h.kind)).toEqual(['rewrite'])
})

it('an object of a kind without a statement is told', () => {
  const odd: OtherObject = { kind: 'other', name: { name: 'x' }, definition: 'ODD RELATION' }
  const can = {} as Parameters<typeof planner.plan>[0]['can']
  const changes: Change[] = [{ kind: 'drop', object: { kind: 'object', object: odd } }]
  const { steps, unplanned } = planner.plan({
    from: schema('8.0.40', 'mysql', [], [odd]),
    to: schema('8.0.40', 'mysql', []),
    changes,
    can,
  })
  expect([steps, unplanned.length]).toEqual([[], 1])
})
