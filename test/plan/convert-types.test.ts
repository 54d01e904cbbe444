/** Types from MySQL to PostgreSQL. */
import { describe, expect, test } from 'vitest'
import { dialect as postgres } from '../../src/engines/postgres/dialect.ts'
import { convert, fk, my, natives, only, pk, table } from './converting.ts'

describe('types from MySQL to PostgreSQL', () => {
  const columns = [
    my('id', 'bigint(20) unsigned', { nullable: false, identity: 'auto' }),
    my('big', 'bigint(20) unsigned'),
    my('flag', 'tinyint(1)'),
    my('one', 'bit(1)'),
    my('bits', 'bit(5)'),
    my('year', 'year(4)'),
    my('dt', 'datetime(3)'),
    my('ts', 'timestamp'),
    my('e', "enum('a','b')"),
    my('s', "set('x','y')", { default: { kind: 'value', text: 'x,y' } }),
    my('bin', 'binary(16)'),
    my('j', 'json'),
    my('aliased', 'longtext'),
    my('g', 'point'),
    my('name', 'varchar(20)'),
  ]
  const t = table('t', columns, {
    ...pk('id'),
    checks: [{ name: 'aliased', expression: 'json_valid(`aliased`)' }],
    counter: { column: 'id', next: 5000n },
  })
  const c = convert({ from: 'mysql', to: 'postgres', tables: [t] })

  test('keep their meaning', () => {
    expect(natives(c)).toEqual({
      id: 'bigint',
      big: 'numeric(20,0)',
      flag: 'boolean',
      one: 'boolean',
      bits: 'bit(5)',
      year: 'smallint',
      dt: 'timestamp(3) without time zone',
      ts: 'timestamp(0) with time zone',
      e: 't_e',
      s: 'text[]',
      bin: 'bytea',
      j: 'jsonb',
      aliased: 'jsonb',
      g: 'bytea',
      name: 'character varying(20)',
    })
    expect(c.tables[0].target.name).toEqual({ schema: 'public', name: 't' })
    expect(c.others.map((o) => [o.kind, o.name.name, o.values])).toEqual([['enum', 't_e', ['a', 'b']]])
  })
  test('the number goes on from the counter', () => {
    expect(c.tables[0].target.columns[0].identity).toBe('by default')
    expect(c.tables[0].target.counter).toEqual({ column: 'id', next: 5000n })
    expect(only(c, 'counter').why).toContain('5000')
  })
  test('the JSON check is held by the type', () => {
    expect(c.tables[0].target.checks.map((k) => k.name)).not.toContain('aliased')
    expect(only(c, 'CHECK')).toMatchObject({ outcome: 'converted' })
  })
  test('what the data says: a flag that is none, and with it all that refer to it', () => {
    const parent = table('p', [my('f', 'tinyint(1)', { nullable: false })], pk('f'))
    const child = table('c', [my('f', 'tinyint(1)')], { foreignKeys: [fk('x', 'f', 'p', 'f')] })
    const some = convert({
      from: 'mysql',
      to: 'postgres',
      tables: [parent, child],
      choices: { notBoolean: new Set(['c.f']) },
    })
    expect([natives(some, 0).f, natives(some, 1).f]).toEqual(['smallint', 'smallint'])
  })
  test('what refers to a column that numbers itself has its type', () => {
    const parent = table('p', [my('id', 'bigint(20) unsigned', { nullable: false, identity: 'auto' })], pk('id'))
    const child = table('c', [my('p', 'bigint(20) unsigned')], { foreignKeys: [fk('x', 'p', 'p', 'id')] })
    const both = convert({ from: 'mysql', to: 'postgres', tables: [child, parent] })
    expect([natives(both, 0).p, natives(both, 1).id]).toEqual(['bigint', 'bigint'])
    expect(both.tables[0].target.foreignKeys).toHaveLength(1)
  })
  test('a cast is taken as it is; one that cannot be read is refused', () => {
    const cast = (native: string) =>
      convert({
        from: 'mysql',
        to: 'postgres',
        tables: [table('t', [my('d', 'date')])],
        choices: { cast: () => ({ type: postgres.parseType(native) }) },
      })
    expect(cast('text').tables[0].columns[0].decision).toMatchObject({ rule: 'cast', type: { native: 'text' } })
    expect(() => cast('boolean')).toThrow('t.d cannot be read as boolean')
  })
})
