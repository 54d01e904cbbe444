import { setImmediate as tick } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openGate } from './gate.ts'

/** Work that ends, and leaves its host, when it is told to. */
function work() {
  let end = () => {}
  let leave = () => {}
  let begun = false
  const run = (leaveHost: () => void) => {
    begun = true
    leave = leaveHost
    return new Promise<void>((resolve) => {
      end = resolve
    })
  }
  return { run, begun: () => begun, end: () => end(), leave: () => leave() }
}

test('work that has left its host makes room there, and counts among all until its end', async () => {
  const gate = openGate({ concurrency: 2, perHost: 1 })
  const [a, b, c] = [work(), work(), work()]
  const ends = [a, b, c].map((w) => gate.run('img', w.run))
  expect([a.begun(), b.begun()]).toEqual([true, false])
  a.leave()
  a.leave()
  expect([b.begun(), c.begun()]).toEqual([true, false])
  b.leave()
  expect(c.begun(), 'three at once').toBe(false)
  a.end()
  await ends[0]
  await tick()
  expect(c.begun()).toBe(true)
  b.end()
  c.end()
  await Promise.all(ends)
})

test('a full host holds nobody else up', async () => {
  const gate = openGate({ concurrency: 3, perHost: 1 })
  const [a, b, c] = [work(), work(), work()]
  const ends = [gate.run('one', a.run), gate.run('one', b.run), gate.run('two', c.run)]
  expect([a.begun(), b.begun(), c.begun()]).toEqual([true, false, true])
  a.end()
  await ends[0]
  await tick()
  expect(b.begun()).toBe(true)
  b.end()
  c.end()
  await Promise.all(ends)
})
