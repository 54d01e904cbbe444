import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encoder } from './encode.ts'
import { digestText, floatDigestText, rowHasher } from './row-text.ts'
import type { WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

const TEXT: WireType = { kind: 'text' }

function rowOf(wires: readonly WireType[], texts: readonly (string | null)[]): Uint8Array {
  const w = new ByteWriter(64)
  w.int16(wires.length)
  texts.forEach((text, i) => {
    if (text === null) w.null()
    else encoder(wires[i])(w, text)
  })
  return w.bytes.slice(0, w.at)
}

function hashOf(
  wires: readonly WireType[],
  texts: readonly (string | null)[],
  fields = wires.map((_, i) => i),
): bigint {
  return rowHasher(wires, fields)(rowOf(wires, texts), 0)
}

describe('the hash of a row', () => {
  test('is what anybody can compute', () => {
    // printf '7\x1f3:a b\x1f\x1e' | sha256sum | cut -c1-15
    expect(hashOf([{ kind: 'int4' }, TEXT, TEXT], ['7', 'a b', null])).toBe(0x6a4723129e4d155n)
  })

  test('tells apart whatever texts hold', () => {
    const text = fc.option(fc.string({ unit: fc.constantFrom('a', ':', '1', '\u001e', '\u001f', '한'), maxLength: 4 }))
    const row = fc.tuple(text, text, text)
    fc.assert(
      fc.property(row, row, (a, b) => {
        const wires = [TEXT, TEXT, TEXT]
        expect(hashOf(wires, a) === hashOf(wires, b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 2000 },
    )
  })

  test('leaves out the fields that do not count', () => {
    const wires = [TEXT, TEXT]
    expect(hashOf(wires, ['a', 'b'], [0])).toBe(hashOf(wires, ['a', 'c'], [0]))
    expect(hashOf(wires, ['a', 'b'], [1])).not.toBe(hashOf(wires, ['a', 'c'], [1]))
  })

  test('does not see blanks at the end of char(n), and no others', () => {
    const fixed: WireType = { kind: 'text', fixed: true }
    expect(hashOf([fixed], ['a  '])).toBe(hashOf([fixed], ['a']))
    expect(hashOf([fixed], ['a\t'])).not.toBe(hashOf([fixed], ['a']))
    expect(hashOf([TEXT], ['a  '])).not.toBe(hashOf([TEXT], ['a']))
  })
})

describe('floats', () => {
  test.each([
    [0, '0'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [-1.5, '-1.5'],
    [999999999999999, '999999999999999'],
    [1e15, '1e+15'],
    [1.5e19, '1.5e+19'],
    [1e-6, '0.000001'],
    [-1.25e-7, '-0.000000125'],
    [1e-15, '0.000000000000001'],
    [9.5e-16, '9.5e-16'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
  ])('%d is %s', (value, text) => {
    expect(floatDigestText(value)).toBe(text)
  })

  test('are the same number again', () => {
    fc.assert(fc.property(fc.double(), (v) => Object.is(Number(floatDigestText(v)), v)))
  })

  test('of 32 bits are spelled as doubles', () => {
    const field = rowOf([{ kind: 'float4' }], ['0.1'])
    expect(digestText({ kind: 'float4' })(field, 6, 10)).toBe('0.10000000149011612')
  })
})
