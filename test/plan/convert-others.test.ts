/** Expressions, SQLite at either end, and conversions within one engine. */
import { describe, expect, test } from 'vitest'
import type { OtherObject } from '../../src/core/schema.ts'
import { convert, index, lite, my, natives, only, pg, pk, said, table } from './converting.ts'

describe('expressions from MySQL to PostgreSQL', () => {
  test('generated columns: carried as stored ones, or plain columns with their values', () => {
    const t = table('t', [
      my('a', 'int'),
      my('b', 'int', { generated: { expression: '`a` + 1', stored: false } }),
      my('c', 'varchar(9)', { generated: { expression: 'hex(`a`)', stored: true } }),
    ])
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    const [, b, plain] = c.tables[0].target.columns
    expect(b.generated).toEqual({ expression: '"a"::bigint + 1', stored: true })
    expect(plain.generated).toBeUndefined()
    expect(said(c, 'generated column').map((l) => [l.name, l.outcome])).toEqual([
      ['b', 'approximated'],
      ['c', 'left'],
    ])
    expect(said(c, 'generated column')[1].stub).toContain('GENERATED ALWAYS AS (hex(`a`))')
  })
  test('checks', () => {
    const t = table('t', [my('a', 'int')], {
      checks: [
        { name: 'k', expression: '`a` > 0' },
        { name: 'r', expression: "`a` regexp '1'" },
      ],
    })
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.checks).toEqual([{ name: 'k', expression: '"a" > 0' }])
    expect(said(c, 'CHECK').map((l) => [l.name, l.outcome])).toEqual([
      ['k', 'converted'],
      ['r', 'left'],
    ])
  })
  test('defaults: zero dates and foreign expressions are left, ON UPDATE becomes a trigger', () => {
    const t = table('t', [
      my('z', 'datetime', { default: { kind: 'value', text: '0000-00-00 00:00:00' } }),
      my('n', 'timestamp', { default: { kind: 'now', of: 'timestamp' }, onUpdateNow: true }),
      my('x', 'varchar(9)', { default: { kind: 'expression', sql: "concat('a','b')" } }),
      my('y', 'varchar(9)', { default: { kind: 'expression', sql: 'user()' } }),
      my('f', 'tinyint(1)', { default: { kind: 'value', text: '1' } }),
    ])
    const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.columns.map((k) => k.default)).toEqual([
      undefined,
      { kind: 'now', of: 'timestamp' },
      { kind: 'expression', sql: "'a' || 'b'" },
      undefined,
      { kind: 'value', text: '1' },
    ])
    expect(c.tables[0].target.columns[1].onUpdateNow).toBe(true)
    expect(said(c, 'default').map((l) => l.name)).toEqual(['z', 'y'])
    expect(only(c, 'on update').outcome).toBe('converted')
  })
})

describe('to SQLite', () => {
  test('a column that numbers itself is INTEGER; comments stay behind; an enum is text under a check', () => {
    const t = table(
      't',
      [
        my('id', 'tinyint(3) unsigned', { nullable: false, identity: 'auto', comment: 'hi' }),
        my('e', "enum('a','b''c')"),
      ],
      pk('id'),
    )
    const c = convert({ from: 'mysql', to: 'sqlite', tables: [t] })
    expect(natives(c)).toEqual({ id: 'INTEGER', e: 'TEXT' })
    expect(c.tables[0].target.checks.map((k) => k.expression)).toEqual([`"e" IN ('a', 'b''c')`])
    expect(only(c, 'comment').why).toContain('id')
  })
  test('a collation without regard to case is NOCASE', () => {
    const c = convert({
      from: 'mysql',
      to: 'sqlite',
      tables: [table('t', [my('a', 'varchar(5)', { caseInsensitive: true, collation: 'latin1_swedish_ci' })])],
    })
    expect(c.tables[0].target.columns[0]).toMatchObject({ collation: 'NOCASE', caseInsensitive: true })
    expect(only(c, 'collation').outcome).toBe('approximated')
  })
})

describe('from SQLite', () => {
  test('the present as text stays text', () => {
    const t = table('t', [
      lite('at', 'TEXT', { default: { kind: 'now', of: 'timestamp' } }),
      lite('n', 'INTEGER', { default: { kind: 'value', text: 'x' } }),
    ])
    const c = convert({ from: 'sqlite', to: 'postgres', tables: [t] })
    expect(c.tables[0].target.columns[0].default).toEqual({
      kind: 'expression',
      sql: `to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')`,
    })
    expect(only(c, 'default').name).toBe('n')
  })
  test('unnamed keys and checks get the names that PostgreSQL gives', () => {
    const t = table('t', [lite('a', 'INTEGER', { nullable: false }), lite('b', 'TEXT')], {
      primaryKey: { name: '', columns: ['a'] },
      uniques: [{ name: 'sqlite_autoindex_t_1', columns: ['b'] }],
      checks: [{ name: '', expression: 'a > 0' }],
    })
    const { target } = convert({ from: 'sqlite', to: 'postgres', tables: [t] }).tables[0]
    expect([target.primaryKey?.name, target.uniques[0].name, target.checks[0].name]).toEqual([
      't_pkey',
      't_b_key',
      't_check',
    ])
  })
})

describe('within one engine', () => {
  test('everything is as it was, under the default schema of the target', () => {
    const t = table(
      't',
      [pg('a', 'integer', { generated: { expression: 'weird(b)', stored: true } }), pg('b', 'tsvector')],
      {
        name: { schema: 'public', name: 't' },
        indexes: [index('g', ['b'], { method: 'gin', definition: 'CREATE INDEX g ON public.t USING gin (b)' })],
        checks: [{ name: 'k', expression: 'anything at all' }],
        options: { unlogged: 'yes' },
      },
    )
    const c = convert({ from: 'postgres', to: 'postgres', tables: [t] })
    expect(c.tables[0].target).toEqual({ ...t })
    expect(c.leftovers).toEqual([])
  })
  test('types come along, those first that others use; unused ones too where all tables come', () => {
    const others: OtherObject[] = [
      { kind: 'enum', name: { schema: 'public', name: 'mood' }, definition: '', values: ['a'] },
      { kind: 'domain', name: { schema: 'public', name: 'state' }, definition: 'CREATE DOMAIN state AS mood' },
      { kind: 'enum', name: { schema: 'public', name: 'unused' }, definition: '', values: ['b'] },
    ]
    const t = table('t', [{ ...pg('a', 'text'), type: { logical: { kind: 'text' }, native: 'state' } }])
    const c = convert({ from: 'postgres', to: 'postgres', tables: [t], others })
    expect(c.others.map((o) => o.name.name)).toEqual(['mood', 'state', 'unused'])
  })
  test('a renamed column is renamed in keys, checks and generated columns', () => {
    const t = table(
      't',
      [my('a', 'int', { nullable: false }), my('b', 'int', { generated: { expression: '`a` * 2', stored: true } })],
      {
        ...pk('a'),
        indexes: [index('i', ['a'])],
        checks: [{ name: 'k', expression: '`a` > 1' }],
      },
    )
    const c = convert({
      from: 'mysql',
      to: 'mysql',
      tables: [t],
      choices: { columnName: (_, k) => (k.name === 'a' ? 'z' : undefined) },
    })
    const { target } = c.tables[0]
    expect(target.primaryKey?.columns).toEqual(['z'])
    expect(target.indexes[0].parts).toEqual([{ column: 'z' }])
    expect(target.checks[0].expression).toBe('`z` > 1')
    expect(target.columns[1].generated?.expression).toBe('`z` * 2')
  })
  test("MariaDB's own types and collations have neighbours on MySQL", () => {
    const t = table('t', [
      my('u', 'uuid'),
      my('v', 'varchar(5)', { collation: 'utf8mb4_uca1400_ai_ci', charset: 'utf8mb4' }),
    ])
    const c = convert({ from: 'mysql', to: 'mysql', tables: [t], flavor: 'mysql' })
    const [u, v] = c.tables[0].target.columns
    expect([u.type.native, v.type.native, v.collation]).toEqual(['char(36)', 'varchar(5)', 'utf8mb4_0900_ai_ci'])
  })
})
