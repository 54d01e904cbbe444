import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Database, DdlStep } from '../core/engine.ts'
import type { Ledger } from '../core/ledger.ts'
import { runSteps } from './steps.ts'

const index = (name: string): DdlStep => ({ sql: name, why: '', object: name, parallel: true })

/** Statements in order, each with what its session allowed. */
async function run(names: readonly string[], o: { readonly connections: number; readonly narrow?: boolean }) {
  const seen: string[] = []
  const connection = (): Database => {
    let helpers = 'usual'
    const db = {
      async setHelpers(h: string) {
        helpers = h
      },
      async execute(sql: string) {
        seen.push(`${sql} ${helpers}`)
        await sleep(1)
      },
    }
    return db as unknown as Database
  }
  const connections = Array.from({ length: o.connections }, connection)
  const ledger = { stepDone: async () => {} } as unknown as Ledger
  const reporter = { report: () => {} }
  const narrow = o.narrow === undefined ? {} : { narrow: o.narrow }
  await runSteps(
    { run: 'r', ledger, connections, reporter, done: new Set(), resumed: false, ...narrow },
    names.map(index),
    {
      tolerate: false,
    },
  )
  return seen
}

test('indexes take one processor each while there are others to be made, where processors are as many as connections', async () => {
  const names = ['a', 'b', 'c', 'd']
  expect(await run(names, { connections: 2, narrow: true })).toEqual(['a none', 'b none', 'c none', 'd usual'])
  expect(await run(['a'], { connections: 2, narrow: true })).toEqual(['a usual'])
  expect(await run(names, { connections: 2 })).toEqual(names.map((n) => `${n} usual`))
})
