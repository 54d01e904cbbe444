import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../../test/core/codec-fixture.ts'
import { asciiWriter, decoder, valueDecoder } from './decode.ts'
import { CellError } from './encode.ts'
import type { WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

/** Other spellings of a value, and the canonical one. */
const SPELLINGS: readonly [WireType, readonly [string, string][]][] = [
  [
    { kind: 'int2' },
    [
      ['+7', '7'],
      ['-007', '-7'],
      ['00000000000000000000012', '12'],
      ['-0', '0'],
    ],
  ],
  [
    { kind: 'int8' },
    [
      ['+9223372036854775807', '9223372036854775807'],
      ['-0009223372036854775808', '-9223372036854775808'],
      ['0000000000000000', '0'],
    ],
  ],
  [
    { kind: 'numeric' },
    [
      ['+.5', '0.5'],
      ['5.', '5'],
      ['007.10', '7.10'],
      ['1E3', '1000'],
      ['1.5e-3', '0.0015'],
      ['-0.00', '0.00'],
      ['12.34e1', '123.4'],
    ],
  ],
  [
    { kind: 'numeric', scale: 3 },
    [
      ['1', '1.000'],
      ['-1.50000', '-1.500'],
      ['0', '0.000'],
    ],
  ],
  [
    { kind: 'float8' },
    [
      ['1e21', '1e+21'],
      ['-0', '-0'],
      ['+1.50', '1.5'],
      ['100000000000000000000', '100000000000000000000'],
      ['.5', '0.5'],
    ],
  ],
  [
    { kind: 'float4' },
    [
      ['0.1', '0.1'],
      ['16777217', '16777216'],
      ['3.4028235e38', '3.4028235e+38'],
      ['1e-45', '1e-45'],
      ['-0', '-0'],
      ['1.1754944e-38', '1.1754944e-38'],
      ['NaN', 'NaN'],
      ['-Infinity', '-Infinity'],
    ],
  ],
  [
    { kind: 'date' },
    [
      ['0044-03-15 BC', '0044-03-15 BC'],
      ['12345-01-02', '12345-01-02'],
      ['infinity', 'infinity'],
    ],
  ],
  [
    { kind: 'time' },
    [
      ['10:30', '10:30:00'],
      ['10:30:00.500000', '10:30:00.5'],
      ['10:30:00.1234560', '10:30:00.123456'],
    ],
  ],
  [
    { kind: 'timetz' },
    [
      ['10:30Z', '10:30:00+00:00'],
      ['10:30:00-0330', '10:30:00-03:30'],
      ['10:30:00+05:30:15', '10:30:00+05:30:15'],
    ],
  ],
  [
    { kind: 'timestamp' },
    [
      ['2024-02-29', '2024-02-29 00:00:00'],
      ['2024-02-29T10:30', '2024-02-29 10:30:00'],
      ['2023-12-31 24:00:00', '2024-01-01 00:00:00'],
      ['2024-02-29 10:30:00.120', '2024-02-29 10:30:00.12'],
    ],
  ],
  [
    { kind: 'timestamptz' },
    [
      ['2024-02-29T10:30:00Z', '2024-02-29 10:30:00+00'],
      ['2024-03-01 01:00:00+09:00', '2024-02-29 16:00:00+00'],
      ['2024-02-29 23:30:00.5-0130', '2024-03-01 01:00:00.5+00'],
      ['0001-01-01 00:30:00+01', '0001-12-31 23:30:00+00 BC'],
      ['-infinity', '-infinity'],
    ],
  ],
  [
    { kind: 'interval' },
    [
      ['P1W', 'P7D'],
      ['PT90M', 'PT1H30M'],
      ['PT0S', 'PT0S'],
      ['P0D', 'PT0S'],
      ['P14M', 'P1Y2M'],
      ['PT-0.5S', 'PT-0.5S'],
      ['infinity', 'infinity'],
      ['-infinity', '-infinity'],
      ['P1Y-2M', 'P10M'],
    ],
  ],
  [{ kind: 'uuid' }, [['F81D4FAE7DEC11D0A76500A0C91E6BF6', 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6']]],
  [
    { kind: 'inet' },
    [
      ['1.2.3.4/32', '1.2.3.4'],
      ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
      ['::FFFF:102:304', '::ffff:1.2.3.4'],
    ],
  ],
  [
    { kind: 'cidr' },
    [
      ['10.1.2.3', '10.1.2.3/32'],
      ['2001:db8::', '2001:db8::/128'],
    ],
  ],
  [
    { kind: 'bytea' },
    [
      ['00FF', '00ff'],
      ['', ''],
    ],
  ],
  [{ kind: 'raw', native: 'hstore' }, [['00FF', '00ff']]],
  [
    { kind: 'array', of: { kind: 'int4' } },
    [
      ['["1", null, "-2"]', '["1",null,"-2"]'],
      ['[]', '[]'],
      ['[["1"],["2"]]', '[["1"],["2"]]'],
    ],
  ],
  [{ kind: 'array', of: { kind: 'text' } }, [['["a\\"b", "", "한"]', '["a\\"b","","한"]']]],
]

describe.each(SPELLINGS)('%j', (wire, pairs) => {
  test.each(pairs)('%s is %s', (text, canonical) => {
    expect(textOf(wire, bytesOf(wire, text))).toBe(canonical)
  })
})

test('numerics of any shape keep value and scale', () => {
  const digits = (max: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: max })
  const shape = fc.tuple(fc.constantFrom('', '-'), digits(40), fc.option(digits(40), { nil: undefined }))
  fc.assert(
    fc.property(shape, ([sign, whole, fraction]) => {
      const plain = whole.replace(/^0+(?=\d)/, '') + (fraction === undefined ? '' : `.${fraction}`)
      const expected = /[1-9]/.test(plain) ? sign + plain : plain
      expect(
        textOf(
          { kind: 'numeric' },
          bytesOf({ kind: 'numeric' }, sign + whole + (fraction === undefined ? '' : `.${fraction}`)),
        ),
      ).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

test('every float32 comes back from its text, no longer than JavaScript would need for 9 digits', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true }), (v) => {
      const field = Buffer.alloc(4)
      field.writeFloatBE(v)
      const text = textOf({ kind: 'float4' }, field)
      expect(bytesOf({ kind: 'float4' }, text).equals(field)).toBe(true)
      expect(text.replace(/e.*|[-.]|^0\.0*/g, '').replace(/^0+|0+$/g, '').length).toBeLessThanOrEqual(9)
    }),
    { numRuns: 2000 },
  )
})

test('texts are taken as they are, NUL and all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const odd = `${text}\u0000 `
      expect(textOf({ kind: 'text' }, bytesOf({ kind: 'text' }, odd))).toBe(odd)
    }),
  )
})

test('values', () => {
  const value = (wire: WireType, text: string) => {
    const field = bytesOf(wire, text)
    return valueDecoder(wire)(Buffer.concat([Buffer.from('xx'), field, Buffer.from('y')]), 2, field.length + 2)
  }
  expect(value({ kind: 'bool' }, '1')).toBe(true)
  expect(value({ kind: 'bool' }, '0')).toBe(false)
  expect(value({ kind: 'int2' }, '-5')).toBe(-5n)
  expect(value({ kind: 'int4' }, '5')).toBe(5n)
  expect(value({ kind: 'int8' }, '-9223372036854775808')).toBe(-(2n ** 63n))
  expect(value({ kind: 'int8' }, '-9007199254740992')).toBe(-9007199254740992n)
  expect(value({ kind: 'float4' }, '0.1')).toBe(Math.fround(0.1))
  expect(value({ kind: 'float8' }, '-0')).toBe(-0)
  expect(value({ kind: 'bytea' }, '00ff')).toEqual(Uint8Array.of(0, 255))
  expect(value({ kind: 'numeric' }, '1.50')).toBe('1.50')
  expect(value({ kind: 'timestamp' }, '2024-01-01 00:00:00')).toBe('2024-01-01 00:00:00')
  expect(value({ kind: 'jsonb' }, '{"a": 1}')).toBe('{"a": 1}')
})

test('times outside of a day are shown as they are', () => {
  const time = (us: bigint): string => {
    const field = Buffer.alloc(8)
    field.writeBigInt64BE(us)
    return textOf({ kind: 'time', beyond: true }, field)
  }
  expect(time(-1500000n)).toBe('-00:00:01.5')
  expect(time(3020399000000n)).toBe('838:59:59')
  expect(time(-3020399000000n)).toBe('-838:59:59')
})

test('bytes of a value are a copy: the batch may be reused', () => {
  const field = Uint8Array.of(1, 2)
  const value = valueDecoder({ kind: 'bytea' })(field, 0, 2)
  field.fill(0)
  expect(value).toEqual(Uint8Array.of(1, 2))
})

test('bytea is appended raw, jsonb without its version', () => {
  const w = new ByteWriter(2)
  asciiWriter({ kind: 'bytea' })(w, Uint8Array.of(9, 0, 255, 9), 1, 3)
  asciiWriter({ kind: 'jsonb' })(w, Buffer.from('\u0001{}'), 0, 3)
  expect([...w.bytes.subarray(0, w.at)]).toEqual([0, 255, 123, 125])
})

test('an array that does not begin at 1 is refused', () => {
  const field = bytesOf({ kind: 'array', of: { kind: 'int4' } }, '["1","2"]')
  field.writeInt32BE(0, 16)
  expect(() => decoder({ kind: 'array', of: { kind: 'int4' } })(field, 0, field.length)).toThrow(CellError)
})
