/** Row functions: what they see, what may come back, and what becomes of everything else. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WireColumn } from '../../src/core/engine.ts'
import type { FieldStep } from '../../src/core/transfer.ts'
import type { WireType } from '../../src/core/wire.ts'
import type { RowFunction } from '../../src/transfer/context.ts'
import { context, mapAll, type Texts, wireColumn } from './sample.ts'

const text = { kind: 'text' } as const

/** Maps rows of `read` by a function whose properties are the columns of `write`. */
function run(
  read: readonly WireColumn[],
  write: readonly WireColumn[],
  rows: readonly Texts[],
  fn: RowFunction,
  o: { into?: string; fallback?: FieldStep } = {},
) {
  return mapAll(
    {
      read,
      write,
      fields: write.map((c) => ({ kind: 'row', property: c.name, ...(o.fallback && { fallback: o.fallback }) })),
      stage: {
        row: { module: null, transfer: 't', properties: read.map((c) => c.name), ...(o.into && { into: o.into }) },
      },
      key: [read[0].name],
    },
    rows,
    context({ run: fn }),
  )
}

const TYPES: readonly [WireType, string, unknown][] = [
  [{ kind: 'int2' }, '-32768', -32768],
  [{ kind: 'int4' }, '2147483647', 2147483647],
  [{ kind: 'int8' }, '9223372036854775807', 9223372036854775807n],
  [{ kind: 'bool' }, '1', true],
  [{ kind: 'float8' }, '0.1', 0.1],
  [{ kind: 'float4' }, '0.1', Math.fround(0.1)],
  [{ kind: 'numeric', scale: 2 }, '12345678901234567890.10', '12345678901234567890.10'],
  [{ kind: 'timestamp' }, '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56.789012'],
  [{ kind: 'timestamptz' }, '2024-02-29 12:34:56+00', '2024-02-29 12:34:56+00'],
  [{ kind: 'date' }, '0044-03-15 BC', '0044-03-15 BC'],
  [{ kind: 'uuid' }, '00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000a'],
  [{ kind: 'jsonb' }, '{"a":[1,null,"한"]}', { a: [1, null, '한'] }],
  [{ kind: 'bytea' }, '00ff', new Uint8Array([0, 255])],
  [text, '한\u0000😀', '한\u0000😀'],
  [{ kind: 'array', of: { kind: 'int4' } }, '["1",null,"3"]', [1, null, 3]],
  [{ kind: 'array', of: text }, '["a",null]', ['a', null]],
  [{ kind: 'bit' }, '0101', '0101'],
  [{ kind: 'interval' }, 'P1Y2M3DT4H5M6.7S', 'P1Y2M3DT4H5M6.7S'],
]

test.each(TYPES.map(([wire, t, value]) => [wire.kind, wire, t, value] as const))(
  '%s arrives as a value and goes back as it was',
  async (_, wire, canonical, value) => {
    const seen: unknown[] = []
    const c = wireColumn('v', wire)
    const found = await run([c], [c], [[canonical], [null]], (old) => {
      seen.push(old.v)
      return { v: old.v }
    })
    expect(seen).toEqual([value, null])
    expect(found.rows).toEqual([[canonical], [null]])
    expect(found.rejects).toEqual([])
  },
)

test('JSON goes through unharmed, whatever numbers it holds', async () => {
  const values = [
    '{"id":12345678901234567890,"x":0.1000000000000000055,"e":1e400,"n":1.50,"d":-0}',
    '[9007199254740993]',
  ]
  const c = wireColumn('v', { kind: 'json' })
  const found = await run(
    [c],
    [c],
    values.map((v) => [v]),
    (old) => old,
  )
  const numbers = (t: string) => t.replaceAll('1.50', '1.5').replaceAll('-0}', '0}')
  expect(found.rows.map((r) => r[0])).toEqual(values.map(numbers))
})

type Refused = readonly [name: string, wire: WireType, value: unknown, reason: RegExp]
const REFUSED: readonly Refused[] = [
  ['a number beyond 2^53 into int8', { kind: 'int8' }, 2 ** 53, /exactly/],
  ['NaN into int4', { kind: 'int4' }, Number.NaN, /NaN .* no integer/],
  ['1.5 into int4', { kind: 'int4' }, 1.5, /1.5 .* no integer/],
  ['2^31 into int4', { kind: 'int4' }, 2 ** 31, /outside/],
  ['2^63 into int8', { kind: 'int8' }, 2n ** 63n, /outside/],
  ['a boolean into int2', { kind: 'int2' }, true, /true .* no integer/],
  ["'12x' into int4", { kind: 'int4' }, '12x', /no integer/],
  ['2 into bool', { kind: 'bool' }, 2, /no boolean/],
  ['three digits after the point into two', { kind: 'numeric', scale: 2 }, 1.005, /./],
  ['NaN into numeric', { kind: 'numeric' }, Number.NaN, /no decimal/],
  ['2^53 + 2 as a number into numeric', { kind: 'numeric' }, 2 ** 53 + 2, /exactly/],
  ['1e39 into float4', { kind: 'float4' }, 1e39, /too large/],
  ['an object into text', text, {}, /no text/],
  ['a Date into text', text, new Date(0), /no text/],
  ['half a character', text, '\ud83d', /half a character/],
  ['an invalid Date', { kind: 'timestamp' }, new Date('x'), /invalid/],
  ['a time of day into date', { kind: 'date' }, new Date('2024-01-01T01:00:00Z'), /time of day/],
  ['a number into date', { kind: 'date' }, 5, /no date/],
  ['a string into bytea', { kind: 'bytea' }, 'abc', /bytes/],
  ['a function into json', { kind: 'json' }, () => 1, /JSON/],
  ['NaN inside of json', { kind: 'jsonb' }, { a: Number.NaN }, /JSON/],
  ['a text into an array', { kind: 'array', of: text }, 5, /no array/],
  ['a fraction inside of an array', { kind: 'array', of: { kind: 'int4' } }, [1, 1.5], /no integer/],
  ['a text that is too long', text, 'xxxx', /longer than 3/],
]

test.each(REFUSED)('%s is a reject that names the column', async (_, wire, value, reason) => {
  const id = wireColumn('id', { kind: 'int8' })
  const found = await run([id], [id, wireColumn('v', wire, { max: 3 })], [['7']], (old) => ({ ...old, v: value }))
  expect(found.rows).toEqual([])
  expect(found.rejects).toMatchObject([
    { key: [7n], column: 'v', reason: expect.stringMatching(reason), row: { id: '7' } },
  ])
})

type Taken = readonly [wire: WireType, value: unknown, canonical: string]
const TAKEN: readonly Taken[] = [
  [{ kind: 'int2' }, 5n, '5'],
  [{ kind: 'int4' }, '-7', '-7'],
  [{ kind: 'int8' }, 2 ** 53 - 1, '9007199254740991'],
  [{ kind: 'int8' }, -(2 ** 40) - 1, '-1099511627777'],
  [{ kind: 'int8' }, -0, '0'],
  [{ kind: 'numeric' }, 1e-7, '0.0000001'],
  [{ kind: 'numeric' }, -2.5e-8, '-0.000000025'],
  [{ kind: 'numeric', scale: 2 }, 12.5, '12.50'],
  [{ kind: 'numeric' }, 10n ** 30n, `1${'0'.repeat(30)}`],
  [{ kind: 'timestamp' }, new Date('2024-01-02T03:04:05.678Z'), '2024-01-02 03:04:05.678'],
  [{ kind: 'timestamptz' }, new Date('2024-01-02T03:04:05Z'), '2024-01-02 03:04:05+00'],
  [{ kind: 'date' }, new Date('2024-01-02T00:00:00Z'), '2024-01-02'],
  [{ kind: 'float8' }, Number.NaN, 'NaN'],
  [text, 12, '12'],
  [{ kind: 'json' }, 'plain', '"plain"'],
  [{ kind: 'json' }, { n: 2n ** 70n }, '{"n":1180591620717411303424}'],
  [{ kind: 'array', of: { kind: 'int8' } }, [1, 2n, null], '["1","2",null]'],
]

test.each(TAKEN)('%o takes %o', async (wire, value, canonical) => {
  const found = await run([wireColumn('id', text)], [wireColumn('v', wire)], [['1']], () => ({ v: value }))
  expect(found.rejects).toEqual([])
  expect(found.rows).toEqual([[canonical]])
})

test('integers: what is taken is exact, all else is refused', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(fc.double(), fc.bigInt(), fc.integer()), { maxLength: 20 }), async (values) => {
      const rows = values.map((_, i): Texts => [String(i)])
      const found = await run(
        [wireColumn('id', { kind: 'int4' })],
        [wireColumn('v', { kind: 'int8' })],
        rows,
        (old) => ({
          v: values[old.id as number],
        }),
      )
      const fits = (v: number | bigint) =>
        typeof v === 'bigint' ? BigInt.asIntN(64, v) === v : Number.isSafeInteger(v)
      expect(found.rows.map((r) => r[0])).toEqual(values.filter(fits).map((v) => String(BigInt(v))))
      expect(found.rejects.length).toBe(values.filter((v) => !fits(v)).length)
    }),
    { numRuns: 100 },
  )
})

describe('what a function may give back', () => {
  const id = wireColumn('id', { kind: 'int4' })
  const rows = Array.from({ length: 20 }, (_, i): Texts => [String(i)])

  test('several rows, none, rows for other tables; in order, also of promises', async () => {
    const fn: RowFunction = (old, ctx) => {
      const n = old.id as number
      if (n % 5 === 0) return n === 0 ? null : n === 5 ? [] : undefined
      const all = [{ id: n }, ctx.into({ name: 'others', schema: 'public' }, { id: -n }), { id: n * 100 }]
      return n % 2 === 0 ? all : new Promise((resolve) => setTimeout(() => resolve(all), 20 - n))
    }
    const kept = rows.map((_, i) => i).filter((n) => n % 5 !== 0)
    const own = await run([id], [id], rows, fn)
    expect(own.rows.map((r) => Number(r[0]))).toEqual(kept.flatMap((n) => [n, n * 100]))
    expect(own.filtered).toBe(4)
  })

  test('rows for a table alone, and for one that was not declared', async () => {
    const found = await run([id], [id], rows.slice(0, 3), (old, ctx) =>
      old.id === 1 ? ctx.into({ name: 'nowhere' }, old) : ctx.into({ name: 'others' }, old),
    )
    expect(found.filtered).toBe(2)
    expect(found.rejects).toMatchObject([{ key: [1n], column: 'row function', reason: /nowhere is not among/ }])
  })

  test('errors, rejections, and things that are no row are rejects of their row alone', async () => {
    const given: readonly (() => unknown)[] = [
      () => ({ id: 1 }),
      () => {
        throw new TypeError('no such thing')
      },
      () => Promise.reject(new Error('later')),
      () => 5,
      () => [[]],
      () => [{ id: 1 }, { id: 1.5 }],
      () => ({ id: 2 }),
    ]
    const found = await run([id], [id], rows.slice(0, 7), (old, ctx) => {
      if (old.id === 6) ctx.reject('I do not like it')
      return given[old.id as number]()
    })
    expect(found.rows).toEqual([['1']])
    expect(found.rejects.map((r) => [r.key?.[0], r.column, r.reason])).toEqual([
      [1n, 'row function', 'TypeError: no such thing'],
      [2n, 'row function', 'Error: later'],
      [3n, 'row function', 'the row function gave a number in place of a row'],
      [4n, 'row function', 'the row function gave a object in place of a row'],
      [5n, 'id', '1.5 (number) is no integer'],
      [6n, 'row function', 'I do not like it'],
    ])
  })

  test('a property that is not there: its other step, NULL, or a reject', async () => {
    const must = wireColumn('must', text, { nullable: false })
    const may = wireColumn('may', text)
    const gone = await run([id], [may, must], [['1']], () => ({}))
    expect(gone.rejects).toMatchObject([{ column: 'must', reason: 'the row function gave no value for it' }])
    const fallback = await run([id], [must], [['1']], () => ({}), { fallback: { kind: 'constant', text: 'else' } })
    expect(fallback.rows).toEqual([['else']])
  })

  test('names that are no identifiers are properties like others', async () => {
    const names = ['__proto__', 'constructor', '"', "a'b\\", '한 글', '\u2028', '']
    const read = names.map((n) => wireColumn(n, text))
    let seen: string[] = []
    const found = await run([...read], [wireColumn('n', { kind: 'int4' })], [names], (old) => {
      seen = Object.keys(old)
      return { n: names.filter((n) => Object.hasOwn(old, n) && old[n] === n).length }
    })
    expect(found.rows).toEqual([['7']])
    expect(seen).toEqual(names)
  })
})
