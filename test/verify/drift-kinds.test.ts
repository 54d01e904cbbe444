/** Drift of every kind in every pair of engines: each is found to the cell, and nothing else is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import type { Address } from '../../src/core/engine.ts'
import type { TableVerification } from '../../src/core/report.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { KINDS, tablesSql, wordsOf } from './drift-kinds.ts'
import { runPlain } from './plain.ts'

const NONE = { report() {} }
const ENGINES: readonly DatabaseKind[] = ['postgres', 'mysql', 'sqlite']
const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ...ENGINES.flatMap((a) => ENGINES.map((b) => [a, b] as const)),
  ['pglite', 'mysql'],
  ['sqlite', 'pglite'],
]

async function address(url: string): Promise<Address> {
  return (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)
}

function foundIn(t: TableVerification): string[] {
  return t.drift.map((d) => `${d.key} ${d.kind === 'differs' ? d.columns?.map((c) => c.name).join(',') : d.kind}`)
}

const sources = new Map<DatabaseKind, FreshDatabase>()

beforeAll(async () => {
  for (const kind of new Set(PAIRS.map(([from]) => from))) {
    const database = await freshDatabase(kind)
    sources.set(kind, database)
    await runPlain(database.url, tablesSql(kind))
  }
}, 120_000)
afterAll(() => Promise.all([...sources.values()].map((s) => s[Symbol.asyncDispose]())))

describe.each(PAIRS)('%s and %s', (source, target) => {
  let place: FreshDatabase
  let from: Address
  let to: Address
  beforeAll(async () => {
    place = await freshDatabase(target)
    from = await address((sources.get(source) as FreshDatabase).url)
    to = await address(place.url)
    const report = await copy(from, to, { jobs: 1 }, NONE)
    expect(report.verdict).toBe('done')
    const statements = KINDS.flatMap((k) => k.drift(wordsOf(target), target))
    await runPlain(place.url, target === 'mysql' ? ["SET time_zone = '+00:00'", ...statements] : statements)
  }, 60_000)
  afterAll(() => place[Symbol.asyncDispose]())

  test.each(['stream', 'digest'] as const)(
    'every kind of drift, by %s',
    async (by) => {
      const { tables } = await verify(from, to, { by, jobs: 1 }, { reporter: NONE })
      const found = Object.fromEntries(tables.map((t) => [t.table, foundIn(t)]))
      expect(found).toEqual(Object.fromEntries(KINDS.map((k) => [k.name, [...k.found]])))
      for (const { name, pattern } of KINDS) {
        const told = tables.find((t) => t.table === name)?.patterns?.map((p) => p.text)
        if (pattern !== undefined) expect(told, name).toEqual([expect.stringMatching(pattern)])
      }
    },
    60_000,
  )
})
