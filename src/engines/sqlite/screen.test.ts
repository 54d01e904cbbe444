import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainMoments, plainTexts } from './screen.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

test('texts are plain when they are valid UTF-8 without NUL and without what looks encoded twice', () => {
  expect(plainTexts(bytes('주문\nhello\né, crème brûlée\n😀'))).toBe(true)
  expect(plainTexts(bytes('a\nb\0c'))).toBe(false)
  expect(plainTexts(bytes('a\nÃ©'))).toBe(false)
  expect(plainTexts(bytes('it Ã€s'))).toBe(false)
  expect(plainTexts(Uint8Array.of(0x61, 0x0a, 0x80))).toBe(false)
  // One half at the end of a line, the other at the beginning of the next: neither is text.
  expect(plainTexts(Uint8Array.of(0xc3, 0x0a, 0xa9))).toBe(false)
})

test('every text that was encoded twice is in doubt', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (text) => {
      const twice = Buffer.from(Buffer.from(text, 'utf8').toString('latin1'), 'utf8')
      fc.pre(/[\u00c2-\u00f4][\u0080-\u00bf]/.test(twice.toString('utf8')))
      expect(plainTexts(twice)).toBe(false)
    }),
  )
})

test('moments are plain when each line is a day of the calendar', () => {
  expect(plainMoments(bytes('2024-02-29 23:59:59\n0001-01-01 00:00:00'), 19)).toBe(true)
  expect(plainMoments(bytes('2024-02-29\n2000-02-29'), 10)).toBe(true)
  for (const wrong of [
    '0000-01-01',
    '2023-02-29',
    '1900-02-29',
    '2024-00-10',
    '2024-13-01',
    '2024-01-00',
    '2024-04-31',
    '2024-1-011',
    '2024-01-0a',
    '2024/01/01',
    '2024-01-01\n',
    '2024-01-01x2024-01-01',
    '2024-01-01\n2024',
  ]) {
    expect(plainMoments(bytes(wrong), 10), wrong).toBe(wrong === '2024-01-01\n')
  }
  for (const wrong of ['2024-01-01 24:00:00', '2024-01-01 00:60:00', '2024-01-01 00:00:60', '2024-01-01T00:00:00']) {
    expect(plainMoments(bytes(wrong), 19), wrong).toBe(false)
  }
})

test('a day is plain when JavaScript knows it too', () => {
  fc.assert(
    fc.property(fc.nat(9999), fc.nat(15), fc.nat(35), (y, m, d) => {
      const text = `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`
      const date = new Date(`${text}T00:00:00Z`)
      const real = y > 0 && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text)
      expect(plainMoments(bytes(text), 10)).toBe(real)
    }),
  )
})
