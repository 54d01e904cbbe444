import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { share } from './share.ts'

test('every task is done once, in order, by whoever is free', async () => {
  const begun: number[] = []
  let busy = 0
  let most = 0
  await share(['a', 'b', 'c'], [0, 1, 2, 3, 4, 5, 6], async (_, task) => {
    begun.push(task)
    most = Math.max(most, ++busy)
    await sleep(task % 3)
    busy--
  })
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(most).toBe(3)
})

test('after a failure nothing more is begun, what runs comes to rest, and the first error is thrown', async () => {
  const ended: number[] = []
  let told = 0
  const run = share(
    ['a', 'b'],
    [1, 2, 3, 4],
    async (_, task) => {
      await sleep(task === 2 ? 1 : 10)
      ended.push(task)
      throw new Error(`task ${task}`)
    },
    { failed: () => told++ },
  )
  await expect(run).rejects.toThrow('task 2')
  expect(ended).toEqual([2, 1])
  expect(told).toBe(1)
})

test('stops when asked to, and does nothing with nobody or nothing to do', async () => {
  let done = 0
  const work = async () => {
    done++
  }
  await share(['a'], [1, 2, 3], work, { stopping: () => done === 2 })
  expect(done).toBe(2)
  await share([], [1], work)
  await share(['a'], [], work)
  expect(done).toBe(2)
})
