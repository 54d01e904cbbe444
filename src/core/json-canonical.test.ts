import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, canonicalNumber } from './json-canonical.ts'

describe('numbers by value', () => {
  test.each([
    [['0', '-0', '0.0', '0e9', '-0.00e-5'], '0'],
    [['1', '1.0', '1e0', '10e-1', '0.1e1', '0.00001E+5'], '1'],
    [['100', '1e2', '1.00e2', '100.0'], '100'],
    [['-1.5', '-15e-1', '-1.50'], '-15e-1'],
    [['123456789012345678901', '1.23456789012345678901e20'], '123456789012345678901'],
    [['1234567890123456789012', '1234567890123456789012.0'], '1234567890123456789012e0'],
    [['1e400', '10e399', `1${'0'.repeat(400)}`], '1e400'],
    [['1e-400', '0.1e-399'], '1e-400'],
    [['9007199254740993', '9007199254740993.0'], '9007199254740993'],
  ])('%j', (spellings, canonical) => {
    for (const text of spellings) {
      expect(canonicalNumber(text)).toBe(canonical)
      expect(canonicalJson(`[ ${text} ]`)).toBe(`[${canonical}]`)
    }
  })

  test('neighbours beyond double precision stay apart', () => {
    expect(canonicalJson('9007199254740993')).not.toBe(canonicalJson('9007199254740992'))
    expect(canonicalJson('0.1000000000000000055')).not.toBe(canonicalJson('0.1'))
  })
})

test('keys have one order, the last of equal keys counts', () => {
  expect(canonicalJson(' {"b" : 1, "aa":2 ,"a": {"y":1,"x":2}}\n')).toBe('{"a":{"x":2,"y":1},"b":1,"aa":2}')
  expect(canonicalJson('{"a":1,"b":2,"a":3}')).toBe('{"a":3,"b":2}')
  expect(canonicalJson('{"b":1,"a":2,"\\u0061":3,"b":4}')).toBe('{"a":3,"b":4}')
  expect(canonicalJson('{"__proto__":1,"":2}')).toBe('{"":2,"__proto__":1}')
})

test('many keys, some twice', () => {
  const names = Array.from({ length: 100 }, (_, i) => `k${(i * 37) % 50}`)
  const text = `{${names.map((name, i) => `"${name}":${i}`).join(',')}}`
  const canonical = canonicalJson(text)!
  expect(JSON.parse(canonical)).toEqual(JSON.parse(text))
  expect(Object.keys(JSON.parse(canonical)).length).toBe(50)
  expect(canonicalJson(canonical)).toBe(canonical)
})

test('strings are escaped in one way', () => {
  expect(canonicalJson('"\\u00e9\\/\\u0001\\ud83d\\ude00"')).toBe('"é/\\u0001😀"')
  expect(canonicalJson('"\\ud800"')).toBe('"\\ud800"')
  expect(canonicalJson('"한\u2028\u007f"')).toBe('"한\u2028\u007f"')
})

test.each([
  '',
  ' ',
  '{',
  '}',
  '[1,]',
  '[,1]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{a:1}',
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  'nul',
  'nulll',
  'true false',
  '"a',
  '"\\x"',
  '"\t"',
  "'a'",
  '[1 2]',
  '{"a" 1}',
  '1,2',
  ']',
  '[}',
])('%j is no JSON', (text) => {
  expect(canonicalJson(text)).toBeNull()
  expect(() => JSON.parse(text)).toThrow()
})

test('agrees with JSON.parse on what is JSON and what it means', () => {
  const noise = fc.oneof(fc.json(), fc.string({ unit: fc.constantFrom(...'[]{}:,"01.-eE\\untrlfasu \t') }))
  fc.assert(
    fc.property(noise, (text) => {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        expect(canonicalJson(text)).toBeNull()
        return
      }
      const canonical = canonicalJson(text)!
      // -0 and 0 are one value here.
      expect(JSON.parse(canonical)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(canonicalJson(canonical)).toBe(canonical)
    }),
    { numRuns: 3000 },
  )
})

test('order of keys and blanks do not matter', () => {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([key, one]) => [key, turned(one)]),
    )
  }
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(canonicalJson(JSON.stringify(turned(value), null, 2))).toBe(canonicalJson(JSON.stringify(value)))
    }),
    { numRuns: 500 },
  )
})

test('any depth of nesting', () => {
  const deep = `${'[{"a":'.repeat(20000)}1.0${'}]'.repeat(20000)}`
  expect(canonicalJson(deep)).toBe(deep.replace('1.0', '1'))
})
