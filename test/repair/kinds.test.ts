/** Every kind of drift mended in several pairs of engines, and taken back to the byte: the target's own driver says so. */
import { expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, freshDatabase } from '../harness/database.ts'
import { KINDS, tablesSql, wordsOf } from '../verify/drift-kinds.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, NONE, takeBack } from './mending.ts'
import { contents } from './witness.ts'

const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ['mysql', 'postgres'],
  ['postgres', 'mysql'],
  ['sqlite', 'sqlite'],
  ['sqlite', 'pglite'],
]

/** A few where opening the target takes longest: it is the same PostgreSQL. */
const FEW = new Set(['missing', 'extra', 'letter', 'json_order', 'json_value', 'nul', 'zone', 'type_changed'])

test.each(PAIRS)('%s → %s', async (source, target) => {
  const kinds = target === 'pglite' ? KINDS.filter((k) => FEW.has(k.name)) : KINDS
  const tables = kinds.map((k) => k.name)
  await using old = await freshDatabase(source)
  await using place = await freshDatabase(target)
  const [from, to] = [await address(old.url), await address(place.url)]
  await runPlain(old.url, tablesSql(source))
  await copy(from, to, { jobs: 1, tables }, NONE)
  const copied = await contents(place.url, tables)
  const statements = kinds.flatMap((k) => k.drift(wordsOf(target), target))
  await runPlain(place.url, target === 'mysql' ? ["SET time_zone = '+00:00'", ...statements] : statements)
  const drifted = await contents(place.url, tables)

  const { plan, report } = await mend(from, to, { tables })
  const found = kinds.reduce((n, k) => n + k.found.length, 0)
  expect(plan.planned).toBe(found)
  expect(report).toMatchObject({
    planned: found,
    repaired: found,
    changed: 0,
    refused: 0,
    failed: 0,
    verified: found,
    differing: 0,
    exit: 0,
  })
  const mended = await contents(place.url, tables)
  // What means the same is not rewritten, and a type is not changed back.
  for (const t of tables.filter((t) => t !== 'json_order' && t !== 'type_changed'))
    expect(mended[t], t).toEqual(copied[t])
  expect(mended.json_order).toEqual(drifted.json_order)

  const back = await takeBack(to, report.id)
  expect(back).toMatchObject({ planned: found, repaired: found, exit: 0, differing: 0 })
  const after = await contents(place.url, tables)
  for (const t of tables) expect(after[t], t).toEqual(drifted[t])
})
