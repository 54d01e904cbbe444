/** Mappings over bytes against the same mapping written over plain texts. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireColumn } from '../../src/core/engine.ts'
import type { FieldStep } from '../../src/core/transfer.ts'
import { sharedNumbers } from '../../src/transfer/fresh.ts'
import { context, lookupPlan, lookupsIn, mapAll, type Texts, tableDatabase, wireColumn } from './sample.ts'

const text = { kind: 'text' } as const
const READ = [
  wireColumn('id', { kind: 'int8' }),
  wireColumn('name', text),
  wireColumn('code', text),
  wireColumn('price', { kind: 'numeric', scale: 2 }),
  wireColumn('on', { kind: 'bool' }),
]

const HOSTILE = ['', 'a', '한글', '\u0000', "O'Neil", '😀', 'a\u0000b', 'NULL', ' ', '‏עברית', 'x'.repeat(300)]
const words = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 8 }))
const maybe = <T>(a: fc.Arbitrary<T>) => fc.option(a, { freq: 4, nil: null })
const rowOf = fc.tuple(
  maybe(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)),
  maybe(words),
  maybe(fc.constantFrom('Y', 'N', '한', '', 'other')),
  maybe(fc.integer({ min: -99999, max: 99999 }).map((n) => (n / 100).toFixed(2))),
  maybe(fc.constantFrom('0', '1')),
)

type Naive = (row: Texts) => string | null | 'reject'
const REJECT = 'REJECT \u0001'
const ENTRIES = [
  ['Y', 'yes'],
  ['N', null],
  ['한', '글'],
] as const

const steps: fc.Arbitrary<{ step: FieldStep; wire: WireColumn['wire']; naive: Naive }> = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((at) => ({
    step: { kind: 'field', at } as const,
    wire: READ[at].wire,
    naive: (row: Texts) => row[at],
  })),
  maybe(words).map((t) => ({ step: { kind: 'constant', text: t } as const, wire: text, naive: () => t })),
  fc.constantFrom('null', 'reject', 'default').chain((miss) =>
    fc.boolean().map((withNull) => ({
      step: {
        kind: 'values',
        at: 2,
        entries: [...ENTRIES, ...(withNull ? ([[null, 'nothing']] as const) : [])],
        miss: miss === 'default' ? { do: miss, text: 'else' } : { do: miss as 'null' },
      } as const,
      wire: text,
      naive: (row: Texts) => {
        if (row[2] === null) return withNull ? 'nothing' : null
        const entry = ENTRIES.find(([from]) => from === row[2])
        if (entry !== undefined) return entry[1]
        return miss === 'null' ? null : miss === 'default' ? 'else' : REJECT
      },
    })),
  ),
)

test('fields, constants and values are what the same mapping over texts gives', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(rowOf, { maxLength: 30 }),
      fc.array(steps, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 9 }),
      async (rows, columns, size) => {
        const write = columns.map((c, i) => wireColumn(`c${i}`, c.wire))
        const found = await mapAll({ read: READ, write, fields: columns.map((c) => c.step) }, rows, context(), size)
        const naive = rows.map((row) => columns.map((c) => c.naive(row)))
        expect(found.rows).toEqual(naive.filter((row) => !row.includes(REJECT)))
        expect(found.rejects.map((r) => r.row)).toEqual(
          rows
            .filter((_, i) => naive[i].includes(REJECT))
            .map((row) => Object.fromEntries(READ.map((c, i) => [c.name, row[i]]))),
        )
      },
    ),
    { numRuns: 200 },
  )
})

const BOUNDS = [
  ['in memory', 1e9],
  ['in a file', 0],
] as const

describe('look-ups', () => {
  const by = [wireColumn('code', text), wireColumn('kind', { kind: 'int4' })]
  const give = wireColumn('id', { kind: 'int8' })
  const READ2 = [wireColumn('c', text), wireColumn('k', { kind: 'int4' }), wireColumn('rest', text)]
  const huge = 'ㄱ'.repeat(350_000)

  const pairs = fc.uniqueArray(fc.tuple(maybe(words), maybe(fc.integer({ min: 0, max: 3 }).map(String))), {
    selector: (p) => JSON.stringify(p),
    maxLength: 30,
  })

  test.each(BOUNDS)('%s: equal keys find their value, NULL finds nothing', async (_, bound) => {
    await fc.assert(
      fc.asyncProperty(pairs, fc.array(fc.nat(40), { maxLength: 40 }), pairs, async (table, picks, others) => {
        const rows: Texts[] = table.map(([code, kind], i) => [code, kind, i % 5 === 0 ? null : String(i)])
        const asked: Texts[] = [
          ...picks.flatMap((n) => (table[n] ? [[...table[n], 'r']] : [])),
          ...others.map((o) => [...o, 'r']),
        ]
        const plan = lookupPlan('codes', by, give)
        await using cache = lookupsIn(tableDatabase([...by, give], rows), bound)
        const found = await mapAll(
          {
            read: READ2,
            write: [wireColumn('id', give.wire), wireColumn('rest', text)],
            fields: [
              { kind: 'lookup', lookup: 0, at: [0, 1], miss: { do: 'reject' } },
              { kind: 'field', at: 2 },
            ],
            stage: { lookups: [plan] },
          },
          asked,
          context({ lookups: cache.lookups }),
        )
        const naive = asked.map(([c, k]) => {
          if (c === null || k === null) return null
          return rows.find((r) => r[0] === c && r[1] === k)?.[2]
        })
        expect(found.rows).toEqual(naive.filter((id) => id !== undefined).map((id) => [id, 'r']))
        expect(found.rejects.length).toBe(naive.filter((id) => id === undefined).length)
      }),
      { numRuns: 100 },
    )
  })

  test.each(BOUNDS)('%s: a key of a megabyte, and keys that share its beginning', async (_, bound) => {
    const rows: Texts[] = [
      [huge, '1', '1'],
      [`${huge}x`, '1', '2'],
      ['', '1', '3'],
    ]
    await using cache = lookupsIn(tableDatabase([...by, give], rows), bound)
    const found = await mapAll(
      {
        read: READ2,
        write: [wireColumn('id', give.wire)],
        fields: [{ kind: 'lookup', lookup: 0, at: [0, 1], miss: { do: 'null' } }],
        stage: { lookups: [lookupPlan('codes', by, give)] },
      },
      [
        [`${huge}x`, '1', null],
        [huge, '1', null],
        [huge, '2', null],
        ['', '1', null],
      ],
      context({ lookups: cache.lookups }),
    )
    expect(found.rows).toEqual([['2'], ['1'], [null], ['3']])
  })

  test.each(BOUNDS)('%s: one key with two values is an error that names it; equal rows are none', async (_, bound) => {
    const plan = lookupPlan('codes', by, give)
    const load = async (rows: Texts[]) => {
      await using cache = lookupsIn(tableDatabase([...by, give], rows), bound)
      await cache.lookups([plan])
    }
    await expect(
      load([
        ['가', '1', '7'],
        ['가', '1', '8'],
      ]),
    ).rejects.toMatchObject({
      code: 'LOOKUP_AMBIGUOUS',
      why: expect.stringContaining("('가', 1)"),
    })
    await load([
      ['가', '1', '7'],
      ['가', '1', '7'],
      [null, '1', '8'],
      [null, '1', '9'],
    ])
  })

  test.each(BOUNDS)('%s: numbers are equal however many digits they show, and so are fixed texts', async (_, bound) => {
    const price = [wireColumn('p', { kind: 'numeric' }), wireColumn('f', { kind: 'text', fixed: true })]
    await using cache = lookupsIn(tableDatabase([...price, give], [['1.00', 'ab  ', '5']]), bound)
    const found = await mapAll(
      {
        read: price,
        write: [wireColumn('id', give.wire)],
        fields: [{ kind: 'lookup', lookup: 0, at: [0, 1], miss: { do: 'null' } }],
        stage: { lookups: [lookupPlan('prices', price, give)] },
      },
      [
        ['1', 'ab'],
        ['1.0', 'ab '],
        ['1.01', 'ab'],
        ['1', ' ab'],
      ],
      context({ lookups: cache.lookups }),
    )
    expect(found.rows).toEqual([['5'], ['5'], [null], [null]])
  })

  test('a miss that is to fail stops the reading and names value and look-up', async () => {
    await using cache = lookupsIn(tableDatabase([...by, give], []))
    const all = mapAll(
      {
        read: READ2,
        write: [wireColumn('id', give.wire)],
        fields: [{ kind: 'lookup', lookup: 0, at: [0, 1], miss: { do: 'fail' } }],
        stage: { lookups: [lookupPlan('codes', by, give)] },
      },
      [['가', '1', null]],
      context({ lookups: cache.lookups }),
    )
    await expect(all).rejects.toMatchObject({ code: 'LOOKUP_MISS', message: "id: ('가', 1) is not in codes" })
  })
})

test('rows that are there already are left out, and the rest is numbered without gaps or doubles', async () => {
  const by = [wireColumn('old', { kind: 'int8' })]
  const give = wireColumn('new', { kind: 'int8' })
  await using cache = lookupsIn(
    tableDatabase(
      [...by, give],
      [
        ['3', '1'],
        ['5', '2'],
      ],
    ),
  )
  const counters = new BigInt64Array([4294967290n])
  const rows = Array.from({ length: 600 }, (_, i): Texts => [String(i)])
  const found = await mapAll(
    {
      read: [wireColumn('id', { kind: 'int8' })],
      write: [wireColumn('old', { kind: 'int8' }), give, wireColumn('u', { kind: 'uuid' })],
      fields: [
        { kind: 'field', at: 0 },
        { kind: 'fresh', as: 'integer' },
        { kind: 'fresh', as: 'uuid' },
      ],
      stage: { lookups: [lookupPlan('map', by, give)], unless: { lookup: 0, at: [0] } },
    },
    rows,
    context({ lookups: cache.lookups, fresh: () => sharedNumbers(counters, 0) }),
    100,
  )
  expect(found.filtered).toBe(2)
  expect(found.rows.map((r) => r[0])).toEqual(rows.map((r) => r[0]).filter((id) => id !== '3' && id !== '5'))
  expect(found.rows.map((r) => r[1])).toEqual(found.rows.map((_, i) => String(4294967290n + BigInt(i))))
  const uuids = found.rows.map((r) => r[2] as string)
  expect(new Set(uuids).size).toBe(598)
  expect([...uuids].sort()).toEqual(uuids)
  for (const u of uuids) expect(u).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(found.lasts).toEqual([1, 2, 3, 4, 5, 6].map((n) => [BigInt(n * 100)]))
})
