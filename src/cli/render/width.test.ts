import { expect, test } from 'vitest'
import { displayWidth, pad, truncate, wrap } from './width.ts'

test.each([
  ['orders', 6],
  ['회원_등급', 9],
  ['\u1112\u1161\u11ab\u1100\u1173\u11af', 4], // 한글, decomposed as on macOS
  ['漢字かな', 8],
  ['ｱｲｳ', 3], // halfwidth katakana
  ['ＡＢ', 4], // fullwidth letters
  ['e\u0301', 1],
  ['👍', 2],
  ['👨‍👩‍👧', 2],
  ['🇰🇷', 2],
  ['✓ →', 3],
  ['', 0],
])('%s takes %i cells', (text, width) => {
  expect(displayWidth(text)).toBe(width)
})

test('padding counts cells, not characters', () => {
  expect(pad('한글', 6)).toBe('한글  ')
  expect(pad('한글', 6, 'right')).toBe('  한글')
  expect(pad('too long', 3)).toBe('too long')
})

test('what is cut never takes more room and never half a letter', () => {
  expect(truncate('한글이름', 8)).toBe('한글이름')
  expect(truncate('한글이름', 7)).toBe('한글이…')
  expect(truncate('한글이름', 6)).toBe('한글…')
  expect(truncate('abcdef', 4)).toBe('abc…')
})

test('lines break at blanks, and long words where they must', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
  expect(wrap('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij'])
  expect(wrap('가나다라', 5)).toEqual(['가나', '다라'])
  expect(wrap('', 5)).toEqual([''])
})
