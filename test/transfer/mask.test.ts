/** Masks: nothing of the value remains, equal values stay equal, other ones stay different. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WireColumn } from '../../src/core/engine.ts'
import type { MaskKind } from '../../src/core/transfer.ts'
import { keyedHash } from '../../src/transfer/keyed-hash.ts'
import { maskRefusal } from '../../src/transfer/mask.ts'
import { mapAll, wireColumn } from './sample.ts'

const text = { kind: 'text' } as const

async function masked(mask: MaskKind, values: readonly (string | null)[], o: { salt?: string; max?: number } = {}) {
  const read = [wireColumn('v', text)]
  const write = [wireColumn('v', text, { max: o.max })]
  const fields = [{ kind: 'mask', at: 0, mask, salt: o.salt ?? 'salt' } as const]
  const found = await mapAll(
    { read, write, fields },
    values.map((v) => [v]),
  )
  expect(found.rejects).toEqual([])
  return found.rows.map((r) => r[0])
}

test('the keyed hash is HMAC-SHA-256', () => {
  for (const size of [0, 1, 31, 32, 63, 64, 65, 130]) {
    const key = '한a'.repeat(size).slice(0, size)
    const keyed = keyedHash(key)
    for (const length of [0, 1, 55, 56, 63, 64, 65, 255, 256, 257, 3000, 5]) {
      const message = Buffer.from(Array.from({ length }, (_, i) => (i * 31 + size) & 0xff))
      const bytes = Buffer.concat([Buffer.from('before'), message, Buffer.from('after')])
      const made = keyed(bytes, 6, 6 + length)
      expect(made.toString('hex')).toBe(createHmac('sha256', key).update(message).digest('hex'))
    }
  }
})

const KINDS: readonly MaskKind[] = ['email', 'name', 'phone', 'hash', 'text']

test.each(KINDS)(
  '%s: NULL and empty stay, the same value and salt give the same, another salt another',
  async (mask) => {
    const values = [null, '', 'Kim 01012345678 김철수', 'Kim 01012345678 김철수', 'ü']
    const [nothing, empty, one, same] = await masked(mask, values)
    expect([nothing, empty]).toEqual([null, ''])
    expect(one).toBe(same)
    expect(one).not.toBe(values[2])
    expect((await masked(mask, values, { salt: 'other' }))[2]).not.toBe(one)
  },
)

test('e-mail addresses stay unique, fit the column and lead nowhere', async () => {
  const values = Array.from({ length: 800 }, (_, i) => `user${i}@shop.example`)
  for (const max of [undefined, 27, 30, 40]) {
    const found = await masked('email', values, { max })
    expect(new Set(found).size).toBe(800)
    for (const v of found) {
      expect(v).toMatch(/^u[0-9a-f]{16,20}@(example|x)\.invalid$/)
      expect((v as string).length).toBeLessThanOrEqual(max ?? 37)
    }
  }
})

test('phone numbers keep their form, and different ones stay different', async () => {
  const short = Array.from({ length: 1000 }, (_, i) => String(i).padStart(3, '0'))
  expect(new Set(await masked('phone', short)).size).toBe(1000)
  expect(new Set(await masked('phone', [...'0123456789'])).size).toBe(10)
  const [one, other] = await masked('phone', ['+82 (0)10-1234-5678 내선', '82010 12345678'])
  expect(one).toMatch(/^\+\d\d \(\d\)\d\d-\d{4}-\d{4} 내선$/)
  // The same digits written otherwise are the same digits.
  expect(other?.replace(/\D/g, '')).toBe(one?.replace(/\D/g, ''))
  expect((await masked('phone', ['no digits']))[0]).toBe('no digits')
  const long = '1'.repeat(40)
  expect((await masked('phone', [long]))[0]).toMatch(/^\d{40}$/)
})

test('names are in the script of the value and fit', async () => {
  const [korean, both, one, short] = await masked('name', ['홍길동', 'Ada Lovelace', 'Ada', '김 Ada'])
  expect(korean).toMatch(/^[가-힣]{3}$/)
  expect(both).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
  expect(one).toMatch(/^[A-Z][a-z]+$/)
  expect(short).toMatch(/^[가-힣]{3}$/)
  for (const v of await masked('name', ['Ada Lovelace', '홍길동'], { max: 2 }))
    expect([...(v as string)].length).toBe(2)
})

test('texts keep length and classes, and no letter or digit stays in its place', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom(...'aZ9 -한글.é\n\u0000😀漢'), minLength: 1 }),
      async (value) => {
        const [made] = await masked('text', [value])
        const before = [...value]
        const after = [...(made as string)]
        expect(after.length).toBe(before.length)
        before.forEach((char, i) => {
          const class_ = [/[a-z]/, /[A-Z]/, /[0-9]/, /[가-힣]/].find((c) => c.test(char))
          if (class_ !== undefined) {
            expect(after[i]).toMatch(class_)
            expect(after[i]).not.toBe(char)
          } else if (/[é漢]/.test(char)) expect(after[i]).toMatch(/[a-z]/)
          else expect(after[i]).toBe(char)
        })
      },
    ),
    { numRuns: 100 },
  )
})

test('hashes are cut to the column, never below 64 bits', async () => {
  const full = createHmac('sha256', 'salt').update('가').digest('hex')
  expect(await masked('hash', ['가'])).toEqual([full])
  expect(await masked('hash', ['가'], { max: 16 })).toEqual([full.slice(0, 16)])
  const column = (wire: WireColumn['wire'], o?: { max?: number; nullable?: boolean }) => wireColumn('v', wire, o)
  expect(maskRefusal('hash', column(text), column(text, { max: 15 }))).toMatch(/holds 15 characters.*needs 16/)
  expect(maskRefusal('email', column(text), column(text, { max: 26 }))).toMatch(/needs 27/)
  expect(maskRefusal('text', column({ kind: 'int4' }), column({ kind: 'int4' }))).toMatch(/int4.*for texts/)
  expect(maskRefusal('null', column({ kind: 'int4' }), column({ kind: 'int4' }))).toBeNull()
  expect(maskRefusal('null', column(text), column(text, { nullable: false }))).toMatch(/no NULL/)
  expect(await masked('null', ['a', null])).toEqual([null, null])
})
