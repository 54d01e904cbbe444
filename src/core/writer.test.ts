import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteWriter } from './writer.ts'

test('text is its UTF-8 bytes behind their length, at any length and room', () => {
  const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme-ascii', maxLength: 40 }))
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 64 }), (value, room) => {
      const w = new ByteWriter(room)
      w.int16(-2)
      w.text(value)
      const bytes = Buffer.from(value)
      expect(w.bytes.subarray(0, 2).toString('hex')).toBe('fffe')
      expect(w.bytes.readInt32BE(2)).toBe(bytes.length)
      expect(w.bytes.subarray(6, w.at).equals(bytes)).toBe(true)
    }),
  )
})

test('a long text takes the room of its bytes, not three times as much', () => {
  const w = new ByteWriter(16)
  w.text('x'.repeat(1 << 20))
  expect(w.at).toBe((1 << 20) + 4)
  expect(w.bytes.length).toBeLessThan(1.1 * (1 << 20))
})

test('raw copies short and long spans, and keeps what was there when it grows', () => {
  for (const length of [0, 1, 31, 32, 1000]) {
    const source = Buffer.alloc(length + 2, 7)
    const w = new ByteWriter(1)
    w.int32(42)
    w.raw(source, 1, length + 1)
    w.null()
    expect(w.at).toBe(8 + length)
    expect(w.bytes.readInt32BE(0)).toBe(42)
    expect(w.bytes.subarray(4, 4 + length).equals(source.subarray(1, length + 1))).toBe(true)
    expect(w.bytes.readInt32BE(4 + length)).toBe(-1)
  }
})
