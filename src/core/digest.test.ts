import { createCipheriv, createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tupleHasher } from './digest.ts'
import { encoder } from './encode.ts'
import { rowOffsets, type WireType } from './wire.ts'
import { ByteWriter } from './writer.ts'

const TEXT: WireType = { kind: 'text' }

type Row = readonly (string | null)[]

function rowsOf(columns: readonly WireType[], rows: readonly Row[]): Uint8Array {
  const w = new ByteWriter(16)
  for (const row of rows) {
    w.int16(columns.length)
    row.forEach((text, i) => {
      if (text === null) w.null()
      else encoder(columns[i])(w, text)
    })
  }
  return w.bytes.subarray(0, w.at)
}

/** In one piece. */
function streamed(columns: readonly WireType[], bytes: Uint8Array, rows: number): string {
  const digest = tupleHasher(columns).stream()
  digest.add(bytes, rows)
  return digest.end()
}

function stream(columns: readonly WireType[], rows: readonly Row[]): string {
  return streamed(columns, rowsOf(columns, rows), rows.length)
}

function sum(columns: readonly WireType[], rows: readonly Row[]): bigint {
  return tupleHasher(columns).sum(rowsOf(columns, rows), rows.length)
}

/** A product in GF(2^128) with the polynomial of GCM (NIST SP 800-38D, algorithm 1): bit by bit, to check the fast one. */
function product(x: bigint, y: bigint): bigint {
  let [z, v] = [0n, y]
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) z ^= v
    v = v & 1n ? (v >> 1n) ^ (0xe1n << 120n) : v >> 1n
  }
  return z
}

/** GMAC from the block cipher and the definition of GHASH. */
function gmac(bytes: Uint8Array): string {
  const block = (hex: string) => {
    const cipher = createCipheriv('aes-128-ecb', Buffer.from('naru stream hash'), null)
    return BigInt(`0x${cipher.update(hex, 'hex', 'hex')}`)
  }
  const h = block('00'.repeat(16))
  const hex = Buffer.from(bytes).toString('hex')
  const blocks = (hex.match(/.{1,32}/g) ?? []).map((b) => BigInt(`0x${b.padEnd(32, '0')}`))
  const length = BigInt(bytes.length * 8) << 64n
  const sum = [...blocks, length].reduce((y, b) => product(y ^ b, h), 0n)
  return (sum ^ block(`${'00'.repeat(15)}01`)).toString(16).padStart(32, '0')
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('plain columns', () => {
  const columns: WireType[] = [{ kind: 'int4' }, TEXT]
  const rows: Row[] = [
    ['1', 'a'],
    ['2', null],
    ['3', ''],
    ['3', ''],
  ]
  const bytes = rowsOf(columns, rows)

  test('a stream is the hash of its bytes', () => {
    expect(streamed(columns, bytes, rows.length)).toBe(gmac(bytes))
  })

  test('a stream has one hash, wherever it is cut into pieces', () => {
    const offsets = rowOffsets(bytes, rows.length)
    for (let cut = 0; cut <= rows.length; cut++) {
      const digest = tupleHasher(columns).stream()
      digest.add(bytes.subarray(0, offsets[cut]), cut)
      digest.add(bytes.subarray(offsets[cut]), rows.length - cut)
      expect(digest.end()).toBe(gmac(bytes))
    }
  })

  test('every change of a bit, a swap, and a cut show in the hash of a stream', () => {
    const hashed = (all: Uint8Array) => streamed(columns, all, rows.length)
    const seen = new Set([hashed(bytes)])
    const changed: Uint8Array[] = [bytes.subarray(0, bytes.length - 1), Buffer.concat([bytes, Buffer.alloc(1)])]
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const copy = Buffer.from(bytes)
      copy[bit >> 3] ^= 1 << (bit & 7)
      changed.push(copy)
    }
    for (const other of changed) seen.add(hashed(other))
    expect(seen.size).toBe(changed.length + 1)
    const blocks = Buffer.concat([Buffer.alloc(16, 1), Buffer.alloc(16, 2)])
    const swapped = Buffer.concat([blocks.subarray(16), blocks.subarray(0, 16)])
    expect(hashed(blocks)).not.toBe(hashed(swapped))
  })

  test('a sum is that of 128 bits of every row', () => {
    const hasher = tupleHasher(columns)
    const offsets = rowOffsets(bytes, rows.length)
    let expected = 0n
    for (let i = 0; i < rows.length; i++) {
      const one = BigInt(`0x${sha(bytes.subarray(offsets[i], offsets[i + 1])).slice(0, 32)}`)
      expect(hasher.row(bytes, offsets[i], offsets[i + 1])).toBe(one)
      expected += one
    }
    expect(hasher.sum(bytes, rows.length)).toBe(expected % 2n ** 128n)
  })

  test('nothing has a digest too', () => {
    expect(tupleHasher(columns).sum(new Uint8Array(0), 0)).toBe(0n)
    expect(streamed(columns, new Uint8Array(0), 0)).toBe(gmac(new Uint8Array(0)))
  })

  test('sums see what differs, and not the order', () => {
    const of = (...list: Row[]) => sum([TEXT, TEXT], list)
    expect(of(['a', 'b'], ['c', 'd'])).toBe(of(['c', 'd'], ['a', 'b']))
    expect(of(['a', 'b'])).not.toBe(of(['b', 'a']))
    expect(of(['a', null])).not.toBe(of(['a', '']))
    expect(of(['ab', 'c'])).not.toBe(of(['a', 'bc']))
    expect(of(['a', 'b'], ['a', 'b'])).not.toBe(of(['c', 'd'], ['c', 'd']))
    expect(of(['a', 'b'], ['a', 'b'])).not.toBe(0n)
    expect(of(['a ', 'b'])).not.toBe(of(['a', 'b']))
  })

  test('sums of parts add up to the sum of the whole', () => {
    const row = fc
      .tuple(fc.option(fc.string()), fc.option(fc.string()))
      .map((r) => r.map((t) => t?.toWellFormed() ?? null))
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (a, b) => {
        const whole = sum([TEXT, TEXT], [...b, ...a])
        expect((sum([TEXT, TEXT], a) + sum([TEXT, TEXT], b)) % 2n ** 128n).toBe(whole)
      }),
      { numRuns: 50 },
    )
  })
})

describe('columns that engines rewrite', () => {
  const fixed: WireType[] = [{ kind: 'text', fixed: true }, TEXT]
  const json: WireType[] = [{ kind: 'int4' }, { kind: 'json' }, TEXT]
  const jsonb: WireType[] = [{ kind: 'int4' }, { kind: 'jsonb' }, TEXT]

  test.each([
    ['stream', stream],
    ['sum', sum],
  ] as const)('%s: blanks of char(n)', (_, digest) => {
    expect(digest(fixed, [['a  ', 'b']])).toBe(digest(fixed, [['a', 'b']]))
    expect(digest(fixed, [['   ', 'b']])).toBe(digest(fixed, [['', 'b']]))
    expect(digest(fixed, [['a', 'b ']])).not.toBe(digest(fixed, [['a', 'b']]))
    expect(digest(fixed, [[' a', 'b']])).not.toBe(digest(fixed, [['a', 'b']]))
    expect(digest(fixed, [['a\t', 'b']])).not.toBe(digest(fixed, [['a', 'b']]))
    expect(digest(fixed, [[null, 'b']])).not.toBe(digest(fixed, [['', 'b']]))
    expect(
      digest(fixed, [
        ['a', 'b'],
        ['c', null],
      ]),
    ).toBe(
      digest(
        [TEXT, TEXT],
        [
          ['a', 'b'],
          ['c', null],
        ],
      ),
    )
  })

  test.each([
    ['json', json],
    ['jsonb', jsonb],
  ] as const)('%s: canonical documents', (_, columns) => {
    for (const digest of [stream, sum]) {
      const one = digest(columns, [
        ['1', '{"b": 1.0, "a": "\\u00e9"}', 'x'],
        ['2', null, null],
        ['3', '[]', ''],
      ])
      expect(
        digest(columns, [
          ['1', '{"a":"é","b":1}', 'x'],
          ['2', null, null],
          ['3', ' [ ] ', ''],
        ]),
      ).toBe(one)
      expect(
        digest(columns, [
          ['1', '{"a":"é","b":2}', 'x'],
          ['2', null, null],
          ['3', '[]', ''],
        ]),
      ).not.toBe(one)
      expect(
        digest(columns, [
          ['1', '{"a":"é","b":1}', 'y'],
          ['2', null, null],
          ['3', '[]', ''],
        ]),
      ).not.toBe(one)
    }
  })

  test('what is no JSON counts as it is', () => {
    const raw = (text: string) => streamed([{ kind: 'json' }], rowsOf([TEXT], [[text]]), 1)
    expect(raw('{broken ')).toBe(stream([TEXT], [['{broken ']]))
    expect(raw('{broken ')).not.toBe(raw('{broken'))
  })

  test('one row out of many', () => {
    const bytes = rowsOf(fixed, [
      ['x', 'y'],
      ['a  ', 'b'],
      ['z', ''],
    ])
    const offsets = rowOffsets(bytes, 3)
    expect(tupleHasher(fixed).row(bytes, offsets[1], offsets[2])).toBe(sum(fixed, [['a', 'b']]))
  })
})
