/** `--by digest` on real databases: what was copied is the same, and every change is told to the row. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { openDatabase } from '../../src/app/open.ts'
import { verify } from '../../src/app/verify.ts'
import type { Address } from '../../src/core/engine.ts'
import { address } from '../harness/address.ts'
import { type DatabaseKind, type FreshDatabase, freshDatabase } from '../harness/database.ts'

const NONE = { report() {} }

/** The same tables in each engine's words. */
const TYPES: Readonly<Partial<Record<DatabaseKind, Readonly<Record<string, string>>>>> = {
  postgres: { json: 'jsonb', bytes: 'bytea', float: 'double precision', moment: 'timestamp(6)', hex: "'\\x00ff1f'" },
  mysql: { json: 'json', bytes: 'varbinary(20)', float: 'double', moment: 'datetime(6)', hex: "x'00ff1f'" },
  sqlite: { json: 'JSON', bytes: 'blob', float: 'double', moment: 'datetime', hex: "x'00ff1f'" },
}

function script(kind: DatabaseKind): string[] {
  const t = TYPES[kind] ?? {}
  const rows = Array.from({ length: 300 }, (_, i) => {
    const moment = `'2024-03-${String(1 + (i % 31)).padStart(2, '0')} 10:${String(i % 60).padStart(2, '0')}:00${i % 3 ? '' : '.123'}'`
    const json = i % 4 === 0 ? 'NULL' : `'{"b": ${i}, "a": [1, "한"]}'`
    return `(${i}, 'a${i}', ${i % 5 ? `'b${i}'` : "''"}, ${i}.50, ${i / 8 - 3}, ${moment}, '2024-02-29', ${t.hex}, ${json}, 'z ')`
  })
  return [
    `CREATE TABLE things (id int NOT NULL PRIMARY KEY, a varchar(40), b varchar(40), price decimal(10,2), ratio ${t.float},
      at ${t.moment}, day date, raw ${t.bytes}, doc ${t.json}, code char(5))`,
    `CREATE TABLE plain (id int NOT NULL PRIMARY KEY, a varchar(40), at ${t.moment})`,
    'CREATE TABLE log (line varchar(40), n int)',
    'CREATE TABLE tags (tag varchar(40) NOT NULL PRIMARY KEY, uses int NOT NULL)',
    `INSERT INTO things VALUES ${rows.join(', ')}`,
    'INSERT INTO plain SELECT id, a, at FROM things',
    "INSERT INTO log VALUES ('x', 1), ('x', 1), ('y', 2), (NULL, 3), ('', 4)",
    "INSERT INTO tags VALUES ('a', 1), ('B', 2), ('c', 3), ('한', 4)",
  ]
}

const PAIRS: readonly (readonly [DatabaseKind, DatabaseKind])[] = [
  ['mysql', 'postgres'],
  ['postgres', 'mysql'],
  ['sqlite', 'postgres'],
  ['mysql', 'sqlite'],
  ['postgres', 'pglite'],
]

describe.each(PAIRS)('%s and %s', (...kinds) => {
  let places: FreshDatabase[]
  let from: Address
  let to: Address
  beforeAll(async () => {
    places = [await freshDatabase(kinds[0]), await freshDatabase(kinds[1])]
    from = await address(places[0].url)
    to = await address(places[1].url)
    await using db = await openDatabase(from, { role: 'target' })
    for (const sql of script(kinds[0])) await db.execute(sql)
  })
  afterAll(() => Promise.all(places.map((p) => p[Symbol.asyncDispose]())))

  async function change(...statements: string[]): Promise<void> {
    await using db = await openDatabase(to, { role: 'target' })
    for (const sql of statements) await db.execute(sql)
  }

  async function compared(name: string) {
    const report = await verify(from, to, { by: 'digest' }, { reporter: NONE })
    const found = report.tables.find((t) => t.table === name)
    if (found === undefined) throw new Error(`${name} was not compared`)
    return found
  }

  test('a copy is proved by digests', async () => {
    const report = await copy(from, to, { jobs: 1, by: 'digest' }, NONE)
    expect(report.verdict).toBe('done')
    const by = Object.fromEntries(report.tables.map((t) => [t.table, t.verification]))
    expect(by.plain).toMatchObject({ same: true, sourceRows: 300, targetRows: 300 })
    expect(by.plain?.note).toBe('digests computed inside the databases')
    expect(by.things?.note).toContain('; doc read and compared row by row')
    expect(by.log).toMatchObject({ same: true, sourceRows: 5, targetRows: 5 })
  })

  test('verify says the same, and the digests agree', async () => {
    const report = await verify(from, to, { by: 'digest' }, { reporter: NONE })
    expect(report.same).toBe(true)
    for (const table of report.tables) {
      expect(table.note).toMatch(/^digests computed inside the databases/)
      expect(table.sourceDigest).toBe(table.targetDigest)
    }
  })

  test('a changed cell, an empty text for NULL, a row too many', async () => {
    await change(
      'UPDATE things SET price = 7.51 WHERE id = 7',
      'UPDATE things SET b = NULL WHERE id = 10',
      "UPDATE plain SET a = 'a7 ' WHERE id = 7",
      'INSERT INTO plain VALUES (1000, NULL, NULL)',
    )
    expect((await compared('things')).drift).toEqual([
      { key: '7', kind: 'differs', columns: [{ name: 'price', source: '7.50', target: '7.51' }] },
      { key: '10', kind: 'differs', columns: [{ name: 'b', source: '', target: null }] },
    ])
    const plain = await compared('plain')
    expect(plain).toMatchObject({ same: false, driftCount: 2, sourceRows: 300, targetRows: 301 })
    expect(plain.drift.map((d) => [d.key, d.kind])).toEqual([
      ['7', 'differs'],
      ['1000', 'extra on target'],
    ])
    await change(
      'UPDATE things SET price = 7.50 WHERE id = 7',
      "UPDATE things SET b = '' WHERE id = 10",
      "UPDATE plain SET a = 'a7' WHERE id = 7",
      'DELETE FROM plain WHERE id = 1000',
    )
    expect((await compared('plain')).same).toBe(true)
  })

  test('values swapped between columns, and between rows', async () => {
    await change("UPDATE things SET a = 'b11', b = 'a11' WHERE id = 11", 'UPDATE log SET n = 3 - n WHERE n < 3')
    const things = await compared('things')
    expect(things.drift).toEqual([
      {
        key: '11',
        kind: 'differs',
        columns: [
          { name: 'a', source: 'a11', target: 'b11' },
          { name: 'b', source: 'b11', target: 'a11' },
        ],
      },
    ])
    expect(await compared('log')).toMatchObject({ same: false, driftCount: 6 })
    await change("UPDATE things SET a = 'a11', b = 'b11' WHERE id = 11", 'UPDATE log SET n = 3 - n WHERE n < 3')
  })

  test('a column that no database digests', async () => {
    await change(`UPDATE things SET doc = '{"b": 13, "a": [2, "한"]}' WHERE id = 13`)
    const { drift, driftCount } = await compared('things')
    expect(driftCount).toBe(1)
    expect(drift[0]).toMatchObject({ key: '13', kind: 'differs', columns: [{ name: 'doc' }] })
    await change(`UPDATE things SET doc = '{"a": [1, "한"], "b": 13}' WHERE id = 13`)
    expect((await compared('things')).same).toBe(true)
  })

  test('keys of text', async () => {
    await change("UPDATE tags SET uses = 20 WHERE tag = 'B'")
    expect((await compared('tags')).drift).toEqual([
      { key: "'B'", kind: 'differs', columns: [{ name: 'uses', source: '2', target: '20' }] },
    ])
  })

  test('all moments ten minutes later', async () => {
    const shifted: Readonly<Partial<Record<DatabaseKind, string>>> = {
      mysql: 'at + INTERVAL 10 MINUTE',
      sqlite: "strftime('%Y-%m-%d %H:%M:%f', at, '+10 minutes')",
    }
    await change(`UPDATE plain SET at = ${shifted[kinds[1]] ?? "at + interval '10 minutes'"}`)
    expect(await compared('plain')).toMatchObject({ same: false, driftCount: 300 })
  })
})
