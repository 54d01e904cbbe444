import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DriftColumn, DriftPattern } from '../core/report.ts'
import { patternTally } from './pattern.ts'

type Values = readonly (readonly [string | null, string | null])[]

const END = { key: 'id', targetRows: 100 }

function told(values: Values, name = 'v'): DriftPattern[] {
  const tally = patternTally()
  values.forEach(([source, target], i) => {
    tally.add({ kind: 'differs', key: null, columns: [{ name, source, target }] }, String(i), null)
  })
  return tally.finish(END)
}

const texts = (values: Values) => told(values).map((p) => p.text)
const map = (sources: readonly string[], f: (s: string, i: number) => string | null): Values =>
  sources.map((s, i) => [s, f(s, i)])
const prices = Array.from({ length: 1204 }, (_, i) => `${i + 1}.25`)

describe('a column', () => {
  test.each<[string, Values, string]>([
    ['a factor', map(prices, (p) => String(Number(p) * 100)), 'v: all 1,204 differ by a factor of 100'],
    ['a part', map(prices, (p) => (Number(p) / 8).toFixed(6)), 'v: all 1,204 differ by a factor of 0.125'],
    ['signs', map(prices, (p) => `-${p}`), 'v: all 1,204 differ by a factor of -1'],
    ['a shift', map(prices, (p) => (Number(p) - 7.5).toFixed(2)), 'v: all 1,204 differ by −7.5'],
    [
      'a factor but for some',
      map(prices, (p, i) => (i % 50 === 0 ? '0.5' : String(Number(p) * 100))),
      'v: 1,179 of 1,204 differ by a factor of 100',
    ],
    ['NULL for a value', map(prices, () => null), 'v: all 1,204: NULL on the target'],
    [
      'NULL for nothing',
      [
        ['', null],
        ['', null],
      ],
      "v: all 2: '' has become NULL",
    ],
    ['one value for all', map(prices, () => 'x'), "v: all 1,204 are 'x' on the target"],
    [
      'blanks',
      [
        ['a ', 'a'],
        ['b  ', 'b'],
      ],
      'v: all 2 differ by trailing blanks, lost on the target',
    ],
    [
      'case',
      [
        ['Kim', 'KIM'],
        ['Ä', 'ä'],
      ],
      'v: all 2 differ by upper and lower case',
    ],
    [
      'a limit of characters',
      [
        ['한글이 길다', '한글이'],
        ['일이삼사', '일이삼'],
      ],
      'v: all 2 are cut off on the target at 3 characters',
    ],
    [
      'a limit of bytes',
      [
        ['한글이', '한글'],
        ['abcdefgh', 'abcdef'],
      ],
      'v: all 2 are cut off on the target at 6 bytes',
    ],
    [
      'latin1',
      [
        ['é', 'Ã©'],
        ['한', 'í•œ'],
      ],
      'v: all 2 are encoded twice on the target: UTF-8 taken for latin1',
    ],
    [
      'latin1 undone',
      [
        ['Ã©', 'é'],
        ['Ã¤', 'ä'],
      ],
      'v: all 2 are encoded twice in the source: UTF-8 taken for latin1',
    ],
    [
      'lost characters',
      [
        ['한글', '??'],
        ['a😀', 'a????'],
      ],
      'v: all 2 have characters lost to question marks',
    ],
    [
      'NFD',
      [
        ['é', 'e\u0301'],
        ['ô', 'o\u0302'],
      ],
      'v: all 2 are the same text in another Unicode normalization (NFD on the target)',
    ],
    [
      'flags',
      [
        ['0', '1'],
        ['1', '0'],
        ['1', '0'],
      ],
      'v: all 3 are flipped',
    ],
    [
      'flags that are all set',
      [
        ['0', '1'],
        ['0', '1'],
        ['0', '1'],
      ],
      "v: all 3 are '1' on the target",
    ],
    [
      'a time zone',
      ['01', '02', '03'].map((d) => [`2024-05-${d} 20:00:00.5`, `2024-05-0${Number(d) + 1} 05:00:00.5`]),
      'v: +9 h in all 3 rows: a time zone',
    ],
    [
      'minutes',
      ['01', '02', '03'].map((d) => [`2024-05-${d} 20:00:00`, `2024-05-${d} 19:50:00`]),
      'v: −10 min in all 3 rows',
    ],
    [
      'rounded decimals',
      [
        ['1.125', '1.13'],
        ['2.344', '2.34'],
        ['7.777', '7.78'],
      ],
      'v: all 3 are rounded to 2 digits after the point',
    ],
    [
      'decimals cut off',
      [
        ['1.126', '1.12'],
        ['2.349', '2.34'],
        ['7.777', '7.77'],
      ],
      'v: all 3 are cut off after 2 digits after the point',
    ],
    [
      'short floats',
      map(['0.1', '0.7', '1.3'], (f) => String(Math.fround(Number(f)))),
      'v: all 3 are rounded to a 32-bit float',
    ],
    [
      'last digits',
      [
        ['0.123456789012345', '0.123456789012346'],
        ['0.223456789012345', '0.223456789012341'],
        ['0.323456789012345', '0.323456789012349'],
      ],
      'v: all 3 differ beyond the 13th digit only',
    ],
    [
      'labels',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
      "v: all 6 are exchanged one for one: 'a' is 'b', 'b' is 'c', 'c' is 'a'",
    ],
  ])('%s', (_, values, text) => {
    expect(texts(values)).toEqual([text])
  })

  test('of values that have nothing in common is not explained', () => {
    expect(texts(map(['q', 'w', 'e', 'r'], (_, i) => `${i}${i}x${i}`))).toEqual([])
    expect(texts([['5', '7']])).toEqual([])
  })
})

/** Whether a pattern's claim holds for one pair of values, found out in another way. */
function holds(p: DriftPattern, [source, target]: Values[number]): boolean {
  const numbers = [source, target].map(Number)
  const value = /(?:factor of|differ by) ([-−+.\d]+)/.exec(p.text)?.[1].replace('−', '-')
  switch (p.kind) {
    case 'factor':
      return numbers[0] !== 0 && Math.abs(numbers[0] * Number(value) - numbers[1]) < 1e-6
    case 'shift':
      return Math.abs(numbers[0] + Number(value) - numbers[1]) < 1e-6
    case 'constant':
      return p.text.endsWith(`'${target}' on the target`)
    case 'null':
      return p.text.includes("'' has become") ? source === '' && target === null : source === null || target === null
    case 'blanks':
      return source?.trimEnd() === target?.trimEnd()
    case 'case':
      return source?.toUpperCase() === target?.toUpperCase()
    case 'truncated':
      return source?.slice(0, target?.length) === target
    case 'flag':
      return numbers[0] + numbers[1] === 1
    default:
      return true
  }
}

test('no claim counts rows that it does not hold for', () => {
  const number = fc.integer({ min: -20, max: 20 }).map((n) => (n % 2 === 0 ? String(n) : `${n}.5`))
  const word = fc.constantFrom('', 'a', 'a ', 'A', 'ab', 'abc', '0', '1', null)
  const value = fc.oneof(number, word)
  const ways = [
    (s: string | null) => (s === null ? 'x' : String(Number(s) * 4)),
    (s: string | null) => (s === null ? '' : `${s} `),
    (s: string | null) => (s === null ? '0' : String(Number(s) + 3)),
    () => '7',
    () => null,
  ]
  const pairs = fc.tuple(fc.constantFrom(...ways), fc.array(fc.tuple(value, value, fc.boolean()), { maxLength: 40 }))
  fc.assert(
    fc.property(pairs, ([way, list]) => {
      const values = list.map(([s, t, usual]): Values[number] => [s, usual ? way(s) : t]).filter(([s, t]) => s !== t)
      for (const p of told(values)) {
        expect(p.of).toBe(values.length)
        const count = values.filter((v) => holds(p, v)).length
        expect({ text: p.text, enough: count >= p.rows }).toEqual({ text: p.text, enough: true })
        expect(p.text).toContain(p.rows === p.of ? `all ${p.of}` : `${p.rows} of ${p.of}`)
      }
    }),
    { numRuns: 400 },
  )
})

describe('a table', () => {
  const column = (name: string, source: string, target: string): DriftColumn => ({ name, source, target })

  test('whose columns were exchanged', () => {
    const tally = patternTally()
    for (const n of [1, 2, 3]) {
      const columns = [column('a', `a${n}`, `b${n}`), column('b', `b${n}`, `a${n}`)]
      tally.add({ kind: 'differs', key: null, columns }, String(n), null)
    }
    expect(tally.finish(END).map((p) => p.text)).toEqual(["a and b: all 3 hold each other's value"])
  })

  /** Missing ids of 1…20 → what is told. */
  function missing(ids: readonly number[]): string[] {
    const tally = patternTally()
    let targetBefore = 0
    for (let id = 1; id <= 20; id++) {
      if (!ids.includes(id)) targetBefore++
      else {
        const after = id === 1 ? null : String(id - 1)
        tally.add({ kind: 'missing on target', key: null, columns: [] }, String(id), { after, targetBefore })
      }
    }
    return tally.finish({ key: 'id', targetRows: 20 - ids.length }).map((p) => p.text)
  }
  const span = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

  test.each<[string, readonly number[], string[]]>([
    ['its end', span(14, 20), ['all rows after id 13 missing (7 rows): the copy stopped there']],
    ['its beginning', span(1, 5), ['all rows up to id 5 missing (5 rows): the copy began behind them']],
    ['a range', span(5, 9), ['all rows from id 5 to 9 missing (5 rows): a range was left out']],
    [
      'a range and another row',
      [2, ...span(5, 9)],
      ['all rows from id 5 to 9 missing (5 of 6 missing rows): a range was left out'],
    ],
    ['rows here and there', [2, 5, 9, 17], []],
    ['everything', span(1, 20), ['the target is empty']],
  ])('that misses %s', (_, ids, expected) => {
    expect(missing(ids)).toEqual(expected)
  })
})
