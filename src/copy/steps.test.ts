import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Database, DdlStep } from '../core/engine.ts'
import type { Ledger } from '../core/ledger.ts'
import { runSteps } from './steps.ts'

/** Of some steps. */
type Work = Readonly<Record<string, number>>

const index = (name: string, work: number | undefined): DdlStep => ({
  sql: name,
  why: '',
  object: name,
  parallel: true,
  ...(work !== undefined && { work }),
})

/** Statements in the order in which they began, each with the connection that ran it and what its session allowed. */
async function run(
  names: readonly string[],
  o: { readonly connections: number; readonly spare?: boolean; readonly work?: Work },
) {
  const seen: string[] = []
  const kept: string[] = []
  const ledger = (whose: string) => ({
    stepDone: async (_: string, step: string) => void kept.push(`${step} ${whose}`),
  })
  const connection = (name: string): Database => {
    let helpers = 'usual'
    const db = {
      async setHelpers(h: string) {
        helpers = h
      },
      async execute(sql: string) {
        seen.push(`${sql} ${name} ${helpers}`)
        await sleep(20)
      },
      ledger: () => ledger(name),
    }
    return db as unknown as Database
  }
  const connections = Array.from({ length: o.connections }, (_, i) => connection(String(i)))
  const reporter = { report: () => {} }
  const steps = { run: 'r', connections, reporter, done: new Set<string>(), resumed: false }
  const own = { ledger: ledger('first') as unknown as Ledger, ...(o.spare && { spare: connection('spare') }) }
  await runSteps(
    { ...steps, ...own },
    names.map((n) => index(n, o.work?.[n])),
    { tolerate: false },
  )
  return { seen, kept }
}

const NAMES = ['a', 'b', 'c', 'd']

test('steps are shared among the connections, each of which records what it has done', async () => {
  const { seen, kept } = await run(NAMES, { connections: 2 })
  expect(seen).toEqual(['a 0 usual', 'b 1 usual', 'c 0 usual', 'd 1 usual'])
  expect(kept).toEqual(['a first', 'b 1', 'c first', 'd 1'])
})

test('with a spare connection steps take one processor each; the longest begins at once, and takes what is left', async () => {
  const spared = async (names: string[], work?: Work) =>
    (await run(names, { connections: 2, spare: true, ...(work && { work }) })).seen.toSorted()
  expect(await spared(['a'])).toEqual(['a 0 usual'])
  expect(await spared(['a', 'b'])).toEqual(['a spare none', 'b 0 none'])
  expect(await spared(['a', 'b', 'c'])).toEqual(['a spare usual', 'b 0 none', 'c 1 none'])
  expect(await spared(['a', 'b', 'c'], { b: 2 })).toEqual(['a 0 none', 'b spare usual', 'c 1 none'])
  expect(await spared(NAMES)).toEqual(['a spare usual', 'b 0 none', 'c 1 none', 'd 0 none'])
})

test('what takes longest begins first', async () => {
  const { seen } = await run(NAMES, { connections: 1, work: { a: 0.5, c: 3, d: 2 } })
  expect(seen).toEqual(['c 0 usual', 'd 0 usual', 'b 0 usual', 'a 0 usual'])
})
