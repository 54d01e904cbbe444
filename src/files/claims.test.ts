import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import type { NameHolder } from '../core/file-ledger.ts'
import { openClaims } from './claims.ts'
import { fold } from './name.ts'

/** Claims over a ledger in memory, and how often that was asked. */
function shelf() {
  const held = new Map<string, NameHolder>()
  const asked: string[][] = []
  const holders = async (_: string, claims: readonly string[]) => {
    asked.push([...claims])
    await sleep(1)
    return claims.flatMap((claim) => held.get(claim) ?? [])
  }
  const hold = (id: string, key: string) => held.set(fold(key), { claim: fold(key), id, key, sha256: `of ${id}` })
  const claims = openClaims('images', { holders })
  const take = (id: string, wanted: string) => claims.take({ id, sha256: `of ${id}`, wanted })
  return { claims, take, hold, asked }
}

test('a name that was asked ahead is taken without asking again', async () => {
  const { claims, take, asked } = shelf()
  for (const name of ['a.png', 'b.png', 'A.png']) claims.foresee(name)
  await sleep(40)
  const before = asked.length
  expect((await take('1', 'a.png')).key).toBe('a.png')
  expect((await take('2', 'b.png')).key).toBe('b.png')
  expect(asked).toHaveLength(before)
  expect((await take('3', 'A.png')).key).not.toBe('A.png')
})

test('what was asked ahead counts for nothing when the name was given and noted since', async () => {
  const { claims, take, hold } = shelf()
  claims.foresee('a.png')
  await sleep(10)
  const first = await take('1', 'a.png')
  hold('1', 'a.png')
  claims.release(first.claim)
  expect((await take('2', 'A.png')).key).not.toBe('A.png')
  expect((await take('1', 'a.png')).key).toBe('a.png')
})

test('two that wait for one answer do not both get the name', async () => {
  const { claims, take } = shelf()
  claims.foresee('a.png')
  const keys = await Promise.all([take('1', 'a.png'), take('2', 'A.png')])
  expect(new Set(keys.map(({ claim }) => claim)).size).toBe(2)
})

test('an answer is trusted for a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const { claims, take, hold } = shelf()
    claims.foresee('a.png')
    await sleep(10)
    hold('somebody', 'a.png')
    vi.advanceTimersByTime(1001)
    expect((await take('1', 'a.png')).key).not.toBe('a.png')
  } finally {
    vi.useRealTimers()
  }
})
