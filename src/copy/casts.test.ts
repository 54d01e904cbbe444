import { describe, expect, test } from 'vitest'
import type { Dialect } from '../core/engine.ts'
import { type Column, plainTable, type Schema, type Table } from '../core/schema.ts'
import { byTable, castsOf, chooseTables, idleWords, renames } from './casts.ts'

const column = (name: string, native: string): Column => ({
  name,
  type: { logical: { kind: 'text' }, native },
  nullable: true,
})

const table = (name: string, ...columns: Column[]) => plainTable({ schema: 'public', name }, columns)

const schema: Schema = {
  engine: 'x',
  flavor: 'x',
  version: '1',
  name: 'public',
  tables: [
    table('users', column('id', 'int'), column('flag', 'TINYINT(1)')),
    table('user_log', column('id', 'int'), column('flag', 'tinyint (1)')),
    table('a.b', column('c', 'text')),
    table('naru_mark', column('id', 'int')),
    { ...table('users'), name: { schema: 'audit', name: 'users' } },
  ],
  others: [],
}
const dialect = {
  parseType: (native: string) => ({ logical: { kind: 'opaque', native }, native }),
} as unknown as Dialect
const labels = (tables: readonly Table[]) => tables.map((t) => `${t.name.schema}.${t.name.name}`)

describe('tables', () => {
  test('all but those of naru itself', () => {
    expect(labels(chooseTables(schema, {}))).toEqual(['public.users', 'public.user_log', 'public.a.b', 'audit.users'])
  })
  test('globs choose and leave out; a schema may be named', () => {
    expect(labels(chooseTables(schema, { tables: ['user*'], exclude: ['*_log'] }))).toEqual(['public.users'])
    expect(labels(chooseTables(schema, { tables: ['audit.*'] }))).toEqual(['audit.users'])
    expect(labels(chooseTables(schema, { tables: ['user?'] }))).toEqual(['public.users'])
  })
  test('a glob that matches nothing is refused', () => {
    expect(() => chooseTables(schema, { tables: ['user'] })).toThrow('--tables user: the source has no such table')
  })
  test('words that mean nothing are told', () => {
    const accept = ['ZERO_DATE', 'ZERO_DATE:users', 'NUL_BYTE:audit.users.nope', 'NUL_BYTE:userz.name']
    const words = idleWords(schema, { exclude: ['user*', 'secrets'], accept, policies: { 'ZERO_DATE:user.x': 'null' } })
    expect(words).toEqual([
      '--exclude secrets leaves nothing out: the source has no such table',
      '--accept NUL_BYTE:audit.users.nope settles nothing: the source has no such column',
      '--accept NUL_BYTE:userz.name settles nothing: the source has no such column',
      'the policy ZERO_DATE:user.x settles nothing: the source has no such column',
    ])
    const [users] = schema.tables
    const known = [`NUL_BYTE:users.${users.columns[0].name}`, `nul_byte:USERS.${users.columns[0].name}`]
    expect(idleWords(schema, { accept: known })).toEqual([])
  })
  test('an option by table takes names with and without the schema', () => {
    const where = byTable(schema, schema.tables, { 'public.users': 'id > 1', user_log: 'id < 3' }, '--where')
    expect(schema.tables.map(where)).toEqual(['id > 1', 'id < 3', undefined, undefined, undefined])
    expect(() => byTable(schema, schema.tables, { nope: 'x' }, '--where')).toThrow('--where nope')
  })
})

describe('renames', () => {
  test('of tables and of columns', () => {
    const r = renames(schema, schema.tables, {
      rename: { users: 'people', 'user_log.flag': 'mark', 'a.b': 'ab', 'a.b.c': 'd' },
    })
    const [users, log, dotted] = schema.tables
    expect([r.table(users), r.table(log), r.table(dotted)]).toEqual(['people', undefined, 'ab'])
    expect(r.column(log, log.columns[1])).toBe('mark')
    expect(r.column(users, users.columns[1])).toBeUndefined()
    expect(r.column(dotted, dotted.columns[0])).toBe('d')
  })
  test('of nothing', () => {
    expect(() => renames(schema, schema.tables, { rename: { 'users.nope': 'x' } })).toThrow('--rename users.nope')
  })
})

describe('casts', () => {
  const [users, log] = schema.tables
  const cast = (casts: string[]) => castsOf(schema, schema.tables, { casts }, dialect)
  test('by column and by type; the later wins', () => {
    const of = cast(['type:tinyint(1)=smallint', 'users.flag=boolean'])
    expect(of(users, users.columns[1])?.type.native).toBe('boolean')
    expect(of(log, log.columns[1])?.type.native).toBe('smallint')
    expect(of(users, users.columns[0])).toBeUndefined()
    expect(cast(['users.flag=boolean', 'type:tinyint(1)=smallint'])(users, users.columns[1])?.type.native).toBe(
      'smallint',
    )
  })
  test('a collation may follow the type', () => {
    const of = cast(['users.id=varchar(10) COLLATE utf8mb4_bin'])
    expect(of(users, users.columns[0])).toMatchObject({ type: { native: 'varchar(10)' }, collation: 'utf8mb4_bin' })
  })
  test('what matches nothing or is no cast is refused', () => {
    expect(() => cast(['users.flagg=boolean'])).toThrow('--cast users.flagg=boolean matches no column')
    expect(() => cast(['type:bit=boolean'])).toThrow('matches no column')
    expect(() => cast(['users.flag'])).toThrow('is not understood')
    expect(() => cast(['users.flag='])).toThrow('is not understood')
  })
})
