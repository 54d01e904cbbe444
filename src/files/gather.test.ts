import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from './gather.ts'

function counted(pace?: { every: number; enough: number }) {
  const calls: number[][] = []
  const work = async (items: readonly number[]) => {
    calls.push([...items])
    await sleep(5)
    if (items.includes(-1)) throw new Error('no')
    return items.map((n) => n * 2)
  }
  return { calls, ask: gather<number, number>(3, work, pace) }
}

test('what is asked meanwhile goes together, at most so many, each with its own result', async () => {
  const { calls, ask } = counted()
  const first = ask(1)
  await sleep(1)
  expect(await Promise.all([first, ...[2, 3, 4, 5].map(ask)])).toEqual([2, 4, 6, 8, 10])
  expect(calls).toEqual([[1], [2, 3, 4], [5]])
})

test('an error is that of all in the call, and of no other', async () => {
  const { ask } = counted()
  const all = await Promise.allSettled([ask(1), ask(-1), ask(2), ask(3)])
  expect(all.map((r) => r.status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled'])
})

test('with a pace the next call waits for more, but not when there are enough, and the first waits for nothing', async () => {
  const { calls, ask } = counted({ every: 10_000, enough: 2 })
  await ask(1)
  const second = ask(2)
  await sleep(30)
  expect(calls).toHaveLength(1)
  await Promise.all([second, ask(3)])
  expect(calls).toEqual([[1], [2, 3]])
})
