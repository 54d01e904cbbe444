/** Well-known databases taken over, changed by a generated revision, and compared with what their revisions make. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { naru } from '../faults/naru.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { datasetsAvailable, loadDataset } from '../harness/datasets.ts'

describe.skipIf(!datasetsAvailable())('adopt, autogenerate, upgrade and check --db', () => {
  test.for([
    ['chinook-sqlite', 'sqlite', 'Artist'],
    ['sakila-postgres', 'postgres', 'actor'],
    ['sakila-mysql', 'mysql', 'actor'],
  ] as const)('%s', async ([set, kind, table]) => {
    await using place = await freshDatabase(kind)
    await loadDataset(set, place.url)
    await using work = await freshFiles()
    const target = ['--target', place.url, ...(kind === 'sqlite' ? [] : ['--dev-url', place.url])]
    const run = async (...args: string[]) => {
      const done = await naru(args, work.path)
      expect(done.code, `naru ${args.join(' ')}\n${done.output}`).toBe(0)
      return done.output
    }
    await run('adopt', '--none', '--rev-id', 'ba5e', ...target)
    expect(await run('check', '--db', ...target)).toMatch(/✓ Same\./)
    const written = await run('inspect', place.url, '--format', 'sql')
    const models = join(work.path, 'models.sql')
    await writeFile(models, written)
    expect(await run('check', '--models', 'models.sql', ...target)).toMatch(/✓ Same\./)
    const nick =
      kind === 'mysql'
        ? `\nALTER TABLE ${table} ADD nick varchar(20);\n`
        : `\nALTER TABLE "${table}" ADD nick varchar(20);\n`
    await writeFile(models, (await readFile(models, 'utf8')) + nick)
    expect(await run('revision', '--autogenerate', '-m', 'nick', '--models', 'models.sql', ...target)).toMatch(
      /✓ Proved\./,
    )
    await run('upgrade', 'head', ...target)
    for (const how of [['--db'], ['--models', 'models.sql', '--from-db']])
      expect(await run('check', ...how, ...target)).toMatch(/✓ Same\./)
  })
})
