/** package-lock.json fits every machine: all platforms are in it, and no address of a registry. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Lock, missingEntries } from '../../scripts/lock.ts'

const text = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')

test('the lock file names no registry', () => {
  expect(text).not.toContain('"resolved"')
  expect(text).not.toMatch(/https?:\/\/registry/)
})

test('the lock file is complete: else run `node scripts/lock.ts`', () => {
  const lock = JSON.parse(text) as Lock
  expect(missingEntries(lock).map(([name]) => name)).toEqual([])
  expect(Object.keys(lock.packages).length).toBeGreaterThan(100)
})

test('a missing platform is noticed', () => {
  const lock: Lock = {
    packages: { 'node_modules/a': { version: '1.0.0', optionalDependencies: { 'a-linux-x64': '1.0.0' } } },
  }
  expect(missingEntries(lock).map(([name]) => name)).toEqual(['a-linux-x64'])
})
