/** Plans in files: reviewed, refused where they were changed, limited, read as statements, and carried out by the command line. */
import { execFile } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { forgetRepairs, repair, repairs } from '../../src/app/repair.ts'
import type { NaruEvent } from '../../src/core/event.ts'
import { applyRepair } from '../../src/index.ts'
import { address } from '../harness/address.ts'
import { freshDatabase, freshFiles } from '../harness/database.ts'
import { runPlain } from '../verify/plain.ts'
import { mend, NONE, takeBack } from './mending.ts'
import { contents } from './witness.ts'

const TABLE = 'CREATE TABLE "이름 t" (id integer PRIMARY KEY, "sel""ect" text, amount real)'

async function both() {
  const stack = new AsyncDisposableStack()
  const old = stack.use(await freshDatabase('sqlite'))
  const place = stack.use(await freshDatabase('sqlite'))
  const files = stack.use(await freshFiles())
  await runPlain(old.url, [
    TABLE,
    `INSERT INTO "이름 t" VALUES (1, 'it''s', 0.1), (2, NULL, 2), (3, 'a' || char(0) || 'b', -0.5), (9007199254740993, '👍', 4)`,
  ])
  await runPlain(place.url, [TABLE, `INSERT INTO "이름 t" VALUES (1, 'its', 0.1), (2, '', 2), (8, 'x', NULL)`])
  return { stack, old, place, files, from: await address(old.url), to: await address(place.url) }
}

function naru(cwd: string, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const bin = join(import.meta.dirname, '../../bin/naru.js')
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd, env: { ...process.env, NO_COLOR: '1' } }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    )
  })
}

test('from the plan to the account, and back, by the command line', async () => {
  const { stack, old, place, files } = await both()
  await using _ = stack
  const before = await contents(place.url, ['이름 t'])
  const planned = await naru(files.path, 'repair', old.url, place.url, '--plan', 'p.ndjson')
  expect(planned.code, planned.err).toBe(1)
  expect(planned.out).toContain("~ 이름 t  1  sel\"ect: 'its' → 'it's'")
  expect(await contents(place.url, ['이름 t'])).toEqual(before)
  expect((await naru(files.path, 'repair', old.url, place.url)).err).toMatch(/NOT_CONFIRMED[\s\S]+--yes/)
  const applied = await naru(files.path, 'repair', '--apply', 'p.ndjson', '--json')
  expect(applied.code, applied.err).toBe(0)
  const result = JSON.parse(applied.out.trim().split('\n').at(-1) ?? '')
  expect(result).toMatchObject({
    type: 'result',
    command: 'repair',
    planned: 5,
    repaired: 5,
    verified: 5,
    differing: 0,
  })
  expect(await contents(place.url, ['이름 t'])).toEqual(await contents(old.url, ['이름 t']))
  const listed = await naru(files.path, 'repair', '--list', place.url)
  expect(listed.out).toContain(result.id)
  expect((await naru(files.path, 'repair', old.url, place.url, '--yes')).out).toMatch(/Nothing to mend/)
  const undone = await naru(files.path, 'repair', '--undo', result.id, place.url)
  expect(undone.code, undone.err).toBe(0)
  expect(undone.out).toContain('5 planned = 5 taken back')
  expect(await contents(place.url, ['이름 t'])).toEqual(before)
  const again = await naru(files.path, 'repair', '--apply', 'p.ndjson')
  expect(again.code).toBe(2)
  expect(again.err).toContain('was taken back')
  expect((await naru(files.path, 'clean', place.url)).err).toMatch(/images of 2 repairs/)
  expect((await naru(files.path, 'clean', place.url, '--repairs', '0')).out).toContain('2 repairs of')
  expect((await naru(files.path, 'repair', '--undo', result.id, place.url)).err).toContain('REPAIR_UNKNOWN')
})

test('statements for reading do what the plan does', async () => {
  const { stack, old, place, from, to } = await both()
  await using _ = stack
  let text = ''
  await repair(
    from,
    to,
    { jobs: 1 },
    {
      reporter: NONE,
      agree: async () => false,
      sql: (part) => {
        text += part
      },
    },
  )
  const db = new DatabaseSync(place.url.slice('sqlite:'.length))
  db.exec(text)
  db.close()
  expect(await contents(place.url, ['이름 t'])).toEqual(await contents(old.url, ['이름 t']))
})

test('a plan that was changed, cut off, or is of other tables is refused', async () => {
  const { stack, old, place, files, from, to } = await both()
  await using _ = stack
  const file = join(files.path, 'p.ndjson')
  await repair(from, to, { jobs: 1 }, { reporter: NONE, file, agree: async () => false })
  const text = await readFile(file, 'utf8')
  const refused = async (changed: string, why: RegExp) => {
    await writeFile(file, changed)
    await expect(applyRepair(file, from, to)).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      why: expect.stringMatching(why),
    })
  }
  await refused(text.replace('"op":"delete"', '"op":"update"'), /not those that the hash/)
  await refused(text.split('\n').slice(0, -2).join('\n'), /was not written to the end/)
  await refused('{}', /no plan of a repair/)
  await writeFile(file, text)
  await expect(applyRepair(file, to, from)).rejects.toThrow(/the plan was made for/)
  await runPlain(place.url, ['ALTER TABLE "이름 t" ADD COLUMN extra int'])
  await expect(applyRepair(file, from, to)).rejects.toMatchObject({ code: 'SCHEMA_CHANGED' })
  expect(await contents(old.url, ['이름 t'])).toHaveProperty('이름 t.length', 4)
})

test('limits refuse before anything is written; kinds are chosen', async () => {
  const { stack, place, from, to } = await both()
  await using _ = stack
  const before = await contents(place.url, ['이름 t'])
  await expect(mend(from, to, { maxRows: 4 })).rejects.toMatchObject({
    code: 'REPAIR_LIMIT',
    message: 'the plan changes 5 rows, and 4 are allowed',
  })
  await expect(mend(from, to, { maxPercent: 50 })).rejects.toThrow(
    /changes 5 of 4 rows of 이름 t \(125.0 %\), and 50 % are allowed/,
  )
  expect(await contents(place.url, ['이름 t'])).toEqual(before)
  const { plan } = await mend(from, to, { only: ['missing'], maxRows: 2 })
  expect(plan.tables[0]).toMatchObject({ insert: 2, update: 0, delete: 0, leftOut: 3 })
})

test('a repair without a file for its plan goes on with the one that it kept, at a pace', async () => {
  await using old = await freshDatabase('sqlite')
  await using place = await freshDatabase('sqlite')
  await using files = await freshFiles()
  const [from, to] = [await address(old.url), await address(place.url)]
  const table = 'CREATE TABLE line (id integer PRIMARY KEY, v text)'
  const rows = Array.from({ length: 40 }, (_, i) => `(${i}, '${'x'.repeat(100)}')`).join(', ')
  await runPlain(old.url, [table, `INSERT INTO line VALUES ${rows}`])
  await runPlain(place.url, [table])
  const stop = new AbortController()
  const kept: string[] = []
  const context = {
    reporter: { report: (e: NaruEvent) => e.type === 'chunk' && stop.abort() },
    signal: stop.signal,
    stateFolder: join(files.path, '.naru'),
    kept: (file: string) => kept.push(file),
    agree: async () => true,
  }
  const broken = repair(from, to, { jobs: 1, chunkBytes: 1000 }, context)
  await expect(broken).rejects.toMatchObject({ code: 'STOPPED', hint: expect.stringContaining('.naru/repair-') })
  expect(kept).toHaveLength(1)
  expect((await stat(kept[0])).mode & 0o777).toBe(0o600)
  const planned = await repair(from, to, { jobs: 1 }, { ...context, signal: undefined, agree: async () => false })
  expect(planned.plan.notes.join()).toContain(`is not finished: naru repair --apply ${kept[0]} goes on`)
  const began = performance.now()
  const report = await applyRepair(kept[0], from, to, { rowRate: 40, while: ['target:SELECT 1 < 2'] })
  expect(performance.now() - began).toBeGreaterThan(300)
  expect(report).toMatchObject({ resumed: true, repaired: 40, exit: 0 })
  expect(await contents(place.url, ['line'])).toEqual(await contents(old.url, ['line']))
  const again = await repair(from, to, { jobs: 1 }, { ...context, signal: undefined })
  expect(again.plan).toMatchObject({ planned: 0, notes: [] })
  await runPlain(place.url, ['DELETE FROM line WHERE id = 1'])
  await repair(from, to, { jobs: 1 }, { ...context, signal: undefined })
  expect(await readdir(context.stateFolder)).toEqual([basename(kept[0])])
  await expect(applyRepair(kept[0], from, to, { while: ['nothing'] })).rejects.toMatchObject({ code: 'USAGE' })
})

test('rows that changed since the plan are left, on either side; what was repaired and changed since stays at the undoing', async () => {
  const { stack, old, place, from, to } = await both()
  await using _ = stack
  const { report } = await mend(
    from,
    to,
    {},
    {
      before: async () => {
        await runPlain(place.url, [`UPDATE "이름 t" SET amount = 7 WHERE id = 1`, `DELETE FROM "이름 t" WHERE id = 8`])
        await runPlain(old.url, [`UPDATE "이름 t" SET amount = 8 WHERE id = 2`])
      },
    },
  )
  expect(report).toMatchObject({ planned: 5, repaired: 2, changed: 3, equal: 1, refused: 0, failed: 0, exit: 1 })
  expect(report.left.map((l) => `${l.key}: ${l.why}`)).toEqual([
    '1: the row of the target has changed since',
    '2: the row of the source has changed since',
  ])
  await runPlain(place.url, [`UPDATE "이름 t" SET amount = 70 WHERE id = 3`])
  const back = await takeBack(to, report.id)
  expect(back).toMatchObject({ planned: 2, repaired: 1, changed: 1, exit: 1 })
  const rows = (await contents(place.url, ['이름 t']))['이름 t']
  expect(rows.some((r) => r.includes('70'))).toBe(true)
  expect((await repairs(to)).map((r) => r.undoes)).toEqual([report.id, null])
  expect(await forgetRepairs(to, new Date(0))).toEqual([])
})
