/** `naru check`, `naru verify --revisions`, `naru stamp` and autogenerate as one types them. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { fakeIo } from '../cli/fake-io.ts'
import { freshFiles } from '../harness/database.ts'

let files: Awaited<ReturnType<typeof freshFiles>>
beforeEach(async () => {
  files = await freshFiles()
})
afterEach(() => files[Symbol.asyncDispose]())

async function naru(...argv: readonly string[]) {
  const io = fakeIo({
    cwd: files.path,
    env: { NO_COLOR: '1', PATH: process.env.PATH ?? '', VISUAL: process.env.VISUAL ?? '' },
  })
  const code = await run(argv, io, useCases)
  return { code, out: io.out(), err: io.err() }
}

const read = (name: string) => readFile(join(files.path, 'migrations', name), 'utf8')
const put = async (name: string, text: string) => {
  await mkdir(join(files.path, 'migrations'), { recursive: true })
  await writeFile(join(files.path, 'migrations', name), text)
}
const json = (text: string) => JSON.parse(text.trim().split('\n').at(-1) ?? '')

/** Revisions by `id < down down`, with a table each. */
async function graph(...lines: readonly string[]): Promise<void> {
  for (const [i, line] of lines.entries()) {
    const [id, down = 'none'] = line.split(' < ')
    const header = `-- naru:revision ${id}\n-- naru:revises ${down}\n-- naru:message m ${id}\n-- naru:date 2026-01-0${i + 1}T00:00:00Z\n`
    await put(`${id}.sql`, `${header}\n-- naru:up\nCREATE TABLE ${id} (a int);\n\n-- naru:down\nDROP TABLE ${id};\n`)
  }
}

describe('naru check and naru verify --revisions', () => {
  const models = (name: string, column: string) =>
    writeFile(
      join(files.path, name),
      `CREATE TABLE members (id integer PRIMARY KEY, name text, ${column} text); CREATE TABLE other (a int);`,
    )
  const checked = (...flags: string[]) => naru('check', '--engine', 'sqlite', ...flags)

  test('what is missing, what may be a rename, and what does not count', async () => {
    await models('one.sql', 'phone')
    await models('two.sql', 'mobile')
    const made = await naru('revision', '--autogenerate', '-m', 'one', '--models', 'one.sql', '--engine', 'sqlite')
    expect(made).toMatchObject({ code: 0, err: '' })
    expect(await checked('--models', 'one.sql')).toMatchObject({ code: 0, out: expect.stringMatching(/^✓ Same\./) })
    const other = await checked('--models', 'two.sql')
    expect(other.code).toBe(1)
    expect(other.out).toMatch(
      /column phone should not be there\n[\s\S]*column members.phone now called mobile\?[\s\S]*--rename\s+members.phone=mobile\n✗ Different/,
    )
    expect((await checked('--models', 'two.sql', '--rename', 'members.phone=mobile')).out).not.toContain('now called')
    expect((await checked('--models', 'two.sql', '--tables', 'other')).code).toBe(0)
    expect((await checked('--models', 'two.sql', '--exclude', 'members')).code).toBe(0)
    expect((await checked('--models', 'two.sql', '--ignore', 'tables:members')).code).toBe(0)
    expect(json((await checked('--models', 'two.sql', '--json')).out)).toMatchObject({
      command: 'check',
      same: false,
      against: 'revisions',
      candidates: [{ rename: 'members.phone=mobile' }],
    })
    expect((await checked()).err).toContain('no desired state is named')
  })

  test('a possible rename that nobody was asked about is told whatever the output is', async () => {
    await models('one.sql', 'phone')
    await models('two.sql', 'mobile')
    const generate = (name: string, ...flags: string[]) =>
      naru(
        'revision',
        '--autogenerate',
        '-m',
        name,
        '--models',
        `${name}.sql`,
        '--engine',
        'sqlite',
        '--no-proof',
        ...flags,
      )
    await generate('one')
    const { code, out, err } = await generate('two', '--json')
    expect(code).toBe(0)
    expect(err).toMatch(
      /Perhaps renamed\.[\s\S]*column members.phone now called mobile\?[\s\S]*--rename\s+members.phone=mobile/,
    )
    expect(await readFile(json(out).path, 'utf8')).toMatch(
      /-- naru:up\n-- PERHAPS RENAMED: .*--rename members.phone=mobile\n/,
    )
    await rm(json(out).path)
    expect((await generate('two', '--rename', 'members.phone=mobile')).err).toBe('')
  })

  test('against the database itself, and a stamp that forgets', async () => {
    await models('one.sql', 'phone')
    const db = ['--target', `sqlite:${join(files.path, 'x.db')}`]
    await naru('revision', '--autogenerate', '-m', 'one', '--models', 'one.sql', '--rev-id', 'aaa', ...db)
    await naru('upgrade', 'head', ...db)
    expect(await naru('check', '--from-db', '--models', 'one.sql', ...db)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^✓ Same\. sqlite:\S+ has what one\.sql says\.\n$/),
    })
    await models('one.sql', 'mobile')
    expect((await naru('check', '--from-db', '--models', 'one.sql', ...db)).out).toMatch(
      /between sqlite:\S+ and one\.sql: run `naru revision --autogenerate --from-db -m MSG`/,
    )
    await rm(join(files.path, 'migrations'), { recursive: true })
    await graph('r1')
    expect((await naru('stamp', 'head', ...db)).err).toContain('that no file knows: aaa')
    const stamped = await naru('stamp', '--purge', 'head', ...db)
    expect(stamped.out).toMatch(/forgotten, as no file knows it: aaa\n✓ Stamped from base to r1\./)
    expect((await naru('stamp', 'head', '--sql', '--json', ...db)).out).toContain('--sql and --json exclude each other')
    expect((await naru('stamp', 'head', '--sql', '--engine', 'sqlite')).out).toMatch(
      /^-- naru stamp head\n-- Run it with: sqlite3 [\s\S]*BEGIN IMMEDIATE;\nINSERT INTO main."naru_version"[\s\S]*'r1'[\s\S]*COMMIT;\n$/,
    )
  })

  test('verify: a range, one that does not come back, and whole milliseconds', async () => {
    await graph('r1', 'r2 < r1', 'r3 < r2')
    await put(
      'r3.sql',
      (await read('r3.sql')).replace('DROP TABLE r3;', 'DROP TABLE r3; CREATE TABLE IF NOT EXISTS stays (a int);'),
    )
    const verify = (...flags: string[]) => naru('verify', '--revisions', ...flags, '--engine', 'sqlite')
    const { code, out } = await verify()
    expect(code).toBe(1)
    expect(out).toMatch(/✓ proved +r1 m r1\n✓ proved +r2 m r2\n✗ differs +r3 m r3\n[\s\S]*✗ Not proved\. 3 revisions/)
    expect((await verify('r1:r2')).out).toMatch(/^✓ proved +r1 m r1\n✓ proved +r2 m r2\n✓ Proved\. 2 revisions/)
    expect((await verify('r2')).code).toBe(0)
    const { proofs } = json((await verify('r3', '--json')).out)
    expect(proofs).toMatchObject([{ id: 'r3', verdict: 'differs' }])
    expect(Number.isInteger(proofs[0].ms)).toBe(true)
    expect((await verify('zzz')).err).toContain('no revision "zzz"')
  })
})
