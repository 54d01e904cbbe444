import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planOf } from '../../test/verify/tables.ts'
import { encoder } from '../core/encode.ts'
import type { WireType } from '../core/wire.ts'
import { ByteWriter } from '../core/writer.ts'
import { compareDecimals, tupleKey } from './tuple-key.ts'

function keyOf(wire: WireType) {
  const plan = planOf({ key: ['id'], ordered: true })
  const key = tupleKey({ ...plan, columns: [{ ...plan.columns[0], wire }] })
  if (key === null) throw new Error('there is a key')
  const row = (text: string) => {
    const w = new ByteWriter(64)
    w.int16(1)
    encoder(wire)(w, text)
    return w.bytes.subarray(0, w.at)
  }
  return { key, row, compare: (a: string, b: string) => Math.sign(key.compare(row(a), 0, row(b), 0)) }
}

/** Texts of one type in rising order, as PostgreSQL sorts them. */
const RISING: readonly (readonly [WireType, readonly string[]])[] = [
  [{ kind: 'int2' }, ['-32768', '-1', '0', '1', '255', '256', '32767']],
  [{ kind: 'int4' }, ['-2147483648', '-256', '-255', '0', '128', '2147483647']],
  [{ kind: 'int8' }, ['-9223372036854775808', '-1', '0', '4294967296', '9223372036854775807']],
  [{ kind: 'numeric' }, ['-Infinity', '-10000', '-9.99', '-0.001', '0', '0.5', '10', '100000', 'Infinity', 'NaN']],
  [{ kind: 'float8' }, ['-Infinity', '-1e+300', '-0.5', '0', '1e-7', '1', '2.5e+22', 'Infinity', 'NaN']],
  [{ kind: 'date' }, ['0044-03-15 BC', '0001-01-01', '1969-12-31', '2000-01-01', '9999-12-31', 'infinity']],
  [{ kind: 'timestamp' }, ['0001-01-01 00:00:00', '1999-12-31 23:59:59.999999', '2000-01-01 00:00:00']],
  [{ kind: 'text' }, ['', 'A', 'a', 'aa', 'b', 'é', '한', '\uffee', '😀']],
  [{ kind: 'bytea' }, ['', '00', '0000', '01', '7f', '80', 'ff']],
  [{ kind: 'uuid' }, ['00000000-0000-0000-0000-000000000001', '80000000-0000-0000-0000-000000000000']],
  [{ kind: 'bool' }, ['0', '1']],
]

describe('the order of keys', () => {
  test.each(RISING)("of %o is the databases'", (wire, texts) => {
    const { compare } = keyOf(wire)
    texts.forEach((a, i) => {
      texts.forEach((b, j) => {
        expect(compare(a, b), `${a} and ${b}`).toBe(Math.sign(i - j))
      })
    })
  })

  test('of char(n) does not see trailing blanks', () => {
    expect(keyOf({ kind: 'text', fixed: true }).compare('a  ', 'a')).toBe(0)
    expect(keyOf({ kind: 'text' }).compare('a  ', 'a')).toBe(1)
  })

  test('of decimals is exact', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(12))
    fc.assert(
      fc.property(decimal, decimal, ([a, x], [b, y]) => {
        const text = (n: bigint, scale: number) => {
          const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, '0')
          return `${n < 0n ? '-' : ''}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}0`
        }
        const left = a * 10n ** BigInt(y)
        const right = b * 10n ** BigInt(x)
        expect(compareDecimals(text(a, x), text(b, y))).toBe(left < right ? -1 : left > right ? 1 : 0)
      }),
    )
  })
})

test('keys are given as the ends of ranges want them', () => {
  const value = (wire: WireType, text: string) => {
    const { key, row } = keyOf(wire)
    return key.values(row(text), 0)[0]
  }
  expect(value({ kind: 'numeric' }, '18446744073709551615')).toBe(18446744073709551615n)
  expect(value({ kind: 'numeric' }, '1.50')).toBe('1.50')
  expect(value({ kind: 'bool' }, '1')).toBe(1n)
  expect(value({ kind: 'bytea' }, '00ff')).toEqual(new Uint8Array([0, 255]))
  expect(value({ kind: 'date' }, '2024-02-29')).toBe('2024-02-29')
})
