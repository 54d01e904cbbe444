import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/program.ts'
import { useCases } from '../../src/cli/use-cases.ts'
import { fakeIo } from './fake-io.ts'

let folder: string

const FILES = {
  'a.sql': "SET lock_timeout = '2s';\nALTER TABLE 주문 DROP COLUMN fax; -- naru:ignore drop-column not read\n",
  'b #1.sql': "SET lock_timeout = '2s';\nALTER TABLE 주문 DROP COLUMN fax;\n",
  'notes.txt': 'DROP TABLE x',
  'migrations/0001_first.sql':
    '-- naru:revision 0001\n-- naru:up\nCREATE INDEX i ON t (a);\n-- naru:down\nDROP TABLE t;\n',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-lint-'))
  await mkdir(join(folder, 'migrations'))
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder, name), text)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function naru(args: readonly string[], stdin?: string) {
  const io = fakeIo({ cwd: folder, stdin })
  const code = await run(['lint', ...args], io, useCases)
  return { code, out: io.out(), err: io.err() }
}

const PG = ['--engine', 'postgres']

describe('naru lint', () => {
  it('reads files, folders, globs, each once, and nothing else', async () => {
    const all = JSON.parse((await naru(['.', '*.sql', 'a.sql', ...PG, '--format', 'json'])).out)
    expect(all).toMatchObject({ naru: 'lint', exit: 1 })
    expect(all.files.map((f: { path: string }) => f.path)).toEqual(['a.sql', 'b #1.sql', 'migrations/0001_first.sql'])
    expect(all.files[0]).toMatchObject({
      findings: [],
      ignored: [{ reason: 'not read', finding: { code: 'drop-column' } }],
    })
    expect(all.files[1].findings).toMatchObject([
      { code: 'drop-column', table: { name: '주문' }, place: { line: 2, column: 16 } },
    ])
  })

  it('takes the folder of revisions where none is named, and says what it found', async () => {
    const { code, out } = await naru(PG)
    expect(code).toBe(1)
    expect(out).toBe(`migrations/0001_first.sql
  ✗ error index-not-concurrent line 3:1
      writers of t wait until the index is built; --fix rewrites it

✗ 1 error. 1 statement of 1 file read. \`naru lint --explain CODE\` says more.
`)
    expect((await naru([...PG, '--down'])).out).toContain('drop-table')
  })

  it('reads standard input, and cannot rewrite it', async () => {
    expect(await naru(['-', ...PG, '-q'], 'SELECT 1')).toMatchObject({
      code: 0,
      out: '✓ Nothing found. 1 statement of 1 file read.\n',
    })
    expect((await naru(['-', ...PG, '--fix'], 'SELECT 1')).code).toBe(2)
  })

  it('ends with 0 or 1 by what is asked for', async () => {
    const ends = async (...args: string[]) => (await naru(['-', ...PG, ...args], 'DO $$ BEGIN END $$')).code
    expect([await ends(), await ends('--fail-on', 'note'), await ends('--fail-on', 'never')]).toEqual([0, 1, 0])
    expect(await ends('--fail-on', 'note', '--ignore', 'unseen-sql')).toBe(0)
  })

  it('names what is in the way', async () => {
    const messages = [
      [['b #1.sql'], 'not known for which engine'],
      [['none.sql', ...PG], 'none.sql could not be read'],
      [['none/*.sql', ...PG], 'it matches no .sql file'],
      [['.', ...PG, '--only', 'drop-colum'], 'Did you mean drop-column?'],
      [['--explain', 'nothing'], 'no rule is called'],
      [['.', ...PG, '--target-version', 'new'], 'Expected a version'],
    ] as const
    for (const [args, message] of messages) {
      const { code, err } = await naru(args)
      expect([code, err]).toEqual([2, expect.stringContaining(message)])
    }
  })

  it('writes commands of GitHub', async () => {
    await writeFile(join(folder, 'c,d.sql'), 'ALTER TABLE "a%\nb"\n RENAME TO c')
    expect(
      (await naru(['c,d.sql', 'b #1.sql', ...PG, '--format', 'github', '--only', 'rename-table,drop-column'])).out,
    ).toBe(
      '::error file=c%2Cd.sql,line=1,endLine=3,title=naru%3A rename-table::a%25%0Ab is called c from now on: programs that know the old name fail\n' +
        '::error file=b #1.sql,line=2,endLine=2,col=16,endColumn=31,title=naru%3A drop-column::column 주문.fax is dropped with its values; programs that name it fail\n',
    )
    await rm(join(folder, 'c,d.sql'))
  })

  it('writes SARIF 2.1.0', async () => {
    const log = JSON.parse((await naru(['a.sql', 'b #1.sql', ...PG, '--format', 'sarif'])).out)
    const [{ tool, results, columnKind }] = log.runs
    expect([log.version, columnKind, tool.driver.name]).toEqual(['2.1.0', 'utf16CodeUnits', 'naru'])
    const ids = tool.driver.rules.map((rule: { id: string }) => rule.id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const result of results) expect(ids[result.ruleIndex]).toBe(result.ruleId)
    expect(results).toMatchObject([
      { ruleId: 'drop-column', level: 'error', suppressions: [{ kind: 'inSource', justification: 'not read' }] },
      {
        ruleId: 'drop-column',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'b%20%231.sql' },
              region: { startLine: 2, startColumn: 16, endLine: 2, endColumn: 31 },
            },
          },
        ],
      },
    ])
  })

  it('rewrites files in place, once, and says what', async () => {
    const path = join(folder, 'fix.sql')
    await writeFile(path, '\uFEFFCREATE INDEX i ON t (a) ; -- 한글\r\nSELECT 1')
    const first = await naru(['fix.sql', ...PG, '--fix'])
    expect(first.out).toContain('✓ rewritten index-not-concurrent line 1')
    expect(first.code).toBe(0)
    const text = await readFile(path, 'utf8')
    expect(text).toBe('\uFEFFCREATE INDEX CONCURRENTLY i ON t (a) ; -- 한글\r\nSELECT 1')
    expect((await naru(['fix.sql', ...PG, '--fix'])).out).toBe('✓ Nothing found. 2 statements of 1 file read.\n')
    expect(await readFile(path, 'utf8')).toBe(text)
    await writeFile(path, Buffer.from([0x53, 0xff]))
    expect((await naru(['fix.sql', ...PG, '--fix'])).err).toContain('it is not UTF-8')
    await rm(path)
  })

  it('lists and explains rules', async () => {
    const { out } = await naru(['--list', ...PG])
    expect(out.split('\n').length).toBeGreaterThan(60)
    expect((await naru(['--explain', 'set-not-null'])).out).toContain(
      '    ALTER TABLE users VALIDATE CONSTRAINT users_mail_present;',
    )
  })
})
