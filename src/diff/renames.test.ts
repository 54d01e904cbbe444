import { describe, expect, test } from 'vitest'
import { column, foreignKey, index, key, object, schema, table, typed } from '../../test/schema/samples.ts'
import { changeLines } from '../../test/schema/told.ts'
import { diffSchemas } from './compare.ts'
import { renameCandidates } from './rename-candidates.ts'
import { reverseRenames } from './rename-map.ts'
import { renameQualifier, renameWords } from './rename-words.ts'
import { resolveRenames } from './renames.ts'

const from = schema(
  [table('사용자', [column('id'), column('a.b'), column('x=y')]), table('orders', [column('id')])],
  [object('enum', 'mood', { values: ['sad', 'ok'] }), object('view', 'v')],
)
const to = schema(
  [table('people', [column('id'), column('full name'), column('z')]), table('orders', [column('nr')])],
  [object('enum', 'mood', { values: ['sad', 'fine'] }), object('view', 'w')],
)

describe('what people say was renamed', () => {
  const resolve = (...texts: string[]) => resolveRenames(texts, from, to)

  test('tables, objects, columns and labels', () => {
    expect(resolve('사용자=people', 'v=w', 'orders.id=nr', 'mood.ok=fine')).toEqual([
      { table: { name: '사용자' }, to: 'people' },
      { table: { name: 'v' }, to: 'w' },
      { table: { name: 'orders' }, column: 'id', to: 'nr' },
      { table: { name: 'mood' }, value: 'ok', to: 'fine' },
    ])
  })

  test('a column of a renamed table goes by either name of its table, with points and equals signs in it', () => {
    const renamed = { table: { name: '사용자' }, column: 'a.b', to: 'full name' }
    expect(resolve('사용자=people', '사용자.a.b=full name')[1]).toEqual(renamed)
    expect(resolve('people.a.b=people.full name', '사용자=people')[1]).toEqual(renamed)
    expect(resolve('사용자=people', '사용자.x=y=z')[1]).toEqual({ table: { name: '사용자' }, column: 'x=y', to: 'z' })
  })

  test.each(['nope=people', '사용자=nope', 'orders.id=nope', '사용자.a.b=full name', 'v=people', 'orders'])(
    '%s fits nothing and is refused',
    (text) => {
      expect(() => resolve(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
    },
  )

  test('the way back is told by the same words', () => {
    const forth = resolve('사용자=people', '사용자.a.b=full name', 'mood.ok=fine')
    const back = reverseRenames(forth)
    expect(back).toEqual([
      { table: { name: 'people' }, to: '사용자' },
      { table: { name: 'people' }, column: 'full name', to: 'a.b' },
      { table: { name: 'mood' }, value: 'fine', to: 'ok' },
    ])
    expect(reverseRenames(back)).toEqual(forth)
  })

  test('a label keeps its place and is told beside what else differs', () => {
    const renames = resolve('mood.ok=fine')
    const [a, b] = [schema([], [from.others[0]]), schema([], [to.others[0]])]
    expect(changeLines(diffSchemas(a, b, { ordersColumns: true, renames }))).toEqual(['option value: ok → fine'])
    const more = schema([], [object('enum', 'mood', { values: ['sad', 'fine', 'happy'] })])
    expect(changeLines(diffSchemas(a, more, { ordersColumns: true, renames }))).toEqual([
      'option value: ok → fine',
      'option values: sad, fine → sad, fine, happy',
    ])
  })
})

describe('names inside of SQL', () => {
  const names = new Map([
    ['a', 'b'],
    ['two words', 'one'],
    ['x', 'New"Name'],
  ])
  test.each([
    ['a + aa + "a" + `a`', 'b + aa + b + `b`'],
    ["a <> 'a' AND 'it''s a' <> a", "b <> 'a' AND 'it''s a' <> b"],
    ['"two words" > [two words]', 'one > one'],
    ['x > 0', '"New""Name" > 0'],
    ['"A" > A', '"A" > A'],
  ])('%s', (sql, expected) => {
    expect(renameWords(sql, names)).toBe(expected)
  })
})

describe('names qualified by a schema', () => {
  test.each([
    ['CREATE VIEW app.v AS SELECT t.id FROM app.t', 'CREATE VIEW "앱".v AS SELECT t.id FROM "앱".t'],
    ['"app"."T" app . x', '"앱"."T" "앱" . x'],
    ["nextval('app.s'::regclass) || 'app.s'", "nextval('\"앱\".s'::regclass) || 'app.s'"],
    ['SELECT app, x.app.y, myapp.z, app_2.z', 'SELECT app, x.app.y, myapp.z, app_2.z'],
  ])('%s', (sql, expected) => {
    expect(renameQualifier(sql, 'app', '앱')).toBe(expected)
  })
})

describe('candidates', () => {
  const candidates = (a: Parameters<typeof schema>[0], b: Parameters<typeof schema>[0]) =>
    renameCandidates(diffSchemas(schema(a), schema(b), { ordersColumns: true }))

  test('a column of the same type at the same place, in the same index', () => {
    const a = table('t', [column('id'), typed('mail', 'varchar(80)')], { indexes: [index('i', 'mail')] })
    const b = table('t', [column('id'), typed('e_mail', 'varchar(80)')], { indexes: [index('i', 'e_mail')] })
    const [found] = candidates([a], [b])
    expect(found).toMatchObject({ of: 'column', column: 'mail', to: 'e_mail', rename: 't.mail=e_mail' })
    expect(found.evidence).toEqual(
      expect.arrayContaining(['same type (varchar(80))', 'same place (2)', 'same index', 'similar name']),
    )
  })

  test('another type is no candidate, nor is a name and a place that have nothing in common', () => {
    const a = table('t', [column('id'), typed('mail', 'text'), typed('x', 'text')])
    const b = table('t', [
      column('id'),
      typed('mail2', 'int'),
      typed('q', 'int'),
      typed('zzz', 'text', { comment: 'c' }),
    ])
    expect(candidates([a], [b])).toEqual([])
  })

  test('each column is asked about once, the surest pair first', () => {
    const a = table('t', [typed('first_name', 'text'), typed('last_name', 'text')])
    const b = table('t', [typed('given_name', 'text'), typed('family_name', 'text')])
    const found = candidates([a], [b])
    expect(found.map((c) => c.rename).sort()).toEqual(['t.first_name=given_name', 't.last_name=family_name'])
  })

  test('a table with the columns, the key and the rows of another', () => {
    const columns = [column('id'), typed('v', 'text')]
    const a = table('kunde', columns, { primaryKey: key('p', 'id'), rows: 1204 })
    const b = table('customer', columns, { primaryKey: key('p', 'id'), rows: 1204 })
    const other = table('log', [typed('at', 'timestamp')])
    const [found, ...rest] = candidates([a], [b, other])
    expect(rest).toEqual([])
    expect(found).toMatchObject({ of: 'table', rename: 'kunde=customer' })
    expect(found.evidence).toEqual([
      '2 of 2 columns have the same names and types',
      'same primary key (id)',
      'same number of rows (1204)',
    ])
  })

  test('nothing is a candidate once it was told', () => {
    const a = table('t', [column('id'), column('old')], { foreignKeys: [foreignKey('f', 't')] })
    const b = table('t', [column('id'), column('new')], { foreignKeys: [foreignKey('f', 't')] })
    const renames = resolveRenames(['t.old=new'], schema([a]), schema([b]))
    expect(renameCandidates(diffSchemas(schema([a]), schema([b]), { ordersColumns: true, renames }))).toEqual([])
  })
})
