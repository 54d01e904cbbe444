/** `--since`: a part of both sides, by a column that they share; `--where` and `--target-where`: by SQL of each. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { verify } from '../../src/app/verify.ts'
import type { Address } from '../../src/core/engine.ts'
import { engineFor } from '../../src/engines/index.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'
import { runPlain } from './plain.ts'

const reporter = { report() {} }

describe.each<[DatabaseKind, DatabaseKind]>([
  ['sqlite', 'postgres'],
  ['postgres', 'mysql'],
  ['mysql', 'sqlite'],
])('%s and %s', (...kinds) => {
  let places: FreshDatabase[]
  let ends: Address[]

  beforeAll(async () => {
    places = [await freshDatabase(kinds[0]), await freshDatabase(kinds[1])]
    ends = await Promise.all(
      places.map(async ({ url }) => (await engineFor(url.slice(0, url.indexOf(':')))).parse(url)),
    )
    const moment = kinds[0] === 'postgres' ? 'timestamp' : 'datetime'
    await runPlain(places[0].url, [
      `CREATE TABLE changes (id int NOT NULL PRIMARY KEY, v varchar(20), seen ${moment})`,
      "INSERT INTO changes VALUES (1, 'a', '2026-01-01 10:00:00'), (2, 'b', '2026-02-01 10:00:00'), (3, 'c', '2026-03-01 10:00:00')",
      'CREATE TABLE names (name varchar(20) NOT NULL PRIMARY KEY)',
      "INSERT INTO names VALUES ('Kim')",
    ])
    expect((await copy(ends[0], ends[1], { jobs: 1 }, reporter)).verdict).toBe('done')
    await runPlain(places[1].url, [
      "UPDATE changes SET v = 'x' WHERE id <> 2",
      'DELETE FROM changes WHERE id = 2',
      "INSERT INTO names VALUES ('Lee')",
    ])
  })
  afterAll(() => Promise.all(places.map((p) => p[Symbol.asyncDispose]())))

  test.each<['stream' | 'digest', Record<string, string>, number, string[]]>([
    ['stream', { seen: '2026-02-15' }, 1, ['3']],
    ['digest', { seen: '2026-02-15' }, 1, ['3']],
    ['stream', { 'changes.id': '2' }, 2, ['2', '3']],
    ['stream', { seen: '2026-02-01 10:00:01', id: '3' }, 1, ['3']],
    ['stream', { seen: '2027-01-01' }, 0, []],
  ])('by %s since %o', async (by, since, rows, keys) => {
    const { tables } = await verify(ends[0], ends[1], { by, since }, { reporter })
    const found = (name: string) => tables.find((t) => t.table === name)
    expect(found('changes')?.sourceRows).toBe(rows)
    expect(found('changes')?.drift.map((d) => d.key)).toEqual(keys)
    expect(found('names')?.drift.map((d) => d.key)).toEqual(["'Lee'"])
  })

  test.each(['stream', 'digest'] as const)('by %s where both sides say so, and where one does', async (by) => {
    const where = { changes: 'id > 2' }
    const both = await verify(ends[0], ends[1], { by, where, targetWhere: where, tables: ['changes'] }, { reporter })
    expect(both.tables[0]).toMatchObject({ sourceRows: 1, targetRows: 1, driftCount: 1, drift: [{ key: '3' }] })
    expect(both.notes.join()).not.toContain('--target-where')
    const one = await verify(ends[0], ends[1], { by, where, tables: ['changes'] }, { reporter })
    expect(one.tables[0]).toMatchObject({ sourceRows: 1, targetRows: 2, kinds: { extra: 1, different: 1 } })
    expect(one.notes.join()).toContain('changes: --where is for the source alone')
    await expect(verify(ends[0], ends[1], { targetWhere: { chagnes: 'x' } }, { reporter })).rejects.toMatchObject({
      code: 'TABLE_MISSING',
    })
  })
})
