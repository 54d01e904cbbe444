import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Database, DdlStep } from '../core/engine.ts'
import type { Ledger } from '../core/ledger.ts'
import { runSteps } from './steps.ts'

const index = (name: string): DdlStep => ({ sql: name, why: '', object: name, parallel: true })

/** Statements in the order in which they began, each with the connection that ran it and what its session allowed. */
async function run(names: readonly string[], o: { readonly connections: number; readonly spare?: boolean }) {
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
  await runSteps({ ...steps, ...own }, names.map(index), { tolerate: false })
  return { seen, kept }
}

const NAMES = ['a', 'b', 'c', 'd']

test('steps are shared among the connections, each of which records what it has done', async () => {
  const { seen, kept } = await run(NAMES, { connections: 2 })
  expect(seen).toEqual(['a 0 usual', 'b 1 usual', 'c 0 usual', 'd 1 usual'])
  expect(kept).toEqual(['a first', 'b 1', 'c first', 'd 1'])
})

test('with a spare connection steps take one processor each; the last one begins with the one before it, and takes what is left', async () => {
  const spared = async (names: string[]) => (await run(names, { connections: 2, spare: true })).seen
  expect(await spared(['a'])).toEqual(['a 0 usual'])
  expect(await spared(['a', 'b'])).toEqual(['a 0 none', 'b spare none'])
  expect((await spared(['a', 'b', 'c'])).toSorted()).toEqual(['a 0 none', 'b 1 none', 'c spare usual'])
  expect((await spared(NAMES)).toSorted()).toEqual(['a 0 none', 'b 1 none', 'c 0 none', 'd spare usual'])
})
