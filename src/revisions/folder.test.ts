import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { NaruError } from '../core/error.ts'
import type { Family } from '../schema/sql-body.ts'
import { readBody } from './body.ts'
import { functionChecksum } from './checksum.ts'
import { readFolder } from './folder.ts'
import { type RevisionFile, writeRevision } from './write.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'naru-revisions-'))
})
afterEach(() => rm(folder, { recursive: true }))

const load = async (path: string) => (await import(path)) as Record<string, unknown>
const put = (name: string, text: string) => writeFile(join(folder, name), text)
const read = () => readFolder(folder, load)

async function failure(work: Promise<unknown>): Promise<string> {
  const error = (await work.then(
    () => null,
    (e: unknown) => e,
  )) as NaruError | null
  return error === null ? 'none' : `${error.code} ${error.message} | ${error.why ?? ''} | ${error.hint}`
}

/** The body of a file with this text after a header of four lines. */
async function body(text: string, family: Family = 'postgres') {
  await put('a1_x.sql', `-- naru:revision a1\n-- naru:revises none\n-- naru:message x\n\n${text}`)
  return readBody((await read()).revisions.get('a1')!, family, load)
}

async function statements(text: string, family: Family = 'postgres') {
  const { up, down } = await body(text, family)
  const list = (way: typeof up) => (way.kind === 'sql' ? way.statements.map((s) => [s.line, s.sql]) : way)
  return { up: list(up), down: list(down) }
}

const plainFile: RevisionFile = {
  id: 'a1',
  down: [],
  message: 'x',
  date: '2026-11-22T02:50:00Z',
  labels: [],
  dependsOn: [],
  replaces: [],
  kind: 'sql',
  upText: null,
  downText: null,
}

describe('the folder', () => {
  it('may be missing, empty, or hold other things', async () => {
    expect((await readFolder(join(folder, 'nowhere'), load)).revisions.size).toBe(0)
    await put('README.md', 'no revision')
    await put('.DS_Store', '')
    await put('.draft.sql', 'nothing')
    await put('types.d.ts', 'export type T = 1')
    await mkdir(join(folder, 'sub.sql'))
    await writeFile(join(folder, 'sub.sql', 'a.sql'), 'SELECT 1')
    const graph = await read()
    expect([graph.revisions.size, graph.heads, graph.roots]).toEqual([0, [], []])
  })

  it('reads headers in any order, with BOM, Windows line ends, and several ids', async () => {
    await put(
      'a1.sql',
      '\ufeff-- naru:message hello\r\n\r\n-- A licence.\r\n-- naru:revision a1\r\n-- naru:up\r\nSELECT 1;\r\n',
    )
    await put('b1_x.sql', '-- naru:revision b1\n-- naru:revises a1\n-- naru:labels x, y\n-- naru:up\n')
    await put('c1_x.sql', '-- naru:revision c1\n-- naru:revises a1\n')
    await put(
      'm1_x.sql',
      '-- naru:revises b1, c1\n-- naru:depends-on a1\n-- naru:date 2026-01-01T00:00:00Z\n-- naru:revision m1\n',
    )
    const graph = await read()
    expect(graph.heads).toEqual(['m1'])
    expect(graph.revisions.get('a1')).toMatchObject({ message: 'hello', down: [], kind: 'sql', date: null })
    expect(graph.revisions.get('b1')).toMatchObject({ labels: ['x', 'y'], down: ['a1'] })
    expect(graph.revisions.get('m1')).toMatchObject({
      down: ['b1', 'c1'],
      dependsOn: ['a1'],
      date: '2026-01-01T00:00:00Z',
    })
  })

  it('reads headers that are longer than what is read first', async () => {
    await put('a1.sql', `${'-- a comment\n'.repeat(900)}-- naru:revision a1\n-- naru:message far below\n-- naru:up\n`)
    expect((await read()).revisions.get('a1')?.message).toBe('far below')
  })

  it('follows links to files, and tells of those that lead nowhere or may not be read', async () => {
    await mkdir(join(folder, 'sub'))
    await writeFile(join(folder, 'sub', 'file'), '-- naru:revision a1\n')
    await symlink(join(folder, 'sub', 'file'), join(folder, 'a1.sql'))
    await symlink(join(folder, 'sub'), join(folder, 'folder.sql'))
    expect([...(await read()).revisions.keys()]).toEqual(['a1'])
    await symlink(join(folder, 'gone'), join(folder, 'b1.sql'))
    expect(await failure(read())).toMatch(/^FILE_UNREADABLE .*b1\.sql could not be read/)
    await rm(join(folder, 'b1.sql'))
    if (process.getuid?.() !== 0) {
      await chmod(join(folder, 'sub', 'file'), 0)
      expect(await failure(read())).toMatch(/^FILE_UNREADABLE/)
    }
    expect(await failure(readFolder(join(folder, 'a1.sql'), load))).toMatch(/^FILE_UNREADABLE/)
  })
})

describe('a header that cannot be read', () => {
  it.each([
    ['SELECT 1;', /a1_x\.sql is no revision: it has no header .*naru revision -m/],
    ['-- naru:message hm\n', /a1_x\.sql:1: the header does not say/],
    ['-- naru:revision a1 b1\n', /a1_x\.sql:1: .* takes one id/],
    ['-- naru:revision a1\n-- naru:revises\n-- naru:revises b\n', /a1_x\.sql:3: .*stands on line 2 already/],
    [
      '-- naru:revision a1\n-- naru:depend-on b\n',
      /a1_x\.sql:2: `-- naru:depend-on` is not known .*Did you mean `-- naru:depends-on`/,
    ],
    ['-- naru:revision a1\n-- naru:irreversible x\n', /a1_x\.sql:2: .*no meaning before `-- naru:up`/],
    ['-- naru:revision a1\n\nSELECT 1;\n-- naru:up\n', /a1_x\.sql:3: a statement stands before/],
    ['-- naru:revision a1\n-- naru:date tomorrow\n', /a1_x\.sql:2: "tomorrow" is no date/],
    ['-- naru:revision a1\n<<<<<<< HEAD\n-- naru:revises a\n=======\n', /a1_x\.sql:2: a conflict of a merge/],
    ['-- naru:revision a2\n', /a1_x\.sql holds revision a2, and its name does not begin so/],
    ['-- naru:revision a\n', /a1_x\.sql holds revision a, /],
  ])('%j', async (text, expected) => {
    await put('a1_x.sql', text)
    expect(await failure(read())).toMatch(expected)
  })
})

describe('sections', () => {
  it('hold statements with the lines of the file', async () => {
    const text = '-- naru:up\nCREATE TABLE t (a int);\n\n-- why\nCREATE INDEX i ON t (a)\n\n-- naru:down\nDROP TABLE t'
    expect(await statements(text)).toEqual({
      up: [
        [6, 'CREATE TABLE t (a int)'],
        [9, 'CREATE INDEX i ON t (a)'],
      ],
      down: [[12, 'DROP TABLE t']],
    })
  })

  it.each(['postgres', 'mysql', 'sqlite'] as const)(
    'of %s begin at no line within quotes and bodies',
    async (family) => {
      const evil = "INSERT INTO t VALUES ('a\n-- naru:down\n-- naru:revision b1\n')"
      const routine = {
        postgres: 'CREATE FUNCTION f() RETURNS void AS $x$\nBEGIN\n-- naru:down\nEND $x$ LANGUAGE plpgsql',
        mysql: 'CREATE PROCEDURE p() BEGIN\nSELECT 1;\n-- naru:down\nSELECT 2; END',
        sqlite: 'CREATE TRIGGER x AFTER INSERT ON t BEGIN\nSELECT 1;\n-- naru:down\nSELECT 2; END',
      }[family]
      const found = await statements(
        `-- naru:up\n${evil};\n/* \n-- naru:down\n*/\n${routine};\n-- naru:down\nDROP TABLE t;`,
        family,
      )
      expect(found.up).toEqual([
        [6, evil],
        [13, routine],
      ])
      expect(found.down).toMatchObject([[expect.any(Number), 'DROP TABLE t']])
    },
  )

  it('of MySQL may use DELIMITER, which ends with the section', async () => {
    const text =
      '-- naru:up\nDELIMITER ;;\nCREATE PROCEDURE p() BEGIN SELECT 1; END;;\n-- naru:down\nDROP PROCEDURE p;\nSELECT 1;'
    const found = await statements(text, 'mysql')
    expect(found.up).toEqual([[7, 'CREATE PROCEDURE p() BEGIN SELECT 1; END']])
    expect(found.down).toEqual([
      [9, 'DROP PROCEDURE p'],
      [10, 'SELECT 1'],
    ])
  })

  it('say what must run outside of a transaction', async () => {
    const { up } = await body('-- naru:up\nSELECT 1;\n-- naru:no-transaction\nSELECT f();\nVACUUM;\n')
    expect(up.kind === 'sql' && up.statements.map((s) => s.inTransaction)).toEqual([true, false, false])
  })

  it('may lead nowhere, and say why', async () => {
    const none = async (text: string) => (await body(`-- naru:up\nSELECT 1;\n${text}`)).down
    expect(await none('-- naru:down\n-- naru:irreversible values of nick are gone\n')).toEqual({
      kind: 'none',
      why: 'values of nick are gone',
    })
    expect(await none('')).toEqual({ kind: 'none', why: 'it has no section down' })
    expect(await none('-- naru:down\n-- later\n')).toEqual({ kind: 'none', why: 'its section down is empty' })
    expect(await none('-- naru:down\n-- naru:nothing rows stay as they are\n')).toEqual({ kind: 'sql', statements: [] })
    expect((await body('-- naru:up\n')).down).toEqual({ kind: 'sql', statements: [] })
  })

  it.each([
    ['-- naru:up\nSELECT 1;\n-- naru:dwn\n', /a1_x.sql:7: `-- naru:dwn` is not known .*naru:down/],
    ['-- naru:up\n-- naru:up\n', /a1_x.sql:6: .*line 5 already/],
    ['-- naru:up\n-- naru:no-transaction\n-- naru:down\nSELECT 1;', /a1_x.sql:6: no statement follows/],
    ['-- naru:up\n-- naru:irreversible\n', /a1_x.sql:6: .*for the section down/],
    ['-- naru:up\n-- naru:down\nSELECT 1;\n-- naru:irreversible\n', /a1_x.sql:8: .*has statements/],
    ['-- naru:up\n\\connect x\n', /a1_x.sql:6: only a client understands "\\\\connect x"/],
    ['-- naru:up\nCOPY t FROM stdin;\n1\n\\.\n', /a1_x.sql:6: only a client understands "COPY.*INSERT/],
    ["-- naru:up\nSELECT 'open;\n-- naru:down\nDROP TABLE t;", /a1_x.sql:6: what begins here never ends/],
    ['-- naru:up\nSELECT 1;\n<<<<<<< ours\nSELECT 2;\n', /a1_x.sql:7: a conflict of a merge/],
    ['-- naru:up\nSELECT 1\n>>>>>>> theirs\n', /a1_x.sql:7: a conflict of a merge/],
  ])('%j', async (text, expected) => {
    expect(await failure(body(text))).toMatch(expected)
  })

  it('notice a body that swallows the way down, and dashes without a blank', async () => {
    const open = '-- naru:up\nCREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1;\n-- naru:down\nDROP TABLE t;'
    expect(await failure(body(open, 'sqlite'))).toMatch(
      /a1_x.sql:7: `-- naru:down` stands within the statement of line 6/,
    )
    expect(await failure(body('-- naru:up\nSELECT 1;\n--naru:down\nDROP TABLE t;', 'mysql'))).toMatch(
      /a1_x.sql:7: a blank is missing/,
    )
    expect(await statements('-- naru:up\nSELECT 1;\n--naru:down\nSELECT 2;')).toMatchObject({ down: [[8, 'SELECT 2']] })
  })
})

describe('the checksum', () => {
  const sum = async (text: string, family: Family = 'postgres') => (await body(`-- naru:up\n${text}`, family)).checksum

  it('does not see comments and blanks, and does see text', async () => {
    const one = await sum("CREATE TABLE t (a int, b text DEFAULT 'x  y');\nSELECT 1;")
    expect(
      await sum(
        "-- why\nCREATE TABLE t (\n  a int, -- a /* b\n  b text /* x /* y */ */ DEFAULT 'x  y');\r\n\r\nSELECT 1",
      ),
    ).not.toBe(one)
    expect(
      await sum("-- why\nCREATE   TABLE t (a int, -- a /* b\n b text /* x /* y */ */ DEFAULT 'x  y');\r\n\r\nSELECT 1"),
    ).toBe(one)
    expect(await sum("CREATE TABLE t (a int, b text DEFAULT 'x y');\nSELECT 1;")).not.toBe(one)
    expect(await sum("CREATE TABLE t (a int, b text DEFAULT 'x  y');\nSELECT 2;")).not.toBe(one)
  })

  it('knows what is a comment in which engine', async () => {
    expect(await sum('SELECT 1 # 2', 'mysql')).toBe(await sum('SELECT 1', 'mysql'))
    expect(await sum('SELECT 1 # 2')).not.toBe(await sum('SELECT 1'))
    expect(await sum('/*!80000 SELECT 1 */', 'mysql')).not.toBe(await sum('SELECT 1', 'mysql'))
    expect(await sum('SELECT $$ -- a $$')).not.toBe(await sum('SELECT $$ -- b $$'))
  })
})

describe('what is written', () => {
  it.each(['sql', 'ts'] as const)('as .%s reads back, whatever the message', async (kind) => {
    const message = `it's "quoted" \\ \`\${x}\`\n-- naru:down\n/* 한국어 👍 \u202eevil\u2028*/`
    const path = await writeRevision(folder, { ...plainFile, id: 'aa1', labels: ['x'], message, kind })
    await writeRevision(folder, { ...plainFile, id: 'bb1', down: ['aa1'], dependsOn: ['aa1'], message: '👍', kind })
    const graph = await read()
    expect(graph.revisions.get('aa1')).toEqual({
      id: 'aa1',
      down: [],
      dependsOn: [],
      replaces: [],
      labels: ['x'],
      kind,
      date: '2026-11-22T02:50:00Z',
      message: `it's "quoted" \\ \`\${x}\` -- naru:down /* 한국어 👍 evil */`,
      path,
    })
    expect(basename(path)).toBe(`aa1_it_s_quoted_x_naru_down_한국어_evil.${kind}`)
    expect(basename(graph.revisions.get('bb1')?.path ?? '')).toBe(`bb1.${kind}`)
  })

  it('takes the place of no file, and wants a message', async () => {
    const path = await writeRevision(folder, { ...plainFile, upText: 'SELECT 1;', downText: 'SELECT 2;' })
    expect(await failure(writeRevision(folder, plainFile))).toMatch(/^FILE_UNREADABLE .*it is there already/)
    expect(await failure(writeRevision(folder, { ...plainFile, id: 'a2', message: ' \n ' }))).toContain(
      'the message is empty',
    )
    expect(await readFile(path, 'utf8')).toBe(
      '-- naru:revision a1\n-- naru:revises none\n-- naru:message x\n-- naru:date 2026-11-22T02:50:00Z\n\n-- naru:up\nSELECT 1;\n\n-- naru:down\nSELECT 2;\n',
    )
  })
})

describe('modules', () => {
  const module = (more: string) =>
    `import { x } from './nowhere.ts'\nexport default defineRevision({ revision: 'a1', downRevision: null, // none\n  message: "it's",\n${more}})`

  it('are not run to be read', async () => {
    await put('a1.ts', module('branchLabels: [`x`, "y"], /* . */ up() {},\n'))
    expect((await read()).revisions.get('a1')).toMatchObject({
      message: "it's",
      labels: ['x', 'y'],
      down: [],
      kind: 'ts',
    })
  })

  it('are run where they do not write out what they are', async () => {
    await put('a1.ts', `const id = 'a1'\nexport default { revision: id, downRevision: null, message: 'm', up() {} }`)
    const { revisions } = await read()
    expect(revisions.get('a1')?.message).toBe('m')
    const { up, down } = await readBody(revisions.get('a1')!, 'sqlite', load)
    expect([up.kind, down]).toEqual(['ts', { kind: 'none', why: 'it has no function down' }])
  })

  it('must say the same where they are read and where they run', async () => {
    await put('a1.ts', `export default { revision: 'a1', downRevision: null, message: 'm', up() {}, dependsOn: ['b'] }`)
    const { revisions } = await readFolder(folder, load)
    expect(await failure(readBody(revisions.get('a1')!, 'sqlite', load))).toMatch(
      /one thing where it is read.*dependsOn/,
    )
  })

  it('that are no revisions are told so', async () => {
    await put('a1.ts', 'export const x = 1')
    expect(await failure(read())).toMatch(/a1\.ts is no revision.*no default export/)
    await rm(join(folder, 'a1.ts'))
    await put('b1.ts', `export default { revision: 'b1', downRevision: null, message: 'm' }`)
    const { revisions } = await read()
    expect(await failure(readBody(revisions.get('b1')!, 'sqlite', load))).toMatch(/`up` is no function/)
    await put('a1.ts', `<<<<<<< HEAD\nexport default { revision: 'a1' }`)
    expect(await failure(read())).toMatch(/a1\.ts:1: a conflict/)
  })

  it('have a checksum that comments, blanks and types do not change', () => {
    const sum = (text: string) => functionChecksum(runInNewContext(`({ ${text} }).up`) as () => void)
    const one = sum('async up(t     ) { await t.sql`SELECT  (x)` }')
    expect(sum('async up(t) {\n  // why\n  await t.sql`SELECT  (x)`\n}')).toBe(one)
    expect(sum('async up(t) { await t.sql`SELECT (x)` }')).not.toBe(one)
  })
})
