/** The guide to revisions, run as it stands; and the files to which it leads. */
import { cp, readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshFiles } from '../harness/database.ts'
import { give, pattern, placed, play, steady, stepsOf } from './guide.ts'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = join(ROOT, 'examples/revisions')
const FIFTH = '5e9a4c3f1b65'

/** Names and texts of the revisions of a folder; of their dates only that they are there. */
async function revisionsIn(place: string): Promise<Record<string, string>> {
  const names = (await readdir(join(place, 'migrations'))).sort()
  const texts = names.map(async (name) => [name, steady(await readFile(join(place, 'migrations', name), 'utf8'))])
  return Object.fromEntries(await Promise.all(texts))
}

/** Where the pages begin; addresses on a command line are understood from the folder of the process. */
let work: AsyncDisposable & { readonly path: string }
let folder: string
beforeEach(async () => {
  work = await freshFiles()
  folder = await realpath(work.path)
  process.chdir(folder)
})
afterEach(async () => {
  process.chdir(ROOT)
  await work[Symbol.asyncDispose]()
})

test('every command of the guide does what the guide shows, and makes the revisions of the example', async () => {
  const beginning = ['naru.config.ts', 'rows.sql', 'stages']
  for (const name of beginning) await cp(join(EXAMPLE, name), join(folder, name), { recursive: true })
  const steps = stepsOf(await readFile(join(ROOT, 'docs/revisions.md'), 'utf8'))
  expect(steps.filter((s) => s.kind === 'command' && s.command.startsWith('naru ')).length).toBeGreaterThan(30)

  let code = 0
  let compared = false
  for (const [i, step] of steps.entries()) {
    if (step.kind === 'file') {
      await give(step.name, step.text, folder)
      continue
    }
    const where = `docs/revisions.md:${step.line} $ ${step.command}`
    const played = await play(step.command, folder, code)
    code = played.code
    const printed = steady(placed(played.printed, folder))
    if (!pattern(step.shown).test(printed)) expect(printed, where).toBe(steady(step.shown))
    const next = steps[i + 1]
    const told = next?.kind === 'command' && next.command === 'echo $?'
    expect(code !== 0, `${where}: exit code ${code}`).toBe(told)
    if (step.command.includes(`merge`) && step.command.includes(FIFTH)) {
      expect(await revisionsIn(folder)).toEqual(await revisionsIn(EXAMPLE))
      compared = true
    }
  }
  expect(compared).toBe(true)
})

test('the example goes up on a new database, agrees with its schema, and every revision is proved', async () => {
  await cp(EXAMPLE, folder, { recursive: true })
  const naru = async (command: string) => {
    const played = await play(`naru ${command}`, folder, 0)
    expect(played.code, `${command}: ${played.printed}`).toBe(0)
    return played.printed
  }
  expect(await naru('upgrade heads')).toContain('5 revisions')
  expect(await naru('current')).toContain(`${FIFTH} (head)`)
  expect(await naru('check')).toContain('Same')
  expect(await naru('check --db')).toContain('Same')
  expect(await naru('lint')).toContain('Nothing found')
  expect((await naru('verify --revisions')).match(/✓ proved/g)).toHaveLength(5)
  expect(await naru('downgrade base')).toContain('5 revisions')
  expect(await readFile(join(folder, 'schema.sql'), 'utf8')).toBe(
    await readFile(join(folder, 'stages/3-reviews.sql'), 'utf8'),
  )
})

test('a page that shows something else is noticed', () => {
  expect(pattern('✓ Same. 3 rows.').test(steady('✓ Same. 4 rows.'))).toBe(false)
  expect(pattern('a\n…\nd').test('a\nb\nc\nd')).toBe(true)
  expect(pattern('a\n…\nd').test('a\nb\nc')).toBe(false)
  expect(pattern('INSERT INTO …').test('INSERT INTO a')).toBe(true)
  expect(pattern('took 3 ms').test(steady('took   17 ms'))).toBe(true)
})
