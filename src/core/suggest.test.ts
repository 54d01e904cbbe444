import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

test('a slip of the finger finds its word, something else finds none', () => {
  expect(suggest('postgers', ['postgres', 'mysql'])).toBe('postgres')
  expect(suggest('legcay', ['app', 'legacy'])).toBe('legacy')
  expect(suggest('oracle', ['postgres', 'mysql', 'sqlite'])).toBeUndefined()
  expect(suggest('ab', [])).toBeUndefined()
})
