/** The commands over files of revisions, as one types them: what is written, drawn and refused. */
import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { revisions } from '../../src/index.ts'
import { fakeIo } from '../cli/fake-io.ts'
import { freshFiles } from '../harness/database.ts'

const ROOT = join(import.meta.dirname, '../..')
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

const names = async () => (await readdir(join(files.path, 'migrations'))).sort()
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

describe('naru revision', () => {
  test('writes files that follow each other, in a folder that it makes', async () => {
    const first = await naru('revision', '-m', '첫 번째: "users"\n-- naru:down', '--rev-id', 'aaa1')
    expect(first).toEqual({ code: 0, out: 'migrations/aaa1_첫_번째_users_naru_down.sql\n', err: '' })
    const second = await naru('revision', '-m', 'orders', '--json')
    const { revision } = json(second.out)
    expect(revision).toMatchObject({ down: ['aaa1'], message: 'orders', head: true, kind: 'sql' })
    expect(revision.id).toMatch(/^[0-9a-f]{12}$/)
    expect(await read(basename(revision.path))).toMatch(
      /^-- naru:revision \w{12}\n-- naru:revises aaa1\n-- naru:message orders\n-- naru:date 20\d\d-\d\d-\d\dT[\d:]{8}Z\n\n-- naru:up\n\n-- naru:down\n$/,
    )
  })

  test('refuses what would not fit into the graph, and writes nothing', async () => {
    await graph('r1', 'a1 < r1', 'b1 < r1')
    const refused = async (...argv: string[]) => {
      const { code, err } = await naru('revision', ...argv)
      expect(code).toBe(2)
      return err
    }
    expect(await refused('-m', 'x')).toMatch(
      /the revisions have 2 heads.*\n.*a1 \(m a1\); b1 \(m b1\)\n.*naru merge.*label@head/,
    )
    expect(await refused('-m', 'x', '--head', 'r1')).toContain('--splice')
    expect(await refused('-m', 'x', '--head', 'a1', '--rev-id', 'b1')).toContain('revision b1 is there twice')
    expect(await refused('-m', 'x', '--head', 'a1', '--rev-id', '../b')).toContain('"../b" cannot be a revision')
    expect(await refused('-m', 'x', '--head', 'a1', '--branch-label', 'head')).toContain(
      '"head" cannot be a branch label',
    )
    expect(await refused('-m', ' \n', '--head', 'a1')).toContain('the message is empty')
    expect(await refused('-m', 'x', '--head', 'base')).toContain('2 revisions follow none')
    expect(await refused('-m', 'x', '--head', 'a1', '--depends-on', 'zzz')).toContain('no revision "zzz"')
    expect(await names()).toEqual(['a1.sql', 'b1.sql', 'r1.sql'])
  })

  test('begins branches, and goes on with them by their labels', async () => {
    await naru('revision', '-m', 'one', '--rev-id', 'r1', '--branch-label', 'main')
    await naru('revision', '-m', 'two', '--rev-id', 'x1', '--head', 'base', '--branch-label', 'billing')
    const { out } = await naru('revision', '-m', 'three', '--head', 'billing@head', '--depends-on', 'main', '--json')
    expect(json(out).revision).toMatchObject({ down: ['x1'], dependsOn: ['r1'] })
  })

  test('in TypeScript has the types of the tools, and says all that a header says', async () => {
    const message = `it's \`\${a}\` */ "b" \\`
    const { out } = await naru('revision', '-m', message, '--ts', '--branch-label', "it's", '--rev-id', 'aaa1')
    expect(out).toBe('')
    await naru('revision', '-m', message, '--ts', '--branch-label', 'data', '--rev-id', 'aaa1')
    await naru('revision', '-m', 'second', '--ts', '--depends-on', 'aaa1', '--rev-id', 'bbb1')
    const shown = json((await naru('show', 'bbb1', '--engine', 'sqlite', '--json')).out).revisions[0]
    expect(shown).toMatchObject({
      down: ['aaa1'],
      dependsOn: ['aaa1'],
      ways: { up: { kind: 'ts' }, down: { kind: 'ts' } },
    })
    expect(json((await naru('show', 'aaa1', '--json')).out).revisions[0]).toMatchObject({ message, labels: ['data'] })

    const used = (await read('bbb1_second.ts'))
      .replace('async up() {', 'async up({ sql, rows, name, raw, log }) {')
      .replace('// What takes it back', "const wrong: number = 'text' //")
    await put('ccc1.ts', used.replaceAll('bbb1', 'ccc1').replace(`'aaa1'`, `'bbb1'`))
    await symlink(join(ROOT, 'node_modules'), join(files.path, 'node_modules'))
    const options = { typeRoots: [join(ROOT, 'node_modules/@types')] }
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: options,
      include: ['migrations'],
      exclude: [],
    }
    await writeFile(join(files.path, 'package.json'), '{ "type": "module" }')
    await writeFile(join(files.path, 'tsconfig.json'), JSON.stringify(config))
    const tsc = promisify(execFile)(process.execPath, [
      join(ROOT, 'node_modules/.bin/tsc'),
      '-p',
      files.path,
      '--pretty',
      'false',
    ])
    const said: string = await tsc.then(
      () => '',
      (error: { stdout: string }) => error.stdout,
    )
    const errors = said.split('\n').filter((line) => line.includes('error'))
    expect(errors.filter((line) => !line.includes('ccc1.ts'))).toEqual([])
    expect(said).toMatch(/ccc1\.ts.*Type 'string' is not assignable to type 'number'/)
  })
})

describe('naru history, heads, branches, show', () => {
  test('draw the graph, newest first, no wider than the terminal', async () => {
    await graph('r1', 'a1 < r1', 'b1 < r1', 'm1 < a1, b1')
    expect((await naru('history')).out.split('\n')).toEqual([
      '● m1 (head, merge) m m1',
      '├─╮',
      '│ ● b1 m b1',
      '● │ a1 m a1',
      '├─╯',
      '● r1 (branch point) m r1',
      '',
    ])
    expect((await naru('history', '--ascii', '-v', 'b1:m1')).out.split('\n').slice(0, 6)).toEqual([
      '* m1 (head, merge) m m1',
      '|   2026-01-04 00:00:00 UTC',
      '|   follows a1, b1',
      '|   migrations/m1.sql',
      '* b1 m b1',
      '    2026-01-03 00:00:00 UTC',
    ])
    await put(
      'w1.sql',
      `-- naru:revision w1\n-- naru:revises m1\n-- naru:message ${'가나다 👍 '.repeat(30)}\u001b[31m\n`,
    )
    const [wide] = (await naru('history')).out.split('\n')
    expect(wide).toMatch(/^● w1 \(head\) 가나다 👍 .*…$/)
    expect((await naru('history', '--json')).out).toContain('"current":null')
    expect(await naru('history', 'a1:b1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('nothing leads from a1'),
    })
  })

  test('say what is there, also when there is nothing', async () => {
    expect((await naru('heads')).out).toBe('no revisions in migrations: `naru revision -m MSG` writes one\n')
    expect((await naru('history')).out).toMatch(/^no revisions/)
    expect((await naru('branches')).out).toMatch(/do not branch/)
    expect(json((await naru('heads', '--json')).out)).toEqual({ type: 'result', command: 'heads', heads: [] })
    await graph('r1', 'a1 < r1', 'b1 < r1')
    expect((await naru('heads')).out).toBe('b1 (head) m b1\na1 (head) m a1\n')
    expect((await naru('heads', '-q')).out).toBe('b1 (head) m b1\na1 (head) m a1\n')
    expect((await naru('branches')).out).toBe('r1 (branch point) m r1\n  → a1 (head) m a1\n  → b1 (head) m b1\n')
    expect(json((await naru('branches', '--json')).out).branches[0].next).toHaveLength(2)
  })

  test('show the file, and with --json its statements', async () => {
    await graph('r1', 'a1 < r1')
    expect((await naru('show', 'head')).out.split('\n')).toEqual([
      'a1 (head) m a1',
      '2026-01-02 00:00:00 UTC',
      'follows r1',
      'migrations/a1.sql',
      '',
      '-- naru:up',
      'CREATE TABLE a1 (a int);',
      '',
      '-- naru:down',
      'DROP TABLE a1;',
      '',
    ])
    const [shown] = json((await naru('show', 'a1', '--json', '--engine', 'mysql')).out).revisions
    expect(shown.ways.up).toEqual({
      kind: 'sql',
      statements: [{ sql: 'CREATE TABLE a1 (a int)', line: 7, inTransaction: false }],
    })
    expect(shown.ways.checksum).toMatch(/^[0-9a-f]{64}$/)
    expect(json((await naru('show', 'a1', '--json')).out).revisions[0].ways).toBeNull()
    await writeFile(join(files.path, 'naru.config.ts'), `export default { databases: { app: 'sqlite:shop.db' } }`)
    expect(json((await naru('show', 'a1', '--json')).out).revisions[0].ways.up.kind).toBe('sql')
  })

  test('are found through the configuration, its environments and --folder', async () => {
    await graph('r1')
    await mkdir(join(files.path, 'sub'))
    const environments = `environments: { elsewhere: { folder: 'other' } }`
    await writeFile(
      join(files.path, 'sub', 'my.config.ts'),
      `export default { revisions: { folder: '../migrations', ${environments} } }`,
    )
    expect((await naru('heads', '--config', 'sub/my.config.ts')).out).toBe('r1 (head) m r1\n')
    expect((await naru('heads', '--config', 'sub/my.config.ts', '-n', 'elsewhere')).out).toMatch(
      /^no revisions in other/,
    )
    expect((await naru('heads', '--config', 'sub/my.config.ts', '-n', 'nope')).err).toContain('no environment nope')
    expect((await naru('heads', '--folder', 'sub/none')).out).toMatch(/^no revisions in sub\/none/)
    expect((await naru('heads', '--folder', 'sub')).err).toContain('my.config.ts is no revision')
    expect((await naru('heads', '--folder', 'sub/my.config.ts')).err).toContain('could not be read')
  })
})

test('a database is asked where it is to be shown, or where its place is meant', async () => {
  await graph('r1', 'a1 < r1', 'b1 < a1')
  await writeFile(join(files.path, 'naru.config.ts'), `export default { databases: { app: 'sqlite:shop.db' } }`)
  expect((await naru('history', '-i')).out).toMatch(/^● b1 \(head\)/)
  expect((await naru('upgrade', 'a1')).code).toBe(0)
  expect((await naru('history', '-i')).out).toBe('● b1 (head) m b1\n● a1 (current) m a1\n● r1 m r1\n')
  expect((await naru('history', 'current:')).out).toBe(
    '● b1 (head) m b1\n● a1 m a1\n'.replace('a1 m', 'a1 (current) m'),
  )
  expect((await naru('show', 'current')).out).toMatch(/^a1 \(current\)/)
  expect((await naru('show', '--', '-1')).out).toMatch(/^r1 /)
  await naru('squash', 'r1..a1', '--rev-id', 'sq1')
  expect((await naru('history', '-i')).out).toMatch(/● b1 \(head\) m b1\n● sq1 \(current\)/)
})

test('naru edit opens the editor, and reads the revisions again', async () => {
  await graph('r1')
  const before = process.env.VISUAL
  try {
    process.env.VISUAL = `sh -c 'echo "-- more" >> "$1"' sh`
    expect(await naru('edit')).toMatchObject({ code: 0, out: 'migrations/r1.sql\n' })
    expect(await read('r1.sql')).toMatch(/-- more\n$/)
    process.env.VISUAL = `sh -c 'sed -i s/revises/rewises/ "$1"' sh`
    expect(await naru('edit', 'r1')).toMatchObject({
      code: 2,
      err: expect.stringContaining('r1.sql:2: `-- naru:rewises`'),
    })
    process.env.VISUAL = 'exit 3;'
    await graph('r1')
    expect((await naru('edit', 'r1')).err).toContain('it ended with 3')
    process.env.VISUAL = ''
    expect((await naru('edit', 'r1')).err).toContain('no editor is set')
  } finally {
    if (before === undefined) delete process.env.VISUAL
    else process.env.VISUAL = before
  }
})

describe('naru merge', () => {
  test('joins all heads, or those that are named', async () => {
    await graph('r1', 'a1 < r1', 'b1 < r1', 'c1 < r1')
    const some = await naru('merge', 'a1', 'b1', '--rev-id', 'ab1')
    expect(some).toMatchObject({ code: 0, out: 'migrations/ab1_merge_m_a1_and_m_b1.sql\n' })
    const { out } = await naru('merge', '-m', 'all again', '--json')
    expect(json(out).revision).toMatchObject({ down: ['c1', 'ab1'], merge: true, head: true, message: 'all again' })
    expect(await naru('merge')).toMatchObject({ code: 2, err: expect.stringContaining('nothing is to be merged') })
  })

  test('refuses what is no head, and asks whether the branches commute before it writes', async () => {
    await graph('r1', 'a1 < r1', 'b1 < r1', 'a2 < a1')
    expect((await naru('merge', 'a1', 'b1')).err).toContain('a1 (m a1) is no head')
    expect((await naru('merge', 'a2', 'a2')).err).toContain('nothing is to be merged')
    const folder = join(files.path, 'migrations')
    const asked: string[][] = []
    const commute = async (branches: readonly revisions.MergedBranch[]) => {
      for (const branch of branches) asked.push(branch.revisions.map((r) => r.id))
      throw new Error('both alter r1')
    }
    await expect(revisions.merge({ commute }, { folder })).rejects.toThrow('both alter r1')
    expect(asked).toEqual([['b1'], ['a1', 'a2']])
    expect(await names()).toHaveLength(4)
    const { warnings } = await revisions.merge({ commute: async () => ['careful'] }, { folder })
    expect(warnings).toEqual(['careful'])
  })
})

describe('naru squash', () => {
  test('puts statements up in order and down in reverse into one file, which stands for all', async () => {
    await graph('r1', 'a1 < r1', 'a2 < a1', 'a3 < a2', 'n1 < a3')
    await put(
      'a2.sql',
      `-- naru:revision a2\n-- naru:revises a1\n-- naru:message odd\n-- naru:labels side\n-- naru:up\nDELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; -- naru:down\nEND//\nDELIMITER ;\n-- why\nINSERT INTO a1 VALUES ('--;\n-- naru:down\n')\n-- naru:down\nDROP PROCEDURE p -- last`,
    )
    const { code, out } = await naru('squash', 'a1..a3', '--rev-id', 'sq1', '--engine', 'mysql')
    expect([code, out.split('\n').at(-2)]).toEqual([
      0,
      '✓ Squashed. migrations/sq1_3_revisions_m_a1_to_m_a3.sql stands for 3 revisions.',
    ])
    expect(await names()).toEqual(['n1.sql', 'r1.sql', 'sq1_3_revisions_m_a1_to_m_a3.sql'])
    const [shown] = json((await naru('show', 'sq1', '--json', '--engine', 'mysql')).out).revisions
    expect(shown).toMatchObject({
      down: ['r1'],
      replaces: ['a1', 'a2', 'a3'],
      labels: ['side'],
      date: '2026-01-04T00:00:00Z',
    })
    const list = (way: { statements: { sql: string }[] }) => way.statements.map((s) => s.sql)
    expect(list(shown.ways.up)).toEqual([
      'CREATE TABLE a1 (a int)',
      'CREATE PROCEDURE p() BEGIN SELECT 1; -- naru:down\nEND',
      "INSERT INTO a1 VALUES ('--;\n-- naru:down\n')",
      'CREATE TABLE a3 (a int)',
    ])
    expect(list(shown.ways.down)).toEqual(['DROP TABLE a3', 'DROP PROCEDURE p -- last', 'DROP TABLE a1'])
    expect((await naru('history')).out).toMatch(/● n1 .*\n● sq1 .*\n● r1/)
    expect((await naru('show', 'a3')).out).toMatch(/^sq1 /)
    expect((await naru('squash', 'base..n1', '--engine', 'mysql')).err).toContain('itself the result of a squash')
  })

  test('has no way down where one of them has none', async () => {
    await graph('r1', 'a1 < r1')
    await put(
      'a1.sql',
      '-- naru:revision a1\n-- naru:revises r1\n-- naru:up\nDROP TABLE r1;\n-- naru:down\n-- naru:irreversible rows are gone\n',
    )
    const { err } = await naru('squash', 'base..a1', '--rev-id', 'sq1', '--engine', 'sqlite', '-m', 'whole')
    expect(err).toContain('sq1 has no way down: a1: rows are gone')
    expect(json((await naru('show', 'sq1', '--json', '--engine', 'sqlite')).out).revisions[0].ways.down).toEqual({
      kind: 'none',
      why: 'a1: rows are gone',
    })
  })

  test('refuses what is no line, and leaves every file as it was', async () => {
    await graph('r1', 'a1 < r1', 'b1 < r1', 'm1 < a1, b1', 't1 < m1', 't2 < t1')
    await put('t3.ts', `export default { revision: 't3', downRevision: 't2', message: 'x', up() {} }`)
    await put('t4.sql', '-- naru:revision t4\n-- naru:revises t3\n-- naru:depends-on t1\n')
    const before = await names()
    const refused = async (range: string) => (await naru('squash', range, '--engine', 'sqlite')).err
    expect(await refused('r1..a1')).toContain('revisions branch at r1')
    expect(await refused('r1..t1')).toContain('m1 (m m1) joins branches')
    expect(await refused('a1..b1')).toContain('a1 (m a1) does not lead to b1 (m b1)')
    expect(await refused('m1..t2')).toMatch(/others depend on t1.*\n.*t4/)
    expect(await refused('t2..t4')).toContain('t3 (x) is written in TypeScript')
    expect(await refused('t1..t1')).toContain('nothing is to be squashed')
    expect(await refused('t1')).toContain('"t1" is no range')
    expect((await naru('squash', 't1..t2')).err).toContain('--engine')
    expect(await names()).toEqual(before)
    await rm(join(files.path, 'migrations', 't4.sql'))
    expect((await naru('squash', 'm1..t2', '--engine', 'sqlite')).code).toBe(0)
    expect(json((await naru('history', '--json')).out).revisions.map((r: { down: string[] }) => r.down.length)).toEqual(
      [1, 2, 1, 1, 0],
    )
  })
})

test('programs do the same', async () => {
  const folder = join(files.path, 'db')
  const first = await revisions.revision(
    { message: 'one', up: 'CREATE TABLE a (id int);', down: 'DROP TABLE a;' },
    { folder },
  )
  const second = await revisions.revision({ message: 'two' }, { folder })
  expect((await revisions.heads({ folder })).map((r) => r.id)).toEqual([second.id])
  expect((await revisions.history({ current: [first.id] }, { folder })).revisions.map((r) => r.current)).toEqual([
    false,
    true,
  ])
  const [shown] = await revisions.show(first.id.slice(0, 6), { folder, engine: 'sqlite' })
  expect(shown.ways?.up).toMatchObject({ statements: [{ sql: 'CREATE TABLE a (id int)' }] })
  expect((await revisions.branches({ folder })).branches).toEqual([])
  const { replaced } = await revisions.squash({ range: 'base..head' }, { folder, engine: 'sqlite' })
  expect(replaced).toEqual([first.id, second.id])
})
