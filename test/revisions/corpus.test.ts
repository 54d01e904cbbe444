/** The corpus of SQLite through files: each pair becomes two generated revisions, tried up, down and up again. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { autogenerate } from '../../src/app/revisions/autogenerate.ts'
import { freshFiles } from '../harness/database.ts'
import type { SqliteCase } from '../schema/sqlite-case.ts'
import { NAME_CASES } from '../schema/sqlite-corpus-names.ts'
import { OBJECT_CASES } from '../schema/sqlite-corpus-objects.ts'
import { TABLE_CASES } from '../schema/sqlite-corpus-tables.ts'
import { setupFor } from './making.ts'

/** Every fourth, beginning with another in each group: their statements are all read back where the corpus itself is tested. */
const some = (cases: readonly SqliteCase[], first: number) => cases.filter((_, i) => i % 4 === first)
const CASES = [...some(TABLE_CASES, 0), ...some(OBJECT_CASES, 1), ...some(NAME_CASES, 2)]

describe('the corpus', () => {
  test.each(CASES.map((c) => [c.name, c] as const))('%s', async (_, c) => {
    await using files = await freshFiles()
    const folder = join(files.path, 'migrations')
    await mkdir(folder)
    const models = join(files.path, 'models.sql')
    const setup = await setupFor(folder, { engine: 'sqlite', models })
    for (const [i, state] of [c.from, c.to].entries()) {
      await writeFile(models, state)
      const renames = i === 1 ? c.renames : []
      const report = await autogenerate(setup, { revision: { message: `state ${i}` }, renames })
      expect([...report.unplanned.up, ...(report.proof?.lines ?? [])]).toEqual([])
      expect(report.exit).toBe(0)
    }
  })
})
