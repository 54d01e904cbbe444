/** PostgreSQL to PostgreSQL ends with an equal `pg_dump --schema-only`: all that a schema can hold, and real databases. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { copy } from '../../src/app/copy.ts'
import { postgres } from '../../src/engines/postgres/index.ts'
import { freshDatabase } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'
import { dump, ROLES, runScripts } from './postgres-harness.ts'

/** Copies, and compares both dumps line by line, in the server's own order. */
async function sameDump(from: string, to: string): Promise<void> {
  const report = await copy(postgres.parse(from), postgres.parse(to), { jobs: 1 }, { report() {} })
  assert.deepEqual(report.failedSteps, [])
  assert.equal(report.verdict, 'done')
  assert.equal(await dump(to, ['--exclude-schema=naru_ledger']), await dump(from))
}

// roundcube's defaults look sequences up by a text, which naru binds: the same meaning in another spelling.
describe('a copy within PostgreSQL', () => {
  it('carries everything that a schema can hold', { timeout: 60_000 }, async () => {
    await using from = await freshDatabase('postgres')
    await using to = await freshDatabase('postgres')
    const script = await readFile(join(import.meta.dirname, 'postgres-kitchen.sql'), 'utf8')
    await runScripts(from.url, [
      ['public', ROLES],
      ['public', script],
    ])
    await sameDump(from.url, to.url)
  })

  for (const name of ['sakila', 'chinook', 'northwind', 'employees', 'dellstore2']) {
    it.skipIf(!datasetsAvailable())(`carries ${name}`, { timeout: 120_000 }, async () => {
      await using from = await freshDatabase('postgres')
      await using to = await freshDatabase('postgres')
      await loadDataset(`${name}-postgres`, from.url)
      await sameDump(from.url, to.url)
    })
  }
})
