import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, fieldOf, textOf } from '../../test/core/codec-fixture.ts'
import {
  CellError,
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
    // The date before is remembered: one that shares two of its parts is another day, and what is none stays none.
    const days: [number, number, number, number][] = [
      [2000, 1, 2, 1],
      [2000, 1, 2, 1],
      [2001, 1, 2, 367],
      [2001, 2, 2, 398],
      [2001, 2, 3, 399],
    ]
    for (const [y, mo, d, number] of days) {
      expect(hex((w) => writeDate(w, y, mo, d))).toBe(number.toString(16).padStart(8, '0'))
      expect(() => writeDate(new ByteWriter(8), y, 2, 30)).toThrow('is no date')
    }
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
