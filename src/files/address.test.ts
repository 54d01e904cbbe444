import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addressTemplate,
  encodeKey,
  keyOfAddress,
  NOWHERE,
  newAddress,
  normalBase,
  readAddress,
  shownAddress,
  urlOf,
} from './address.ts'
import type { Addressing } from './store.ts'

const POLICIES = { missing: 'fail', empty: 'fail', 'wrong-type': 'fail', 'too-large': 'fail' } as const

function addressing(bases: readonly string[], more: Partial<Addressing> = {}): Addressing {
  const all = bases.map((b) => normalBase(b, NOWHERE))
  const first = all[0] ?? NOWHERE
  return {
    store: 's',
    bases: all.length === 0 ? [NOWHERE] : all,
    relativeTo: first,
    outside: 'keep',
    inline: 'keep',
    address: '{path}',
    policies: POLICIES,
    ...more,
  }
}

const old = addressing(['https://old.example/img/', 'http://old.example/img', 'https://cdn.old.example/'])
const folder = addressing([])
const source = (raw: string, a = old) => {
  const read = readAddress(raw, a)
  return read.kind === 'file' ? read.source + read.fragment : read.kind
}

describe('one spelling for each file', () => {
  test.each([
    ['a.jpg', 'https://old.example/img/a.jpg'],
    ['  a.jpg\n', 'https://old.example/img/a.jpg'],
    ['/img/a.jpg', 'https://old.example/img/a.jpg'],
    ['//old.example/img/a.jpg', 'https://old.example/img/a.jpg'],
    ['HTTPS://OLD.example:443/img/a.jpg', 'https://old.example/img/a.jpg'],
    ['http://old.example/img/a.jpg', 'https://old.example/img/a.jpg'],
    ['https://cdn.old.example/2024/a.jpg', 'https://old.example/img/2024/a.jpg'],
    ['x/../a.jpg', 'https://old.example/img/a.jpg'],
    ['x/%2e%2e/a.jpg', 'https://old.example/img/a.jpg'],
    ['a b.jpg', 'https://old.example/img/a%20b.jpg'],
    ['a%20b.jpg', 'https://old.example/img/a%20b.jpg'],
    ['100%.jpg', 'https://old.example/img/100%25.jpg'],
    ['100%25.jpg', 'https://old.example/img/100%25.jpg'],
    ['%ea%b0%80.jpg', 'https://old.example/img/%EA%B0%80.jpg'],
    ['가.jpg', 'https://old.example/img/%EA%B0%80.jpg'],
    ['%41.jpg', 'https://old.example/img/A.jpg'],
    ['2024\\a.jpg', 'https://old.example/img/2024/a.jpg'],
    ['a.php?id=1&n=가', 'https://old.example/img/a.php?id=1&n=%EA%B0%80'],
    ['a.svg#icon', 'https://old.example/img/a.svg#icon'],
  ])('%j is %s', (raw, expected) => expect(source(raw)).toBe(expected))

  test.each([
    ['', 'none'],
    ['   ', 'none'],
    ['https://other.example/a.jpg', 'outside'],
    ['https://old.example/img-private/a.jpg', 'outside'],
    ['../../etc/passwd', 'outside'],
    ['//evil.example/a.jpg', 'outside'],
    ['\\\\evil.example\\a.jpg', 'outside'],
    ['javascript:alert(1)', 'outside'],
    ['mailto:a@b.example', 'outside'],
    ['data:image/png;base64,AAAA', 'outside'],
    ['http://[bad', 'invalid'],
    ['https://old.example/img/', 'invalid'],
  ])('%j is %s', (raw, expected) => expect(source(raw)).toBe(expected))

  test('paths of a store without a base start at its root, and cannot leave it', () => {
    expect(source('2024/a.jpg', folder)).toBe('2024/a.jpg')
    expect(source('/2024/a.jpg', folder)).toBe('2024/a.jpg')
    expect(source('\\2024\\a.jpg', folder)).toBe('2024/a.jpg')
    expect(source('.//2024/a.jpg', folder)).toBe('2024/a.jpg')
    expect(source('../a.jpg', folder)).toBe('outside')
    expect(source('/../../etc/passwd', folder)).toBe('outside')
    expect(source('https://old.example/a.jpg', folder)).toBe('outside')
  })

  test('with outside: move every web address is a file, with inline: move every data: address', () => {
    expect(source('http://x.example/a.jpg', addressing(['https://old.example/'], { outside: 'move' }))).toBe(
      'http://x.example/a.jpg',
    )
    const read = readAddress('data:image/png;base64,AAAA', { ...old, inline: 'move' })
    expect(read).toMatchObject({ kind: 'inline', url: 'data:image/png;base64,AAAA' })
  })

  test('reading what was read changes nothing, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      '가',
      '%',
      '%4',
      '%41',
      '%ea',
      ' ',
      '/',
      '\\',
      '..',
      '.',
      '?',
      '#',
      '&',
      ':',
      '\0',
    )
    fc.assert(
      fc.property(
        fc.array(piece).map((parts) => parts.join('')),
        fc.constantFrom(old, folder),
        (raw, a) => {
          const read = readAddress(raw, a)
          if (read.kind !== 'file') return
          expect(read.url.startsWith(a.bases[0])).toBe(true)
          expect(urlOf(read.source)).toBe(read.url)
          const again = readAddress(read.url, a)
          expect(again).toMatchObject({ kind: 'file', id: read.id, source: read.source })
          expect(read.source).toMatch(/^[\x20-\x7e]+$/)
        },
      ),
    )
  })
})

describe('new addresses', () => {
  test('a name is encoded in what is an address, and appended where nothing says where it stands', () => {
    const key = '2024/사진 1 (a)#%.jpg'
    const encoded = '2024/%EC%82%AC%EC%A7%84%201%20%28a%29%23%25.jpg'
    expect(newAddress(key, '', addressTemplate('https://cdn.example'))).toBe(`https://cdn.example/${encoded}`)
    expect(newAddress(key, '#x', addressTemplate('/files/'))).toBe(`/files/${encoded}#x`)
    expect(newAddress(key, '', addressTemplate(undefined))).toBe(key)
    expect(newAddress(key, '', addressTemplate('uploads'))).toBe(`uploads/${key}`)
    expect(newAddress(key, '', addressTemplate('https://cdn.example/{key}?v=2'))).toBe(
      `https://cdn.example/${encoded}?v=2`,
    )
  })

  test('dollar signs in names are no patterns', () => {
    expect(newAddress("$&$'.jpg", '', 'x/{path}')).toBe("x/$&$'.jpg")
  })

  test('the name is found again in an address', () => {
    const templates = fc.constantFrom('https://cdn.example/{key}', 'u/{path}?x', '{path}')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), templates, (key, template) => {
        expect(keyOfAddress(newAddress(key, '', template), template)).toBe(key)
      }),
    )
    expect(keyOfAddress('https://elsewhere.example/a', 'https://cdn.example/{key}')).toBeNull()
    expect(encodeKey('a/b')).toBe('a/b')
  })
})

test('a password in an address is not shown, whatever else looks like one', () => {
  expect(shownAddress('http://user:pass@old.example/a.png')).toBe('http://user:***@old.example/a.png')
  expect(shownAddress('//user:p:w@old.example:81/a@2x.png')).toBe('//user:***@old.example:81/a@2x.png')
  for (const same of ['http://old.example:8080/a@2x.png', 'https://a.example/x?mail=b:c@d.example', 'a:b@c.png'])
    expect(shownAddress(same)).toBe(same)
})
