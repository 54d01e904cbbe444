import { describe, expect, test } from 'vitest'
import { check, column, foreignKey, index, key, object, schema, table, typed } from '../../test/schema/samples.ts'
import { changeLines } from '../../test/schema/told.ts'
import type { Schema } from '../core/schema.ts'
import { chooseBoth } from './choose.ts'
import { diffSchemas } from './compare.ts'
import { applyIgnore } from './ignore.ts'
import { parseIgnore } from './ignore-rules.ts'
import { rehomed } from './rehome.ts'

function left(from: Schema, to: Schema, ...rules: string[]): string[] {
  const sides = rules.map(parseIgnore).reduce(applyIgnore, { from, to, renames: [], foldsNames: false })
  return changeLines(diffSchemas(sides.from, sides.to, { ordersColumns: true }))
}

const from = schema(
  [
    table('t', [typed('a', 'text', { comment: 'old', collation: 'ko', charset: 'x' }), column('legacy'), column('n')], {
      owner: 'kim',
      comment: 'old',
      grants: ['SELECT TO kim'],
      options: { engine: 'MyISAM', collation: 'ko' },
      primaryKey: key('PRIMARY', 'a'),
      indexes: [{ ...index('i1', 'a'), comment: 'old' }],
      checks: [check('c1', 'a > 0')],
      foreignKeys: [foreignKey('f1', 't')],
    }),
    table('tmp_1', [column('a')]),
  ],
  [
    object('event', 'nightly'),
    object('view', 'v', { owner: 'kim' }),
    object('trigger', 'g', { table: { name: 'tmp_1' } }),
  ],
)
const to = schema(
  [
    table('t', [typed('a', 'text', { comment: 'new', collation: 'en' }), typed('n', 'bigint')], {
      owner: 'lee',
      comment: 'new',
      options: { engine: 'InnoDB', collation: 'en' },
      primaryKey: key('t_pkey', 'a'),
      indexes: [index('i2', 'a')],
      checks: [check('c2', 'a > 0')],
      foreignKeys: [foreignKey('f2', 't')],
    }),
  ],
  [object('view', 'v', { owner: 'lee' })],
)

const ALL = [
  'comments',
  'collations',
  'owners',
  'grants',
  'options',
  'constraint-names',
  'index-names',
  'tables:tmp_*',
  'columns:t.legacy',
  'objects:event',
]

describe('rules', () => {
  test('all of them together leave what is none of them', () => {
    expect(left(from, to, ...ALL)).toEqual(['column n: type int → bigint'])
  })

  test.each([
    ['comments', [/comment/]],
    ['collations', [/collation/, /charset/]],
    ['owners', [/owner/]],
    ['grants', [/grants/]],
    ['options:engine', [/engine/]],
    ['constraint-names', [/^(primary key|check|foreign key).*: name/]],
    ['index-names', [/^[-+] index/]],
    ['tables:tmp_*', [/tmp_1|drop g/]],
    ['columns:t.l*', [/legacy/]],
    ['objects:event', [/nightly/]],
    ['objects:view:w', []],
  ] as const)('%s hides its own and nothing else', (rule, hidden) => {
    const all = left(from, to)
    // What is told once a rule hides a part of it: an index that differs in its comment besides is no longer known by what it says.
    const rest = all.filter((line) => !hidden.some((h) => h.test(line)))
    const found = left(from, to, rule)
    for (const line of found) expect(hidden.some((h) => h.test(line))).toBe(false)
    if (hidden.length > 0) expect(found.length).toBeLessThan(all.length)
    if (rule !== 'comments' && rule !== 'index-names') expect(found).toEqual(rest)
  })

  test('an ignored column stays where it is, so that no statement drops it', () => {
    const [a, b] = [schema([from.tables[0]]), schema([to.tables[0]])]
    const sides = [parseIgnore('columns:t.legacy')].reduce(applyIgnore, {
      from: a,
      to: b,
      renames: [],
      foldsNames: false,
    })
    expect(sides.to.tables[0].columns.map((c) => c.name)).toEqual(['a', 'legacy', 'n'])
  })

  test('columns keep the order that they have, and a statement beside the model tells nothing that is ignored', () => {
    const said = (definition: string) => ({ options: { definition } })
    const a = schema([table('t', [column('a'), column('b')], { ...said('(a, b)'), checks: [check('one', 'a > 0')] })])
    const b = schema([
      table('t', [column('b'), column('new'), column('a')], {
        ...said('(b, new, a)'),
        checks: [check('two', 'a > 0')],
      }),
    ])
    const rules = ['column-order', 'constraint-names'].map(parseIgnore)
    const { to: ruled } = rules.reduce(applyIgnore, { from: a, to: b, renames: [], foldsNames: false })
    expect(ruled.tables[0].columns.map((c) => c.name)).toEqual(['a', 'b', 'new'])
    expect(left(a, b, 'column-order', 'constraint-names')).toEqual(['+ column new'])
    expect(left(a, b, 'column-order', 'constraint-names', 'columns:t.new')).toEqual([])
  })

  test.each(['nope', 'tables', 'tables:', 'options:', 'objects', 'comments:x', ''])('"%s" is no rule', (text) => {
    expect(() => parseIgnore(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})

describe('the part that is compared', () => {
  test('tables by name or glob, with what hangs on them', () => {
    const [a, b] = chooseBoth(from, to, { tables: ['tmp_?'] })
    expect(a.tables.map((t) => t.name.name)).toEqual(['tmp_1'])
    expect(a.others.map((o) => o.name.name)).toEqual(['g'])
    expect(b.tables).toEqual([])
  })

  test('exclude leaves out, and a name that neither side has is a mistake', () => {
    expect(chooseBoth(from, to, { exclude: ['t', 'v'] })[0].others.map((o) => o.name.name)).toEqual(['nightly', 'g'])
    expect(() => chooseBoth(from, to, { tables: ['nope'] })).toThrow(expect.objectContaining({ code: 'TABLE_MISSING' }))
  })

  test('tables that naru keeps for itself are never compared', () => {
    const own = schema([table('naru_run', [column('a')])])
    expect(chooseBoth(own, schema([]), {})[0].tables).toEqual([])
  })

  test('two schemas under different names are compared as one', () => {
    const inSchema = (name: string): Schema => {
      const t = table('t', [column('a', { sequence: { schema: name, name: 's' } })])
      const f = foreignKey('f', 't', { references: { schema: name, name: 't' } })
      return { ...schema([{ ...t, name: { schema: name, name: 't' }, foreignKeys: [f] }]), name }
    }
    const [prod, dev] = [inSchema('prod'), inSchema('dev')]
    expect(diffSchemas(prod, dev, { ordersColumns: true })).toHaveLength(2)
    expect(diffSchemas(prod, rehomed(dev, 'prod'), { ordersColumns: true })).toEqual([])
  })
})
