import { describe, expect, it } from 'vitest'
import { fixSql } from './fix.ts'
import { type LintChoice, lintSql } from './lint-sql.ts'
import type { LintContext } from './rule.ts'

const CONTEXT: LintContext = { engine: 'postgres', inTransaction: false }
const INDEX = 'CREATE INDEX i ON t (a);'

const lint = (text: string, choice?: LintChoice) => lintSql(text, CONTEXT, choice)
const codes = async (text: string, choice?: LintChoice) => (await lint(text, choice)).findings.map((f) => f.code)

describe('a place', () => {
  it('counts characters, after Korean and emoji too', async () => {
    const { findings } = await lint('-- 한글 😀\nSELECT \'한글😀\'; CREATE INDEX "인덱스😀" ON t\n  (a) ;')
    expect(findings[0].place).toEqual({ line: 2, column: 16, endLine: 3, endColumn: 6 })
  })

  it('is the word that cannot be read', async () => {
    const { findings } = await lint("SELECT 1;\nSELECT '한글😀' FROM t WHERE 😀 x y;")
    expect(findings).toMatchObject([{ code: 'syntax', severity: 'error', place: { line: 2, column: 31 } }])
  })
})

describe('an ignore', () => {
  it.each([
    ['before', `-- naru:ignore index-not-concurrent small\n${INDEX}`],
    ['some lines before', `-- naru:ignore index-not-concurrent small\n\n-- more\n${INDEX}`],
    ['inside', 'CREATE INDEX i -- naru:ignore index-not-concurrent small\n ON t (a);'],
    ['behind', `${INDEX} -- naru:ignore index-not-concurrent small`],
    ['in a block', `/* naru:ignore index-not-concurrent small */ ${INDEX}`],
    ['for the file', `SELECT 1;\n-- naru:ignore-file index-not-concurrent small\n${INDEX}`],
    ['among others', `-- naru:ignore syntax, index-not-concurrent small\n${INDEX}`],
  ])('%s is heard', async (_, text) => {
    const { findings, ignored } = await lint(text)
    expect(ignored).toMatchObject([{ finding: { code: 'index-not-concurrent' }, reason: 'small' }])
    expect(findings.filter((f) => f.code !== 'ignore-unused')).toEqual([])
  })

  it('is about one statement', async () => {
    expect(await codes(`-- naru:ignore index-not-concurrent small\n${INDEX}\n${INDEX}`)).toEqual([
      'index-not-concurrent',
    ])
    expect(await codes(`${INDEX} -- naru:ignore index-not-concurrent small\n${INDEX}`)).toEqual([
      'index-not-concurrent',
    ])
  })

  it('of nothing is told, and one without a reason', async () => {
    expect(await codes(`-- naru:ignore index-not-concurrent small\nSELECT 1;`)).toEqual(['ignore-unused'])
    expect(await codes(`-- naru:ignore no-such-rule small\nSELECT 1;`)).toEqual(['ignore-unused'])
    expect(await codes(`-- naru:ignore index-not-concurrent\n${INDEX}`)).toEqual(['ignore-without-reason'])
    expect(await codes(`SELECT 1; -- naru:ignore index-not-concurrent`)).toEqual([
      'ignore-unused',
      'ignore-without-reason',
    ])
  })

  it('within quoted text is none', async () => {
    expect(await codes(`SELECT '-- naru:ignore index-not-concurrent x'; ${INDEX}`)).toEqual(['index-not-concurrent'])
  })

  it('of a rule that was not asked is not unused', async () => {
    const text = `-- naru:ignore index-not-concurrent small\n${INDEX}`
    expect(await codes(text, { ignore: ['index-not-concurrent'] })).toEqual([])
    expect(await codes(text, { only: ['ignore-unused'] })).toEqual([])
  })
})

describe('a revision', () => {
  const text = `-- naru:revision 0001\n-- naru:up\n${INDEX}\n-- naru:down\nCREATE INDEX j ON u (b)\n`

  it('is linted on its way up, and down where that is asked for', async () => {
    expect((await lint(text)).findings.map((f) => f.place.line)).toEqual([3])
    expect((await lint(text, { down: true })).findings.map((f) => f.place.line)).toEqual([3, 5])
  })

  it('may ignore in its head', async () => {
    const { ignored } = await lint(text.replace('\n', '\n-- naru:ignore-file index-not-concurrent new\n'))
    expect(ignored.map((i) => i.reason)).toEqual(['new'])
  })
})

describe('the size of a table', () => {
  const sized = (rows: number, bytes: number) => ({ ...CONTEXT, size: () => ({ rows, bytes }) })

  it('makes a note of what is dangerous by size only', async () => {
    const [small] = (await lintSql(INDEX, sized(100_000, 8192))).findings
    expect(small).toMatchObject({ severity: 'note', rows: 100_000, bytes: 8192, table: { name: 't' } })
    for (const context of [sized(100_001, 8192), sized(10, 11_000_000)]) {
      expect((await lintSql(INDEX, context)).findings[0].severity).toBe('error')
    }
  })
})

describe('a rewriting', () => {
  it('leaves all other text alone and is done once', async () => {
    const text = `\uFEFF-- 한글\r\nSELECT 1  ;\r\nCREATE  INDEX /* 😀 */ i ON t (a) -- end\r\n;\r\n  create unique index on u(b)`
    const { text: fixed, done } = await fixSql(text, CONTEXT)
    expect(fixed).toBe(
      text.replace('INDEX /*', 'INDEX CONCURRENTLY /*').replace('index on u(b)', 'index CONCURRENTLY on u(b);'),
    )
    expect(done).toHaveLength(2)
    expect(await fixSql(fixed, CONTEXT)).toEqual({ text: fixed, done: [] })
  })

  it('does not reach what is ignored', async () => {
    const text = `${INDEX} -- naru:ignore index-not-concurrent small`
    expect((await fixSql(text, CONTEXT)).text).toBe(text)
  })
})
