import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../../test/core/codec-fixture.ts'
import { CellError, encoder } from './encode.ts'
import type { WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

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
