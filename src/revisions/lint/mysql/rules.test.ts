import { describe, expect, it } from 'vitest'
import { fixSql } from '../fix.ts'
import { lintSql } from '../lint-sql.ts'
import type { LintContext } from '../rule.ts'
import { language } from './index.ts'
import { CASES, type Case } from './rules.cases.ts'

const CONTEXT: LintContext = { engine: 'mysql', inTransaction: false }

const parts = (c: Case): [string, LintContext] =>
  typeof c === 'string' ? [c, CONTEXT] : [c[0], { ...CONTEXT, ...c[1] }]

async function codes(c: Case, only: readonly string[]): Promise<string[]> {
  return (await lintSql(...parts(c), { only })).findings.map((f) => f.code)
}

it('there are cases for each rule, and a code for each', () => {
  const all = language.rules.map((r) => r.code)
  expect(new Set(all).size).toBe(all.length)
  expect(Object.keys(CASES).toSorted()).toEqual(all.toSorted())
})

describe.each(language.rules.map((rule) => [rule.code, rule] as const))('%s', (code, rule) => {
  it.each(CASES[code].fires.map((c) => [c]))('finds %j', async (c) => {
    expect(await codes(c, [code])).toContain(code)
  })

  it.each(CASES[code].silent.map((c) => [c]))('has nothing against %j', async (c) => {
    expect(await codes(c, [code])).toEqual([])
  })

  it('rewrites where it says so, and finds nothing to rewrite in what it wrote', async () => {
    let rewritten = 0
    for (const c of CASES[code].fires) {
      const [text, context] = parts(c)
      const { text: fixed, done } = await fixSql(text, context, { only: [code] })
      rewritten += done.length
      const left = (await lintSql(fixed, context, { only: [code] })).findings
      expect(left.filter((f) => f.fix !== undefined)).toEqual([])
    }
    expect(rewritten > 0, `${rewritten} rewritten`).toBe(rule.fixable)
  })

  it('says how to write it, in SQL in which it finds nothing', async () => {
    const samples = [...rule.safe.matchAll(/```sql\n([\s\S]*?)\n```/g)].map((m) => m[1])
    expect(samples).not.toEqual([])
    // A definition of a column alone is no statement.
    for (const sample of samples.filter((s) => s.endsWith(';'))) {
      expect(await codes(sample, [code]), sample).toEqual([])
    }
    expect(rule.why).toMatch(/[.)]$/)
  })
})
