/** Two engines compared by meaning, by the real dialects. */
import { describe, expect, test } from 'vitest'
import { unaskedCapabilities } from '../../src/app/diff-plan.ts'
import type { Dialect } from '../../src/core/engine.ts'
import type { Column, OtherObject, Schema, Table } from '../../src/core/schema.ts'
import { across } from '../../src/diff/across.ts'
import { looseExpression } from '../../src/diff/across-meaning.ts'
import { diffSchemas } from '../../src/diff/compare.ts'
import { dialect as mysql } from '../../src/engines/mysql/dialect.ts'
import { dialect as postgres } from '../../src/engines/postgres/dialect.ts'
import { fk, index, my, pg, table } from '../plan/converting.ts'
import { changeLines } from '../schema/told.ts'

const DIALECTS: Readonly<Record<string, Dialect>> = { mysql, postgres }

const mariadb = (tables: readonly Table[], others: readonly OtherObject[] = []): Schema => ({
  engine: 'mysql',
  flavor: 'mariadb',
  version: '10.11',
  name: 'shop',
  tables,
  others,
})
const home = (t: Table): Table => ({
  ...t,
  name: { ...t.name, schema: 'public' },
  foreignKeys: t.foreignKeys.map((f) => ({ ...f, references: { ...f.references, schema: 'public' } })),
})
const postgresql = (tables: readonly Table[], others: readonly OtherObject[] = []): Schema => ({
  engine: 'postgres',
  flavor: 'postgres',
  version: '15',
  name: 'public',
  tables: tables.map(home),
  others,
})

function compare(from: Schema, to: Schema) {
  const found = across({
    from,
    to,
    fromDialect: DIALECTS[from.engine],
    toDialect: DIALECTS[to.engine],
    can: unaskedCapabilities(to),
  })
  return { ...found, lines: changeLines(diffSchemas(found.from, found.to, { ordersColumns: false })) }
}

const value = (text: string): Pick<Column, 'default'> => ({ default: { kind: 'value', text } })
const now: Pick<Column, 'default'> = { default: { kind: 'now', of: 'timestamp' } }

describe('MariaDB against PostgreSQL', () => {
  test('what means the same is the same, whatever it is called', () => {
    const left = mariadb([
      table(
        'Users',
        [
          my('UserId', 'int(11)', { nullable: false, identity: 'auto' }),
          my('Name', 'varchar(40)', { collation: 'utf8mb4_general_ci', charset: 'utf8mb4', ...value('x') }),
          my('Active', 'tinyint(1)', { nullable: false, ...value('1') }),
          my('CreatedAt', 'datetime(6)', now),
        ],
        {
          primaryKey: { name: 'PRIMARY', columns: ['UserId'] },
          uniques: [{ name: 'uq_name', columns: ['Name'] }],
          indexes: [index('IX', ['CreatedAt'])],
          checks: [{ name: 'CONSTRAINT_1', expression: "`Name` <> 'it''s A'" }],
          options: { engine: 'InnoDB' },
        },
      ),
      table('Orders', [my('UserId', 'int(11)')], {
        foreignKeys: [fk('o_u', 'UserId', 'Users', 'UserId', { onDelete: 'restrict' })],
      }),
    ])
    const right = postgresql([
      table(
        'users',
        [
          pg('user_id', 'integer', { nullable: false, identity: 'by default' }),
          pg('name', 'character varying(40)', value('x')),
          pg('active', 'boolean', { nullable: false, ...value('true') }),
          pg('created_at', 'timestamp without time zone', now),
        ],
        {
          primaryKey: { name: 'users_pkey', columns: ['user_id'] },
          indexes: [index('users_created', ['created_at']), { ...index('users_name', ['name']), unique: true }],
          checks: [{ name: 'users_check', expression: "((name)::text <> 'it''s A'::text)" }],
          owner: 'app',
        },
      ),
      table('orders', [pg('user_id', 'integer')], { foreignKeys: [fk('orders_fk', 'user_id', 'users', 'user_id')] }),
    ])
    const found = compare(left, right)
    expect(found.lines).toEqual([])
    expect(found.spelled.map((r) => `${r.column ?? r.table.name} = ${r.to}`)).toEqual(
      expect.arrayContaining(['Users = users', 'UserId = user_id', 'CreatedAt = created_at', 'Orders = orders']),
    )
  })

  test('what differs is told in the words of the to side', () => {
    const left = mariadb([
      table('t', [my('a', 'int(11)'), my('b', 'varchar(10)', value('1')), my('gone', 'text'), my('d', 'datetime')]),
    ])
    const right = postgresql([
      table(
        't',
        [pg('a', 'bigint'), pg('b', 'character varying(20)', value('2')), pg('d', 'date', { nullable: false })],
        {
          indexes: [index('i', ['b'])],
        },
      ),
    ])
    expect(compare(left, right).lines).toEqual([
      '- column gone',
      'column a: type integer → bigint',
      'column b: type character varying(10) → character varying(20)',
      'column b: default 1 → 2',
      'column d: type timestamp(0) without time zone → date',
      'column d: nullable NULL → NOT NULL',
      '+ index i',
    ])
  })

  test('views and routines count by being there, whatever their bodies', () => {
    const view = (definition: string, schema?: string): OtherObject => ({
      kind: 'view',
      name: { name: 'v', schema },
      definition,
    })
    const routine = (name: string, schema?: string): OtherObject => ({
      kind: 'function',
      name: { name, schema },
      definition: name,
    })
    const left = mariadb([], [view('select `a`'), routine('f'), routine('only_here')])
    const right = postgresql([], [view('SELECT a', 'public'), routine('f(integer)', 'public')])
    expect(compare(left, right).lines).toEqual(['drop only_here'])
  })

  test('the other way round too', () => {
    const left = postgresql([table('t', [pg('id', 'integer', { nullable: false }), pg('flag', 'boolean', value('0'))])])
    const right = mariadb([
      table('t', [my('id', 'int(11)', { nullable: false }), my('flag', 'tinyint(1)', value('0'))]),
    ])
    expect(compare(left, right).lines).toEqual([])
  })
})

describe('expressions', () => {
  test.each([
    ['`a` > 0', '(a > 0)'],
    ["`s` in ('x','Y')", "(s IN ('x', 'Y'))"],
    ["(status)::text <> ''::text", "`status` <> _utf8mb4''"],
    ['lower(`name`)', 'lower((name)::text)'],
    ['a != b', '((a) <> (b))'],
    ['x > (1)::numeric(10,2)', 'x > 1'],
  ])('%s means %s', (a, b) => {
    expect(looseExpression(a)).toBe(looseExpression(b))
  })

  test.each([
    ["a = 'X'", "a = 'x'"],
    ['a > 1', 'a > 2'],
    ["s = 'a b'", "s = 'ab'"],
    ["a = '::text'", "a = ''"],
  ])('%s does not mean %s', (a, b) => {
    expect(looseExpression(a)).not.toBe(looseExpression(b))
  })
})
