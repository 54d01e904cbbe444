import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, fieldOf, textOf } from './codec.fixture.ts'
import {
  CellError,
  encoder,
  isUtf8,
  writeBit,
  writeBool,
  writeDate,
  writeFloat4,
  writeFloat8,
  writeInt2,
  writeInt4,
  writeInt8,
  writeInt8Big,
  writeInterval,
  writeNumericAscii,
  writeNumericUint,
  writeNumericUint64,
  writeTime,
  writeTimestamp,
  writeUuidAscii,
} from './encode.ts'
import type { WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

const hex = (write: (w: ByteWriter) => void): string => fieldOf(write).toString('hex')
const ascii = (text: string): [Uint8Array, number, number] => [Buffer.from(`<${text}>`), 1, text.length + 1]

describe('writers of values', () => {
  test('integers, floats, booleans', () => {
    expect(hex((w) => writeInt2(w, -2))).toBe('fffe')
    expect(hex((w) => writeInt4(w, -3))).toBe('fffffffd')
    expect(hex((w) => writeInt8(w, -1, 0xfffffffe))).toBe('fffffffffffffffe')
    expect(hex((w) => writeInt8(w, 1, 2))).toBe('0000000100000002')
    expect(hex((w) => writeBool(w, true))).toBe('01')
    expect(hex((w) => writeFloat4(w, 1.5))).toBe('3fc00000')
    expect(hex((w) => writeFloat8(w, -0))).toBe('8000000000000000')
    expect(hex((w) => writeFloat8(w, Number.NaN))).toBe('7ff8000000000000')
    expect(hex((w) => writeFloat4(w, Number.NaN))).toBe('7fc00000')
  })

  test('a NaN of any payload is the one NaN', () => {
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000001n]).buffer)[0]
    expect(hex((w) => writeFloat8(w, odd))).toBe('7ff8000000000000')
  })

  test('every int64 as a bigint', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (v) => {
        const expected = Buffer.alloc(8)
        expected.writeBigInt64BE(v)
        expect(fieldOf((w) => writeInt8Big(w, v)).equals(expected)).toBe(true)
        expect(bytesOf({ kind: 'int8' }, String(v)).equals(expected)).toBe(true)
        expect(textOf({ kind: 'int8' }, expected)).toBe(String(v))
      }),
      { numRuns: 2000 },
    )
    expect(() => writeInt8Big(new ByteWriter(8), 2n ** 63n)).toThrow(CellError)
  })

  test('unsigned 64-bit integers as numeric', () => {
    const edges = [0n, 1n, 9999n, 10000n, 99999999n, 100000000n, 10n ** 16n, 2n ** 64n - 1n, 2n ** 63n, 10n ** 19n]
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })), (v) => {
        const expected = bytesOf({ kind: 'numeric' }, String(v))
        expect(fieldOf((w) => writeNumericUint64(w, Number(v >> 32n), Number(v & 0xffffffffn))).equals(expected)).toBe(
          true,
        )
        expect(fieldOf((w) => writeNumericUint(w, v)).equals(expected)).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(fieldOf((w) => writeNumericUint(w, 10n ** 30n))).toEqual(bytesOf({ kind: 'numeric' }, `1${'0'.repeat(30)}`))
  })

  test('dates and times', () => {
    expect(hex((w) => writeDate(w, 2000, 1, 2))).toBe('00000001')
    expect(
      textOf(
        { kind: 'date' },
        fieldOf((w) => writeDate(w, 0, 2, 29)),
      ),
    ).toBe('0001-02-29 BC')
    expect(
      textOf(
        { kind: 'time' },
        fieldOf((w) => writeTime(w, 86400000000)),
      ),
    ).toBe('24:00:00')
    const moment = fieldOf((w) => writeTimestamp(w, 1969, 12, 31, 23, 59, 59, 999999))
    expect(textOf({ kind: 'timestamptz' }, moment)).toBe('1969-12-31 23:59:59.999999+00')
    expect(() => writeDate(new ByteWriter(8), 2023, 2, 29)).toThrow("'2023-02-29' is no date of the calendar")
    expect(() => writeDate(new ByteWriter(8), 0, 0, 0)).toThrow("'0000-00-00' is no date of the calendar")
    expect(() => writeDate(new ByteWriter(8), 5874898, 1, 1)).toThrow('outside')
    expect(() => writeTimestamp(new ByteWriter(8), 294277, 1, 1, 0, 0, 0, 0)).toThrow('outside')
    expect(() => writeTimestamp(new ByteWriter(8), 2000, 1, 1, 24, 0, 0, 0)).toThrow('no time of day')
    expect(() => writeTime(new ByteWriter(8), -1)).toThrow('outside 00:00')
    expect(() => writeTime(new ByteWriter(8), 838 * 3600e6)).toThrow('838 hours')
  })

  test('timestamps are exact to the microsecond over the whole range', () => {
    const days = fc.integer({ min: -2451545, max: 106751982 })
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 86399999999 }), (day, us) => {
        const expected = Buffer.alloc(8)
        expected.writeBigInt64BE(BigInt(day) * 86400000000n + BigInt(us))
        const text = textOf({ kind: 'timestamp' }, expected)
        expect(bytesOf({ kind: 'timestamp' }, text).equals(expected), text).toBe(true)
      }),
      { numRuns: 3000 },
    )
  })

  test('intervals', () => {
    const field = fieldOf((w) => writeInterval(w, -1500000n, 3, -14))
    expect(textOf({ kind: 'interval' }, field)).toBe('P-1Y-2M3DT-1.5S')
    expect(() => writeInterval(new ByteWriter(8), 0n, 2 ** 31, 0)).toThrow(CellError)
    expect(() => writeInterval(new ByteWriter(8), 2n ** 63n, 0, 0)).toThrow(CellError)
  })

  test('uuid from 36 or 32 digits', () => {
    const plain = '00112233445566778899aabbccddeeff'
    expect(hex((w) => writeUuidAscii(w, ...ascii('00112233-4455-6677-8899-AABBccddeeff')))).toBe(plain)
    expect(hex((w) => writeUuidAscii(w, ...ascii(plain)))).toBe(plain)
    for (const bad of [plain.slice(1), `${plain}0`, '00112233-4455-6677-8899+aabbccddeeff', plain.replace('a', 'g')]) {
      expect(() => writeUuidAscii(new ByteWriter(8), ...ascii(bad)), bad).toThrow('is no uuid')
    }
  })

  test('MySQL BIT as bits, left-aligned', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (length, any) => {
        const value = BigInt.asUintN(length, any)
        const bytes = Buffer.alloc(8)
        bytes.writeBigUInt64BE(value)
        const text = value.toString(2).padStart(length, '0')
        const size = (length + 7) >> 3
        for (const start of [0, 8 - size]) {
          const field = fieldOf((w) => writeBit(w, bytes, start, 8, length))
          expect(textOf({ kind: 'bit' }, field)).toBe(text)
          expect(field.equals(bytesOf({ kind: 'bit' }, text))).toBe(true)
        }
      }),
    )
    expect(() => writeBit(new ByteWriter(8), Uint8Array.of(4), 0, 1, 2)).toThrow('0x04 has more than 2 bits')
    expect(() => writeBit(new ByteWriter(8), Uint8Array.of(1, 0), 0, 2, 8)).toThrow('more than 8 bits')
  })

  test('numeric in the middle of a buffer, with a scale', () => {
    const text = (value: string, scale?: number): string =>
      textOf(
        { kind: 'numeric' },
        fieldOf((w) => writeNumericAscii(w, ...ascii(value), scale)),
      )
    expect(text('-12.5', 2)).toBe('-12.50')
    expect(text('12.5000', 2)).toBe('12.50')
    expect(text('12', 0)).toBe('12')
    expect(text('-0', 2)).toBe('0.00')
    expect(text('1e-3', 4)).toBe('0.0010')
    expect(text('NaN', 2)).toBe('NaN')
    expect(() => text('12.505', 2)).toThrow("'12.505' has more than 2 digits after the point")
    expect(() => text('1e-3', 2)).toThrow('more than 2 digits')
  })
})

test('isUtf8 is strict', () => {
  const check = (...bytes: number[]): boolean => isUtf8(Uint8Array.of(0xff, ...bytes, 0xff), 1, bytes.length + 1)
  expect(check()).toBe(true)
  expect(check(...Buffer.from('a한😀'))).toBe(true)
  expect(check(...Buffer.from('x'.repeat(100)), 0xc3, 0xa9)).toBe(true)
  expect(check(0xc0, 0x80)).toBe(false)
  expect(check(0xed, 0xa0, 0x80)).toBe(false)
  expect(check(0xf4, 0x90, 0x80, 0x80)).toBe(false)
  expect(check(0x41, 0xc3)).toBe(false)
  expect(check(...Buffer.from('x'.repeat(100)), 0xe9)).toBe(false)
})

const REFUSED: readonly [WireType, readonly string[]][] = [
  [{ kind: 'bool' }, ['', 't', 'true', '2', '01']],
  [{ kind: 'int2' }, ['', '-', '+', '12x', '1.0', ' 1', '1 ', '32768', '-32769', '99999999999', '1e3', '٣']],
  [{ kind: 'int4' }, ['2147483648', '-2147483649', '0x10', '12345678901234567890123']],
  [
    { kind: 'int8' },
    ['9223372036854775808', '-9223372036854775809', '99999999999999999999', '12345678901x', 'x23456789012345678'],
  ],
  [{ kind: 'float4' }, ['', '.', 'e5', '1e39', '1e-60', '0x10', 'nan', '1,5', '1_000', ' 1', '']],
  [{ kind: 'float8' }, ['1e400', '1e-400', 'inf', '--1', '1e', '1.2.3']],
  [
    { kind: 'numeric' },
    ['', '-', '.', '1.2.3', '1e', '--1', 'nan', '1 ', '1e999999', '1e99999999', `1${'0'.repeat(131072)}`],
  ],
  [{ kind: 'numeric', scale: 2 }, ['0.001', '-1.239', '1e-3']],
  [
    { kind: 'date' },
    [
      '',
      '2023-02-29',
      '2023-13-01',
      '2023-00-10',
      '0000-00-00',
      '0000-01-01',
      '23-01-01',
      '2023-1-1',
      '2023-01-01 00:00:00',
      '4714-11-23 BC',
      '5874898-01-01',
      'today',
    ],
  ],
  [
    { kind: 'time' },
    [
      '',
      '24:00:01',
      '25:00:00',
      '12:60:00',
      '12:00:60',
      '12',
      '12:00:00.1234567',
      '12:00:00+00',
      '-01:00:00',
      '838:59:59',
    ],
  ],
  [{ kind: 'timetz' }, ['12:00:00', '12:00:00+16', '12:00:00+5', '12:00:00+05:60']],
  [
    { kind: 'timestamp' },
    [
      '',
      '2023-02-29 00:00:00',
      '2023-01-01 25:00:00',
      '2023-01-01 10',
      '2023-01-01 10:00:00Z',
      '2023-01-01 10:00:00+00',
      '294277-01-01 00:00:00',
      '4714-11-23 00:00:00 BC',
      '0000-01-01 00:00:00',
      '2023-01-01 00:00:00.0000001',
      '2023-01-01 00:00:00.',
    ],
  ],
  [
    { kind: 'timestamptz' },
    ['2023-01-01 00:00:00', '2023-01-01', '2023-01-01 00:00:00 UTC', '4714-11-24 00:00:00+01 BC'],
  ],
  [
    { kind: 'interval' },
    ['', 'P', 'PT', 'P1', '1 day', 'P1H', 'PT1.5M', 'PT0.0000001S', 'P3000000000D', 'P178956971Y', 'PT2562047789H'],
  ],
  [{ kind: 'uuid' }, ['', '0', 'x'.repeat(36), '한'.repeat(12), 'x'.repeat(1000)]],
  [
    { kind: 'inet' },
    [
      '',
      '1.2.3',
      '1.2.3.256',
      '1.2.3.4/33',
      '1.2.3.4/',
      '::1/129',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '12345::',
      '::1.2.3',
      '1.2.3.4::',
      '1:2:3:4:5:6:7::8',
      'a b',
    ],
  ],
  [{ kind: 'cidr' }, ['192.168.1.5/24', '::1/64', '10.0.0.1/31']],
  [{ kind: 'bytea' }, ['0', 'zz', '\\x00', '0 ']],
  [{ kind: 'bit' }, ['2', '0b1', ' ']],
  [{ kind: 'json' }, ['', '{', "{'a': 1}", 'NaN', '01']],
  [{ kind: 'jsonb' }, ['', '[1,]', 'undefined']],
  [{ kind: 'text' }, ['\ud800', 'a\udc00b', `${'x'.repeat(100)}\ud83d`]],
  [{ kind: 'raw', native: 'hstore' }, ['0']],
  [
    { kind: 'array', of: { kind: 'int4' } },
    [
      '',
      '{1,2}',
      '"1"',
      '[1]',
      '["x"]',
      '[["1"],["1","2"]]',
      '[["1"],"2"]',
      '["1",["2"]]',
      '[[]]',
      '[[[[[[["1"]]]]]]]',
      '[true]',
      '{}',
    ],
  ],
]

describe.each(REFUSED)('%j refuses', (wire, texts) => {
  test.each(texts)('%j', (text) => {
    const w = new ByteWriter(16)
    expect(() => encoder(wire)(w, text)).toThrow(CellError)
  })
})

test('reasons are one short line', () => {
  expect(() => bytesOf({ kind: 'int4' }, '12x')).toThrow("'12x' is no integer")
  expect(() => bytesOf({ kind: 'int4' }, `a\nb${'😀'.repeat(50)}`)).toThrow(
    /^'a\ufffdb(😀)+\ufffd?…' \(103 characters\) is no integer$/u,
  )
})

test('a text of any length fits', () => {
  const long = '한'.repeat(100000)
  expect(bytesOf({ kind: 'text' }, long).toString()).toBe(long)
})

test('an array that fails leaves the writer where it stood', () => {
  const w = new ByteWriter(8)
  w.int16(1)
  expect(() => encoder({ kind: 'array', of: { kind: 'int4' } })(w, '["1","x"]')).toThrow(CellError)
  expect(w.at).toBe(2)
})

test('arrays of arrays have no wire form', () => {
  expect(() => encoder({ kind: 'array', of: { kind: 'array', of: { kind: 'int4' } } })).toThrow('no wire form')
})

const EVERY: readonly WireType[] = [...REFUSED.map(([wire]) => wire)]

test.each(EVERY)('%j: any text is either refused with a reason or comes back as itself', (wire) => {
  const noise = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789-+.:eETZPYMDHS /NaInfity"[]{},\\u') }),
    fc.string({ unit: 'binary' }),
    fc.json(),
  )
  fc.assert(
    fc.property(noise, (text) => {
      let field: Buffer
      try {
        field = bytesOf(wire, text)
      } catch (error) {
        expect(error).toBeInstanceOf(CellError)
        return
      }
      expect(bytesOf(wire, textOf(wire, field)).equals(field)).toBe(true)
    }),
    { numRuns: 500 },
  )
})
