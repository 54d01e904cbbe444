/** One of everything goes from PostgreSQL to PostgreSQL and through PGlite, and is the same by the server's own account. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import type { Database } from '../../src/core/engine.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { asking, catalogue, contents, moveSchema, shape } from './move.ts'

const SCRIPT = join(import.meta.dirname, 'everything.sql')

type Kind = 'postgres' | 'pglite'

/** An open fresh database and how to ask it; PGlite is asked through naru, having no other way in while it is open. */
async function open(kind: Kind, role: 'source' | 'target') {
  const place = await freshDatabase(kind)
  const script = role === 'source' ? await readFile(SCRIPT, 'utf8') : 'SELECT 1'
  const address = postgres.parse(place.url)
  const first = await postgres.open(address, { role: 'target' })
  await first.execute(script)
  await first.close()
  const db = await postgres.open(address, { role })
  return {
    db,
    ask: <T>(work: Parameters<typeof asking<T>>[1]) =>
      kind === 'postgres' ? asking(place.url, work) : work((sql) => db.query(sql)),
    async [Symbol.asyncDispose]() {
      await db.close()
      await place[Symbol.asyncDispose]()
    },
  }
}

/** Two servers of different age print some things differently. */
function sameServer(a: Database, b: Database): boolean {
  return a.version === b.version
}

describe('everything', () => {
  const ways = [
    ['postgres', 'postgres'],
    ['pglite', 'pglite'],
    ['postgres', 'pglite'],
    ['pglite', 'postgres'],
  ] as const
  for (const [from, to] of ways) {
    it(`goes from ${from} to ${to}`, async () => {
      await using source = await open(from, 'source')
      await using target = await open(to, 'target')
      const wanted = await source.db.inspect()
      const rows = await moveSchema(source.db, target.db, wanted)
      assert.equal(rows.parts, 500)
      assert.equal(rows.no_key, 5000)
      assert.equal(rows.ancestor, 2, 'without the rows of the heir')
      assert.equal(rows.no_columns, 2)
      const found = await target.db.inspect()
      if (sameServer(source.db, target.db)) assert.deepEqual(shape(found), shape(wanted))
      const before = await source.ask((ask) => contents(ask, wanted.tables))
      assert.deepEqual(await target.ask((ask) => contents(ask, wanted.tables)), before)
      if (!sameServer(source.db, target.db)) return
      const left = await source.ask(catalogue)
      const right = await target.ask(catalogue)
      assert.deepEqual(withoutLeftovers(right), withoutLeftovers(left))
    })
  }

  it('reports what is no table', async () => {
    await using source = await open('postgres', 'source')
    const { others } = await source.db.inspect()
    const kinds = new Set(others.map((o) => o.kind))
    const wanted = ['view', 'materialized view', 'function', 'procedure', 'trigger', 'policy', 'rule', 'partition']
    for (const kind of [...wanted, 'inheritance', 'exclusion', 'enum', 'domain', 'composite type', 'sequence']) {
      assert.ok(kinds.has(kind as (typeof others)[number]['kind']), kind)
    }
  })
})

/** The index of the exclusion constraint, which is reported and not made. */
function withoutLeftovers(value: unknown): unknown {
  const text = JSON.stringify(value, (key, v) =>
    key === 'indexes' ? (v as { indexname: string }[]).filter((i) => !i.indexname.endsWith('_excl')) : v,
  )
  return JSON.parse(text)
}
