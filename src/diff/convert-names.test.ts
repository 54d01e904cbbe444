import { describe, expect, test } from 'vitest'
import { contestedNames, nameFits, nameSpace, shortName } from './convert-names.ts'

const postgres = { identifierLimit: 63, identifierUnit: 'bytes', foldsNames: false } as const
const mysql = { identifierLimit: 64, identifierUnit: 'characters', foldsNames: true } as const

describe('names', () => {
  test('limits are counted in bytes or characters', () => {
    expect(nameFits('가'.repeat(21), postgres)).toBe(true)
    expect(nameFits('가'.repeat(22), postgres)).toBe(false)
    expect(nameFits('가'.repeat(64), mysql)).toBe(true)
    expect(nameFits('가'.repeat(65), mysql)).toBe(false)
  })

  test('a short name keeps its beginning, fits, and is the same every time', () => {
    const long = `idx_${'가'.repeat(40)}`
    const short = shortName(long, postgres)
    expect(short).toBe(shortName(long, postgres))
    expect(short).toMatch(/^idx_가+_[0-9a-f]{8}$/)
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(63)
    expect(shortName(`${long}x`, postgres)).not.toBe(short)
    expect(shortName('plain', postgres)).toBe('plain')
  })

  test('no one gets a contested name', () => {
    const contested = contestedNames(['idx', 'IDX', 'own'], mysql)
    const space = nameSpace(mysql, ['taken'], contested)
    expect(space.claim('idx', 'a_idx')).toBe('a_idx')
    expect(space.claim('IDX', 'b_IDX')).toBe('b_IDX')
    expect(space.claim('own', 'c_own')).toBe('own')
    expect(space.claim('Taken', 'c_Taken')).toBe('c_Taken')
    expect(space.claim('Taken', 'c_Taken')).toBe('c_Taken_2')
  })
})
